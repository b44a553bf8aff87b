"""An integer linear model in arrays: stated once, handed to CP-SAT and to the relaxation.

All rules of a schedule are linear in whole numbers. Keeping them as arrays makes building fast,
lets the relaxation be the same rows without their integrality, and lets a part of the model be
cut out by fixing columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

    All integers; ``offset`` is added to the objective. ``owner``: the worker that a column belongs
    to alone, -1 where there is none. ``is_slack``: columns that only price what the others leave;
    the least that their rows need is always allowed and cheapest. ``named``: rows that others ask
    for by name, as their keys and their indices.
    """

    cost: IntArray
    lower: IntArray
    upper: IntArray
    matrix: sparse.csr_array
    row_lower: IntArray
    row_upper: IntArray
    owner: IntArray
    is_slack: BoolArray
    offset: int = 0
    named: Mapping[str, tuple[IntArray, IntArray]] = field(default_factory=dict)
    chains: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

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

    @cached_property
    def row_owner(self) -> IntArray:
        """The worker whose columns alone each row holds, -1 where there is none."""
        index, edges = self.matrix.indices, self.matrix.indptr[:-1]
        if not len(index):
            return np.full(self.num_rows, -1, dtype=np.int64)
        owner = self.owner[index]
        least, most = np.minimum.reduceat(owner, edges), np.maximum.reduceat(owner, edges)
        found: IntArray = np.where(least == most, least, -1)
        return found

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
        """Slack columns, the cheapest first."""
        slack = np.flatnonzero(self.is_slack)
        return slack[np.argsort(self.cost[slack], kind="stable")]

    @cached_property
    def _slack_rows(self) -> sparse.csr_array:
        """The entries of the slack columns without their signs, one row per column."""
        return sparse.csr_array(abs(self.by_column[:, self._slack_columns]).T)

    def tighten(self, values: IntArray) -> IntArray:
        """Set every slack column (understaffing, steps of fairness) to the least its rows need.

        A search may leave them higher, or use a dear step while a cheap one is free.
        """
        values = values.copy()
        columns = self._slack_columns
        values[columns] = self.lower[columns]
        rows = self.matrix @ values
        for row, own in self._chain_columns if len(self.chains) else ():
            if rows[row] < self.row_lower[row]:
                self._raise_row(row, own, values, rows)
        # What one slack column is set to may be what another one's row waits for.
        while self._raise_slack(values, rows):
            pass
        return values

    @cached_property
    def _chain_columns(self) -> list[tuple[int, list[int]]]:
        """The rows of chains, each with the slack columns that raise it, the cheapest first."""
        found = []
        for row in self.chains.tolist():
            at = slice(self.matrix.indptr[row], self.matrix.indptr[row + 1])
            column, weight = self.matrix.indices[at], self.matrix.data[at]
            own = column[(weight == 1) & self.is_slack[column]]
            found.append((row, own[np.argsort(self.cost[own], kind="stable")].tolist()))
        return found

    def _raise_row(self, row: int, own: list[int], values: IntArray, rows: IntArray) -> None:
        """Raise a row's slack columns until it has what it needs."""
        for column in own:
            lack = self.row_lower[row] - rows[row]
            step = min(self.upper[column] - values[column], lack)
            if step > 0:
                at = slice(self.by_column.indptr[column], self.by_column.indptr[column + 1])
                values[column] += step
                rows[self.by_column.indices[at]] += self.by_column.data[at] * step

    def _raise_slack(self, values: IntArray, rows: IntArray) -> bool:
        """Raise slack columns where a row is short; returns whether any rose."""
        columns, rose = self._slack_columns, False
        short = (rows < self.row_lower) | (rows > self.row_upper)
        for column in columns[(self._slack_rows @ short) > 0].tolist():
            at = slice(self.by_column.indptr[column], self.by_column.indptr[column + 1])
            row, weight = self.by_column.indices[at], self.by_column.data[at]
            lack = np.where(
                weight > 0, self.row_lower[row] - rows[row], rows[row] - self.row_upper[row]
            )
            room = int(self.upper[column] - values[column])
            step = min(room, max(0, int((-(-lack // abs(weight))).max())))
            values[column] += step
            rows[row] += weight * step
            rose = rose or step > 0
        return rose

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
            self.owner[free],
            self.is_slack[free],
            self.offset + int(self.cost @ fixed),
            chains=np.flatnonzero(np.isin(touched, self.chains)),
        )  # fmt: skip


class LinearBuilder:
    """Collects columns and rows; groups of entries with one key make one row."""

    def __init__(self) -> None:
        self._columns: list[tuple[IntArray, IntArray, IntArray, BoolArray]] = []
        self._rows: list[tuple[IntArray, IntArray, IntArray, IntArray, IntArray]] = []
        self._surcharges: list[tuple[IntArray, IntArray]] = []
        self._named: dict[str, tuple[IntArray, IntArray]] = {}
        self._chains: list[str] = []
        self.num_columns = 0

    def add_columns(
        self,
        cost: IntArray,
        upper: IntArray,
        owner: IntArray | int = -1,
        *,
        is_slack: bool = False,
    ) -> IntArray:
        """Add variables from 0 to ``upper`` and return their indices.

        ``owner``: index of the one worker that each belongs to; -1 for none.
        """
        first, count = self.num_columns, len(cost)
        owners = np.broadcast_to(np.asarray(owner, dtype=np.int64), count)
        self._columns.append((cost, upper, owners, np.full(count, is_slack)))
        self.num_columns += count
        return np.arange(first, first + count, dtype=np.int64)

    def add_boolean(self, owner: int) -> IntArray:
        """Add one free 0-1 variable of a worker."""
        return self.add_columns(np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64), owner)

    def add_cost(self, column: IntArray, cents: int) -> None:
        """Make columns dearer that are there already, each by so many cents."""
        self._surcharges.append((column, np.full(len(column), cents, dtype=np.int64)))

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

    def name_last_rows(self, name: str, key: IntArray) -> None:
        """Let the rows added last be found again, one for each key."""
        end = sum(len(part[0]) for part in self._rows)
        self._named[name] = key, np.arange(end - len(key), end)

    def chain(self, name: str) -> None:
        """Say of named rows that what waits in one is asked for by the next."""
        self._chains.append(name)

    def at_most(
        self, key: IntArray, column: IntArray, coefficient: IntArray, limit: IntArray
    ) -> None:
        """The entries of each key sum to at most the limit, which is given per entry.

        A row that cannot be exceeded is left out.
        """
        if not len(key):
            return
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        upper = np.concatenate([columns[1] for columns in self._columns])
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

    def at_least(
        self, key: IntArray, column: IntArray, coefficient: IntArray, least: Mapping[int, int]
    ) -> None:
        """The entries of each of some keys sum to at least so much; other keys have no row."""
        if not least:
            return
        rows = np.array(sorted(least), dtype=np.int64)
        keep = np.isin(key, rows)
        entries = self.filled(key[keep], column[keep], coefficient[keep], rows)
        lower = np.array([least[row] for row in rows.tolist()], dtype=np.int64)
        self.add_rows(*entries, lower, np.full(len(rows), UNBOUNDED))

    def filled(
        self, key: IntArray, column: IntArray, coefficient: IntArray, rows: IntArray
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Entries for rows that may have none: a column that is always 0 stands in.

        So that a rule which nothing can keep makes the model infeasible instead of vanishing.
        """
        empty = rows[~np.isin(rows, key)]
        nothing = np.zeros(len(empty), dtype=np.int64)
        column = np.concatenate([column, self.add_columns(nothing, nothing)])
        coefficient = np.concatenate([coefficient, nothing + 1])
        return np.concatenate([key, empty]), column, coefficient

    def build(self) -> Linear:
        """The finished model."""
        cost, upper, owner = (
            np.concatenate([np.zeros(0, dtype=np.int64), *(part[i] for part in self._columns)])
            for i in range(3)
        )
        for columns, cents in self._surcharges:
            np.add.at(cost, columns, cents)
        is_slack = np.concatenate([np.zeros(0, dtype=bool), *(part[3] for part in self._columns)])
        sizes, column, coefficient, row_lower, row_upper = (
            np.concatenate([part[i] for part in self._rows] or [np.zeros(0, dtype=np.int64)])
            for i in range(5)
        )
        indptr = np.concatenate([[0], np.cumsum(sizes)])
        matrix = sparse.csr_array(
            (coefficient.astype(np.int64), column, indptr), shape=(len(sizes), len(cost))
        )
        lower = np.zeros(len(cost), dtype=np.int64)
        nothing = np.zeros(0, dtype=np.int64)
        chains = np.concatenate([nothing, *(self._named[name][1] for name in self._chains)])
        return Linear(
            cost, lower, upper, matrix, row_lower, row_upper, owner, is_slack,
            named=self._named, chains=chains,
        )  # fmt: skip
