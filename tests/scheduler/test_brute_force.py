"""On tiny problems every schedule can be tried: the search must find the same optimum."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scheduler.model.build import build
from scheduler.problem import Problem
from scheduler.solver.bound import quick_bound
from scheduler.solver.dive import dive
from scheduler.solver.greedy import greedy
from scheduler.solver.relaxation import lagrangian_bound, relax
from scheduler.validation import costs, violations
from tests.scheduler.blending import divided
from tests.scheduler.forcing import least_cost, model_cost, solved
from tests.scheduler.tiny_features import FEATURES
from tests.scheduler.tiny_problems import best_cost, shifts_of, tiny_problems


def budget(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # the problems are small as they come, and shrinking is slow
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@budget(100)
@given(tiny_problems())
def test_the_search_finds_and_proves_the_best_of_all_schedules(problem: Problem) -> None:
    """A rule of the model that is too tight makes it dearer, one too loose makes it cheaper."""
    best = best_cost(problem)
    if best is None:
        assert least_cost(build(problem).linear) is None
        return
    found = solved(problem)
    assert violations(problem, found.shifts) == []
    assert sum(costs(problem, found.shifts).values()) == found.cost == found.bound == best


@pytest.mark.parametrize("feature", FEATURES)
@budget(8)
@given(data=st.data())
def test_the_model_allows_what_the_validator_allows(feature: str, data: st.DataObject) -> None:
    """Any handful of shifts: the same verdict, and the same cost to the cent."""
    problem = with_every_column(data.draw(tiny_problems(feature)))
    every = [one for worker in problem.workers for one in shifts_of(problem, worker)]
    # Without all the pins of an overruled worker nothing is allowed at all.
    shifts = [one for one in every if one.worker in problem.overruled]
    possible = [one for one in every if one.worker not in problem.overruled]
    most = min(6, len(possible))
    shifts += data.draw(st.permutations(possible))[: data.draw(st.integers(0, most))]
    worked = divided(problem, tuple(shifts))
    expected = None
    if worked is not None and not violations(problem, worked):
        expected = sum(costs(problem, worked).values())
    assert model_cost(problem, worked or shifts) == expected


@budget(25)
@given(tiny_problems())
def test_the_greedy_schedule_is_lawful_and_not_better_than_the_best(problem: Problem) -> None:
    """It gives up only where a worker has to work."""
    shifts = greedy(problem)
    if shifts is None:
        assert asks_for_work(problem)
        return
    assert violations(problem, shifts) == []
    assert sum(costs(problem, shifts).values()) >= optimum(problem)


@budget(25)
@given(tiny_problems())
def test_the_relaxation_bounds_every_schedule_from_below(problem: Problem) -> None:
    assert 0 <= relax(build(problem).linear, 60).bound <= optimum(problem)


@budget(25)
@given(tiny_problems())
def test_the_quick_bound_is_a_bound(problem: Problem) -> None:
    assert 0 <= quick_bound(problem) <= optimum(problem)


@budget(25)
@given(tiny_problems(), st.integers(0, 2**32 - 1), st.sampled_from([1, 100, 10_000]))
def test_any_prices_at_all_give_a_bound(problem: Problem, seed: int, scale: int) -> None:
    linear = build(problem).linear
    prices = np.random.default_rng(seed).normal(0, scale, linear.num_rows)
    assert lagrangian_bound(linear, prices) <= optimum(problem)


@budget(25)
@given(tiny_problems())
def test_a_dive_ends_at_whole_shifts_that_keep_the_rules(problem: Problem) -> None:
    """What the dive decided is whole; what it left open has an answer if nobody has to work."""
    model = build(problem)
    relaxed = relax(model.linear, 60).values
    if relaxed is None:
        assert best_cost(problem) is None
        return
    points = list(dive(model, relaxed, time.monotonic() + 60))
    values = points[-1] if points else relaxed
    decided = model.variables.choices.column
    assert np.abs(values[decided] - np.round(values[decided])).max(initial=0) < 1e-6
    linear = model.linear
    lower, upper = linear.lower.copy(), linear.upper.copy()
    lower[decided] = upper[decided] = np.round(values[decided])
    assert least_cost(replace(linear, lower=lower, upper=upper)) is not None or asks_for_work(
        problem
    )


def asks_for_work(problem: Problem) -> bool:
    """Whether a rule may forbid that a worker does nothing more."""
    return any(
        worker.is_min_hard
        or worker.min_consecutive_days > 1
        or worker.min_consecutive_days_off > 1
        or worker.max_consecutive_days_off is not None
        or any(limit.shortfall_cost is None for limit in worker.rolling_limits)
        for worker in problem.workers
    )


def optimum(problem: Problem) -> float:
    """The cost of the best schedule, by trying everything; endless where none keeps the rules."""
    best = best_cost(problem)
    return math.inf if best is None else best


def with_every_column(problem: Problem) -> Problem:
    """A need everywhere, for a shift that covers none has no place in the model."""
    return replace(
        problem,
        requirement={queue: values + 1 for queue, values in problem.requirement.items()},
        coverage_value={
            queue: tuple((9000, *curve) for curve in curves)
            for queue, curves in problem.coverage_value.items()
        },
        backlogs={
            queue: replace(one, opening=one.opening + 9, done_per_worker=one.done_per_worker + 7)
            for queue, one in problem.backlogs.items()
        },
    )
