"""The problem the optimiser gets: frozen data, checked once, integers inside.

Time is integer minutes since the horizon's start, counted in UTC, half-open ``[start, end)``.
Money is integer cents. Wall-clock values ("HH:MM") are minutes of the local day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from scheduler.errors import ProblemInvalid
from scheduler.horizon import DAY_MINUTES, WEEK_MINUTES, Horizon

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Queue:
    """A stream of contacts that one skill serves; prices in cents per worker-hour."""

    id: str
    skill: str
    understaffing_cost: int
    overstaffing_cost: int = 0

    def __post_init__(self) -> None:
        if self.understaffing_cost < 0 or self.overstaffing_cost < 0:
            raise ProblemInvalid(f"queue {self.id}: a price is negative")


@dataclass(frozen=True, slots=True)
class ShiftTemplate:
    """A pattern of shifts: length, and the wall-clock times it may start at.

    Starts lie on the grid ``start_every`` counted from local midnight, from ``earliest_start``
    to ``latest_start`` inclusive; a latest start before the earliest wraps over midnight.
    """

    id: str
    minutes: int
    start_every: int
    earliest_start: int
    latest_start: int

    def __post_init__(self) -> None:
        if self.minutes < 1 or self.start_every < 1:
            raise ProblemInvalid(f"shift template {self.id}: lengths must be positive")
        for wall in (self.earliest_start, self.latest_start):
            if not 0 <= wall < DAY_MINUTES:
                raise ProblemInvalid(f"shift template {self.id}: a start is not a time of day")

    def starts_at(self, wall_minute: int) -> bool:
        """Whether a shift may start at this minute of the local day."""
        if wall_minute % self.start_every:
            return False
        if self.earliest_start <= self.latest_start:
            return self.earliest_start <= wall_minute <= self.latest_start
        return wall_minute >= self.earliest_start or wall_minute <= self.latest_start


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open minutes ``[start, end)``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ProblemInvalid(f"span [{self.start}, {self.end}): the end is not after the start")


@dataclass(frozen=True, slots=True)
class Window(Span):
    """A time a worker offers, with his preference from -2 (rather not) to +2 (gladly)."""

    preference: int = 0

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        if not -2 <= self.preference <= 2:
            raise ProblemInvalid(f"preference {self.preference}: -2 to 2 is needed")


@dataclass(frozen=True, slots=True)
class Worker:
    """A person who may be scheduled: skills, contract limits, offered times.

    ``past_shifts`` end at or before the horizon's start (negative minutes); they count for
    rest, the first week's limit and runs of days.
    """

    id: str
    skills: frozenset[str]
    hourly_cost: int
    min_minutes_per_week: int = 0
    max_minutes_per_week: int = WEEK_MINUTES
    max_shifts_per_day: int = 1
    max_consecutive_days: int = 6
    min_rest_minutes: int = 11 * 60
    availability: tuple[Window, ...] = ()
    past_shifts: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if self.hourly_cost < 0:
            raise ProblemInvalid(f"worker {self.id}: hourly_cost is negative")
        if not 0 <= self.min_minutes_per_week <= self.max_minutes_per_week:
            raise ProblemInvalid(
                f"worker {self.id}: 0 <= min_minutes_per_week <= max_minutes_per_week is needed"
            )
        if self.max_shifts_per_day < 0 or self.max_consecutive_days < 0:
            raise ProblemInvalid(f"worker {self.id}: a limit is negative")
        if not 0 <= self.min_rest_minutes <= DAY_MINUTES:
            raise ProblemInvalid(f"worker {self.id}: min_rest_minutes must be 0 to 1440")
        windows = sorted(self.availability, key=lambda window: window.start)
        for before, after in pairwise(windows):
            if after.start < before.end:
                raise ProblemInvalid(f"worker {self.id}: availability windows overlap")


@dataclass(frozen=True, slots=True)
class Pin:
    """A shift that must stay."""

    worker: str
    queue: str
    start: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Prices of the soft terms, in cents; 0 switches a term off.

    ``preference``: per hour and per step below "gladly" (+2).
    ``fairness``: per hour and per quarter of the weekly maximum already filled.
    """

    preference: int = 0
    fairness: int = 0

    def __post_init__(self) -> None:
        if self.preference < 0 or self.fairness < 0:
            raise ProblemInvalid("objective: a weight is negative")


