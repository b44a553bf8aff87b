"""Rows written one by one, for rules that few workers have."""

from collections.abc import Iterable

import numpy as np

from scheduler.model.linear import UNBOUNDED, LinearBuilder
from scheduler.problem import IntArray

Part = tuple[IntArray | list[int], int]  # columns, and the factor of all of them


class Rows:
    """Collects rows "so many times the sum of these columns, ... at most or at least"."""

    def __init__(self) -> None:
        self._columns: list[IntArray] = []
        self._factors: list[IntArray] = []
        self._bounds: list[tuple[int, int]] = []
        self._sizes: list[int] = []

    def at_most(self, most: int, *parts: Part) -> None:
        """The parts sum to at most this."""
        self._add(parts, -UNBOUNDED, most)

    def at_least(self, least: int, *parts: Part) -> None:
        """The parts sum to at least this."""
        self._add(parts, least, UNBOUNDED)

    def each_at_most(self, most: int, *parts: Part) -> None:
        """One row for each place in the parts, which are equally long: there they sum to this."""
        count = len(parts[0][0])
        columns = np.stack([np.asarray(columns, dtype=np.int64) for columns, _ in parts], axis=1)
        self._columns.append(columns.reshape(-1))
        self._factors.append(np.tile(np.array([factor for _, factor in parts]), count))
        self._sizes += [len(parts)] * count
        self._bounds += [(-UNBOUNDED, most)] * count

    def _add(self, parts: Iterable[Part], least: int, most: int) -> None:
        size = 0
        for columns, factor in parts:
            self._columns.append(np.asarray(columns, dtype=np.int64))
            self._factors.append(np.full(len(columns), factor, dtype=np.int64))
            size += len(columns)
        self._sizes.append(size)
        self._bounds.append((least, most))

    def add_to(self, model: LinearBuilder) -> None:
        """Hand all rows over; a row that nothing can fill is there all the same."""
        bounds = np.array(self._bounds, dtype=np.int64).reshape(-1, 2)
        key = np.repeat(np.arange(len(bounds)), self._sizes)
        column = np.concatenate([np.zeros(0, dtype=np.int64), *self._columns])
        factor = np.concatenate([np.zeros(0, dtype=np.int64), *self._factors])
        model.add_rows(*model.filled(key, column, factor, np.arange(len(bounds))), *bounds.T)
