"""The independent judge: every rule of the set stated anew, sharing no code with the search."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.matsp.instance import DAY_SLOTS, FIRST_SLOT, Instance, Worker
from benchmarks.matsp.schedule import Schedule, Shift
from scheduler.problem import IntArray

SHORTEST, LONGEST = 6 * 4, 10 * 4
LEAST_REST = 14 * 4
SHORTEST_SEGMENT = 4
MOST_DAYS_IN_A_ROW = 5
# First and last slot of the day a shift may start in.
WINDOWS = ((0, 0), (24, 40), (56, 72), (80, 95))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Broken rules in words, workers too few, and the over-cover in both readings of the set.

    The published checker squares the workers too many on a task in a slot (``squared``); the paper
    only counts them (``linear``).
    """

    violations: tuple[str, ...]
    under: int
    linear: int
    squared: int

    @property
    def is_feasible(self) -> bool:
        """No rule broken and nowhere too few."""
        return not self.violations and not self.under


def evaluate(instance: Instance, schedule: Schedule) -> Evaluation:
    """Judge a schedule by the rules of the set."""
    violations: list[str] = []
    for worker, shifts in zip(instance.workers, schedule, strict=True):
        for shift in shifts:
            violations += [f"{worker.name}: {text}" for text in _of_shift(instance, shift)]
        violations += [f"{worker.name}: {text}" for text in _of_worker(worker, shifts)]
    staffed = count(instance, schedule)
    over = np.maximum(staffed - instance.maximum, 0)
    under = np.maximum(instance.minimum - staffed, 0)
    return Evaluation(tuple(violations), int(under.sum()), int(over.sum()), int((over**2).sum()))


def count(instance: Instance, schedule: Schedule) -> IntArray:
    """Workers on each task in each slot; work outside the horizon or on no task is left out."""
    staffed = np.zeros_like(instance.minimum)
    for shifts in schedule:
        for shift in shifts:
            for slot, task in enumerate(shift.tasks, start=shift.start):
                if 0 <= slot < instance.num_slots and 0 <= task < instance.num_tasks:
                    staffed[task, slot] += 1
    return staffed


def _of_shift(instance: Instance, shift: Shift) -> Iterator[str]:
    where = f"day {shift.day}, slot {shift.start}"
    if not SHORTEST <= len(shift.tasks) <= LONGEST:
        yield f"{where}: a shift of {len(shift.tasks)} slots"
    time = (shift.start + FIRST_SLOT) % DAY_SLOTS
    if not any(first <= time <= last for first, last in WINDOWS):
        yield f"{where}: starts outside the windows"
    if shift.start < 0 or shift.end > instance.num_slots:
        yield f"{where}: leaves the horizon"
    for task, slots in shift.segments():
        if slots < SHORTEST_SEGMENT:
            yield f"{where}: a segment of {slots} slots"
        if not 0 <= task < instance.num_tasks:
            yield f"{where}: unknown task {task}"


def _of_worker(worker: Worker, shifts: tuple[Shift, ...]) -> Iterator[str]:
    slots = sum(len(shift.tasks) for shift in shifts)
    if not worker.min_slots <= slots <= worker.max_slots:
        yield f"works {slots} slots"
    in_order = sorted(shifts, key=lambda shift: shift.start)
    for before, after in pairwise(in_order):
        if after.start - before.end < LEAST_REST:
            yield f"rests {after.start - before.end} slots before slot {after.start}"
    starts = Counter(shift.day for shift in shifts)
    for day, number in starts.items():
        if number > 1:
            yield f"starts {number} shifts on day {day}"
        if all(day + later in starts for later in range(MOST_DAYS_IN_A_ROW + 1)):
            yield f"works more than {MOST_DAYS_IN_A_ROW} days in a row from day {day}"
