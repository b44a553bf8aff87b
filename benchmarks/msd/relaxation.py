"""The linear relaxation of a design, made stronger by cuts until they stop to help."""

import time
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from ortools.math_opt.python import mathopt

from benchmarks.msd.cuts import Separator
from benchmarks.msd.model import Cut, Design
from scheduler.model.linear import UNBOUNDED, BoolArray, FloatArray, Linear
from scheduler.solver.relaxation import lagrangian_bound, weakest_bound

ROUNDS_WITHOUT_GAIN = 4
GAIN = 1e-3
SLACK = 0.3  # a cut further from its limit than this is left out of the model that is handed on


@dataclass(frozen=True)
class Relaxation:
    """The design with the cuts that bind, the bound they prove, and prices of the columns.

    ``value`` is the bound before rounding up;
    ``seen`` are the shifts used by a fraction in some round: the promising ones.
    """

    design: Design
    bound: int
    value: float
    reduced: FloatArray
    seen: BoolArray


def mathopt_model(linear: Linear, is_integer: bool) -> mathopt.Model:
    """The same rows as a MathOpt model; variables and rows in the same order."""
    model = mathopt.Model()
    columns = [
        model.add_variable(lb=low, ub=high, is_integer=is_integer)
        for low, high in zip(
            linear.lower.astype(float).tolist(), linear.upper.astype(float).tolist(), strict=True
        )
    ]
    for column, cost in zip(columns, linear.cost.tolist(), strict=True):
        model.objective.set_linear_coefficient(column, float(cost))
    lower = np.where(linear.row_lower <= -UNBOUNDED, -np.inf, linear.row_lower).tolist()
    upper = np.where(linear.row_upper >= UNBOUNDED, np.inf, linear.row_upper).tolist()
    rows = [
        model.add_linear_constraint(lb=low, ub=high) for low, high in zip(lower, upper, strict=True)
    ]
    entries = linear.matrix.tocoo()
    for row, column, value in zip(
        entries.row.tolist(), entries.col.tolist(), entries.data.tolist(), strict=True
    ):
        rows[row].set_coefficient(columns[column], float(value))
    return model


def relax(design: Design, deadline: float) -> Relaxation:
    """Solve the relaxation, add what it breaks, and again, until the deadline (monotonic clock).

    The bound is computed from the prices, not taken from the LP solver.
    """
    linear = design.linear
    model = mathopt_model(linear, is_integer=False)
    columns = list(model.variables())
    solver = mathopt.IncrementalSolver(model, mathopt.SolverType.GLOP)
    separator = Separator(design)
    cuts: list[Cut] = []
    seen = np.zeros(len(design.instance.shifts), dtype=np.bool_)
    best, stalled = -np.inf, 0
    values, prices = np.zeros(linear.num_columns), np.zeros(linear.num_rows)
    while stalled <= ROUNDS_WITHOUT_GAIN:
        left = timedelta(seconds=max(deadline - time.monotonic(), 0.01))
        result = solver.solve(params=mathopt.SolveParameters(time_limit=left))
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            break
        values = np.array(result.variable_values(columns))
        prices = np.array(result.dual_values(list(model.linear_constraints())))
        stalled = stalled + 1 if result.objective_value() < best + GAIN else 0
        best = max(best, result.objective_value())
        seen |= values[design.columns.used] > 1e-6
        found = separator.separate(values) if time.monotonic() < deadline else []
        if not found:
            break
        for cut in found:
            _add(model, columns, cut)
        cuts += found
    return _result(design, cuts, values, prices, seen)


def _add(model: mathopt.Model, columns: list[mathopt.Variable], cut: Cut) -> None:
    row = model.add_linear_constraint(lb=float(cut.lower))
    for column, coefficient in zip(cut.column.tolist(), cut.coefficient.tolist(), strict=True):
        row.set_coefficient(columns[column], float(coefficient))


def _result(
    design: Design, cuts: list[Cut], values: FloatArray, prices: FloatArray, seen: BoolArray
) -> Relaxation:
    """Recompute the bound with all cuts, then keep those that bind."""
    linear = replace(design, cuts=(*design.cuts, *cuts)).linear
    prices = np.concatenate([prices, np.zeros(linear.num_rows - len(prices))])
    bound = max(lagrangian_bound(linear, prices), weakest_bound(linear))
    binding = tuple(
        cut for cut in cuts if cut.coefficient @ values[cut.column] <= cut.lower + SLACK
    )
    reduced = linear.cost - linear.matrix.T @ prices
    value = min(float(linear.cost @ values), float(bound))
    return Relaxation(replace(design, cuts=(*design.cuts, *binding)), bound, value, reduced, seen)
