"""A part of a schedule as an exact model: some workers' shifts on some days, all else fixed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.matsp.instance import DAY_SLOTS, Instance
from benchmarks.matsp.model import Rows
from benchmarks.matsp.pattern import (
    IN_A_ROW,
    LONGEST,
    REST,
    SEGMENT,
    SHORTEST,
    START_TIMES,
    day_start,
)
from benchmarks.matsp.schedule import Shift
from scheduler.model.linear import BoolArray, Linear, LinearBuilder
from scheduler.problem import IntArray

NO_COLUMN = -1
OVER_STEPS = 3  # one slot too many costs 1, the next 3, the next 5; further ones 5 too


@dataclass(frozen=True, slots=True)
class Part:
    """Workers by index, and the calendar days whose shifts are free.

    New shifts start and end within ``reach`` slots of the old starts and ends of any of the
    workers; at -1 the shifts stay and only their tasks are free.
    """

    workers: tuple[int, ...]
    first_day: int
    last_day: int
    reach: int

    def frees(self, shift: Shift) -> bool:
        """Whether a shift of one of the workers is free."""
        return self.first_day <= shift.day <= self.last_day


class PartModel:
    """The part's model, its present state as a hint, and the way back to shifts."""

    def __init__(
        self,
        instance: Instance,
        shifts: Sequence[tuple[Shift, ...]],
        staffed: IntArray,
        part: Part,
        under_price: int,
    ) -> None:
        self._instance, self._part, self._under_price = instance, part, under_price
        self._builder, self._rows = LinearBuilder(), Rows()
        self._hints: list[IntArray] = []
        self._first = max(0, day_start(part.first_day))
        beyond = day_start(part.last_day) + START_TIMES[-1] + LONGEST
        self._end = min(instance.num_slots, beyond)
        self._free = {w: tuple(s for s in shifts[w] if part.frees(s)) for w in part.workers}
        self._fixed = {w: tuple(s for s in shifts[w] if not part.frees(s)) for w in part.workers}
        freed = [shift for own in self._free.values() for shift in own]
        self._near_begin = self._near(shift.start for shift in freed)
        self._near_end = self._near(shift.end for shift in freed)
        self._others = staffed[:, self._first : self._end].copy()
        self._now = np.zeros_like(self._others)
        for shift in freed:
            slots = np.arange(shift.start, shift.end) - self._first
            self._others[list(shift.tasks), slots] -= 1
            self._now[list(shift.tasks), slots] += 1
        self._on_task = {worker: self._add_worker(worker) for worker in part.workers}
        self._add_cover()
        self._rows.hand_over(self._builder)
        self.linear: Linear = self._builder.build()
        self.hint = np.concatenate(self._hints)

    def read(self, values: IntArray) -> dict[int, tuple[Shift, ...]]:
        """Shifts of each worker of the part, the fixed ones included."""
        result = {}
        for worker, columns in self._on_task.items():
            on = np.where(columns >= 0, values[columns], 0)
            task = np.where(on.any(axis=0), on.argmax(axis=0), -1)
            edges = np.flatnonzero(np.diff(np.concatenate([[0], task >= 0, [0]]).astype(np.int64)))
            new = [
                Shift(self._first + int(first), tuple(task[first:end].tolist()))
                for first, end in edges.reshape(-1, 2)
            ]
            shifts = sorted([*new, *self._fixed[worker]], key=lambda shift: shift.start)
            result[worker] = tuple(shifts)
        return result

    def _add_worker(self, worker: int) -> IntArray:
        """Columns of the worker on each task in each slot, shape ``(tasks, slots of the part)``."""
        size = self._end - self._first
        was_on = np.zeros((self._instance.num_tasks, size), dtype=np.int64)
        for shift in self._free[worker]:
            was_on[list(shift.tasks), np.arange(shift.start, shift.end) - self._first] = 1
        was_present = was_on.sum(axis=0)
        if self._part.reach < 0:
            may = was_present > 0
            on = np.array([self._columns(may, row) for row in was_on])
            for slot in np.flatnonzero(may).tolist():
                self._rows.add([(column, 1) for column in on[:, slot].tolist()], 1, 1)
        else:
            can_begin, can_end = self._can_begin(worker), self._can_end(worker)
            may = np.convolve(can_begin, np.ones(LONGEST))[:size] > 0
            on = np.array([self._columns(may, row) for row in was_on])
            present = on[0] if len(on) == 1 else self._columns(may, was_present)
            if len(on) > 1:
                for slot in np.flatnonzero(may).tolist():
                    of_tasks = [(column, 1) for column in on[:, slot].tolist()]
                    self._rows.add([*of_tasks, (int(present[slot]), -1)], 0, 0)
            step = np.diff(was_present, prepend=0, append=0)
            begins = self._columns(can_begin, np.maximum(step[:-1], 0))
            ends = self._columns(can_end, np.maximum(-step, 0))
            self._add_shifts(present, begins, ends)
            self._add_days(worker, begins)
            self._add_minutes(worker, present)
        if len(on) > 1:
            self._add_segments(on, was_on, may)
        return on

    def _add_segments(self, on: IntArray, was_on: IntArray, may: BoolArray) -> None:
        """A segment that begins goes on for an hour; none begins in the part's last slots."""
        begun = np.diff(was_on, axis=1, prepend=0) > 0
        for columns, hint in zip(on, begun, strict=True):
            may_begin = may.copy()
            may_begin[len(may) - SEGMENT + 1 :] = False
            up = self._columns(may_begin, hint)
            for slot in np.flatnonzero(may).tolist():
                before = _entries(columns, slot - 1, slot, -1)
                own = [(int(columns[slot]), 1), *before, *_entries(up, slot, slot + 1, -1)]
                self._rows.at_most(own, 0)
            for slot in range(len(may)):
                fresh = _entries(up, slot - SEGMENT + 1, slot + 1, 1)
                if fresh:
                    self._rows.at_most([*fresh, *_entries(columns, slot, slot + 1, -1)], 0)

    def _add_shifts(self, present: IntArray, begins: IntArray, ends: IntArray) -> None:
        """Least and most length, and the rest; each row only where it can bind."""
        rows, size = self._rows, len(present)
        for slot in range(size + 1):
            own = _entries(present, slot, slot + 1, 1)
            change = [*_entries(begins, slot, slot + 1, -1), *_entries(ends, slot, slot + 1, 1)]
            rows.add([*own, *_entries(present, slot - 1, slot, -1), *change], 0, 0)
            if slot < len(ends) and ends[slot] >= 0:
                fresh = _entries(begins, slot - SHORTEST + 1, slot + 1, 1)
                rows.at_most([*fresh, *_entries(present, slot, slot + 1, -1)], 0)
            if slot >= LONGEST and begins[slot - LONGEST] >= 0 and own:
                rows.at_most([*own, *_entries(begins, slot - LONGEST + 1, slot + 1, -1)], 0)
            if slot < size and begins[slot] >= 0:
                rows.at_most([*own, *_entries(ends, slot - REST + 1, slot + 1, 1)], 1)

    def _add_days(self, worker: int, begins: IntArray) -> None:
        """One start a day, and never more than five days in a row, fixed shifts counted."""
        first_day, last_day = self._part.first_day, self._part.last_day
        starts: dict[int, list[tuple[int, int]]] = {}
        for day in range(first_day, last_day + 1):
            midnight = day_start(day) - self._first
            starts[day] = _entries(begins, midnight, midnight + DAY_SLOTS, 1)
            self._rows.at_most(starts[day], 1)
        worked = {shift.day for shift in self._fixed[worker]}
        for day in range(first_day - IN_A_ROW, last_day + 1):
            span = range(day, day + IN_A_ROW + 1)
            entries = [entry for one in span for entry in starts.get(one, [])]
            self._rows.at_most(entries, IN_A_ROW - len(worked.intersection(span)))

    def _add_minutes(self, worker: int, present: IntArray) -> None:
        limits = self._instance.workers[worker]
        fixed = sum(len(shift.tasks) for shift in self._fixed[worker])
        every = _entries(present, 0, len(present), 1)
        self._rows.add(every, limits.min_slots - fixed, limits.max_slots - fixed)

    def _near(self, slots: Iterable[int]) -> BoolArray:
        """Whether each slot of the part is within reach of one of these."""
        near = np.zeros(self._end - self._first + 1, dtype=np.bool_)
        for slot in slots:
            at, reach = slot - self._first, max(0, self._part.reach)
            near[max(0, at - reach) : at + reach + 1] = True
        return near

    def _can_begin(self, worker: int) -> BoolArray:
        before = [s.end + REST for s in self._fixed[worker] if s.day < self._part.first_day]
        earliest = max([self._first, *before])
        can = np.zeros(self._end - self._first, dtype=np.bool_)
        for day in range(self._part.first_day, self._part.last_day + 1):
            for slot in (day_start(day) + time for time in START_TIMES):
                if earliest <= slot <= self._end - SHORTEST:
                    can[slot - self._first] = self._near_begin[slot - self._first]
        return can

    def _can_end(self, worker: int) -> BoolArray:
        after = [s.start - REST for s in self._fixed[worker] if s.day > self._part.last_day]
        slots = np.arange(self._first, self._end + 1)
        allowed: BoolArray = (slots >= self._first + SHORTEST) & (slots <= min([self._end, *after]))
        return allowed & self._near_end

    def _add_cover(self) -> None:
        """Workers too few and too many on each task, beside all who are not in the part."""
        instance, crew = self._instance, len(self._part.workers)
        minimum = instance.minimum[:, self._first : self._end]
        above = self._others - instance.maximum[:, self._first : self._end]
        need, room, base = (np.maximum(one, 0) for one in (minimum - self._others, -above, above))
        on = np.stack(list(self._on_task.values()))
        may: BoolArray = np.any(on >= 0, axis=0)
        for task in range(instance.num_tasks):
            lack = np.maximum(need[task] - self._now[task], 0)
            under = self._columns(need[task] > 0, lack, self._under_price, upper=need[task])
            over = np.maximum(self._now[task] - room[task], 0)
            steps = []
            for step in range(OVER_STEPS):
                most = 1 if step < OVER_STEPS - 1 else crew
                price = 2 * (base[task] + step) + 1
                column = self._columns(may[task], np.clip(over - step, 0, most), price, upper=most)
                steps.append(column)
            for slot in range(len(over)):
                own = [(int(column), 1) for column in on[:, task, slot] if column >= 0]
                if need[task, slot]:
                    least = int(need[task, slot])
                    self._rows.add([*own, (int(under[slot]), 1)], least, least + crew)
                if own:
                    spent = [(int(column[slot]), -1) for column in steps]
                    self._rows.at_most([*own, *spent], int(room[task, slot]))

    def _columns(
        self,
        where: BoolArray,
        hint: IntArray | BoolArray,
        cost: IntArray | int = 0,
        upper: IntArray | int = 1,
    ) -> IntArray:
        """A column in each slot of a mask, with its present value; elsewhere none."""
        used = np.flatnonzero(where)
        wide = [np.broadcast_to(np.asarray(one, dtype=np.int64), where.shape)[used]
                for one in (hint, cost, upper)]  # fmt: skip
        self._hints.append(wide[0])
        columns = np.full(len(where), NO_COLUMN, dtype=np.int64)
        columns[used] = self._builder.add_columns(wide[1], wide[2])
        return columns


def _entries(columns: IntArray, first: int, end: int, weight: int) -> list[tuple[int, int]]:
    """The existing columns of a stretch of slots, all with one weight."""
    own: list[int] = columns[max(0, first) : max(0, end)].tolist()
    return [(column, weight) for column in own if column >= 0]
