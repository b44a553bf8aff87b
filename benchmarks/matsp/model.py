"""All workers as one crowd: a small model whose least over-cover no schedule can beat.

It counts shifts that start and end in each slot and segments of each task that start and end,
without saying whose they are. Everything it demands holds in every schedule.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.matsp.instance import Instance
from benchmarks.matsp.pattern import IN_A_ROW, LONGEST, REST, SEGMENT, SHORTEST, Starts
from scheduler.model.linear import UNBOUNDED, Linear, LinearBuilder
from scheduler.problem import IntArray


class Rows:
    """Rows of a model, stated one by one as entries ``(column, coefficient)``."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, int, int]] = []
        self._bounds: list[tuple[int, int]] = []

    def add(self, entries: list[tuple[int, int]], lower: int, upper: int) -> None:
        """Keep the weighted sum between the bounds."""
        if entries:
            row = len(self._bounds)
            self._entries += [(row, column, weight) for column, weight in entries]
            self._bounds.append((lower, upper))

    def at_most(self, entries: list[tuple[int, int]], upper: int) -> None:
        """Keep the weighted sum at or below a limit."""
        self.add(entries, -UNBOUNDED, upper)

    def hand_over(self, builder: LinearBuilder) -> None:
        """Put all rows into a model."""
        if self._bounds:
            row, column, weight = np.array(self._entries, dtype=np.int64).T
            lower, upper = np.array(self._bounds, dtype=np.int64).T
            builder.add_rows(row, column, weight, lower, upper)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The model and its columns: starts and ends of shifts, and workers above the least.

    The last have shape ``(tasks, slots)``.
    """

    linear: Linear
    begins: IntArray
    ends: IntArray
    extra: IntArray


def crowd(instance: Instance, most_over: int | None = None) -> Crowd:
    """Build the model of the crowd; its objective is the linear over-cover.

    ``most_over`` is how many workers too many a task may have in a slot; at 1 both readings of the
    over-cover agree, but there may be no solution.
    """
    return _CrowdBuilder(instance).build(most_over)


class _CrowdBuilder:
    """Columns and rows of the crowd, one kind at a time."""

    def __init__(self, instance: Instance) -> None:
        self._instance, self._staff = instance, len(instance.workers)
        self._by_day = Starts(instance.num_days).by_day
        self._builder, self._rows = LinearBuilder(), Rows()
        slots, tasks = range(instance.num_slots), range(instance.num_tasks)
        first = {slot for day in self._by_day for slot in day}
        may_begin = np.array([self._staff if slot in first else 0 for slot in slots])
        self._begins = self._columns(may_begin)
        self._ends = self._columns(np.full(instance.num_slots + 1, self._staff))
        everyone = np.full(instance.num_slots, self._staff)
        self._present = self._columns(everyone)
        self._extra = [self._columns(everyone) for _ in tasks]

    def build(self, most_over: int | None) -> Crowd:
        """The finished model."""
        self._add_cover(self._staff if most_over is None else most_over)
        self._add_shifts()
        self._add_limits()
        if self._instance.num_tasks > 1:
            self._add_segments()
        self._rows.hand_over(self._builder)
        begins, ends, extra = (np.array(it) for it in (self._begins, self._ends, self._extra))
        return Crowd(self._builder.build(), begins, ends, extra)

    def _add_cover(self, most_over: int) -> None:
        """All present are on some task, each task has its least, and those beyond the most cost."""
        low, high = self._instance.minimum, self._instance.maximum
        for extra, room in zip(self._extra, (high - low).tolist(), strict=True):
            over = self._columns(np.full(len(extra), most_over), cost=1)
            for slot, column in enumerate(extra):
                self._rows.at_most([(column, 1), (over[slot], -1)], room[slot])
        for slot, need in enumerate(low.sum(axis=0).tolist()):
            on_tasks = [(extra[slot], -1) for extra in self._extra]
            self._rows.add([(self._present[slot], 1), *on_tasks], need, need)

    def _add_shifts(self) -> None:
        """Workers present change by starts and ends; length of shifts, and rest after them."""
        begins, ends, present, rows = self._begins, self._ends, self._present, self._rows
        for slot, own in enumerate(present):
            before = [(present[slot - 1], -1)] if slot else []
            rows.add([(own, 1), *before, (begins[slot], -1), (ends[slot], 1)], 0, 0)
            rows.at_most([*_last(begins, slot, SHORTEST, 1), (own, -1)], 0)
            rows.at_most([(own, 1), *_last(begins, slot, LONGEST, -1)], 0)
            rows.at_most([(own, 1), *_last(ends, slot, REST, 1)], self._staff)
        rows.add([(present[-1], 1), (ends[-1], -1)], 0, 0)

    def _add_limits(self) -> None:
        """One start a day, days in a row, minutes and number of shifts, over all workers."""
        workers, rows = self._instance.workers, self._rows
        for day, own in enumerate(self._by_day):
            rows.at_most([(self._begins[slot], 1) for slot in own], self._staff)
            span = self._by_day[day : day + IN_A_ROW + 1]
            starts = [(self._begins[slot], 1) for starts in span for slot in starts]
            rows.at_most(starts, IN_A_ROW * self._staff)
        least = sum(worker.min_slots for worker in workers)
        most = sum(worker.max_slots for worker in workers)
        rows.add([(column, 1) for column in self._present], least, most)
        shifts = sum(worker.max_slots // SHORTEST for worker in workers)
        rows.at_most([(column, 1) for column in self._begins], shifts)

    def _add_segments(self) -> None:
        """Segments of each task last an hour; shifts start and end with a segment."""
        slots, rows = self._instance.num_slots, self._rows
        everyone = np.full(slots, self._staff)
        ups = [self._columns(everyone) for _ in self._extra]
        downs = [self._columns(everyone) for _ in self._extra]
        low = self._instance.minimum
        steps = np.diff(low, axis=1, prepend=0)
        for task, (extra, up, down) in enumerate(zip(self._extra, ups, downs, strict=True)):
            for slot, own in enumerate(extra):
                before = [(extra[slot - 1], -1)] if slot else []
                step = -int(steps[task, slot])
                rows.add([(own, 1), *before, (up[slot], -1), (down[slot], 1)], step, step)
                rows.at_most([*_last(up, slot, SEGMENT, 1), (own, -1)], int(low[task, slot]))
        for slot in range(slots):
            rows.at_most([(self._begins[slot], 1), *((up[slot], -1) for up in ups)], 0)
            rows.at_most([(self._ends[slot], 1), *((down[slot], -1) for down in downs)], 0)

    def _columns(self, upper: IntArray, cost: int = 0) -> list[int]:
        costs = np.full(len(upper), cost, dtype=np.int64)
        columns: list[int] = self._builder.add_columns(costs, upper.astype(np.int64)).tolist()
        return columns


def _last(columns: list[int], slot: int, slots: int, weight: int) -> list[tuple[int, int]]:
    """The columns of the last slots up to this one, all with one weight."""
    return [(column, weight) for column in columns[max(0, slot - slots + 1) : slot + 1]]
