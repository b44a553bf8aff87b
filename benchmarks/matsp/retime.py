"""Tasks and times of shifts, one shift at a time, at prices that rise where too few stay on.

Giving a shift its best tasks beside all others soon ends where no single shift can help. So the
price of a worker too few grows in each slot and task that stays open, until others make room.
"""

from collections.abc import Sequence
from time import monotonic

import numpy as np

from benchmarks.matsp.instance import DAY_SLOTS, FIRST_SLOT, Instance
from benchmarks.matsp.pattern import FORBIDDEN, LONGEST, REST, SEGMENT, SHORTEST, START_TIMES
from benchmarks.matsp.schedule import Shift
from benchmarks.matsp.segments import best_splits, mended, trace
from benchmarks.matsp.table import ShiftTable
from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray

PRICE, RISE = 40, 20  # of a worker too few: at first, and more for each round it stays
SHADES = 4  # values are this fine, so that ties are broken at random
MOST_MOVE = 6  # slots a start moves at once
SQUEEZE_ROUNDS = 8
CUTS, REST_MOVES = 5, 4  # of a round; moves a shift stays as it is after one
CANDIDATES = 10  # shifts compared for one open slot

_MAY_START = np.zeros(DAY_SLOTS + 1, dtype=np.bool_)
_MAY_START[list(START_TIMES)] = True


