"""What it costs that declared policies are not kept."""

import numpy as np

from scheduler.model.linear import BoolArray, LinearBuilder
from scheduler.model.objective.spread import spread
from scheduler.model.variables import Variables
from scheduler.policy import NewStarters, Priority
from scheduler.pricing import minute_unit, per_hour, starter_cost
from scheduler.problem import Problem


def policies(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Each declared policy charges what stands against it."""
    for policy in problem.policies:
        if not policy.price:
            continue
        if isinstance(policy, Priority):
            _priority(problem, policy, v, model)
        elif isinstance(policy, NewStarters):
            _new_starters(problem, policy, v, model)
        else:
            spread(problem, policy, v, model)


def _priority(problem: Problem, policy: Priority, v: Variables, model: LinearBuilder) -> None:
    """Shifts of those outside the group are dearer."""
    others = np.flatnonzero(~_is_in(problem, policy.members)[v.choices.worker])
    minutes = v.choices.end[others] - v.choices.start[others]
    for length in np.unique(minutes).tolist():
        column = v.choices.column[others[minutes == length]]
        model.add_cost(column, per_hour(policy.price, length))


def _new_starters(
    problem: Problem, policy: NewStarters, v: Variables, model: LinearBuilder
) -> None:
    """Units below what each member should get are priced; the overruled have the price, too."""
    is_member = _is_in(problem, policy.members)
    who, unit = np.flatnonzero(is_member), minute_unit(problem)
    units, price = -(-policy.minutes // unit), starter_cost(problem, policy, unit)
    if not units or not price:
        return
    each = np.ones(len(who), dtype=np.int64)
    missing = model.add_columns(price * each, units * each, who, is_slack=True)
    own = np.flatnonzero(is_member[v.choices.worker])
    model.at_least(
        np.concatenate([v.choices.worker[own], who]),
        np.concatenate([v.choices.column[own], missing]),
        np.concatenate([(v.choices.end - v.choices.start)[own] // unit, each]),
        dict.fromkeys(who.tolist(), units),
    )


def _is_in(problem: Problem, members: frozenset[str]) -> BoolArray:
    return np.array([one.id in members for one in problem.workers], dtype=bool)
