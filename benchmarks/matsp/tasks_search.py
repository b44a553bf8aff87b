"""Tasks for settled shifts, one shift at a time at prices that rise where workers stay too few.

Moving a shift to its best tasks beside all others soon ends where no single shift can help. So the
price of a worker too few grows in each slot and task that stays open, until others make room.
"""

from collections.abc import Sequence
from time import monotonic

import numpy as np

from benchmarks.matsp.instance import Instance
from benchmarks.matsp.pattern import FORBIDDEN, LONGEST, SEGMENT
from benchmarks.matsp.schedule import Shift
from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray

PRICE, RISE = 40, 20  # of a worker too few: at first, and more for each round it stays
SHADES = 4  # values are this fine, so that ties are broken at random
CANDIDATES = 12  # shifts compared for one open slot


class TaskSearch:
    """Shifts with tasks, the workers on each task, and the risen prices; slots are padded."""

    def __init__(
        self, instance: Instance, shifts: Sequence[tuple[Shift, ...]], rng: np.random.Generator
    ) -> None:
        self._rng, self._num_workers = rng, len(shifts)
        pad = ((0, 0), (0, LONGEST))
        self._minimum = np.pad(instance.minimum, pad)
        self._maximum = np.pad(instance.maximum, pad)
        every = [(worker, shift) for worker, own in enumerate(shifts) for shift in own]
        self.owners = np.array([worker for worker, _ in every], dtype=np.int64)
        self.starts = np.array([shift.start for _, shift in every], dtype=np.int64)
        self.lengths = np.array([len(shift.tasks) for _, shift in every], dtype=np.int64)
        self.tasks = np.zeros((len(every), LONGEST), dtype=np.int64)
        self.staffed = np.zeros_like(self._minimum)
        for row, (_, shift) in enumerate(every):
            self.tasks[row, : len(shift.tasks)] = shift.tasks
            self._add(row, 1)
        self._prices = np.full_like(self._minimum, PRICE)
        self.journal: list[tuple[int, int, int, IntArray]] = []

    @property
    def under(self) -> int:
        """Workers too few, summed over tasks and slots."""
        return int(np.maximum(self._minimum - self.staffed, 0).sum())

    @property
    def squared(self) -> int:
        """The squared over-cover."""
        return int((np.maximum(self.staffed - self._maximum, 0) ** 2).sum())

    def shifts(self) -> list[tuple[Shift, ...]]:
        """Shifts of each worker, in order of time."""
        result: list[list[Shift]] = [[] for _ in range(self._num_workers)]
        for row in np.argsort(self.starts, kind="stable").tolist():
            own = tuple(self.tasks[row, : self.lengths[row]].tolist())
            result[int(self.owners[row])].append(Shift(int(self.starts[row]), own))
        return [tuple(own) for own in result]

    def fill(self, deadline: float, rounds: int) -> bool:
        """Move shifts to tasks with too few until there are none; whether that was reached."""
        for _ in range(rounds):
            open_cells = np.argwhere(self.staffed < self._minimum)
            if not len(open_cells):
                return True
            for task, slot in self._rng.permutation(open_cells).tolist():
                if self.staffed[task, slot] < self._minimum[task, slot]:
                    self._move_near(slot)
                    if self.staffed[task, slot] < self._minimum[task, slot]:
                        self._prices[task, slot] += RISE
                if monotonic() > deadline:
                    return False
        return not self.under

    def level(self, deadline: float) -> None:
        """Move shifts off slots with two and more too many, while none becomes too few."""
        for _, slot in self._rng.permutation(
            np.argwhere(self.staffed > self._maximum + 1)
        ).tolist():
            if monotonic() > deadline:
                return
            self._move_near(slot)

    def change(self, row: int, start: int, tasks: IntArray) -> None:
        """Give a shift a new start and new tasks; the old ones go to the journal."""
        self.journal.append(
            (row, int(self.starts[row]), int(self.lengths[row]), self.tasks[row].copy())
        )
        self._put(row, start, len(tasks), tasks)

    def undo(self) -> None:
        """Take back all in the journal."""
        while self.journal:
            row, start, length, tasks = self.journal.pop()
            self._put(row, start, length, tasks[:length])

    def _put(self, row: int, start: int, length: int, tasks: IntArray) -> None:
        self._add(row, -1)
        self.starts[row], self.lengths[row] = start, length
        self.tasks[row, :length] = tasks
        self._add(row, 1)

    def _add(self, row: int, number: int) -> None:
        start, length = int(self.starts[row]), int(self.lengths[row])
        self.staffed[self.tasks[row, :length], np.arange(start, start + length)] += number

    def _move_near(self, slot: int) -> None:
        """Give the shift that gains most among those around a slot its best tasks."""
        near = np.flatnonzero(
            (self.starts <= slot + SEGMENT) & (self.starts + self.lengths > slot - SEGMENT)
        )
        if len(near) > CANDIDATES:
            near = self._rng.choice(near, CANDIDATES, replace=False)
        if not len(near):
            return
        values, current = self._values(near)
        total = np.zeros((*values.shape[:2], LONGEST + 1), dtype=np.int64)
        np.cumsum(values, axis=2, out=total[:, :, 1:])
        worth = _best_splits(total)
        gains = worth[np.arange(len(near)), self.lengths[near]] - current
        best = int(gains.argmax())
        row = int(near[best])
        tasks = _trace(total[best], worth[best], int(self.lengths[row]))
        if not np.array_equal(tasks, self.tasks[row, : len(tasks)]):
            self.change(row, int(self.starts[row]), tasks)

    def _values(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Worth of each task in each slot of some shifts beside the others, and of their tasks."""
        offsets = np.arange(LONGEST)
        slots = self.starts[rows, None] + offsets
        which = np.arange(len(rows))[:, None]
        worked: BoolArray = offsets < self.lengths[rows, None]
        staffed = self.staffed[:, slots].transpose(1, 0, 2).copy()
        staffed[which, self.tasks[rows], offsets] -= worked
        over = staffed - self._maximum[:, slots].transpose(1, 0, 2)
        lacks = staffed < self._minimum[:, slots].transpose(1, 0, 2)
        prices = self._prices[:, slots].transpose(1, 0, 2)
        values = np.where(lacks, prices, np.where(over < 0, 0, -(2 * over + 1))) * SHADES
        values += self._rng.integers(0, SHADES, values.shape)
        now = values[which, self.tasks[rows], offsets]
        return values, (now * worked).sum(axis=1)


def _best_splits(total: IntArray) -> IntArray:
    """Value of the best split of each shift's first slots, shape ``(shifts, LONGEST + 1)``."""
    worth = np.full((len(total), LONGEST + 1), FORBIDDEN, dtype=np.int64)
    worth[:, 0] = 0
    before = np.full(total.shape[:2], FORBIDDEN, dtype=np.int64)
    for length in range(SEGMENT, LONGEST + 1):
        first = length - SEGMENT
        np.maximum(before, worth[:, first, None] - total[:, :, first], out=before)
        worth[:, length] = (before + total[:, :, length]).max(axis=1)
    return worth


def _trace(total: IntArray, worth: IntArray, length: int) -> IntArray:
    """Task of each slot of a shift's best split, found backwards."""
    tasks = np.zeros(length, dtype=np.int64)
    while length:
        span = length - SEGMENT + 1
        value = worth[:span] + total[:, length, None] - total[:, :span]
        task, first = np.unravel_index(int(value.argmax()), value.shape)
        tasks[int(first) : length] = task
        length = int(first)
    return tasks
