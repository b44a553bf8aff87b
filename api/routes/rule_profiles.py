"""The rule profiles that a site may name."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.http.problems import not_found
from api.http.service import Reader
from api.http.strict import StrictRoute
from api.rules.table import rules_table
from api.schemas.base import Day
from api.schemas.rule_profiles import ProfileDocument, ProfileList
from scheduler.rules.rulebook import profile_names

router = APIRouter(prefix="/v1/rule-profiles", tags=["rules"], route_class=StrictRoute)
FIRST, LAST = date(1971, 1, 1), date(2198, 12, 31)


@router.get("", operation_id="list_rule_profiles")
def list_profiles(asking: Reader) -> ProfileList:
    """The names of all profiles."""
    return ProfileList(items=list(profile_names()))


@router.get("/{name}", operation_id="read_rule_profile")
def read(
    name: str, asking: Reader, on: Annotated[Day, Query(ge=FIRST, le=LAST)]
) -> ProfileDocument:
    """What a profile asks for on a day, where each entry comes from, and what became of it."""
    if name not in profile_names():
        raise not_found("rule profile")
    table = rules_table(name, on, None, None)
    return ProfileDocument(
        profile=name,
        on=on,
        banners=list(table.banners),
        rules=[line.document() for line in table.lines],
    )
