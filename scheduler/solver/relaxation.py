"""The linear relaxation: a proven bound, and the shape of a nearly optimal schedule.

The bound is never taken from the LP solver. For any row prices the Lagrangian

    sum_i price_i * (side of row i that the price pushes to) + sum_j min_x (reduced cost_j * x_j)

is below the cost of every schedule, so it is computed here from the prices; wrong or unfinished
prices only make it weaker, never wrong.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

import numpy as np

from scheduler.model.linear import UNBOUNDED, FloatArray, Linear

MOST_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The proven bound in cents and, unless the time ran out, the fractional values.

    ``prices`` are the rows'. ``reduced`` is each column's cost at the prices of its rows: how dear
    it is to use it.
    """

    bound: int
    values: FloatArray | None = None
    reduced: FloatArray | None = None
    prices: FloatArray | None = None


def relax(linear: Linear, time_limit: float) -> Relaxation:
    """Solve the model without its integrality, by HiGHS through MathOpt.

    HiGHS's prices are right through MathOpt (through ModelBuilder they are row activities).
    """
    from ortools.math_opt.python import mathopt

    if not linear.num_columns:
        return Relaxation(linear.offset, np.zeros(0), np.zeros(0), np.zeros(linear.num_rows))
    model = mathopt.Model.from_model_proto(_proto(linear))
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=min(max(time_limit, 0.1), MOST_SECONDS))
    )
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return Relaxation(weakest_bound(linear))
    values = np.array(result.variable_values(list(model.variables())))
    prices = np.array(result.dual_values(list(model.linear_constraints())))
    bound = max(weakest_bound(linear), lagrangian_bound(linear, prices))
    return Relaxation(bound, values, linear.cost - linear.matrix.T @ prices, prices)


def lagrangian_bound(linear: Linear, prices: FloatArray) -> int:
    """Whole cents below which no schedule can cost, for any prices of the rows."""
    no_lower, no_upper = linear.row_lower <= -UNBOUNDED, linear.row_upper >= UNBOUNDED
    prices = np.where((prices > 0) & no_lower, 0.0, prices)
    prices = np.where((prices < 0) & no_upper, 0.0, prices)
    side = np.where(prices > 0, linear.row_lower, linear.row_upper)
    rows = np.where(prices == 0.0, 0.0, prices * side)
    reduced = linear.cost - linear.matrix.T @ prices
    columns = np.minimum(reduced * linear.lower, reduced * linear.upper)
    # Rounding errors of the two sums stay far below this slack; costs are whole cents.
    slack = 1e-9 * float(np.abs(rows).sum() + np.abs(columns).sum()) + 1e-6
    return ceil(float(rows.sum() + columns.sum()) - slack) + linear.offset


def weakest_bound(linear: Linear) -> int:
    """The bound without any prices: every column at its cheaper end."""
    return lagrangian_bound(linear, np.zeros(linear.num_rows))


def _proto(linear: Linear):  # type: ignore[no-untyped-def]
    from ortools.math_opt import model_pb2

    infinity = float("inf")
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(linear.num_columns))
    proto.variables.lower_bounds.extend(linear.lower.astype(float))
    proto.variables.upper_bounds.extend(linear.upper.astype(float))
    proto.variables.integers.extend([False] * linear.num_columns)
    priced = np.flatnonzero(linear.cost)
    proto.objective.offset = float(linear.offset)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(linear.cost[priced].astype(float))
    lower = np.where(linear.row_lower <= -UNBOUNDED, -infinity, linear.row_lower)
    upper = np.where(linear.row_upper >= UNBOUNDED, infinity, linear.row_upper)
    proto.linear_constraints.ids.extend(range(linear.num_rows))
    proto.linear_constraints.lower_bounds.extend(lower.astype(float))
    proto.linear_constraints.upper_bounds.extend(upper.astype(float))
    entries = linear.matrix.tocoo()
    order = np.lexsort((entries.col, entries.row))
    proto.linear_constraint_matrix.row_ids.extend(entries.row[order].tolist())
    proto.linear_constraint_matrix.column_ids.extend(entries.col[order].tolist())
    proto.linear_constraint_matrix.coefficients.extend(entries.data[order].astype(float))
    return proto
