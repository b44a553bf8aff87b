"""CP-SAT, the solver that decides: it takes a linear model as it stands, whole or cut out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from scheduler.errors import SolverFailed
from scheduler.model.linear import UNBOUNDED, Linear
from scheduler.problem import IntArray


@dataclass(frozen=True, slots=True)
class Answer:
    """The bound proven on this model, and whether nothing better is left in it."""

    bound: int
    is_optimal: bool


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """Limits of one CP-SAT call; costs in cents.

    Answers that cost at most ``stop_at`` are good enough. Reproducible, the limit counts CP-SAT's
    own deterministic seconds, and one worker searches.
    """

    time_limit: float
    workers: int
    seed: int
    stop_at: int
    is_reproducible: bool = False


def search(
    linear: Linear,
    parameters: SearchParameters,
    on_values: Callable[[IntArray], None],
    hint: IntArray | None = None,
) -> Answer:
    """Search a model until it is proven or a limit is reached; each better answer is handed over.

    ``hint`` is a feasible point to start from. Raises SolverFailed when CP-SAT calls the model
    invalid or infeasible: both are faults, since some schedule is always allowed.
    """
    model = cp_model.CpModel()
    columns = [
        model.new_int_var(low, high, "")
        for low, high in zip(linear.lower.tolist(), linear.upper.tolist(), strict=True)
    ]
    _add_rows(model, columns, linear)
    priced = np.flatnonzero(linear.cost).tolist()
    cost = cp_model.LinearExpr.weighted_sum(
        [columns[j] for j in priced], linear.cost[priced].tolist()
    )
    model.minimize(cost)
    if hint is not None:
        for column, value in zip(columns, hint.tolist(), strict=True):
            model.add_hint(column, value)
    listener = _Listener(columns, linear, parameters.stop_at, on_values)
    solver = _solver(parameters)
    status = solver.solve(model, listener)
    if listener.error is not None:
        raise listener.error
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        bound = int(np.ceil(solver.best_objective_bound - 1e-6)) + linear.offset
        return Answer(bound, status == cp_model.OPTIMAL)
    if status == cp_model.UNKNOWN:
        return Answer(linear.offset, False)
    raise SolverFailed(f"CP-SAT answered {solver.status_name(status)} where a schedule exists")


def _solver(parameters: SearchParameters) -> Any:
    """All solver settings in one place; a wrong name raises here."""
    solver = cp_model.CpSolver()
    limit = max(parameters.time_limit, 0.01)
    if parameters.is_reproducible:
        solver.parameters.max_deterministic_time = limit
        solver.parameters.num_workers = 1
    else:
        solver.parameters.max_time_in_seconds = limit
        solver.parameters.num_workers = parameters.workers
    solver.parameters.random_seed = parameters.seed
    solver.parameters.linearization_level = 2
    # Else it takes Ctrl-C away for good: afterwards the program would die of it unheard.
    solver.parameters.catch_sigint_signal = False
    return solver


def _add_rows(model: Any, columns: list[Any], linear: Linear) -> None:
    matrix = linear.matrix
    edges, index, data = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    is_boolean = (linear.upper <= 1).tolist()
    for row, (low, high) in enumerate(
        zip(linear.row_lower.tolist(), linear.row_upper.tolist(), strict=True)
    ):
        own = index[edges[row] : edges[row + 1]]
        weights = data[edges[row] : edges[row + 1]]
        excludes = high == 1 and low <= 0 and all(weight == 1 for weight in weights)
        if excludes and all(is_boolean[j] for j in own):
            model.add_at_most_one([columns[j] for j in own])
            continue
        model.add_linear_constraint(
            cp_model.LinearExpr.weighted_sum([columns[j] for j in own], weights),
            cp_model.INT_MIN if low <= -UNBOUNDED else low,
            cp_model.INT_MAX if high >= UNBOUNDED else high,
        )


class _Listener(cp_model.CpSolverSolutionCallback):
    """Checks and hands over each better answer, and ends the search when one is good enough."""

    def __init__(
        self,
        columns: list[Any],
        linear: Linear,
        stop_at: int,
        on_values: Callable[[IntArray], None],
    ) -> None:
        super().__init__()
        self._columns, self._linear = columns, linear
        self._stop_at, self._on_values = stop_at, on_values
        self.error: SolverFailed | None = None

    def on_solution_callback(self) -> None:
        values = np.array([self.value(column) for column in self._columns], dtype=np.int64)
        if not self._linear.is_feasible(values):
            # An exception would be lost inside the solver's thread.
            self.error = SolverFailed("CP-SAT returned values that break the model")
            self.stop_search()
            return
        self._on_values(values)
        if self._linear.objective(values) <= self._stop_at:
            self.stop_search()
