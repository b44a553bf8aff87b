"""Which workers a table of ``site.toml`` is about: by what ``workers.csv`` says of them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from api.site.part import CalendarDate, Identifier, Part
from scheduler.denied import denial, denied_feature

# A text or a pattern like "DE-*-rural".
Patterns = Annotated[tuple[Identifier, ...], Field(min_length=1)]


class Who(Part):
    """Workers who match everything that is stated; of a list, one pattern is enough.

    ``started_from`` and ``started_before`` ask for ``started_on``; who has none is not meant.
    """

    status: Patterns | None = None
    region: Patterns | None = None
    contract: Patterns | None = None
    worker_id: Patterns | None = None
    started_from: CalendarDate | None = None
    started_before: CalendarDate | None = None

    @model_validator(mode="before")
    @classmethod
    def _asks_for_nothing_denied(cls, table: object) -> object:
        for key, value in table.items() if isinstance(table, dict) else ():
            for text in (key, *(value if isinstance(value, list) else (value,))):
                if (feature := denied_feature(str(text))) is not None:
                    raise ValueError(f"{key}: {denial(feature)}")
        return table

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if all(getattr(self, key) is None for key in type(self).model_fields):
            raise ValueError("expected at least one of status, region, contract, worker_id, "
                             "started_from, started_before")  # fmt: skip
        return self