@dataclass(frozen=True)
class Problem:
    """Everything the optimiser needs to know, and nothing about where it came from.

    ``requirement[queue]``: workers needed, one integer per interval.
    ``coverage_value[queue]``: per interval the value in cents per hour of the 1st, 2nd, ...
    worker, never rising; it replaces the requirement of that queue.
    """

    horizon: Horizon
    currency: str
    queues: tuple[Queue, ...]
    shift_templates: tuple[ShiftTemplate, ...]
    workers: tuple[Worker, ...]
    requirement: Mapping[str, IntArray]
    coverage_value: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    pins: tuple[Pin, ...] = ()
    weights: Weights = Weights()

    def __post_init__(self) -> None:
        for kind, items in (
            ("queue", self.queues),
            ("shift template", self.shift_templates),
            ("worker", self.workers),
        ):
            _check_unique(kind, [item.id for item in items])
        _check_need(self)
        _check_windows(self)
        self._check_pins()

    def _check_pins(self) -> None:
        workers = {worker.id for worker in self.workers}
        queues = {queue.id for queue in self.queues}
        for index, pin in enumerate(self.pins):
            if pin.worker not in workers:
                raise ProblemInvalid(f"pins[{index}].worker: {pin.worker!r} is not a worker")
            if pin.queue not in queues:
                raise ProblemInvalid(f"pins[{index}].queue: {pin.queue!r} is not a queue")

    @cached_property
    def worker_by_id(self) -> dict[str, Worker]:
        """Workers by their id."""
        return {worker.id: worker for worker in self.workers}

    @cached_property
    def queue_by_id(self) -> dict[str, Queue]:
        """Queues by their id."""
        return {queue.id: queue for queue in self.queues}


def _check_unique(kind: str, ids: list[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if not one:
            raise ProblemInvalid(f"{kind}: an id is empty")
        if one in seen:
            raise ProblemInvalid(f"{kind} {one!r}: the id is used twice")
        seen.add(one)


def _check_need(problem: Problem) -> None:
    known = {queue.id for queue in problem.queues}
    expected = problem.horizon.num_intervals
    for name, table in (
        ("requirement", problem.requirement),
        ("coverage_value", problem.coverage_value),
    ):
        for queue_id, values in table.items():
            if queue_id not in known:
                raise ProblemInvalid(f"{name}.{queue_id}: not a queue")
            if len(values) != expected:
                raise ProblemInvalid(
                    f"{name}.{queue_id}: {len(values)} values, needed is one per interval: "
                    f"{expected}"
                )
    for queue_id, requirement in problem.requirement.items():
        if len(requirement) and int(requirement.min()) < 0:
            raise ProblemInvalid(f"requirement.{queue_id}: a value is negative")
    for queue_id, curves in problem.coverage_value.items():
        for index, curve in enumerate(curves):
            if any(b > a for a, b in pairwise(curve)) or min(curve, default=0) < 0:
                raise ProblemInvalid(
                    f"coverage_value.{queue_id}[{index}]: values must not rise or be negative"
                )


def _check_windows(problem: Problem) -> None:
    end = problem.horizon.num_minutes
    for worker in problem.workers:
        for window in worker.availability:
            if window.start < 0 or window.end > end:
                raise ProblemInvalid(f"worker {worker.id}: availability lies outside the horizon")
        for span in worker.past_shifts:
            if span.end > 0:
                raise ProblemInvalid(f"worker {worker.id}: a past shift ends inside the horizon")
