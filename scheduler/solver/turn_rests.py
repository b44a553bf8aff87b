"""Which choices of one worker still leave him his weekly rest, and his breaks, as a turn grows."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from scheduler.model.linear import BoolArray
from scheduler.model.variables import Variables
from scheduler.problem import Problem
from scheduler.worker import Worker

WINDOW_DAYS = 7
TWO_DAYS_OFF = 46 * 60  # minutes, and two hours less for clock changes

Edges = tuple[int, int]  # first start and last end of what is worked on a day


class TurnRests:
    """What a worker has taken and works elsewhere, seen as blocks and as days."""

    def __init__(self, problem: Problem, v: Variables, worker: Worker, own: slice) -> None:
        self.worker, self.num_days = worker, problem.horizon.days
        self._start, self._end = v.choices.start[own], v.choices.end[own]
        self._day = v.choices.day[own]
        self._longest = int((self._end - self._start).max(initial=0))
        elsewhere = (*self.worker.past_shifts, *self.worker.external_shifts)
        self.asks = bool(self.worker.min_weekly_rest_minutes or self.worker.stretches)
        self._spans = [(one.start, one.end) for one in elsewhere] if self.asks else []
        self._days: dict[int, Edges] = {}
        self._ours: set[int] = set()
        for start, end in self._spans:
            self._add_day(problem.horizon.day(start), start, end)
        known = self.worker.past_shifts if self.asks else ()
        self._first_known = min((problem.horizon.day(one.start) for one in known), default=0)

    def take(self, choice: int) -> None:
        """One more choice is worked."""
        if self.asks:
            start, end = int(self._start[choice]), int(self._end[choice])
            self._spans.append((start, end))
            self._add_day(int(self._day[choice]), start, end)
            self._ours.add(int(self._day[choice]))

    def close(self, is_open: BoolArray) -> None:
        """Close those open choices that what is worked already leaves no room for."""
        if self._spans:
            for most, pause in self.worker.stretches:
                self._close_long_blocks(is_open, most, pause)
            self._close_restless(is_open)

    def _add_day(self, day: int, start: int, end: int) -> None:
        self._longest = max(self._longest, end - start)
        self._days[day] = _joined(self._days.get(day, (start, end)), (start, end))

    def _close_long_blocks(self, is_open: BoolArray, most: int, owed: int) -> None:
        """A choice that meets others without a break may not make a block that is too long."""
        first, last = self._start.copy(), self._end.copy()
        joins = np.zeros(len(first), dtype=bool)
        # Forwards what follows is joined, backwards what comes before.
        for start, end in [*sorted(self._spans), *sorted(self._spans, reverse=True)]:
            meets = (start < last + owed) & (first < end + owed)
            joins |= meets
            first = np.where(meets, np.minimum(first, start), first)
            last = np.where(meets, np.maximum(last, end), last)
        is_open &= ~joins | (last - first <= most)

    def _close_restless(self, is_open: BoolArray) -> None:
        """A choice leaves a long enough rest in every seven days around it.

        All that counts of a choice is its day and whether what lies before and after it is rest.
        """
        owed = self.worker.min_weekly_rest_minutes
        if owed is None:
            return
        for day in np.unique(self._day[is_open]).tolist():
            if self._is_nearly_idle(day):
                continue
            here = slice(*np.searchsorted(self._day, (day, day + 1)).tolist())
            edges = self._days.get(day)
            start, end = self._start[here], self._end[here]
            if edges is not None:
                start, end = np.minimum(start, edges[0]), np.maximum(end, edges[1])
            before = max((last for at, (_, last) in self._days.items() if at < day), default=None)
            after = min((first for at, (first, _) in self._days.items() if at > day), default=None)
            kind = np.zeros(len(start), dtype=np.int64)
            if before is not None:
                kind += start - before < owed
            if after is not None:
                kind += 2 * (after - end < owed)
            _, first_of, which = np.unique(kind, return_index=True, return_inverse=True)
            rests = [
                self._rests_with(day, (int(start[at]), int(end[at])), owed)
                for at in first_of.tolist()
            ]
            is_open[here] &= np.array(rests, dtype=bool)[which]

    def _is_nearly_idle(self, day: int) -> bool:
        """Whether so little is worked around a day that two days off follow each other anyway.

        Of seven days with at most two worked ones, two neighbours at least are off.
        """
        near = [one for one in self._days if one != day and abs(one - day) <= WINDOW_DAYS]
        owed = self.worker.min_weekly_rest_minutes or 0
        return len(near) <= 1 and owed <= TWO_DAYS_OFF - self._longest

    def _rests_with(self, day: int, edges: Edges, owed: int) -> bool:
        """Whether every seven days with one more day of work hold a rest."""
        judged = rested = 0
        for one in (*self._ours, day):
            judged |= self._windows(one - WINDOW_DAYS + 1, one)
        for rest in _rests({**self._days, day: edges}, owed, self._first_known, self.num_days):
            rested |= self._windows(rest[-1] - WINDOW_DAYS + 1, rest[0])
        return not judged & ~rested

    def _windows(self, first: int, last: int) -> int:
        """The seven days that begin on each of these days, as bits; none reach past the end."""
        first = max(first, self._first_known)
        last = min(last, self.num_days - WINDOW_DAYS)
        return (
            ((1 << (last - first + 1)) - 1) << (first - self._first_known) if last >= first else 0
        )


def _joined(one: Edges, other: Edges) -> Edges:
    return min(one[0], other[0]), max(one[1], other[1])


def _rests(
    days: dict[int, Edges], owed: int, first_known: int, num_days: int
) -> Iterator[tuple[int, ...]]:
    """Each rest as the day off that it holds, or the two working days that it joins."""
    worked = sorted(days)
    for before, after in pairwise(worked):
        if days[after][0] - days[before][1] >= owed:
            yield from [(before, after)] if after == before + 1 else []
            yield from ((one,) for one in range(before + 1, after))
    yield from ((one,) for one in range(first_known, worked[0]))
    yield from ((one,) for one in range(worked[-1] + 1, num_days))
