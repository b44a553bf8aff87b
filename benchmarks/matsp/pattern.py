"""The best shifts of one worker beside all others: an exact dynamic program.

First every possible shift gets its best split into segments, then the shifts are chained over the
days. The state is what the rules look at: slots worked so far, days in a row, end of the last
shift.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.matsp.instance import DAY_SLOTS, FIRST_SLOT, Instance, Worker
from benchmarks.matsp.schedule import Shift
from scheduler.problem import IntArray

SHORTEST, LONGEST = 24, 40
REST = 56
SEGMENT = 4
IN_A_ROW = 5
START_TIMES = (0, *range(24, 41), *range(56, 73), *range(80, 96))  # slots after midnight
FORBIDDEN = -(2**29)  # twice fits into 32 bits
_LENGTHS = LONGEST - SHORTEST + 1
_ENDS = START_TIMES[-1] + _LENGTHS  # distinct ends of one day's shifts


SmallArray = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Starts:
    """All slots a shift may start in, by calendar day."""

    num_days: int

    @cached_property
    def by_day(self) -> list[list[int]]:
        """Start slots of each calendar day that begins in the horizon."""
        last = self.num_days * DAY_SLOTS - SHORTEST
        return [
            [slot for time in START_TIMES if 0 <= (slot := day_start(day) + time) <= last]
            for day in range(self.num_days + 1)
        ]

    @cached_property
    def all(self) -> IntArray:
        """The same in one row."""
        return np.array([slot for day in self.by_day for slot in day], dtype=np.int64)


def day_start(day: int) -> int:
    """Slot of midnight; before the horizon on the first day."""
    return day * DAY_SLOTS - FIRST_SLOT


class PatternFinder:
    """Finds the best shifts of a worker at given values of each task in each slot."""

    def __init__(self, instance: Instance) -> None:
        self._num_slots = instance.num_slots
        self._starts = Starts(instance.num_days)
        self._row = {int(slot): row for row, slot in enumerate(self._starts.all)}

    def best(self, worker: Worker, values: IntArray) -> tuple[Shift, ...] | None:
        """The shifts of the highest total value; None when no pattern keeps the limits.

        ``values`` has shape ``(tasks, slots)``.
        """
        total = self._summed(values)
        worth = self._best_splits(total, self._starts.all)
        chosen = _Chain(self._starts, worth[:, SHORTEST:], worker).best()
        if chosen is None:
            return None
        return tuple(
            Shift(start, _split(total, worth[self._row[start]], start, length))
            for start, length in chosen
        )

    def _summed(self, values: IntArray) -> IntArray:
        """Values summed up to each slot; beyond the horizon all is forbidden."""
        beyond = np.full((len(values), LONGEST), FORBIDDEN, dtype=np.int64)
        total = np.zeros((len(values), self._num_slots + LONGEST + 1), dtype=np.int64)
        np.cumsum(np.hstack([values, beyond]), axis=1, out=total[:, 1:])
        return total

    @staticmethod
    def _best_splits(total: IntArray, starts: IntArray) -> IntArray:
        """Value of the best split of each start's first slots, shape ``(starts, LONGEST + 1)``."""
        worth = np.full((len(starts), LONGEST + 1), FORBIDDEN, dtype=np.int64)
        worth[:, 0] = 0
        before = np.full((len(total), len(starts)), FORBIDDEN, dtype=np.int64)
        for length in range(SEGMENT, LONGEST + 1):
            first = length - SEGMENT
            np.maximum(before, worth[:, first] - total[:, starts + first], out=before)
            worth[:, length] = (before + total[:, starts + length]).max(axis=0)
        return worth


def _split(total: IntArray, worth: IntArray, start: int, length: int) -> tuple[int, ...]:
    """Task of each slot of a shift's best split, found backwards."""
    tasks: list[int] = []
    while length:
        firsts = np.arange(length - SEGMENT + 1)
        value = worth[firsts] + total[:, start + length, None] - total[:, start + firsts]
        task, first = np.unravel_index(int(value.argmax()), value.shape)
        tasks = [int(task)] * (length - int(first)) + tasks
        length = int(first)
    return tuple(tasks)


