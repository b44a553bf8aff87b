"""The point of a model that a given schedule stands for."""

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray
from scheduler.schedule import Shift
from scheduler.solver.parts import Effort, decide
from scheduler.solver.relaxation import relax


def point_of(model: Model, shifts: tuple[Shift, ...], effort: Effort) -> IntArray | None:
    """The cheapest point of the model where exactly these times are worked; None if there is none.

    Whom they serve, and all that is counted, is decided anew.
    """
    columns = _columns(model, shifts)
    return None if columns is None else served(model, columns, effort)


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
    if rest is None:
        return None
    values[free] = rest
    return values if linear.is_feasible(values) else None


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
