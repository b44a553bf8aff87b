"""What every table of ``site.toml`` is made of."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Money = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Identifier = Annotated[str, Field(min_length=1, max_length=200)]
Switch = Annotated[bool, Strict()]  # true or false, and no 1 or "yes"


def _calendar_date(value: object) -> object:
    # Without this a number such as 20260105 would pass as seconds since 1970.
    if isinstance(value, date | str):
        return value
    raise ValueError("expected a date like 2026-01-05")


CalendarDate = Annotated[
    date, Field(ge=date(1971, 1, 1), le=date(2198, 12, 31)), BeforeValidator(_calendar_date)
]


class Part(BaseModel):
    """A table of the file: unknown keys are refused, nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _no_other_switches(cls, table: object) -> object:
        # Where no switch is meant, true would otherwise pass as the number 1.
        switches = {key for key, field in cls.model_fields.items() if field.annotation is bool}
        for key, value in table.items() if isinstance(table, dict) else ():
            if isinstance(value, bool) and key not in switches:
                raise ValueError(f"{key}: expected a number or text, found {str(value).lower()}")
        return table