class _Chain:
    """Chains shifts over the days; ``worth`` has shape ``(starts, lengths)``."""

    def __init__(self, starts: Starts, worth: IntArray, worker: Worker) -> None:
        self._worker, self._days = worker, starts.by_day
        edges = np.cumsum([0, *map(len, self._days)])
        small = np.maximum(worth, FORBIDDEN).astype(np.int32)
        self._worth = [small[a:b] for a, b in pairwise(edges.tolist())]
        self._times = [np.array(own) - day_start(day) for day, own in enumerate(self._days)]
        size = worker.max_slots + 1
        free = np.full(size, FORBIDDEN, dtype=np.int32)
        free[0] = 0
        self._free = [free]  # best with the day before off
        # Best by end of the day's shift at the latest, and by days in a row.
        self._ended = [np.full((_ENDS, IN_A_ROW, size), FORBIDDEN, dtype=np.int32)]

    def best(self) -> list[tuple[int, int]] | None:
        """Start and length of each shift."""
        for day in range(len(self._days)):
            self._add_day(day)
        final = np.maximum(self._free[-1], self._ended[-1][-1].max(axis=0))
        slots = self._worker.min_slots + int(final[self._worker.min_slots :].argmax())
        return self._walk_back(slots) if final[slots] > FORBIDDEN // 2 else None

    def _add_day(self, day: int) -> None:
        before, times = self._ended[-1], self._times[day]
        ended = np.full_like(before, FORBIDDEN)
        ready = self._ready(day, times)
        for step in range(_LENGTHS):
            slots = SHORTEST + step
            if slots < ready.shape[2]:
                value = ready[:, :, :-slots] + self._worth[day][:, step, None, None]
                ended[times + step, :, slots:] = np.maximum(ended[times + step, :, slots:], value)
        self._free.append(np.maximum(self._free[-1], before[-1].max(axis=0)))
        self._ended.append(np.maximum.accumulate(ended, axis=0))

    def _ready(self, day: int, times: IntArray) -> SmallArray:
        """Best before a shift at each time of the day, by the days in a row it makes."""
        free, before = self._free[day], self._ended[day]
        ready = np.full((len(times), IN_A_ROW, len(free)), FORBIDDEN, dtype=np.int32)
        ready[:, 0] = free
        latest = _latest_end(times)
        follows = latest >= 0
        ready[follows, 1:] = before[latest[follows], :-1]
        return ready

    def _walk_back(self, slots: int) -> list[tuple[int, int]]:
        """Recover the shifts from the stored values, the last day first."""
        chosen: list[tuple[int, int]] = []
        day, latest, row = len(self._days) - 1, _ENDS - 1, -1  # row -1: any, or a day off
        while day >= 0:
            free, ended = self._free[day + 1][slots], self._ended[day + 1][latest, :, slots]
            if row < 0 and free >= ended.max():
                day -= 1
                continue
            row = int(ended.argmax()) if row < 0 else row
            start, length = self._find(day, int(ended[row]), latest, row, slots)
            chosen.append((start, length))
            slots -= length
            if row:
                latest = int(_latest_end(np.array(start - day_start(day))))
                row, day = row - 1, day - 1
            else:
                latest, row, day = _ENDS - 1, -1, day - 2  # the day before is off
        return chosen[::-1]

    def _find(self, day: int, value: int, latest: int, row: int, slots: int) -> tuple[int, int]:
        """A shift that explains a stored value."""
        times = self._times[day]
        ready = self._ready(day, times)[:, row]
        for step in range(min(_LENGTHS, slots - SHORTEST + 1)):
            length = SHORTEST + step
            found = ready[:, slots - length] + self._worth[day][:, step] == value
            found &= times + step <= latest
            if found.any():
                return self._days[day][int(found.argmax())], length
        raise AssertionError("no shift explains the value")


def _latest_end(times: IntArray) -> IntArray:
    """Row of the latest end on the day before that leaves the rest; below 0 when none does."""
    latest: IntArray = np.minimum(times + DAY_SLOTS - REST - SHORTEST, _ENDS - 1)
    return latest
