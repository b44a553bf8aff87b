"""What each worker may do by all rules of his own, for those whom a quicker answer misleads.

The rows that touch only one worker's columns fall apart into one small problem per worker. Many
of them are solved as one relaxation, which comes out whole nearly always.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from scheduler.model.build import Model
from scheduler.model.linear import UNBOUNDED, FloatArray, Linear
from scheduler.model.ranges import ranges
from scheduler.problem import IntArray
from scheduler.solver.parts import Effort, decide
from scheduler.solver.relaxation import relax
from scheduler.solver.site import PRICE_UNIT, Worth

IndexArray = npt.NDArray[np.signedinteger[Any]]
AT_ONCE = 50  # workers whose rules are solved together
MISSED = 1e-6
ROUNDING = 1e-9  # share of what was added up that rounding may have lost; far more than it can


class OwnRules:
    """The rows and columns that belong to single workers."""

    def __init__(self, model: Model) -> None:
        linear = model.linear
        self.model = model
        self._rows = _ByWorker(linear.row_owner, len(model.problem.workers))
        self._columns = _ByWorker(linear.owner, len(model.problem.workers))
        is_choice = np.zeros(linear.num_columns, dtype=bool)
        is_choice[model.variables.choices.column] = True
        # Columns of rules that a choice does not settle alone, and the rows that ask for them.
        self._others = np.flatnonzero((linear.owner >= 0) & ~is_choice)
        touched = np.unique(linear.by_column[:, self._others].indices)
        self._asked = touched[linear.row_owner[touched] >= 0]

    def broken_by(self, chosen: IntArray, effort: Effort) -> IntArray:
        """The workers whose own rules do not allow what they have chosen."""
        linear = self.model.linear
        values = np.zeros(linear.num_columns, dtype=np.int64)
        values[self.model.variables.choices.column[chosen]] = 1
        used = linear.matrix @ values
        is_broken = (linear.row_owner >= 0) & (
            (used < linear.row_lower) | (used > linear.row_upper)
        )
        is_broken[self._asked] = self._missed(used[self._asked], effort) > MISSED
        found: IntArray = np.unique(linear.row_owner[is_broken])
        return found

    def _missed(self, used: IntArray, effort: Effort) -> FloatArray:
        """The least by which rows are missed, all together, whatever the other columns are."""
        size, count = len(used), len(self._others)
        eye = sparse.eye_array(size, dtype=np.int64, format="csr")
        others = self.model.linear.matrix[self._asked][:, self._others]
        elastic = Linear(
            np.concatenate([np.zeros(count, dtype=np.int64), np.ones(2 * size, dtype=np.int64)]),
            np.zeros(count + 2 * size, dtype=np.int64),
            np.append(self.model.linear.upper[self._others], np.full(2 * size, UNBOUNDED)),
            sparse.csr_array(sparse.hstack([others, eye, -eye])),
            *self._sides(self._asked, used),
            np.full(count + 2 * size, -1),
            np.zeros(count + 2 * size, dtype=bool),
        )
        found = relax(elastic, effort.patience).values if size else np.zeros(count)
        if found is None:
            return np.zeros(size)
        missed: FloatArray = found[count:].reshape(2, size).sum(axis=0)
        return missed

    def choose(self, worth: Worth, workers: IntArray, effort: Effort) -> IntArray:
        """The choices of these workers' best schedules, in one array; none where time ran out."""
        own = self._alone(worth, workers)
        relaxed = relax(own, effort.patience).values
        whole = None if relaxed is None else decide(own, relaxed, effort)
        if whole is None:
            return np.zeros(0, dtype=np.int64)
        theirs = self._choices(workers)
        values = np.zeros(self.model.linear.num_columns, dtype=np.int64)
        values[self._columns.of(workers)] = whole
        return theirs[values[self.model.variables.choices.column[theirs]] > 0]

    def earnings(self, worth: Worth, workers: IntArray, effort: Effort) -> FloatArray:
        """What each of these workers earns at most, shape (workers,); infinite where unknown."""
        parts = [
            self._earnings(worth, workers[first : first + AT_ONCE], effort)
            for first in range(0, len(workers), AT_ONCE)
        ]
        return np.concatenate([np.zeros(0), *parts])

    def _earnings(self, worth: Worth, workers: IntArray, effort: Effort) -> FloatArray:
        """The Lagrangian bound of each worker's relaxation, in whole price units."""
        own = self._alone(worth, workers)
        relaxation = relax(own, effort.patience)
        if relaxation.prices is None:
            return np.full(len(workers), np.inf)
        prices = relaxation.prices.copy()
        prices[(prices > 0) & (own.row_lower <= -UNBOUNDED)] = 0.0
        prices[(prices < 0) & (own.row_upper >= UNBOUNDED)] = 0.0
        side = np.where(prices > 0, own.row_lower, own.row_upper)
        of_rows = np.where(prices == 0.0, 0.0, prices * side)
        reduced = own.cost - own.matrix.T @ prices
        of_columns = np.minimum(reduced * own.lower, reduced * own.upper)
        parts = ((of_rows, self._rows.owner(workers)), (of_columns, self._columns.owner(workers)))
        total, size = np.zeros(len(workers)), np.zeros(len(workers))
        for values, owner in parts:
            total += np.bincount(owner, weights=values, minlength=len(workers))
            size += np.bincount(owner, weights=abs(values), minlength=len(workers))
        found: FloatArray = np.ceil(-total + ROUNDING * size + MISSED) / PRICE_UNIT
        return found

    def _alone(self, worth: Worth, workers: IntArray) -> Linear:
        """These workers' own rows and columns; what they earn on the site is in the costs."""
        linear, v = self.model.linear, self.model.variables
        columns, rows = self._columns.of(workers), self._rows.of(workers)
        theirs = self._choices(workers)
        cost: FloatArray = linear.cost.astype(np.float64)
        cost[v.servings.column] = 0.0
        cost[v.choices.column[theirs]] = -worth.profit(theirs)
        return Linear(
            np.round(cost[columns] * PRICE_UNIT).astype(np.int64),
            linear.lower[columns],
            linear.upper[columns],
            sparse.csr_array(linear.matrix[rows][:, columns]),
            *self._sides(rows, np.zeros(len(rows), dtype=np.int64)),
            linear.owner[columns],
            linear.is_slack[columns],
        )

    def _choices(self, workers: IntArray) -> IntArray:
        owner = self.model.variables.choices.worker
        first, last = np.searchsorted(owner, workers), np.searchsorted(owner, workers, side="right")
        return ranges(first, last - first)[1]

    def _sides(self, rows: IndexArray, used: IntArray) -> tuple[IntArray, IntArray]:
        lower, upper = self.model.linear.row_lower[rows], self.model.linear.row_upper[rows]
        return (
            np.where(lower <= -UNBOUNDED, lower, lower - used),
            np.where(upper >= UNBOUNDED, upper, upper - used),
        )


class _ByWorker:
    """Indices by the worker they belong to."""

    def __init__(self, owner: IntArray, num_workers: int) -> None:
        self._order = np.argsort(owner, kind="stable")
        self._edges = np.searchsorted(owner[self._order], np.arange(num_workers + 1))

    def of(self, workers: IntArray) -> IntArray:
        """The indices of these workers, one worker after the other."""
        first = self._edges[workers]
        found: IntArray = self._order[ranges(first, self._edges[workers + 1] - first)[1]]
        return found

    def owner(self, workers: IntArray) -> IntArray:
        """Whose each of these indices is, as a position in ``workers``."""
        found: IntArray = np.repeat(
            np.arange(len(workers)), self._edges[workers + 1] - self._edges[workers]
        )
        return found
