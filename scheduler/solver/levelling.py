"""Work that may wait as a need in whole workers, read off the relaxation.

The relaxation says when work is best done, but in parts of workers that change all the time. Taken
as the level to work at, in whole workers and in runs as long as the deadlines allow, it is a need
like any other, and the relaxation of that comes out whole nearly always.
"""

from dataclasses import replace

import numpy as np

from scheduler.backlog import Backlog
from scheduler.model.build import Model
from scheduler.model.linear import FloatArray
from scheduler.model.servings import served_intervals
from scheduler.problem import IntArray, Problem
from scheduler.solver.relaxation import Relaxation
from scheduler.solver.whole_starts import Toll, whole_starts
from scheduler.staffing.backlog import in_whole_workers
from scheduler.staffing.backlog import levelled as straightest


def levelled(model: Model, relaxed: FloatArray) -> Problem:
    """The problem with a requirement in place of each backlog, as the relaxation staffs it."""
    problem, servings = model.problem, model.variables.servings
    key, column = served_intervals(problem, servings)
    size = len(problem.queues) * problem.horizon.num_intervals
    staffed: FloatArray = np.bincount(key, weights=relaxed[column], minlength=size).astype(float)
    need = {
        queue.id: _whole_need(problem.backlogs[queue.id], own)
        for queue, own in zip(problem.queues, staffed.reshape(len(problem.queues), -1), strict=True)
        if queue.id in problem.backlogs
    }
    return replace(problem, backlogs={}, requirement={**problem.requirement, **need})


def levelled_by_starts(model: Model, relaxation: Relaxation, toll: Toll) -> Problem:
    """The problem with a requirement in place of each backlog, made of whole shifts."""
    problem = model.problem
    need = {
        queue.id: whole_starts(model, relaxation, index, toll)
        for index, queue in enumerate(problem.queues)
        if queue.id in problem.backlogs
    }
    return replace(problem, backlogs={}, requirement={**problem.requirement, **need})


def levelled_evenly(problem: Problem) -> Problem:
    """The problem with a requirement in place of each backlog, as even as its deadlines allow."""
    need = {queue: _even_need(one) for queue, one in problem.backlogs.items()}
    return replace(problem, backlogs={}, requirement={**problem.requirement, **need})


def _even_need(backlog: Backlog) -> IntArray:
    """Everything is done by the end, whenever it is due."""
    is_open = backlog.done_per_worker > 0
    need = np.zeros(len(is_open), dtype=np.int64)
    there = backlog.opening + backlog.overdue + np.cumsum(backlog.arriving)
    if is_open.any() and there[-1]:
        per_worker = float(backlog.done_per_worker[is_open].mean())
        arrived = there[is_open] / per_worker
        due = (there - backlog.may_wait)[is_open] / per_worker
        due[-1] = arrived[-1]
        need[is_open] = in_whole_workers(arrived, due, straightest(arrived, due))
    return need


def _whole_need(backlog: Backlog, staffed: FloatArray) -> IntArray:
    """Whole workers per interval who are never later than so many parts of workers would be."""
    is_open = backlog.done_per_worker > 0
    need = np.zeros(len(staffed), dtype=np.int64)
    if not is_open.any():
        return need
    there = backlog.opening + backlog.overdue + np.cumsum(backlog.arriving)
    done, plan = 0.0, []
    for most, minutes in zip(there, staffed * backlog.done_per_worker, strict=True):
        done = min(float(most), done + minutes)
        plan.append(done)
    # A worker gets the same done nearly everywhere; where not, this is only a first schedule.
    per_worker = float(backlog.done_per_worker[is_open].mean())
    level = np.array(plan)[is_open] / per_worker
    due = (there - backlog.may_wait)[is_open] / per_worker
    need[is_open] = in_whole_workers(there[is_open] / per_worker, np.minimum(due, level), level)
    return need


def same_columns(model: Model, other: Model) -> tuple[IntArray, IntArray]:
    """Columns of another model's choices and servings, and the columns of the same in a model."""
    size, queues = len(model.variables.slots.start), len(model.problem.queues)
    own, theirs = model.variables.choices, other.variables.choices
    at = np.searchsorted(own.worker * size + own.slot, theirs.worker * size + theirs.slot)
    serve, they_serve = model.variables.servings, other.variables.servings
    order = np.argsort(serve.key * queues + serve.queue)
    key = (serve.key * queues + serve.queue)[order]
    among = np.searchsorted(key, they_serve.key * queues + they_serve.queue)
    return (
        np.concatenate([theirs.column, they_serve.column]),
        np.concatenate([own.column[at], serve.column[order[among]]]),
    )


def same_point(model: Model, other: Model, values: IntArray) -> IntArray:
    """The point of a model where the same shifts serve the same queues as in another model.

    Both are of the same workers, templates and queues, and differ in what is needed. All that is
    counted from it stays 0.
    """
    found = np.zeros(model.linear.num_columns, dtype=np.int64)
    theirs, own = same_columns(model, other)
    found[own] = values[theirs]
    return found
