"""What all workers must keep together: shifts of a template on a day, and licences."""

import numpy as np

from scheduler.model.linear import LinearBuilder
from scheduler.model.ranges import ranges
from scheduler.model.rows import Rows
from scheduler.model.slots import pinned_servings
from scheduler.model.variables import Variables
from scheduler.problem import IntArray, Problem


def template_shifts_per_day(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Of one template, at most so many shifts of all workers start on one local day.

    Shifts of overruled workers take their places; where these alone are too many, nobody else
    gets one.
    """
    most = np.array([one.max_shifts_per_day or 0 for one in problem.shift_templates])
    limited = [one.max_shifts_per_day is not None for one in problem.shift_templates]
    own = np.flatnonzero(np.array(limited, dtype=bool)[v.choices.template])
    key = v.choices.template[own] * problem.horizon.days + v.choices.day[own]
    overruled = ~v.is_ruled[v.choices.worker[own]]
    taken = np.bincount(key[overruled], minlength=len(limited) * problem.horizon.days)
    limit = np.maximum(most[v.choices.template[own]], taken[key])
    model.at_most(key, v.choices.column[own], np.ones(len(own), dtype=np.int64), limit)


def licences(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Whoever serves a licence's queues holds one of it in every interval that he touches.

    Overruled workers have theirs first; the others share what is left.
    """
    if not problem.licences:
        return
    serving, interval = _touched(problem, v)
    owner = v.servings.owner[serving]
    is_asked = (owner < 0) | v.is_ruled[owner]
    held = _held_by_overruled(problem, v)
    rows = Rows()
    for licence in problem.licences:
        needs_it = np.array([one.id in licence.queues for one in problem.queues], dtype=bool)
        own = needs_it[v.servings.queue[serving]] & is_asked
        entries = interval[own], v.servings.column[serving[own]], owner[own]
        at, column = _once_each(problem, model, rows, *entries)
        left = np.full(problem.horizon.num_intervals, licence.max_workers)
        for index, _ in {(at, worker) for at, worker, queue in held if needs_it[queue]}:
            left[index] -= 1
        limit = np.maximum(left, 0)[at]
        model.at_most(at, column, np.ones(len(column), dtype=np.int64), limit)
    rows.add_to(model)


def _once_each(
    problem: Problem,
    model: LinearBuilder,
    rows: Rows,
    interval: IntArray,
    column: IntArray,
    owner: IntArray,
) -> tuple[IntArray, IntArray]:
    """Intervals and columns of servings, a worker's two shifts in one interval counted once.

    A Boolean stands for all that he, and nobody else, serves there.
    """
    # Of his shifts that touch one interval, all but two lie inside it.
    shortest = min((one.minutes for one in problem.shift_templates), default=1)
    most = 2 + problem.horizon.interval_minutes // shortest if problem.is_blended else 1
    for worker in np.unique(owner[owner >= 0]).tolist():
        for at in np.unique(interval[owner == worker]).tolist():
            meeting = (owner == worker) & (interval == at)
            if meeting.sum() > 1 or problem.is_blended:
                present = model.add_boolean(worker)
                for one in column[meeting].tolist():
                    rows.at_most(0, ([one], 1), (present, -most))
                interval = np.append(interval[~meeting], at)
                column = np.append(column[~meeting], present)
                owner = np.append(owner[~meeting], -1)
    return interval, column


def _touched(problem: Problem, v: Variables) -> tuple[IntArray, IntArray]:
    """Entries (serving, interval) for each interval that a serving touches."""
    length = problem.horizon.interval_minutes
    first, last = v.servings.start // length, -(-v.servings.end // length)
    return ranges(first, last - first)


def _held_by_overruled(problem: Problem, v: Variables) -> set[tuple[int, int, int]]:
    """Interval, worker and queue of the pins of overruled workers."""
    length = problem.horizon.interval_minutes
    return {
        (at, worker, queue)
        for (worker, slot), queue in pinned_servings(problem, v.slots).items()
        if not v.is_ruled[worker]
        for at in range(int(v.slots.start[slot]) // length, -(-int(v.slots.end[slot]) // length))
    }
