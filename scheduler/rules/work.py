"""What one worker does, seen by local days: the raw material of his rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.worker import Span, Worker

S = TypeVar("S", Shift, Span)


@dataclass(frozen=True, slots=True)
class Work:
    """One worker's shifts by the local day they start on, beside what he works elsewhere.

    Days count from the horizon's first; ``past`` and ``external`` may lie outside it.
    """

    problem: Problem
    worker: Worker
    shifts: Sequence[Shift]
    by_day: dict[int, list[Shift]]
    past: dict[int, list[Span]]
    external: dict[int, list[Span]]

    @property
    def fixed_days(self) -> set[int]:
        """Working days whatever we schedule."""
        return {*self.past, *self.external}

    @property
    def first_known_day(self) -> int:
        """The first day of which it is known whether the worker worked."""
        return min(self.past, default=0)

    def minutes_by_day(self, *, is_own: bool) -> dict[int, int]:
        """Minutes of the shifts that start on each day: ours, or what is worked besides."""
        days: dict[int, int] = defaultdict(int)
        for known in (self.by_day,) if is_own else (self.past, self.external):
            for day, spans in known.items():
                days[day] += sum(span.end - span.start for span in spans)
        return days


def work_of(problem: Problem, worker: Worker, shifts: Sequence[Shift]) -> Work:
    """A worker's shifts, put in the order of their starts."""
    ordered = sorted(shifts, key=attrgetter("start", "end"))
    past, external = (
        _by_day(problem, spans) for spans in (worker.past_shifts, worker.external_shifts)
    )
    return Work(problem, worker, ordered, _by_day(problem, ordered), past, external)


def week(problem: Problem, day: int) -> int:
    """Index of a day's ISO week, counted from the first day's week."""
    return (day + problem.horizon.first_day.weekday()) // 7


def name(problem: Problem, shift: Shift) -> str:
    """A shift in the words of a violation."""
    return f"{shift.queue} at {instant(problem, shift.start)}"


def instant(problem: Problem, minute: int) -> str:
    """A minute as ISO 8601 in the site's zone."""
    return problem.horizon.instant(minute).isoformat()


def _by_day(problem: Problem, spans: Iterable[S]) -> dict[int, list[S]]:
    days: dict[int, list[S]] = defaultdict(list)
    for span in spans:
        days[problem.horizon.day(span.start)].append(span)
    return days
