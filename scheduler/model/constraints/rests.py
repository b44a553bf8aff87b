"""The weekly rest: in any seven days in a row lies a rest that is long enough.

A rest is told by the day off that it holds, or by the two working days that it joins. Each that
the shifts around it could make too short has a 0-1 column that says that it is kept; every other
day off is rest by itself, which makes rows like those for runs of days.

Where seven days without a rest are priced, a column says instead that a rest is *not* kept: such
a column the shifts force up, as they do every slack.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.horizon import DAY_MINUTES
from scheduler.model.exclusive import exclusive
from scheduler.model.linear import BoolArray, LinearBuilder
from scheduler.model.rows import Part, Rows
from scheduler.model.variables import Variables
from scheduler.problem import IntArray, Problem
from scheduler.worker import Span

WINDOW_DAYS = 7
NONE: IntArray = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Day:
    """What may be worked on a day, columns with starts and ends, and what is worked elsewhere."""

    column: IntArray
    start: IntArray
    end: IntArray
    fixed: tuple[Span, ...]

    @property
    def first_start(self) -> int:
        """The earliest start that is possible or certain."""
        return min([*map(int, self.start), *(one.start for one in self.fixed)])

    @property
    def last_end(self) -> int:
        """The latest end that is possible or certain."""
        return max([*map(int, self.end), *(one.end for one in self.fixed)])


def weekly_rest(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Every seven consecutive local days with a shift of ours hold a rest that is long enough.

    Where that is a soft limit, each seven days without one have a price.
    """
    rows = Rows()
    for index, worker in enumerate(problem.workers):
        if not v.is_ruled[index] or not len(v.of_worker(index)):
            continue
        if worker.min_weekly_rest_minutes is not None:
            _Rests(problem, v, index, worker.min_weekly_rest_minutes, model, rows).state()
        for limit in worker.priced_limits:
            if limit.kind == "weeks_without_rest":
                _Rests(problem, v, index, limit.limit, model, rows, limit.cost).state()
    rows.add_to(model)


