"""Limits that a worker may pass at a price: rest between working days, runs of days.

All columns here are slack: the shifts that pass a limit force them up, and they cost. The weekly
rest at a price is stated beside the one that is a rule.
"""

from collections.abc import Iterator

import numpy as np

from scheduler.model.constraints.pairs import REACH_DAYS
from scheduler.model.exclusive import exclusive
from scheduler.model.linear import BoolArray, LinearBuilder
from scheduler.model.rows import Rows
from scheduler.model.variables import Variables
from scheduler.pricing import short_rest_cost
from scheduler.problem import IntArray, Problem
from scheduler.soft_limit import SoftLimit

Near = tuple[IntArray, IntArray]  # shifts of an earlier day, and what each makes later ones cost


def soft_limits(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Begun too soon after work of earlier days, or one day too many in a row: each has a price."""
    rows = Rows()
    for index, worker in enumerate(problem.workers):
        for limit in worker.priced_limits if v.is_ruled[index] else ():
            if limit.is_rest:
                _Rests(problem, v, index, limit, model, rows).state()
            elif limit.kind == "days_in_a_row":
                _days_in_a_row(problem, v, index, limit, model, rows)
    rows.add_to(model)


def _days_in_a_row(
    problem: Problem, v: Variables, index: int, limit: SoftLimit, model: LinearBuilder, rows: Rows
) -> None:
    """Each working day that ends too long a run, days before and elsewhere included, costs."""
    worker = problem.workers[index]
    fixed = {
        problem.horizon.day(span.start) for span in (*worker.past_shifts, *worker.external_shifts)
    }
    worked = _worked(problem, v, index, model, rows)
    for last in sorted({*worked, *fixed}):
        run = range(last - limit.limit, last + 1)
        ours = [worked[day] for day in run if day in worked and day not in fixed]
        if ours and all(day in worked or day in fixed for day in run):
            beyond = model.add_columns(*_one(limit.cost), index, is_slack=True)
            rows.at_most(len(ours) - 1, *((columns, 1) for columns in ours), (beyond, -1))


def _worked(
    problem: Problem, v: Variables, index: int, model: LinearBuilder, rows: Rows
) -> dict[int, IntArray]:
    """Columns whose sum says whether a worker works here, for each day on which he could."""
    found = {}
    for day, groups in _groups(problem, v, index).items():
        columns = [v.choices.column[group] for group in groups]
        found[day] = columns[0]
        if len(columns) > 1:
            found[day] = model.add_columns(*_one(0), index, is_slack=True)
            for one in columns:
                rows.at_most(0, (one, 1), (found[day], -1))
    return found


class _Rests:
    """What the shifts of one worker cost by one limit on his rest.

    They cost by levels: the dearer it is that one follows the other, the more levels two shifts
    force up together.
    """

    def __init__(
        self,
        problem: Problem,
        v: Variables,
        index: int,
        limit: SoftLimit,
        model: LinearBuilder,
        rows: Rows,
    ) -> None:
        self.v, self.index, self.limit, self.model, self.rows = v, index, limit, model, rows
        worker = problem.workers[index]
        self.fixed_ends = [
            (problem.horizon.day(span.start), span.end)
            for span in (*worker.past_shifts, *worker.external_shifts)
        ]
        self.groups = _groups(problem, v, index)

    def state(self) -> None:
        """Rows for each day on which a shift could start too soon."""
        for day, groups in self.groups.items():
            ends = [end for earlier, end in self.fixed_ends if earlier < day]
            for later in groups:
                fixed = self._costs(np.array(ends, dtype=np.int64), later).max(axis=0, initial=0)
                self._charge(later, fixed, list(self._near(day, later)))

    def _near(self, day: int, later: IntArray) -> Iterator[Near]:
        """Shifts of earlier days of which one is worked at most, where they make others cost."""
        for earlier in range(day - REACH_DAYS, day):
            for group in self.groups.get(earlier, ()):
                costs = self._costs(self.v.choices.end[group], later)
                if costs.any():
                    yield group, costs

    def _costs(self, ends: IntArray, later: IntArray) -> IntArray:
        """Price of each later shift after work that ends then, shape (ends, later shifts)."""
        start = self.v.choices.start[later]
        length = np.broadcast_to(self.v.choices.end[later] - start, (len(ends), len(later)))
        gap = start - ends[:, None]
        is_short = (gap >= 0) & (gap < self.limit.limit)
        pairs = np.stack([gap[is_short], length[is_short]], axis=1)
        kinds, which = np.unique(pairs, axis=0, return_inverse=True)
        prices = [short_rest_cost(self.limit, *pair) for pair in kinds.tolist()]
        found = np.zeros(gap.shape, dtype=np.int64)
        found[is_short] = np.array(prices, dtype=np.int64)[which.reshape(-1)]
        return found

    def _charge(self, later: IntArray, fixed: IntArray, near: list[Near]) -> None:
        """A column for each level of the price of shifts of which one is worked at most."""
        column, paid = self.v.choices.column, 0
        for level in np.unique(np.concatenate([fixed, *(one.ravel() for _, one in near)])).tolist():
            if not level:
                continue
            step = self.model.add_columns(*_one(level - paid), self.index, is_slack=True)
            paid = level
            sure = later[fixed >= level]
            if len(sure):
                self.rows.at_most(0, (column[sure], 1), (step, -1))
            for group, costs in near:
                for before, after in _all_with_all(costs >= level):
                    pair = (column[group[before]], 1), (column[later[after]], 1)
                    self.rows.at_most(1, *pair, (step, -1))


def _all_with_all(is_dear: BoolArray) -> Iterator[tuple[BoolArray, BoolArray]]:
    """Rows and columns of a matrix that are true wherever they cross; together, all that is."""
    for columns in np.unique(is_dear, axis=0):
        if columns.any():
            yield (is_dear | ~columns).all(axis=1), columns


def _groups(problem: Problem, v: Variables, index: int) -> dict[int, list[IntArray]]:
    """A worker's choices of each day, in groups of which one is worked at most."""
    own, choices = v.of_worker(index), v.choices
    is_single = problem.workers[index].max_shifts_per_day == 1
    found = {}
    for day in np.unique(choices.day[own]).tolist():
        here = own[choices.day[own] == day]
        groups = exclusive(choices.start[here], choices.end[here], is_single=is_single)
        found[day] = [here[group] for group in groups]
    return found


def _one(cost: int) -> tuple[IntArray, IntArray]:
    """Cost and upper bound of one 0-1 column."""
    return np.array([cost], dtype=np.int64), np.ones(1, dtype=np.int64)
