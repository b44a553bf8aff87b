"""The integer program itself, solved by SCIP through MathOpt."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from ortools.math_opt.python import mathopt

from benchmarks.msd.model import Design
from benchmarks.msd.relaxation import mathopt_model
from scheduler.problem import IntArray

REASON = mathopt.TerminationReason


@dataclass(frozen=True, slots=True)
class Solution:
    """The best point found, if any, and what every point costs at least, in units.

    A bound of None says that there is no point at all.
    """

    values: IntArray | None
    bound: int | None


def solve(
    design: Design,
    time_limit: float,
    seed: int,
    hint: IntArray | None = None,
    below: int | None = None,
) -> Solution:
    """Solve a design to its end or to the time limit, in seconds; costs are whole units.

    Points that do not cost less than ``below`` are left out, where that is given.
    """
    linear = design.linear
    if time_limit <= 0:
        return Solution(None, 0)
    model = mathopt_model(linear, is_integer=True)
    columns = list(model.variables())
    for column in design.columns.deviations.ravel().tolist():
        columns[column].integer = False  # whole by themselves, once the workers are
    if below is not None:
        priced = np.flatnonzero(linear.cost).tolist()
        cost = mathopt.LinearSum([int(linear.cost[column]) * columns[column] for column in priced])
        model.add_linear_constraint(cost <= below - 1)
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=time_limit), random_seed=seed, absolute_gap_tolerance=0.999
    )
    hints = [] if hint is None else [_hint(columns, hint)]
    result = mathopt.solve(
        model,
        mathopt.SolverType.GSCIP,
        params=parameters,
        model_params=mathopt.ModelSolveParameters(solution_hints=hints),
    )
    if result.termination.reason in (REASON.INFEASIBLE, REASON.INFEASIBLE_OR_UNBOUNDED):
        return Solution(None, None)
    values = None
    if result.has_primal_feasible_solution():
        values = np.rint(result.variable_values(columns)).astype(np.int64)
    bound = result.termination.objective_bounds.dual_bound
    return Solution(values, int(np.ceil(bound - 1e-6)) if np.isfinite(bound) else 0)


def _hint(columns: list[mathopt.Variable], values: IntArray) -> mathopt.SolutionHint:
    pairs = zip(columns, values.astype(float).tolist(), strict=True)
    return mathopt.SolutionHint(variable_values=dict(pairs))