class ShiftSearch:
    """Shifts with tasks, the workers on each task, and the risen prices; slots are padded."""

    def __init__(
        self, instance: Instance, shifts: Sequence[tuple[Shift, ...]], rng: np.random.Generator
    ) -> None:
        self._table, self._rng = ShiftTable(instance, shifts), rng
        self._least = np.array([worker.min_slots for worker in instance.workers])
        self._most = np.array([worker.max_slots for worker in instance.workers])
        self._num_slots = instance.num_slots
        self._prices = np.full_like(self._table.minimum, PRICE)

    @property
    def under(self) -> int:
        """Workers too few, summed over tasks and slots."""
        return self._table.under

    @property
    def squared(self) -> int:
        """The squared over-cover."""
        return self._table.squared

    def shifts(self) -> list[tuple[Shift, ...]]:
        """Shifts of each worker, in order of time."""
        return self._table.shifts()

    def fill(self, deadline: float, rounds: int, is_timing: bool = True) -> bool:
        """Move shifts to tasks with too few until there are none; whether that was reached.

        ``is_timing`` lets shifts also start and end at other times of their day.
        """
        for _ in range(rounds):
            open_cells = np.argwhere(self._table.staffed < self._table.minimum)
            if not len(open_cells):
                return True
            if is_timing:  # elsewhere shifts can be cut, which frees minutes
                for slot in self._rng.choice(self._num_slots, CUTS).tolist():
                    self._move_near(slot, True)
            for task, slot in self._rng.permutation(open_cells).tolist():
                if self._table.staffed[task, slot] < self._table.minimum[task, slot]:
                    self._move_near(slot, is_timing)
                    if self._table.staffed[task, slot] < self._table.minimum[task, slot]:
                        self._prices[task, slot] += RISE
                if monotonic() > deadline:
                    return False
        return not self.under

    def squeeze(self, deadline: float) -> bool:
        """Cut a shift where too many work, let the others make up for it; undone if it is worse."""
        over = np.maximum(self._table.staffed - self._table.maximum, 0)
        cost = (over**2).sum(axis=0)
        if not cost.any():
            return False
        before, was_under = int(cost.sum()), self.under
        self._table.keep()
        slot = int(np.searchsorted(np.cumsum(cost), self._rng.integers(before), side="right"))
        for _ in range(int(self._rng.integers(1, 3))):
            self._cut_near(slot)
        self._prices[:] = PRICE
        self._move_near(slot, True)
        self.fill(deadline, SQUEEZE_ROUNDS)
        if (self.under, self.squared) <= (was_under, before):
            return self.squared < before
        self._table.undo()
        return False

    def _cut_near(self, slot: int) -> None:
        """Cut up to an hour off one end of a shift around a slot, if its worker can spare it."""
        row = int(self._rng.choice(self._near(slot)))
        worker = int(self._table.owners[row])
        spare = min(
            int(self._table.worked[worker]) - int(self._least[worker]),
            int(self._table.lengths[row]) - SHORTEST,
        )
        if spare < 1:
            return
        cut = int(self._rng.integers(1, min(spare, SEGMENT) + 1))
        start, end = (
            int(self._table.starts[row]),
            int(self._table.starts[row] + self._table.lengths[row]),
        )
        time = (start + FIRST_SLOT) % DAY_SLOTS + cut
        tasks = self._table.tasks[row, : end - start].copy()
        if self._rng.random() < 0.5 and _MAY_START[min(time, DAY_SLOTS)]:
            tasks = tasks[cut:]
            start += cut
        else:
            tasks = tasks[: len(tasks) - cut]
        self._table.change(row, start, mended(tasks))

    def _near(self, slot: int) -> IntArray:
        """Shifts around a slot, a few of them."""
        near = np.flatnonzero(
            (self._table.starts <= slot + SEGMENT)
            & (self._table.starts + self._table.lengths > slot - SEGMENT)
        )
        rested = near[self._table.moves_since(near) > REST_MOVES]
        near = rested if len(rested) else near
        if len(near) > CANDIDATES:
            near = self._rng.choice(near, CANDIDATES, replace=False)
        return near

    def _move_near(self, slot: int, is_timing: bool) -> None:
        """Give the shift that gains most among those around a slot its best tasks and times."""
        rows = self._near(slot)
        if not len(rows):
            return
        if is_timing:
            rows = np.concatenate([rows, np.repeat(rows, 2)])
        starts = self._table.starts[rows].copy()
        allowed = np.zeros((len(rows), LONGEST + 1), dtype=np.bool_)
        allowed[np.arange(len(rows)), self._table.lengths[rows]] = True
        if is_timing:
            third = len(rows) // 3
            starts[third:] += self._rng.integers(-MOST_MOVE, MOST_MOVE + 1, len(rows) - third)
            self._allow(rows, starts, allowed)
        values, current = self._values(rows, starts)
        total = np.zeros((*values.shape[:2], LONGEST + 1), dtype=np.int64)
        np.cumsum(values, axis=2, out=total[:, :, 1:])
        worth = best_splits(total)
        gains = np.where(allowed, worth - current[:, None], FORBIDDEN)
        best, length = (int(it) for it in np.unravel_index(int(gains.argmax()), gains.shape))
        if gains[best, length] <= FORBIDDEN // 2:
            return
        row, start = int(rows[best]), int(starts[best])
        tasks = trace(total[best], worth[best], length)
        if (
            start != self._table.starts[row]
            or length != self._table.lengths[row]
            or not np.array_equal(tasks, self._table.tasks[row, :length])
        ):
            self._table.change(row, start, tasks)

    def _allow(self, rows: IntArray, starts: IntArray, allowed: BoolArray) -> None:
        """Mark the lengths that keep the worker's rest and minutes, start by start."""
        for at, (row, start) in enumerate(zip(rows.tolist(), starts.tolist(), strict=True)):
            time = (start + FIRST_SLOT) % DAY_SLOTS
            old = int(self._table.starts[row])
            if (
                not _MAY_START[time]
                or (old + FIRST_SLOT) // DAY_SLOTS != (start + FIRST_SLOT) // DAY_SLOTS
            ):
                allowed[at] = False
                continue
            worker = int(self._table.owners[row])
            latest, is_rested = self._num_slots, start >= 0
            for other in self._table.rows_of[worker]:
                begin = int(self._table.starts[other])
                if begin < old:
                    is_rested &= begin + int(self._table.lengths[other]) + REST <= start
                elif begin > old:
                    latest = min(latest, begin - REST)
            others = int(self._table.worked[worker] - self._table.lengths[row])
            least = max(SHORTEST, int(self._least[worker]) - others)
            most = min(LONGEST, int(self._most[worker]) - others, latest - start)
            allowed[at] = False
            if is_rested and least <= most:
                allowed[at, least : most + 1] = True

    def _values(self, rows: IntArray, starts: IntArray) -> tuple[IntArray, IntArray]:
        """Worth of the tasks from some starts on beside all others, and what shifts have now."""
        offsets = np.arange(LONGEST)
        olds = self._table.starts[rows, None] + offsets
        slots = starts[:, None] + offsets
        worked: BoolArray = offsets < self._table.lengths[rows, None]
        now = self._worth(
            self._table.staffed[self._table.tasks[rows], olds] - 1, self._table.tasks[rows], olds
        )
        shift = starts - self._table.starts[rows]
        staffed = self._table.staffed[:, slots].transpose(1, 0, 2).copy()
        at = offsets - shift[:, None]
        inside = worked & (at >= 0) & (at < LONGEST)
        which, where = np.nonzero(inside)
        staffed[which, self._table.tasks[rows][which, where], at[which, where]] -= 1
        every = np.arange(len(self._table.minimum))[None, :, None]
        values = self._worth(staffed, every, slots[:, None, :]) * SHADES
        values += self._rng.integers(0, SHADES, values.shape)
        return values, (now * worked).sum(axis=1) * SHADES

    def _worth(self, staffed: IntArray, tasks: IntArray, slots: IntArray) -> IntArray:
        """What one more worker is worth beside those there."""
        over = staffed - self._table.maximum[tasks, slots]
        is_open = staffed < self._table.minimum[tasks, slots]
        gain: IntArray = np.where(
            is_open, self._prices[tasks, slots], np.where(over < 0, 0, -(2 * over + 1))
        )
        return gain
