"""Who breaks a rule of his own, and his best schedule by all of them, against CP-SAT."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.model.build import Model, build
from scheduler.problem import IntArray, Problem
from scheduler.solver.own_rules import OwnRules
from scheduler.solver.parts import Effort
from scheduler.solver.site import Site
from tests.scheduler.forcing import least_cost
from tests.scheduler.solver.test_responses import least_without_site, some_prices
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_features import FEATURES
from tests.scheduler.tiny_problems import tiny_problems

EFFORT = Effort(60.0, threads=1, seed=1, is_reproducible=True)


def fixed_to(model: Model, chosen: IntArray, workers: IntArray) -> Model:
    """The model where these workers work exactly these choices."""
    choices, linear = model.variables.choices, model.linear
    columns = choices.column[np.isin(choices.worker, workers)]
    lower, upper = linear.lower.copy(), linear.upper.copy()
    upper[columns] = 0
    lower[choices.column[chosen]] = upper[choices.column[chosen]] = 1
    return replace(model, linear=replace(linear, lower=lower, upper=upper))


def is_allowed(model: Model, chosen: IntArray, worker: int) -> bool:
    """Whether CP-SAT finds the worker's own rows kept with these choices."""
    linear = fixed_to(model, chosen, np.array([worker])).linear
    is_other = linear.row_owner != worker
    lower, upper = linear.row_lower.copy(), linear.row_upper.copy()
    lower[is_other], upper[is_other] = -(2**39), 2**39
    return least_cost(replace(linear, row_lower=lower, row_upper=upper)) is not None


@pytest.mark.parametrize("feature", FEATURES)
@budget(6)
@given(data=st.data())
def test_who_breaks_a_rule_is_told(feature: str, data: st.DataObject) -> None:
    model = build(data.draw(tiny_problems(feature)))
    choices = model.variables.choices
    picked = data.draw(st.lists(st.booleans(), min_size=len(choices.worker),
                                max_size=len(choices.worker)))  # fmt: skip
    chosen = np.flatnonzero(np.array(picked, dtype=bool))
    told = OwnRules(model).broken_by(chosen, EFFORT).tolist()
    for worker in range(len(model.problem.workers)):
        own = chosen[choices.worker[chosen] == worker]
        assert (worker in told) is not is_allowed(model, own, worker)


@pytest.mark.parametrize("feature", FEATURES)
@budget(6)
@given(data=st.data())
def test_the_best_by_all_rules_is_what_cp_sat_finds(feature: str, data: st.DataObject) -> None:
    problem: Problem = data.draw(tiny_problems(feature))
    model = build(problem)
    site, rules = Site(model), OwnRules(model)
    prices = some_prices(site, data.draw(st.integers(0, 2**32 - 1)), 2000.0)
    everybody = np.arange(len(problem.workers))
    if rules.broken_by(np.zeros(0, dtype=np.int64), EFFORT).size:
        return  # a worker must work, and perhaps cannot
    chosen = rules.choose(site.worth(prices), everybody, EFFORT)
    assert rules.broken_by(chosen, EFFORT).size == 0
    best = least_without_site(model, site, prices)
    assert least_without_site(fixed_to(model, chosen, everybody), site, prices) == best
