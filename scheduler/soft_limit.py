"""A limit on one worker that may be passed, at a price."""

from dataclasses import dataclass
from typing import Literal

from scheduler.errors import ProblemInvalid
from scheduler.horizon import DAY_MINUTES, WEEK_MINUTES

RestKind = Literal["hours_of_rest", "hours_after_short_rest", "short_rests"]
Kind = Literal[RestKind, "days_in_a_row", "weeks_without_rest"]


@dataclass(frozen=True, slots=True)
class SoftLimit:
    """A limit on one worker that may be passed; each time costs ``cost`` cents.

    ``limit`` is in minutes, of ``days_in_a_row`` in days. What is counted, by ``kind``:
    ``hours_of_rest``: begun hours worked before the rest after an earlier day's work is over;
    ``hours_after_short_rest``: hours of shifts that start before it is over;
    ``short_rests``: shifts that start before it is over;
    ``days_in_a_row``: working days beyond the limit, those before and elsewhere counted along;
    ``weeks_without_rest``: seven days in a row with a shift of ours and no rest so long.
    ``rule`` is the id of the rule that sets it. Overruled workers are not asked.
    """

    kind: Kind
    limit: int
    cost: int
    rule: str = ""

    def __post_init__(self) -> None:
        least, most = _RANGES[self.kind]
        if not least <= self.limit <= most:
            raise ProblemInvalid(f"soft limit {self.kind}: limit must be {least} to {most}")
        if self.cost < 0:
            raise ProblemInvalid(f"soft limit {self.kind}: cost is negative")

    @property
    def is_rest(self) -> bool:
        """Whether it is about the rest between working days."""
        return self.kind not in ("days_in_a_row", "weeks_without_rest")


_RANGES: dict[Kind, tuple[int, int]] = {
    "hours_of_rest": (1, DAY_MINUTES),
    "hours_after_short_rest": (1, DAY_MINUTES),
    "short_rests": (1, DAY_MINUTES),
    "days_in_a_row": (0, 10_000),
    "weeks_without_rest": (DAY_MINUTES, WEEK_MINUTES),
}
