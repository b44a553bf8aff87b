"""Make some days of a schedule better where work may wait.

What waits ties all days together, so the relaxation of a few days comes out in parts of workers
and CP-SAT finds nothing in them. As a need in whole workers it does (see ``levelling``).
"""

import numpy as np

from scheduler.model.build import Model, build
from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray
from scheduler.solver.levelling import levelled, same_columns, same_point
from scheduler.solver.parts import Effort, decide
from scheduler.solver.point import completed
from scheduler.solver.relaxation import relax


def improve_levelled(
    model: Model, free: BoolArray, values: IntArray, effort: Effort
) -> IntArray | None:
    """A cheaper point with only the free shifts changed, or None.

    Their relaxation says when work that may wait is best done; that becomes a need.
    """
    part = model.linear.restrict(free, values)
    relaxed = relax(part, effort.patience)
    before = model.linear.objective(values)
    if relaxed.values is None or relaxed.bound >= before:
        return None
    shape = values.astype(np.float64)
    shape[free] = relaxed.values
    other = build(levelled(model, shape))
    whole = _decided(model, other, free, values, effort)
    point = None if whole is None else completed(model, same_point(model, other, whole), effort)
    return None if point is None or model.linear.objective(point) >= before else point


def _decided(
    model: Model, other: Model, free: BoolArray, values: IntArray, effort: Effort
) -> IntArray | None:
    """The levelled model's answer with the free shifts; all others stay as they are."""
    linear = other.linear
    theirs, own = same_columns(model, other)
    is_open, base = np.ones(linear.num_columns, dtype=bool), np.zeros(linear.num_columns, np.int64)
    is_open[theirs], base[theirs] = free[own], values[own]
    part = linear.restrict(is_open, base)
    relaxed = relax(part, effort.patience).values
    found = None if relaxed is None else decide(part, relaxed, effort)
    if found is None:
        return None
    base[is_open] = found
    return base
