"""Who got how much: hours, unpopular hours and wishes, per worker and per group.

Everything is counted from the shifts and what workers offered; nothing is judged by it. The Gini
coefficient is half the mean difference between two workers over the mean (Gini 1912).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scheduler.problem import Problem, UnpopularHours
from scheduler.rules.shifts import window_of
from scheduler.rules.terms import is_met, unpopular_before
from scheduler.rules.work import work_of
from scheduler.schedule import Shift
from scheduler.worker import Worker

# What counts as unpopular where the problem does not say: nights, and the weekend.
USUAL_UNPOPULAR = (
    UnpopularHours(frozenset(range(1, 8)), 20 * 60, 6 * 60),
    UnpopularHours(frozenset({6, 7}), 0, 0),
)
LEAST_GROUP = 5
OTHER = "other"


@dataclass(frozen=True, slots=True)
class WorkerShare:
    """What one worker got of what he offered; all in minutes, wishes as counts.

    ``offered``: minutes he offered, of each ISO week at most his weekly maximum. ``glad``: worked
    in windows that he likes (+1, +2); ``reluctant``: in windows that he would rather not (-1, -2).
    ``past``: worked before the horizon.
    """

    worker: str
    minutes: int
    offered: int
    unpopular: int
    glad: int
    reluctant: int
    requests: int
    granted: int
    past: int

    @property
    def share(self) -> float | None:
        """Share of what he offered that he got, 0 to 1; None if he offered nothing."""
        return self.minutes / self.offered if self.offered else None

    @property
    def with_past(self) -> int:
        """Minutes over history: before the horizon and in it."""
        return self.past + self.minutes


@dataclass(frozen=True, slots=True)
class GroupShare:
    """The same for a group of at least ``LEAST_GROUP`` workers, summed up; means in minutes."""

    dimension: str
    group: str
    workers: int
    mean_minutes: float
    share: float | None
    unpopular_share: float | None
    glad_share: float | None
    requests: int
    granted: int
    mean_with_past: float


@dataclass(frozen=True)
class Fairness:
    """Everybody's share, and how unequal the shares are.

    ``is_usual``: unpopular hours are the usual ones, as the problem names none.
    """

    workers: tuple[WorkerShare, ...]
    groups: tuple[GroupShare, ...]
    is_usual: bool

    @cached_property
    def offering(self) -> tuple[WorkerShare, ...]:
        """Workers who offered any time; of the others nothing can be expected."""
        return tuple(one for one in self.workers if one.offered)

    @property
    def has_past(self) -> bool:
        """Whether anything is known of the time before the horizon."""
        return any(one.past for one in self.workers)

    @cached_property
    def ginis(self) -> dict[str, float]:
        """How unequal, 0 (all alike) to 1, by what is counted; over workers who offered time."""
        people = self.offering
        found = {
            "hours": gini([one.minutes for one in people]),
            "share of offered hours": gini([one.share or 0.0 for one in people]),
            "unpopular hours": gini([one.unpopular for one in people]),
        }
        if self.has_past:
            found["hours with history"] = gini([one.with_past for one in people])
        return found

    def worst_off(self, most: int = 10) -> list[WorkerShare]:
        """Who got the smallest share of what he offered; of equals, who worked least so far."""
        return sorted(
            self.offering, key=lambda one: (one.share, one.with_past, -one.offered, one.worker)
        )[:most]


def fairness(
    problem: Problem,
    shifts: Sequence[Shift],
    dimensions: Mapping[str, Mapping[str, str]] | None = None,
) -> Fairness:
    """Count what each worker and each group got.

    ``dimensions``: for example ``{"contract": {"w1": "student"}}``, the group of each worker.
    """
    hours = problem.unpopular_hours or USUAL_UNPOPULAR
    before = unpopular_before(problem.horizon, tuple(hours))
    own: dict[str, list[Shift]] = {worker.id: [] for worker in problem.workers}
    for shift in shifts:
        own[shift.worker].append(shift)
    workers = tuple(_share(problem, one, own[one.id], before) for one in problem.workers)
    groups = tuple(
        group
        for dimension, named in (dimensions or {}).items()
        for group in _groups(dimension, named, workers)
    )
    return Fairness(workers, groups, not problem.unpopular_hours)


def gini(values: Sequence[float]) -> float:
    """How unequally something is spread: 0 if all have alike, (n - 1) / n if one has all.

    Formula: sum of |x_i - x_j| over all pairs, divided by 2 n^2 times the mean; 0 if nobody has
    anything. Values must not be negative.
    """
    ordered: npt.NDArray[np.float64] = np.sort(np.asarray(values, dtype=np.float64))
    total, number = float(ordered.sum()), len(ordered)
    if not total > 0:
        return 0.0
    weights = 2 * np.arange(1, number + 1) - number - 1
    return max(0.0, float(weights @ ordered) / (number * total))


def _share(
    problem: Problem, worker: Worker, shifts: Sequence[Shift], before: Sequence[int]
) -> WorkerShare:
    minutes = sum(shift.minutes for shift in shifts)
    liked = {True: 0, False: 0}
    for shift in shifts:
        window = window_of(worker, shift)
        if window is not None and window.preference:
            liked[window.preference > 0] += shift.minutes
    work = work_of(problem, worker, shifts)
    return WorkerShare(
        worker=worker.id,
        minutes=minutes,
        offered=_offered(problem, worker),
        unpopular=sum(before[shift.end] - before[shift.start] for shift in shifts),
        glad=liked[True],
        reluctant=liked[False],
        requests=len(worker.requests),
        granted=sum(is_met(work, one) == (one.weight > 0) for one in worker.requests),
        past=sum(span.end - span.start for span in worker.past_shifts),
    )


def _offered(problem: Problem, worker: Worker) -> int:
    """Minutes offered, of each week of the horizon at most the weekly maximum."""
    horizon = problem.horizon
    weeks = [0] * horizon.num_weeks
    for window in worker.availability:
        for day in range(horizon.day(window.start), horizon.day(window.end - 1) + 1):
            first, last = horizon.day_starts[day], horizon.day_starts[day + 1]
            weeks[horizon.week_of_day[day]] += min(last, window.end) - max(first, window.start)
    return sum(min(minutes, worker.max_minutes_per_week) for minutes in weeks)


def _groups(
    dimension: str, named: Mapping[str, str], workers: Sequence[WorkerShare]
) -> list[GroupShare]:
    """Groups by size; the small ones together, so that no figure speaks of a few people."""
    members: dict[str, list[WorkerShare]] = {}
    for one in workers:
        members.setdefault(named.get(one.worker, "") or OTHER, []).append(one)
    folded = members.pop(OTHER, [])
    ordered = sorted(members.items(), key=lambda item: (len(item[1]), item[0]))
    # A single small group left out would be told by the difference: then the next one goes too.
    while ordered and (len(ordered[0][1]) < LEAST_GROUP or 0 < len(folded) < LEAST_GROUP):
        folded = [*folded, *ordered.pop(0)[1]]
    shown = [*reversed(ordered), (OTHER, folded)]
    return [_group(dimension, name, own) for name, own in shown if len(own) >= LEAST_GROUP]


def _group(dimension: str, name: str, own: Sequence[WorkerShare]) -> GroupShare:
    minutes, offered = (sum(getattr(one, key) for one in own) for key in ("minutes", "offered"))

    def part(of: str) -> float | None:
        return sum(getattr(one, of) for one in own) / minutes if minutes else None

    return GroupShare(
        dimension=dimension,
        group=name,
        workers=len(own),
        mean_minutes=minutes / len(own),
        share=minutes / offered if offered else None,
        unpopular_share=part("unpopular"),
        glad_share=part("glad"),
        requests=sum(one.requests for one in own),
        granted=sum(one.granted for one in own),
        mean_with_past=sum(one.with_past for one in own) / len(own),
    )
