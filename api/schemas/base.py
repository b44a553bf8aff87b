"""What all documents of the API share."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

FIRST_YEAR, LAST_YEAR = 1900, 2199
# Printable, without leading or trailing blanks; no NUL, which PostgreSQL cannot keep.
Text = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00]+$"),
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z]+_[0-9a-f]{24}$")]


def _written_as_a_date(value: Any) -> Any:
    """Numbers are none, although Python would count them from 1970."""
    if not isinstance(value, str) or re.match(r"\d{4}-\d{2}-\d{2}", value) is None:
        raise ValueError("write it as RFC 3339 does, such as 2027-01-11 or 2027-01-11T08:00:00Z")
    return value


def _within_reach(value: datetime) -> datetime:
    """At the ends of the calendar an instant has no time in another zone."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return value


# As clients write them: with an offset, and never as a number.
Instant = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_written_as_a_date),
    AfterValidator(_within_reach),
]
Day = Annotated[date, Field(strict=False), BeforeValidator(_written_as_a_date)]
Amount = Annotated[float, Field(allow_inf_nan=False)]


class Document(BaseModel):
    """What the service answers."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class Request(BaseModel):
    """What a client sends: unknown fields, and values of another type, are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, str_max_length=10_000
    )
