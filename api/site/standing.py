"""What ``workers.csv`` may say of a worker's standing: what rules ask beside the contract."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from api.site.cells import (
    CellInvalid,
    Parse,
    amount,
    calendar_date,
    optional,
    optional_or_none,
    whole,
)
from api.site.problems import Findings, listed, shown
from api.site.rules import BINDING, STATED_TRAITS
from api.site.tables import Table, Values

COLUMNS = (
    "traits",
    "birth_date",
    "binding",
    "earned_this_month",
    "earned_this_half_year",
    "half_days_left",
    "calendar",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Money in cents, earned before the horizon; ``calendar`` names one of ``calendars.csv``.

    ``binding``: limits that bind this worker though they only warn otherwise.
    """

    traits: frozenset[str] = frozenset()
    birth_date: date | None = None
    binding: frozenset[str] = frozenset()
    earned_this_month: int = 0
    earned_this_half_year: int = 0
    half_days_left: int | None = None
    calendar: str = ""


NOTHING_STATED = Standing()


def read_standings(
    table: Table, calendars: Collection[str], findings: Findings
) -> tuple[Values[object], ...]:
    """The columns in the order of ``Standing``; those that are absent are as if empty."""
    comma = table.has_decimal_comma
    nothing: frozenset[str] = frozenset()
    money = optional(amount(comma), 0)
    parsers: tuple[tuple[Parse[object], object], ...] = (
        (optional(_names(STATED_TRAITS), nothing), nothing),
        (optional_or_none(calendar_date), None),
        (optional(_names(BINDING), nothing), nothing),
        (money, 0),
        (money, 0),
        (optional_or_none(whole(0, 1000)), None),
        (optional(_calendar(calendars), ""), ""),
    )
    return tuple(
        table.read_optional(name, parse, absent, findings)
        for name, (parse, absent) in zip(COLUMNS, parsers, strict=True)
    )


def _calendar(known: Collection[str]) -> Parse[str]:
    def parse(text: str) -> str:
        if text not in known:
            raise CellInvalid(f"unknown calendar {shown(text)}: not in calendars.csv")
        return text

    return parse


def _names(known: tuple[str, ...]) -> Parse[frozenset[str]]:
    """Names joined by ``;``, each one of these."""

    def parse(text: str) -> frozenset[str]:
        names = frozenset(name.strip() for name in text.split(";") if name.strip())
        if unknown := sorted(names - set(known)):
            raise CellInvalid(f"unknown {shown(unknown[0])}; known: {listed(known)}")
        return names

    return parse
