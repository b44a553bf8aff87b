"""What the crowd does: its shifts, and workers on each task; a large instance in stretches."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from benchmarks.matsp.improve import Limits
from benchmarks.matsp.instance import DAY_SLOTS, Instance
from benchmarks.matsp.model import Rows, crowd
from benchmarks.matsp.pattern import SEGMENT
from benchmarks.matsp.split import Counts
from scheduler.errors import SolverFailed
from scheduler.model.linear import UNBOUNDED, LinearBuilder
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters, search
from scheduler.solver.relaxation import relax

MOST_CELLS, MOST_STRETCHES = 4_100, 8  # slots times tasks of a stretch of days; stretches
LONG_STRETCH = 7  # days, where the tasks are merged
ALONE_SECONDS = 2.0

Profile = tuple[Counts, IntArray]
"""Shifts that start and end in each slot, and workers on each task in each slot."""


def crowd_profile(instance: Instance, limits: Limits, bound: int) -> Profile:
    """A good schedule of the crowd.

    A large instance is cut into stretches of days, each an instance of its own. Where that leaves
    one without solution, the tasks are first covered each on its own and then merged.
    """
    days = max(1, MOST_CELLS // (instance.num_tasks * DAY_SLOTS))
    found = None
    if instance.num_days <= days * MOST_STRETCHES:
        half = replace(limits, seconds=limits.seconds / 2)
        found = _in_stretches(instance, half, days, bound, (1, None))
    if found is None:
        alone = each_task_alone(instance)
        merged = merge_tasks(replace(instance, minimum=alone, maximum=alone))
        found = _in_stretches(merged, limits, LONG_STRETCH, merged.forced_over, (None,))
        if found is None:
            nobody = np.zeros(instance.num_slots, dtype=np.int64)
            return Counts(nobody, np.append(nobody, 0)), alone
        beyond = found[1] - merged.minimum
        alone[:1] += beyond
        found = found[0], alone
    return found


def merge_tasks(instance: Instance) -> Instance:
    """The instance with all tasks as one."""
    low, high = (one.sum(axis=0, keepdims=True) for one in (instance.minimum, instance.maximum))
    return replace(instance, minimum=low, maximum=high)


def _in_stretches(
    instance: Instance, limits: Limits, days: int, bound: int, tries: tuple[int | None, ...]
) -> Profile | None:
    """The crowd stretch by stretch; None when one of them stays without solution."""
    number = -(-instance.num_days // days)
    edges = np.linspace(0, instance.num_days, number + 1).round().astype(int).tolist()
    begins = np.zeros(instance.num_slots, dtype=np.int64)
    ends = np.zeros(instance.num_slots + 1, dtype=np.int64)
    on_task = np.zeros_like(instance.minimum)
    share = replace(limits, seconds=limits.seconds / number)
    for first, last in pairwise(edges):
        stretch = _stretch(instance, first, last)
        found = _crowd_of(stretch, share, bound if number == 1 else stretch.forced_over, tries)
        if found is None:
            return None
        slots = slice(first * DAY_SLOTS, last * DAY_SLOTS)
        begins[slots] += found[0].begins
        ends[slots.start : slots.stop + 1] += found[0].ends
        on_task[:, slots] = found[1]
    return Counts(begins, ends), on_task


def _stretch(instance: Instance, first: int, last: int) -> Instance:
    """Some days of an instance; each worker's slots in proportion."""
    slots = slice(first * DAY_SLOTS, last * DAY_SLOTS)
    days, whole = last - first, instance.num_days
    workers = tuple(
        replace(one, min_slots=one.min_slots * days // whole,
                max_slots=-(-one.max_slots * days // whole))
        for one in instance.workers
    )  # fmt: skip
    low, high = instance.minimum[:, slots], instance.maximum[:, slots]
    return Instance(instance.name, days, workers, low, high)


def _crowd_of(
    instance: Instance, limits: Limits, stop_at: int, tries: tuple[int | None, ...]
) -> Profile | None:
    """The crowd's schedule at the first limit on the over-cover of a slot that leaves one."""
    for most_over in tries:
        model = crowd(instance, most_over)
        found: list[IntArray] = []
        parameters = SearchParameters(limits.seconds, limits.workers, limits.seed, stop_at)
        try:
            search(model.linear, parameters, found.append)
        except SolverFailed:
            continue
        if found:
            values = found[-1]
            counts = Counts(values[model.begins], values[model.ends])
            return counts, values[model.extra] + instance.minimum
    return None


def each_task_alone(instance: Instance) -> IntArray:
    """Fewest workers on each task when segments last an hour and workers come and go freely."""
    week = LONG_STRETCH * DAY_SLOTS
    parts = [
        np.stack([_cover(row) for row in instance.minimum[:, first : first + week]])
        for first in range(0, instance.num_slots, week)
    ]
    return np.concatenate(parts, axis=1)


def _cover(need: IntArray) -> IntArray:
    """Cover the need of one task by segments; the matrix of intervals makes the LP integral."""
    builder, rows, size = LinearBuilder(), Rows(), len(need)
    spans = [
        (first, first + length)
        for length in range(SEGMENT, 2 * SEGMENT)
        for first in range(size - length + 1)
    ]
    lengths = np.array([end - first for first, end in spans], dtype=np.int64)
    columns = builder.add_columns(lengths, np.full(len(spans), int(need.max())))
    covering: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for column, (first, end) in zip(columns.tolist(), spans, strict=True):
        for slot in range(first, end):
            covering[slot].append((column, 1))
    for slot, own in enumerate(covering):
        rows.add(own, int(need[slot]), UNBOUNDED)
    rows.hand_over(builder)
    values = relax(builder.build(), ALONE_SECONDS).values
    if values is None:
        return need.copy()
    used = np.rint(values).astype(np.int64)
    change = np.zeros(size + 1, dtype=np.int64)
    np.add.at(change, [first for first, _ in spans], used)
    np.add.at(change, [end for _, end in spans], -used)
    staffed: IntArray = np.maximum(need, np.cumsum(change)[:-1])
    return staffed
