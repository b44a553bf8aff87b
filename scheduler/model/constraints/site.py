"""What all workers must keep together: shifts of a template on a day, and licences."""

import numpy as np

from scheduler.model.linear import LinearBuilder
from scheduler.model.ranges import ranges
from scheduler.model.rows import Rows
from scheduler.model.slots import pinned_servings
from scheduler.model.variables import Variables, touches_twice
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
    """Whoever serves a licence's queues holds one of it in every interval that he touches."""
    if not problem.licences:
        return
    serving, interval = _touched(problem, v)
    queues = [queue.id for queue in problem.queues]
    held = _held_by_overruled(problem, v)
    rows = Rows()
    for licence in problem.licences:
        needs_it = np.array([queue in licence.queues for queue in queues], dtype=bool)
        own = needs_it[v.servings.queue[serving]]
        taken = np.zeros(problem.horizon.num_intervals, dtype=np.int64)
        for able, first, last in held:
            taken[first:last] += needs_it[able].all()
        column = v.servings.column[serving[own]]
        at, column = _once_each(problem, v, model, rows, (serving[own], interval[own], column))
        limit = np.maximum(licence.max_workers, taken)[at]
        model.at_most(at, column, np.ones(len(column), dtype=np.int64), limit)
    rows.add_to(model)


def _once_each(
    problem: Problem,
    v: Variables,
    model: LinearBuilder,
    rows: Rows,
    entries: tuple[IntArray, IntArray, IntArray],
) -> tuple[IntArray, IntArray]:
    """Intervals and columns of some servings, a worker's two shifts in one interval counted once.

    Such a worker is a skill group of his own; a Boolean stands for his servings there. Blended,
    nobody is told apart, and he counts twice.
    """
    serving, interval, column = entries
    if problem.is_blended:
        return interval, column
    group = v.servings.key[serving] // max(len(v.slots.start), 1)
    for index, worker in enumerate(problem.workers):
        if not v.is_ruled[index] or not touches_twice(problem, worker):
            continue
        his = group == v.group_of_worker[index]
        for at in np.unique(interval[his]).tolist():
            meeting = his & (interval == at)
            if meeting.sum() > 1:
                present = model.add_boolean(index)
                rows.each_at_most(
                    0, (column[meeting], 1), (np.repeat(present, meeting.sum()), -1)
                )  # fmt: skip
                keep = ~meeting
                group, his = np.append(group[keep], -1), np.append(his[keep], False)
                interval, column = np.append(interval[keep], at), np.append(column[keep], present)
    return interval, column


def _touched(problem: Problem, v: Variables) -> tuple[IntArray, IntArray]:
    """Entries (serving, interval) for each interval that a serving touches."""
    length = problem.horizon.interval_minutes
    first, last = v.servings.start // length, -(-v.servings.end // length)
    return ranges(first, last - first)


def _held_by_overruled(problem: Problem, v: Variables) -> list[tuple[IntArray, int, int]]:
    """Queues, first interval touched and the one after the last, of overruled workers' pins.

    Blended, one who can serve other queues too has to give way.
    """
    length = problem.horizon.interval_minutes
    held = []
    for (worker, slot), queue in pinned_servings(problem, v.slots).items():
        if not v.is_ruled[worker]:
            able = v.able[v.group_of_worker[worker], v.slots.template[slot]]
            queues = np.flatnonzero(able) if problem.is_blended else np.array([queue])
            start, end = int(v.slots.start[slot]), int(v.slots.end[slot])
            held.append((queues, start // length, -(-end // length)))
    return held
