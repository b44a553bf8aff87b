"""An integer linear model in arrays: stated once, handed to CP-SAT and to the relaxation.

All rules of a schedule are linear in whole numbers. Keeping them as arrays makes building fast,
lets the relaxation be the same rows without their integrality, and lets a part of the model be
cut out by fixing columns.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from scheduler.problem import IntArray

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
UNBOUNDED = 2**40  # beyond any count or minute; stands for "no limit" on a row


@dataclass(frozen=True)
class Linear:
    """Minimise ``cost @ x`` with ``row_lower <= matrix @ x <= row_upper``, ``lower <= x <= upper``.

    All integers; ``offset`` is added to the objective.
    """

    cost: IntArray
    lower: IntArray
    upper: IntArray
    matrix: sparse.csr_array
    row_lower: IntArray
    row_upper: IntArray
    offset: int = 0

    @property
    def num_columns(self) -> int:
        """Variables."""
        return len(self.cost)

    @property
    def num_rows(self) -> int:
        """Constraints."""
        return len(self.row_lower)

    @cached_property
    def by_column(self) -> sparse.csc_array:
        """The matrix stored by columns."""
        return self.matrix.tocsc()

    def objective(self, values: IntArray) -> int:
        """Cost of a point."""
        return int(self.cost @ values) + self.offset

    def is_feasible(self, values: IntArray) -> bool:
        """Whether a point keeps every bound and row."""
        rows = self.matrix @ values
        return bool(
            np.all(values >= self.lower)
            and np.all(values <= self.upper)
            and np.all(rows >= self.row_lower)
            and np.all(rows <= self.row_upper)
        )

    @cached_property
    def _slack_columns(self) -> IntArray:
        """Priced columns that stand in one row only, the cheapest first."""
        entries = np.diff(self.by_column.indptr)
        slack = np.flatnonzero((entries == 1) & (self.cost > 0))
        return slack[np.argsort(self.cost[slack], kind="stable")]

    def tighten(self, values: IntArray) -> IntArray:
        """Set every slack column (understaffing, steps of fairness) to the least its row needs.

        A search may leave them higher, or use a dear step while a cheap one is free.
        """
        values = values.copy()
        values[self._slack_columns] = self.lower[self._slack_columns]
        rows = self.matrix @ values
        starts = self.by_column.indptr[self._slack_columns]
        row, weight = self.by_column.indices[starts], self.by_column.data[starts]
        below, above = self.row_lower[row] - rows[row], rows[row] - self.row_upper[row]
        missing = np.where(weight > 0, below, above)
        for at in np.flatnonzero(missing > 0).tolist():
            column, own, sign = int(self._slack_columns[at]), int(row[at]), int(weight[at])
            lack = self.row_lower[own] - rows[own] if sign > 0 else rows[own] - self.row_upper[own]
            room = int(self.upper[column] - self.lower[column])
            step = min(room, max(0, -(-int(lack) // abs(sign))))
            values[column] += step
            rows[own] += sign * step
        return values

    def restrict(self, free: BoolArray, values: IntArray) -> "Linear":
        """The model of the free columns alone, all others fixed at their values.

        Rows that no free column touches are dropped: ``values`` must keep them.
        """
        fixed = np.where(free, 0, values)
        used = self.matrix @ fixed
        matrix = self.by_column[:, np.flatnonzero(free)].tocsr()
        touched = np.flatnonzero(np.diff(matrix.indptr))
        return Linear(
            self.cost[free],
            self.lower[free],
            self.upper[free],
            sparse.csr_array(matrix[touched]),
            np.where(
                self.row_lower <= -UNBOUNDED, -UNBOUNDED, self.row_lower - used
            )[touched],
            np.where(
                self.row_upper >= UNBOUNDED, UNBOUNDED, self.row_upper - used
            )[touched],
            self.offset + int(self.cost @ fixed),
        )  # fmt: skip


class LinearBuilder:
    """Collects columns and rows; groups of entries with one key make one row."""

    def __init__(self) -> None:
        self._columns: list[tuple[IntArray, IntArray, IntArray]] = []
        self._rows: list[tuple[IntArray, IntArray, IntArray, IntArray, IntArray]] = []
        self.num_columns = 0

    def add_columns(self, cost: IntArray, upper: IntArray) -> IntArray:
        """Add variables from 0 to ``upper`` and return their indices."""
        first, count = self.num_columns, len(cost)
        self._columns.append((cost, np.zeros(count, dtype=np.int64), upper))
        self.num_columns += count
        return np.arange(first, first + count, dtype=np.int64)

    def add_rows(
        self,
        key: IntArray,
        column: IntArray,
        coefficient: IntArray,
        lower: IntArray,
        upper: IntArray,
    ) -> None:
        """Add one row per distinct key, in key order; bounds are per row.

        ``key``, ``column`` and ``coefficient`` run over the entries.
        """
        if len(key):
            order = np.argsort(key, kind="stable")
            change = np.flatnonzero(np.diff(key[order], prepend=key[order[0]] - 1))
            sizes = np.diff(change, append=len(key))
            self._rows.append((sizes, column[order], coefficient[order], lower, upper))

    def at_most(
        self, key: IntArray, column: IntArray, coefficient: IntArray, limit: IntArray
    ) -> None:
        """The entries of each key sum to at most the limit, which is given per entry.

        A row that cannot be exceeded is left out.
        """
        if not len(key):
            return
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        upper = np.concatenate([columns[2] for columns in self._columns])
        most = np.bincount(inverse, weights=coefficient * upper[column])
        keep = (most > limit[first])[inverse]
        if keep.any():
            rows = np.unique(inverse[keep])
            limits = limit[first][rows]
            self.add_rows(
                inverse[keep],
                column[keep],
                coefficient[keep],
                np.full(len(rows), -UNBOUNDED, dtype=np.int64),
                limits,
            )

    def build(self) -> Linear:
        """The finished model."""
        cost, lower, upper = (
            np.concatenate([part[i] for part in self._columns] or [np.zeros(0, dtype=np.int64)])
            for i in range(3)
        )
        sizes, column, coefficient, row_lower, row_upper = (
            np.concatenate([part[i] for part in self._rows] or [np.zeros(0, dtype=np.int64)])
            for i in range(5)
        )
        indptr = np.concatenate([[0], np.cumsum(sizes)])
        matrix = sparse.csr_array(
            (coefficient.astype(np.int64), column, indptr), shape=(len(sizes), len(cost))
        )
        return Linear(cost, lower, upper, matrix, row_lower, row_upper)
