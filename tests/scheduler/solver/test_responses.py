"""Each worker's best schedule at given prices, against CP-SAT and against every schedule."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.model.build import Model, build
from scheduler.model.linear import FloatArray
from scheduler.model.variables import is_told_apart
from scheduler.problem import Problem, Weights
from scheduler.solver.own_rules import OwnRules
from scheduler.solver.parts import Effort
from scheduler.solver.prices import bound_at, bound_by_rules
from scheduler.solver.relaxation import relax
from scheduler.solver.responses import Responses
from scheduler.solver.site import PRICE_UNIT, Site
from tests.factories import make_horizon, make_problem, make_template, make_worker
from tests.scheduler.forcing import least_cost
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_features import FEATURES
from tests.scheduler.tiny_problems import best_cost, tiny_problems

# What the programme knows of a worker and a problem; all else it leaves out, so that workers may
# seem to earn more than they can.
KNOWN_OF_WORKER = {
    "id", "skills", "hourly_cost", "min_minutes_per_week", "max_minutes_per_week",
    "max_shifts_per_day", "min_rest_minutes", "availability", "past_shifts", "external_shifts",
    "desired_minutes_per_week",
}  # fmt: skip
KNOWN_OF_TEMPLATE = {
    "id", "minutes", "start_every", "earliest_start", "latest_start", "queues", "weekdays",
    "windows",
}  # fmt: skip
KNOWN_OF_PROBLEM = {
    "horizon", "currency", "queues", "shift_templates", "workers", "requirement",
    "coverage_value", "weights", "licences", "is_blended",
}  # fmt: skip


def only(known: set[str], one: Any) -> Any:
    """The same with every field that is not known at its default."""
    return type(one)(**{f.name: getattr(one, f.name) for f in fields(one) if f.name in known})


def with_known_rules(problem: Problem) -> Problem:
    """Only rules that the programme knows."""
    weights = problem.weights
    # Where licences have to know who is who, they are more than prices.
    knows_who = any(is_told_apart(problem, worker) for worker in problem.workers)
    return replace(
        only(KNOWN_OF_PROBLEM, problem),
        licences=() if knows_who else problem.licences,
        workers=tuple(
            replace(only(KNOWN_OF_WORKER, one), max_consecutive_days=99) for one in problem.workers
        ),
        shift_templates=tuple(only(KNOWN_OF_TEMPLATE, one) for one in problem.shift_templates),
        weights=Weights(
            weights.preference,
            weights.fairness,
            desired_hours=weights.desired_hours,
            is_normalised=weights.is_normalised,
        ),
    )


def least_without_site(model: Model, site: Site, prices: FloatArray) -> int:
    """Least cost of all workers, in price units, when the site's rows are only prices."""
    linear = model.linear
    cost = PRICE_UNIT * (linear.cost - linear.matrix[site.rows].T @ prices)
    upper = linear.upper.copy()
    upper[site.slack] = 0
    lower, high = linear.row_lower.copy(), linear.row_upper.copy()
    lower[site.rows], high[site.rows] = -(2**39), 2**39
    whole = np.round(cost).astype(np.int64)
    assert np.abs(cost - whole).max(initial=0) < 1e-6
    found = least_cost(replace(linear, cost=whole, upper=upper, row_lower=lower, row_upper=high))
    assert found is not None
    return found


def some_prices(site: Site, seed: int, scale: float) -> FloatArray:
    return site.rounded(np.random.default_rng(seed).normal(0, scale, len(site.rows)))


@budget(60)
@given(tiny_problems(), st.integers(0, 2**32 - 1), st.sampled_from([10.0, 1000.0, 9000.0]))
def test_workers_earn_what_cp_sat_says(problem: Problem, seed: int, scale: float) -> None:
    model = build(with_known_rules(problem))
    site, responses = Site(model), Responses(model)
    prices = some_prices(site, seed, scale)
    earned = responses.earnings(site.worth(prices)).sum()
    assert -earned * PRICE_UNIT == least_without_site(model, site, prices)


@budget(60)
@given(tiny_problems(), st.integers(0, 2**32 - 1))
def test_the_chosen_shifts_earn_what_they_should(problem: Problem, seed: int) -> None:
    """Without weekly costs, earnings are the sum of the chosen shifts' profits."""
    free = tuple(
        replace(one, min_minutes_per_week=0, desired_minutes_per_week=None)
        for one in problem.workers
    )
    known = with_known_rules(replace(problem, workers=free, weights=Weights()))
    model = build(known)
    site, responses = Site(model), Responses(model)
    worth = site.worth(some_prices(site, seed, 1000.0))
    chosen = responses.choose(worth, np.arange(responses.num_workers))
    profit = np.bincount(
        model.variables.choices.worker[chosen],
        weights=worth.profit(chosen),
        minlength=responses.num_workers,
    )
    assert profit.tolist() == responses.earnings(worth).tolist()


@pytest.mark.parametrize("feature", FEATURES)
@budget(8)
@given(data=st.data())
def test_any_prices_give_a_bound(feature: str, data: st.DataObject) -> None:
    """Also under rules that the programme does not know, with pins, curves, licences, blended."""
    problem = data.draw(tiny_problems(feature))
    best = best_cost(problem)
    if best is None:
        return
    model = build(problem)
    site = Site(model)
    prices, responses = (
        some_prices(site, data.draw(st.integers(0, 2**32 - 1)), 2000.0),
        Responses(model),
    )
    bound = bound_at(site, responses, prices)
    effort = Effort(60.0, threads=1, seed=1, is_reproducible=True)
    assert bound <= bound_by_rules(site, responses, OwnRules(model), prices, effort) <= best


@budget(40)
@given(tiny_problems())
def test_the_relaxation_s_prices_give_at_least_its_bound(problem: Problem) -> None:
    """The programme decides in whole shifts, the relaxation need not."""
    model = build(with_known_rules(problem))
    relaxed = relax(model.linear, 60)
    assert relaxed.prices is not None
    site = Site(model)
    found = bound_at(site, Responses(model), relaxed.prices[site.rows])
    assert found >= relaxed.bound - len(site.rows)


def test_lengths_mix_within_a_week() -> None:
    """Six and four hours fill ten, and two times six do not."""
    horizon = make_horizon(days=7)
    worker = make_worker(
        horizon, ("2026-11-02 00:00", "2026-11-09 00:00"), max_minutes_per_week=600
    )
    templates = (make_template(id="four"), make_template(360, id="six"))
    model = build(make_problem(horizon, worker, shift_templates=templates))
    site, responses = Site(model), Responses(model)
    worth = site.worth(site.rounded(np.full(len(site.rows), 2500.0)))
    chosen = responses.choose(worth, np.array([0]))
    lengths = model.variables.choices.end[chosen] - model.variables.choices.start[chosen]
    assert sorted(lengths.tolist()) == [240, 360]
    assert responses.earnings(worth).tolist() == [10 * (2500 - 1500)]