class _Rests:
    """The rests of one worker, and the rows that he needs; seven days without one may be priced."""

    def __init__(
        self,
        problem: Problem,
        v: Variables,
        index: int,
        owed: int,
        model: LinearBuilder,
        rows: Rows,
        price: int | None = None,
    ) -> None:
        self.index, self.owed, self.model, self.rows = index, owed, model, rows
        self.price = price
        self.worker = problem.workers[index]
        self.is_single = self.worker.max_shifts_per_day == 1
        self.num_days = problem.horizon.days
        past = [problem.horizon.day(span.start) for span in self.worker.past_shifts]
        self.first_known = min(past, default=0)
        self.days = _days(problem, v, index)
        # Further apart no two shifts leave less than the rest between them.
        self.reach = owed // DAY_MINUTES + 3
        self._kept: dict[tuple[int, ...], IntArray] = {}

    def state(self) -> None:
        """A row for each window of seven days that could hold no rest."""
        for first in range(self.first_known, self.num_days - WINDOW_DAYS + 1):
            window = range(first, first + WINDOW_DAYS)
            ours = [day for day in window if day in self.days and len(self.days[day].column)]
            if not ours or any(day not in self.days and self._is_sure(day) for day in window):
                continue
            if any(day in self.days and self.days[day].fixed for day in window):
                self._add_beside_fixed(window, ours)
            else:
                self._add_window(window)

    def _add_window(self, window: range) -> None:
        """Seven days hold a rest; where nothing is worked elsewhere, that is always possible."""
        rests = [self._kept_part(column, -1) for column in self._between_all(window)]
        worked = 0
        for day in window:
            if self.is_single and self._is_sure(day):
                rests.append(((self.days[day].column, 1), 0))
                worked += 1
            else:
                rests.append(self._kept_part(self._day_off(day), -1))
        self._at_most(worked - 1, *rests, (self._missed(), 0))

    def _add_beside_fixed(self, window: range, ours: list[int]) -> None:
        """Work elsewhere may leave no rest: then nothing is worked here, or it has its price."""
        rests = [*self._between_all(window), *map(self._day_off, window)]
        kept = [self._kept_part(column, -1) for column in rests]
        missed = self._missed()
        for day in ours:
            for columns in self._exclusive(self.days[day]):
                self._at_most(0, ((columns, 1), 0), *kept, (missed, 0))

    def _kept_part(self, column: IntArray, factor: int) -> tuple[Part, int]:
        """So many times whether a rest is kept: what a column counts, and what beside it."""
        if self.price is None:
            return (column, factor), 0
        return (column, -factor), factor * len(column)

    def _at_most(self, most: int, *parts: tuple[Part, int]) -> None:
        self.rows.at_most(most - sum(more for _, more in parts), *(part for part, _ in parts))

    def _missed(self) -> Part:
        """The column that prices seven days without a rest; none where a rest is a rule."""
        if self.price is None:
            return NONE, -1
        return self._slack(self.price), -1

    def _slack(self, price: int) -> IntArray:
        cost, one = np.array([price], dtype=np.int64), np.ones(1, dtype=np.int64)
        return self.model.add_columns(cost, one, self.index, is_slack=True)

    def _between_all(self, window: range) -> Iterator[IntArray]:
        return map(self._between, window[:-1])

    def _is_sure(self, day: int) -> bool:
        """Whether a day off is rest whatever is worked around it."""
        return not any(True for _ in self._around(day))

    def _around(self, day: int) -> Iterator[tuple[_Day, _Day]]:
        """Days before and after a day whose shifts may leave too little rest around it."""
        for before in range(day - self.reach, day):
            for after in range(day + 1, before + self.reach + 1):
                if before in self.days and after in self.days:
                    pair = self.days[before], self.days[after]
                    if pair[1].first_start - pair[0].last_end < self.owed:
                        yield pair

    def _day_off(self, day: int) -> IntArray:
        """The column that says that a day off is rest; none where it cannot be."""
        if (day,) not in self._kept:
            own = self.days.get(day)
            is_possible = own is None or not own.fixed
            column = self._column(list(self._around(day)) if is_possible else None)
            for columns in self._exclusive(own) if len(column) and own is not None else ():
                self._at_most(1, ((columns, 1), 0), self._kept_part(column, 1))
            self._kept[day,] = column
        return self._kept[day,]

    def _between(self, day: int) -> IntArray:
        """The column that says that two working days have rest between them; often none."""
        key = day, day + 1
        if key not in self._kept:
            pair = [self.days[one] for one in key if one in self.days]
            is_possible = len(pair) == 2 and self._longest(*pair) >= self.owed
            column = self._column([(pair[0], pair[1])] if is_possible else None)
            for own in pair if len(column) else ():
                if not own.fixed:
                    self._at_most(0, self._kept_part(column, 1), ((own.column, -1), 0))
            self._kept[key] = column
        return self._kept[key]

    def _longest(self, before: _Day, after: _Day) -> int:
        """The most time that may lie between two working days."""
        ends, starts = before.end.tolist(), after.start.tolist()
        end = max((one.end for one in before.fixed), default=min(ends, default=0))
        start = min((one.start for one in after.fixed), default=max(starts, default=0))
        return start - end

    def _column(self, around: list[tuple[_Day, _Day]] | None) -> IntArray:
        """A 0-1 column of a rest that is not kept where shifts on both of two days are too near."""
        if around is None or any(self._is_short(*pair) for pair in around):
            return NONE
        column = self.model.add_boolean(self.index) if self.price is None else self._slack(0)
        for before, after in around:
            for most, columns in self._too_near(before, after):
                self._at_most(most, ((columns, 1), 0), self._kept_part(column, 1))
        return column

    def _exclusive(self, day: _Day, keep: BoolArray | None = None) -> list[list[int]]:
        """Columns of a day in groups of which one is worked at most."""
        if keep is not None:
            day = _Day(day.column[keep], day.start[keep], day.end[keep], ())
        groups = exclusive(day.start, day.end, is_single=self.is_single)
        return [day.column[group].tolist() for group in groups]

    def _too_near(self, before: _Day, after: _Day) -> Iterator[tuple[int, list[int]]]:
        """Columns of two days that leave too little time between them, and how many may be worked.

        Where a rest is kept between the days, that is: it takes the place of one more.
        """
        for one in before.fixed:
            for columns in self._exclusive(after, after.start < one.end + self.owed):
                yield 1, columns
        for one in after.fixed:
            for columns in self._exclusive(before, before.end > one.start - self.owed):
                yield 1, columns
        num_seen = 0
        for end in np.unique(before.end):
            is_near = after.start < end + self.owed
            if is_near.sum() > num_seen:  # else the row of an earlier end says as much
                num_seen = int(is_near.sum())
                for first in self._exclusive(before, before.end >= end):
                    for second in self._exclusive(after, is_near):
                        yield 2, first + second

    def _is_short(self, before: _Day, after: _Day) -> bool:
        """Whether what is worked elsewhere leaves too little time already."""
        ends, starts = [one.end for one in before.fixed], [one.start for one in after.fixed]
        return bool(ends and starts) and min(starts) - max(ends) < self.owed


def _days(problem: Problem, v: Variables, index: int) -> dict[int, _Day]:
    """Each day on which something may be worked here, or is worked before or elsewhere."""
    worker, own, choices = problem.workers[index], v.of_worker(index), v.choices
    fixed: dict[int, list[Span]] = defaultdict(list)
    for span in (*worker.past_shifts, *worker.external_shifts):
        fixed[problem.horizon.day(span.start)].append(span)
    found = {}
    for day in {*fixed, *choices.day[own].tolist()}:
        here = own[choices.day[own] == day]
        found[day] = _Day(
            choices.column[here], choices.start[here], choices.end[here], tuple(fixed[day])
        )
    return found
