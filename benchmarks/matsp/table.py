"""All shifts in one table that can be changed and changed back."""

from collections.abc import Sequence

import numpy as np

from benchmarks.matsp.instance import Instance
from benchmarks.matsp.pattern import LONGEST
from benchmarks.matsp.schedule import Shift
from scheduler.problem import IntArray

NEVER = -1_000_000


class ShiftTable:
    """Shifts with their tasks, a row each, and what they add up to.

    ``tasks`` has shape ``(shifts, longest shift)``. ``staffed`` counts the workers, shape
    ``(tasks, slots)``; the slots go on beyond the horizon, where nobody is wanted.
    """

    def __init__(self, instance: Instance, shifts: Sequence[tuple[Shift, ...]]) -> None:
        pad = ((0, 0), (0, 2 * LONGEST))
        self.minimum = np.pad(instance.minimum, pad)
        self.maximum = np.pad(instance.maximum, pad)
        every = [(worker, shift) for worker, own in enumerate(shifts) for shift in own]
        self.owners = np.array([worker for worker, _ in every], dtype=np.int64)
        self.starts = np.array([shift.start for _, shift in every], dtype=np.int64)
        self.lengths = np.array([len(shift.tasks) for _, shift in every], dtype=np.int64)
        self.tasks = np.zeros((len(every), LONGEST), dtype=np.int64)
        self.staffed = np.zeros_like(self.minimum)
        for row, (_, shift) in enumerate(every):
            self.tasks[row, : len(shift.tasks)] = shift.tasks
            self._add(row, 1)
        self.worked = np.zeros(len(shifts), dtype=np.int64)
        np.add.at(self.worked, self.owners, self.lengths)
        self.rows_of = [np.flatnonzero(self.owners == w).tolist() for w in range(len(shifts))]
        self._moved_at = np.full(len(every), NEVER)
        self._journal: list[tuple[int, int, int, IntArray]] = []

    @property
    def under(self) -> int:
        """Workers too few, summed over tasks and slots."""
        return int(np.maximum(self.minimum - self.staffed, 0).sum())

    @property
    def squared(self) -> int:
        """The squared over-cover."""
        return int((np.maximum(self.staffed - self.maximum, 0) ** 2).sum())

    def shifts(self) -> list[tuple[Shift, ...]]:
        """Shifts of each worker, in order of time."""
        result: list[list[Shift]] = [[] for _ in self.rows_of]
        for row in np.argsort(self.starts, kind="stable").tolist():
            own = tuple(self.tasks[row, : self.lengths[row]].tolist())
            result[int(self.owners[row])].append(Shift(int(self.starts[row]), own))
        return [tuple(own) for own in result]

    def keep(self) -> None:
        """Forget what was changed."""
        self._journal.clear()
        self._moved_at[:] = NEVER

    def moves_since(self, rows: IntArray) -> IntArray:
        """Changes of the table since these shifts changed."""
        since: IntArray = len(self._journal) - self._moved_at[rows]
        return since

    def change(self, row: int, start: int, tasks: IntArray) -> None:
        """Give a shift a new start and new tasks; the old ones go to the journal."""
        self._journal.append(
            (row, int(self.starts[row]), int(self.lengths[row]), self.tasks[row].copy())
        )
        self._put(row, start, len(tasks), tasks)
        self._moved_at[row] = len(self._journal)

    def undo(self) -> None:
        """Take back all in the journal."""
        while self._journal:
            row, start, length, tasks = self._journal.pop()
            self._put(row, start, length, tasks[:length])
        self.keep()

    def _put(self, row: int, start: int, length: int, tasks: IntArray) -> None:
        self._add(row, -1)
        self.worked[self.owners[row]] += length - self.lengths[row]
        self.starts[row], self.lengths[row] = start, length
        self.tasks[row, :length] = tasks
        self._add(row, 1)

    def _add(self, row: int, number: int) -> None:
        start, length = int(self.starts[row]), int(self.lengths[row])
        self.staffed[self.tasks[row, :length], np.arange(start, start + length)] += number
