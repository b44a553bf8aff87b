"""The schedule that comes out: dated shifts with their cost, proof and record."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from scheduler.horizon import Horizon
from scheduler.problem import Problem

Status = Literal["optimal", "feasible"]


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A part of a shift ``[start, end)`` on one queue."""

    start: int
    end: int
    queue: str


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """One worker for ``[start, end)`` on one queue; minutes from the start, cost in cents.

    A blended shift has segments that follow each other from its start to its end; ``queue`` is
    then the one with most of the time.
    """

    start: int
    end: int
    worker: str
    queue: str
    template: str
    cost: int = 0
    segments: tuple[Segment, ...] = ()

    @property
    def served(self) -> tuple[Segment, ...]:
        """Who is served when: the segments, or the one queue all the time."""
        return self.segments or (Segment(self.start, self.end, self.queue),)

    @property
    def minutes(self) -> int:
        """Length in minutes of real time."""
        return self.end - self.start

    def id(self, horizon: Horizon) -> str:
        """A name that stays the same over re-runs: who starts when, whatever the queue."""
        instant = horizon.instant(self.start).isoformat()
        text = f"{self.worker}\n{instant}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Shortage:
    """Workers missing on a queue in the interval that starts at ``start``."""

    queue: str
    start: int
    workers: int


@dataclass(frozen=True, slots=True)
class LateWork:
    """Worker-minutes of work on a queue that were due at a minute and not done by then."""

    queue: str
    due: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Progress:
    """One moment of the search: seconds since its start, stage, best cost and bound in cents."""

    seconds: float
    stage: str
    cost: int | None = None
    bound: int | None = None

    @property
    def gap(self) -> float | None:
        """Share of the cost that could at most still be saved."""
        if self.cost is None or self.bound is None:
            return None
        return gap(self.cost, self.bound)


def gap(objective: int, bound: int) -> float:
    """Share of the objective that could at most still be saved: ``(objective-bound)/objective``."""
    return (objective - bound) / objective if objective > bound else 0.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """All assignments, what they cost, and how good that is at worst.

    ``costs`` holds cents per objective term and adds up to ``objective``. ``bound`` is a proven
    lower bound of any schedule's objective. ``history`` is the search's progress.
    """

    shifts: tuple[Shift, ...]
    status: Status
    objective: int
    bound: int
    costs: Mapping[str, int]
    understaffing: tuple[Shortage, ...]
    solve_seconds: float = 0.0
    history: tuple[Progress, ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)
    late_work: tuple[LateWork, ...] = ()

    @property
    def gap(self) -> float:
        """Share of the objective that could at most still be saved."""
        return gap(self.objective, self.bound)


def staffed(problem: Problem, shifts: tuple[Shift, ...]) -> dict[str, list[int]]:
    """Workers on each queue, one count per interval; a shift counts where it covers all of it."""
    length = problem.horizon.interval_minutes
    counts = {queue.id: [0] * problem.horizon.num_intervals for queue in problem.queues}
    for shift in shifts:
        for part in shift.served:
            for index in range(-(-part.start // length), part.end // length):
                counts[part.queue][index] += 1
    return counts
