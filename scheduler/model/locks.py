"""Where the schedule is locked, nothing but pins may start."""

import numpy as np

from scheduler.model.linear import BoolArray
from scheduler.model.slots import Slots, pinned_servings
from scheduler.problem import IntArray, Problem


def is_unlocked(problem: Problem, slots: Slots, owner: IntArray, slot: IntArray) -> BoolArray:
    """Whether each shift, of a worker and on a slot, is pinned or lies where nothing is locked."""
    locks = problem.locks
    if not locks.times and not locks.workers:
        return np.ones(len(owner), dtype=bool)
    is_shut = np.zeros(len(slots.start), dtype=bool)
    for span in locks.times:
        is_shut |= (slots.start >= span.start) & (slots.start < span.end)
    is_closed = np.array([one.id in locks.workers for one in problem.workers], dtype=bool)
    pinned = [worker * len(slots.start) + at for worker, at in pinned_servings(problem, slots)]
    found: BoolArray = ~is_shut[slot] & ~is_closed[owner]
    found |= np.isin(owner * len(slots.start) + slot, pinned)
    return found
