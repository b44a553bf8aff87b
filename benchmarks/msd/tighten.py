"""Fewer workers per shift and day, from the cost that a better design may have.

A design that beats the best one known has little to spend on being short or too many, so its flow
is nearly prescribed. How many workers a shift can have on a day then follows from a linear program
on that day and the night after it. Small limits are what makes the relaxation strong.
"""

import time

import numpy as np
from ortools.math_opt.python import mathopt
from scipy import sparse

from benchmarks.msd.model import Design, flow_rows, program
from benchmarks.msd.relaxation import mathopt_model
from scheduler.model.linear import UNBOUNDED, Linear
from scheduler.problem import IntArray

HOURS_AFTER_MIDNIGHT = 9  # of the next day that still belong to a day's program
OPTIMAL = mathopt.TerminationReason.OPTIMAL


def tighten(design: Design, budget: int, deadline: float) -> IntArray:
    """Most workers per shift and day of any design within a budget for deviations, in units.

    Shape shifts x days. Days that the deadline (monotonic clock) leaves out keep their limits.
    """
    instance = design.instance
    most = design.most.copy()
    for day in range(instance.days):
        window = _window(design, day)
        within = budget - _least_outside(design, window)
        if within < 0:
            return np.zeros_like(most)
        _tighten_day(design, day, window, within, most, deadline)
    return most


def _window(design: Design, day: int) -> IntArray:
    instance = design.instance
    size = instance.intervals_per_day + HOURS_AFTER_MIDNIGHT * 60 // instance.interval
    size = min(size, instance.num_intervals)
    return (day * instance.intervals_per_day + np.arange(size)) % instance.num_intervals


def _least_outside(design: Design, window: IntArray) -> int:
    """What deviations cost at least in the rest of the week, in units."""
    columns, linear = design.columns, design.linear
    matrix, change = flow_rows(design.instance, design.lack)
    cost = linear.cost.copy()
    for part in (columns.used, columns.deviations[:, window]):
        cost[part] = 0
    model = mathopt_model(
        program(cost, linear.lower, linear.upper, matrix, change, change), is_integer=False
    )
    result = mathopt.solve(model, mathopt.SolverType.GLOP)
    if result.termination.reason != OPTIMAL:
        return 0
    return int(np.ceil(result.objective_value() - 1e-6))


def _tighten_day(
    design: Design, day: int, window: IntArray, budget: int, most: IntArray, deadline: float
) -> None:
    linear, kept = _day_program(design, window, budget)
    model = mathopt_model(linear, is_integer=False)
    variables = dict(zip(kept.tolist(), model.variables(), strict=True))
    solver = mathopt.IncrementalSolver(model, mathopt.SolverType.GLOP)
    for shift in np.flatnonzero(most[:, day]).tolist():
        if time.monotonic() > deadline:
            return
        model.maximize(variables[int(design.columns.workers[shift, day])])
        result = solver.solve()
        if result.termination.reason == OPTIMAL:
            most[shift, day] = min(most[shift, day], int(result.objective_value() + 1e-6))
        elif result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
            most[shift, day] = 0


def _day_program(design: Design, window: IntArray, budget: int) -> tuple[Linear, IntArray]:
    """The flow through a window of the week, open at its ends, and which columns it touches."""
    columns, linear = design.columns, design.linear
    matrix, change = flow_rows(design.instance, design.lack, int(window[0]))
    cost = np.zeros_like(linear.cost)
    part = columns.deviations[:, window]
    cost[part] = linear.cost[part]
    rows = sparse.csr_array(sparse.vstack([matrix[window], sparse.csr_array(cost[None, :])]))
    kept = _touched(rows)
    sides = np.append(change[window], budget)
    lower = np.append(change[window], -UNBOUNDED)
    day_program = program(
        np.zeros(len(kept), dtype=np.int64),
        linear.lower[kept],
        linear.upper[kept],
        sparse.csr_array(rows[:, kept]),
        lower,
        sides,
    )
    return day_program, kept


def _touched(rows: sparse.csr_array) -> IntArray:
    return np.unique(rows.indices).astype(np.int64)


def deviation_budget(design: Design, best: int) -> int | None:
    """What a design that costs less than ``best`` may spend on deviations, in units.

    It is what is left after the fewest shifts that the relaxation allows; None when the relaxation
    allows no such design.
    """
    linear, used = design.linear, design.columns.used
    model = mathopt_model(linear, is_integer=False)
    variables = list(model.variables())
    within = model.add_linear_constraint(ub=float(best - 1))
    for column in np.flatnonzero(linear.cost).tolist():
        within.set_coefficient(variables[column], float(linear.cost[column]))
    model.minimize(mathopt.LinearSum([variables[column] for column in used.tolist()]))
    result = mathopt.solve(model, mathopt.SolverType.GLOP)
    if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
        return None
    fewest = 0
    if result.termination.reason == OPTIMAL:
        fewest = int(np.ceil(result.objective_value() - 1e-6))
    return best - 1 - fewest * int(linear.cost[used[0]])
