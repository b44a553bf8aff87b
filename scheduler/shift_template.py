"""A pattern of shifts: how long, when, for which queues, and what may follow."""

from dataclasses import dataclass

from scheduler.errors import ProblemInvalid
from scheduler.horizon import DAY_MINUTES
from scheduler.worker import Span

PAY_IN_FULL = 100  # percent of the wage


@dataclass(frozen=True, slots=True)
class ShiftTemplate:
    """A pattern of shifts: length, and the wall-clock times it may start at.

    Starts lie on the grid ``start_every`` counted from local midnight, from ``earliest_start``
    to ``latest_start`` inclusive; a latest start before the earliest wraps over midnight.
    ``queues``: those it may serve, None for all. ``weekdays``: ISO weekdays (1 is Monday) of
    the local start day, None for all. ``windows``: a shift lies inside one of them, None for
    anywhere. ``max_shifts_per_day``: of all workers, by local start day. ``forbidden_next``:
    templates that a worker may not start on the local day after one of this template.
    ``pay_percent`` of the wage is paid; below 100 it is standby, whose minutes are working time
    for every limit but no part of the weekly minimum that is paid in any case.
    """

    id: str
    minutes: int
    start_every: int
    earliest_start: int
    latest_start: int
    queues: frozenset[str] | None = None
    weekdays: frozenset[int] | None = None
    windows: tuple[Span, ...] | None = None
    max_shifts_per_day: int | None = None
    forbidden_next: frozenset[str] = frozenset()
    pay_percent: int = PAY_IN_FULL

    def __post_init__(self) -> None:
        if self.minutes < 1 or self.start_every < 1:
            raise ProblemInvalid(f"shift template {self.id}: lengths must be positive")
        for wall in (self.earliest_start, self.latest_start):
            if not 0 <= wall < DAY_MINUTES:
                raise ProblemInvalid(f"shift template {self.id}: a start is not a time of day")
        if self.weekdays is not None and not self.weekdays <= frozenset(range(1, 8)):
            raise ProblemInvalid(f"shift template {self.id}: weekdays are 1 (Monday) to 7")
        if self.max_shifts_per_day is not None and self.max_shifts_per_day < 0:
            raise ProblemInvalid(f"shift template {self.id}: max_shifts_per_day is negative")
        if not 0 <= self.pay_percent <= PAY_IN_FULL:
            raise ProblemInvalid(f"shift template {self.id}: pay_percent lies between 0 and 100")

    def starts_at(self, wall_minute: int) -> bool:
        """Whether a shift may start at this minute of the local day."""
        if wall_minute % self.start_every:
            return False
        if self.earliest_start <= self.latest_start:
            return self.earliest_start <= wall_minute <= self.latest_start
        return wall_minute >= self.earliest_start or wall_minute <= self.latest_start

    def allows(self, span: Span, iso_weekday: int) -> bool:
        """Whether a shift over this span may be worked, by weekday and window."""
        if self.weekdays is not None and iso_weekday not in self.weekdays:
            return False
        return self.windows is None or any(
            window.start <= span.start and span.end <= window.end for window in self.windows
        )

    def serves(self, queue: str) -> bool:
        """Whether a shift of this template may serve the queue."""
        return self.queues is None or queue in self.queues
