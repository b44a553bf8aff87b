"""Ask the model what it says to one given schedule, and solve without a second process."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduler.errors import SolverFailed
from scheduler.model.build import Model, build
from scheduler.model.linear import Linear
from scheduler.problem import IntArray, Problem
from scheduler.schedule import Shift
from scheduler.solver.cp_sat import SearchParameters, search
from scheduler.solver.parameters import Parameters
from scheduler.solver.search import Found, Search

PLENTY = 60.0  # seconds; far above need, so that a slow machine changes nothing


@dataclass(frozen=True)
class Solved:
    """The best schedule of a search, its cost and the bound, by the model's own account."""

    shifts: tuple[Shift, ...]
    cost: int
    bound: int


def solved(problem: Problem) -> Solved:
    """The search on the whole problem, in this process."""
    model = build(problem)
    heard: list[Found] = []
    Search(model, Parameters(workers=1), time.monotonic() + PLENTY, heard.append).run()
    best = [one for one in heard if one.values is not None][-1]
    assert best.values is not None
    assert best.cost is not None
    return Solved(model.shifts(best.values), best.cost, max(one.bound for one in heard))


def least_cost(linear: Linear) -> int | None:
    """The optimum of a small model by CP-SAT alone; None where nothing is feasible."""
    found: list[int] = []
    parameters = SearchParameters(PLENTY, workers=1, seed=1, stop_at=-1)
    try:
        answer = search(linear, parameters, lambda values: found.append(linear.objective(values)))
    except SolverFailed:
        return None
    assert answer.is_optimal
    return min(found)


def model_cost(problem: Problem, shifts: Sequence[Shift]) -> int | None:
    """What the model says that exactly these shifts cost; None where it forbids them."""
    model = build(problem)
    values = decisions(model, shifts)
    if values is None:
        return None
    v, linear = model.variables, model.linear
    decided = np.concatenate([v.choices.column, v.servings.column])
    if (values > linear.upper)[decided].any():
        return None
    lower, upper = linear.lower.copy(), linear.upper.copy()
    lower[decided] = upper[decided] = values[decided]
    return least_cost(replace(linear, lower=lower, upper=upper))


def decisions(model: Model, shifts: Sequence[Shift]) -> IntArray | None:
    """The point where exactly these shifts are worked; None where a column for one is missing."""
    values = np.zeros(model.linear.num_columns, dtype=np.int64)
    for shift in shifts:
        columns = _columns(model, shift)
        if columns is None:
            return None
        values[columns] += 1
    return values


def settled(model: Model, values: IntArray) -> IntArray:
    """The point of a schedule with every other column at the least it needs."""
    v, linear = model.variables, model.linear
    decided = np.concatenate([v.choices.column, v.servings.column])
    lower, upper = linear.lower.copy(), linear.upper.copy()
    lower[decided] = upper[decided] = values[decided]
    found: list[IntArray] = []
    parameters = SearchParameters(PLENTY, workers=1, seed=1, stop_at=-1)
    search(replace(linear, lower=lower, upper=upper), parameters, found.append)
    return found[-1]


def _columns(model: Model, shift: Shift) -> list[int] | None:
    """The columns that say who starts this shift and whom he serves, if it exists at all."""
    v, problem = model.variables, model.problem
    worker = [one.id for one in problem.workers].index(shift.worker)
    template = [one.id for one in problem.shift_templates].index(shift.template)
    times = (v.choices.start == shift.start) & (v.choices.end == shift.end)
    choice = np.flatnonzero(times & (v.choices.worker == worker) & (v.choices.template == template))
    if not len(choice):
        return None
    found = [int(v.choices.column[choice[0]])]
    for key in v.servings.choice_key[v.servings.choice == choice[0]].tolist():
        own = np.flatnonzero(v.servings.key == key)
        serving = own[v.servings.queue[own] == _queue_served(model, shift, own)]
        if not len(serving):
            return None
        found.append(int(v.servings.column[serving[0]]))
    return found


def _queue_served(model: Model, shift: Shift, servings: IntArray) -> int:
    """The queue of a shift during servings of one key."""
    at = max(shift.start, int(model.variables.servings.start[servings].max(initial=0)))
    queue = next(part.queue for part in shift.served if part.start <= at < part.end)
    return [one.id for one in model.problem.queues].index(queue)
