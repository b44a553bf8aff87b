"""The point of a model that a given schedule stands for."""

from collections import defaultdict

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import BoolArray, FloatArray
from scheduler.problem import IntArray
from scheduler.schedule import Shift
from scheduler.solver.neighbourhood import FRACTION
from scheduler.solver.parts import Effort, decide
from scheduler.solver.relaxation import relax


def point_of(model: Model, shifts: tuple[Shift, ...], effort: Effort) -> IntArray | None:
    """The cheapest point of the model where exactly these times are worked; None if there is none.

    Whom they serve, and all that is counted, is decided anew. Where work may wait, everybody stays
    with whom he serves: to decide that anew would be a search of its own.
    """
    columns = _columns(model, shifts)
    if columns is None:
        return None
    if model.problem.backlogs:
        return _as_assigned(model, shifts, columns, effort)
    return served(model, columns, effort)


def _as_assigned(
    model: Model, shifts: tuple[Shift, ...], columns: IntArray, effort: Effort
) -> IntArray | None:
    """The point where these shifts serve whom they say; None where a column for that is missing."""
    v = model.variables
    queues = {queue.id: index for index, queue in enumerate(model.problem.queues)}
    choice_at = np.searchsorted(v.choices.column, columns)
    start_of_key = dict(zip(v.servings.key.tolist(), v.servings.start.tolist(), strict=True))
    table = zip(v.servings.key.tolist(), v.servings.queue.tolist(), strict=True)
    serving = dict(zip(table, v.servings.column.tolist(), strict=True))
    keys = defaultdict[int, list[int]](list)
    for choice, key in zip(v.servings.choice.tolist(), v.servings.choice_key.tolist(), strict=True):
        keys[choice].append(key)
    values = np.zeros(model.linear.num_columns, dtype=np.int64)
    values[columns] = 1
    for shift, choice in zip(shifts, choice_at.tolist(), strict=True):
        for key in keys[choice]:
            at = max(shift.start, start_of_key.get(key, shift.start))
            queue = next(part.queue for part in shift.served if part.start <= at < part.end)
            column = serving.get((key, queues[queue]))
            if column is None:
                return None
            values[column] += 1
    return completed(model, values, effort)


def completed(model: Model, values: IntArray, effort: Effort) -> IntArray | None:
    """The cheapest point with these shifts on these queues; None if there is none.

    ``values``: of choices and servings; all that is counted from them is 0.
    """
    linear = model.linear
    tight = linear.tighten(values)
    if linear.is_feasible(tight):
        return tight
    free: BoolArray = np.ones(linear.num_columns, dtype=bool)
    free[model.variables.choices.column] = free[model.variables.servings.column] = False
    part = linear.restrict(free, values)
    relaxed = relax(part, effort.patience).values
    rest = None if relaxed is None else decide(part, relaxed, effort)
    if rest is None:
        return None
    found = values.copy()
    found[free] = rest
    return found if linear.is_feasible(found) else None


def served(model: Model, columns: IntArray, effort: Effort) -> IntArray | None:
    """The cheapest point of the model where exactly these choices' columns are 1."""
    linear = model.linear
    free: BoolArray = np.ones(linear.num_columns, dtype=bool)
    free[model.variables.choices.column] = False
    values = np.zeros(linear.num_columns, dtype=np.int64)
    values[columns] = 1
    part = linear.restrict(free, values)
    relaxed = relax(part, effort.patience).values
    rest = None if relaxed is None else decide(part, relaxed, effort)
    found = []
    if rest is not None:
        decided = values.copy()
        decided[free] = rest
        found.append(decided)
    if relaxed is not None and model.problem.backlogs:
        whole = completed(model, _rounded(model, columns, relaxed, free), effort)
        found += [] if whole is None else [whole]
    feasible = [one for one in found if linear.is_feasible(one)]
    return min(feasible, key=linear.objective, default=None)


def _rounded(model: Model, columns: IntArray, relaxed: FloatArray, free: BoolArray) -> IntArray:
    """Everybody serves the queue that has the largest part of a worker left at his key."""
    servings = model.variables.servings
    parts = np.zeros(model.linear.num_columns)
    parts[free] = relaxed
    values = np.zeros(model.linear.num_columns, dtype=np.int64)
    values[columns] = 1
    own = parts[servings.column]
    whole = np.floor(own + FRACTION)
    order = np.lexsort((whole - own, servings.key))
    key = servings.key[order]
    first = np.searchsorted(key, key)
    total = np.zeros(int(key.max(initial=-1)) + 1)
    np.add.at(total, key, own[order] - whole[order])
    is_next = np.arange(len(order)) - first < np.round(total[key])
    values[servings.column[order]] = (whole[order] + is_next).astype(np.int64)
    return values


def _columns(model: Model, shifts: tuple[Shift, ...]) -> IntArray | None:
    """The columns of these shifts' choices; None where one is missing."""
    choices, problem = model.variables.choices, model.problem
    workers = {worker.id: index for index, worker in enumerate(problem.workers)}
    templates = {one.id: index for index, one in enumerate(problem.shift_templates)}
    keys = zip(choices.worker.tolist(), choices.start.tolist(), choices.template.tolist(),
               strict=True)  # fmt: skip
    columns = dict(zip(keys, choices.column.tolist(), strict=True))
    found = [
        columns.get((workers[one.worker], one.start, templates[one.template]), -1) for one in shifts
    ]
    return None if -1 in found else np.array(found, dtype=np.int64)
