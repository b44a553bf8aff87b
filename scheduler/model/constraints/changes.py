"""How far a schedule may differ from the one that people know."""

from collections import Counter

import numpy as np

from scheduler.model.changes import is_new, kept_by
from scheduler.model.linear import LinearBuilder
from scheduler.model.rows import Rows
from scheduler.model.slots import pinned_servings
from scheduler.model.variables import Variables
from scheduler.problem import IntArray, Problem


def max_changed_workers(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """At most so many workers get a shift or lose one; overruled workers take their share first.

    A Boolean per worker is 1 when one of his previous shifts is not worked, or another one is.
    """
    most = problem.max_changed_workers
    if most is None:
        return
    rows, changed = Rows(), list[int]()
    for index in range(len(problem.workers)):
        kept, is_added = kept_by(problem, v, index), is_new(problem, v, index)
        if not v.is_ruled[index]:
            most -= bool(is_added.any() or any(not len(columns) for columns in kept.values()))
            continue
        if not kept and not is_added.any():
            continue
        one = int(_indicator(model, index)[0])
        changed.append(one)
        for columns in kept.values():
            rows.at_least(1, (columns, 1), ([one], 1))
        _count_added(problem, v, rows, index, one)
    rows.at_most(max(0, most), (changed, 1))
    rows.add_to(model)


def _indicator(model: LinearBuilder, index: int) -> IntArray:
    """A Boolean that costs nothing and is as low as its rows allow."""
    zero = np.zeros(1, dtype=np.int64)
    return model.add_columns(zero, zero + 1, index, is_slack=True)


def _count_added(problem: Problem, v: Variables, rows: Rows, index: int, changed: int) -> None:
    """A new shift on any day makes the worker a changed one."""
    own, is_added = v.of_worker(index), is_new(problem, v, index)
    days, most = v.choices.day[own], max(1, problem.workers[index].max_shifts_per_day)
    for day in np.unique(days[is_added]).tolist():
        columns = v.choices.column[own[is_added & (days == day)]]
        rows.at_most(0, (columns, 1), ([changed], -most))


def locked_queues(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Nobody serves a locked queue but those who are pinned on it."""
    if not problem.locks.queues:
        return
    locked = np.array([one.id in problem.locks.queues for one in problem.queues], dtype=bool)
    pinned: Counter[tuple[int, int]] = Counter()
    for (worker, slot), queue in pinned_servings(problem, v.slots).items():
        pinned[int(v.group_of_worker[worker]) * len(v.slots.start) + slot, queue] += 1
    own = np.flatnonzero(locked[v.servings.queue])
    keys = zip(v.servings.key[own].tolist(), v.servings.queue[own].tolist(), strict=True)
    limit = np.array([pinned[key] for key in keys], dtype=np.int64)
    ones = np.ones(len(own), dtype=np.int64)
    model.at_most(np.arange(len(own)), v.servings.column[own], ones, limit)
