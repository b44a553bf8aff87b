"""On tiny problems every schedule can be tried: the search must find the same optimum."""

import time
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scheduler.model.build import build
from scheduler.problem import Problem
from scheduler.solver.bound import quick_bound
from scheduler.solver.dive import dive
from scheduler.solver.greedy import greedy
from scheduler.solver.relaxation import lagrangian_bound, relax
from scheduler.validation import costs, violations
from tests.scheduler.forcing import least_cost, model_cost, solved
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
    found = solved(problem)
    assert violations(problem, found.shifts) == []
    assert sum(costs(problem, found.shifts).values()) == found.cost == found.bound == best


@budget(60)
@given(tiny_problems(), st.data())
def test_the_model_allows_what_the_validator_allows(problem: Problem, data: st.DataObject) -> None:
    """Any handful of shifts: the same verdict, and the same cost to the cent."""
    problem = with_every_column(problem)
    possible = [one for worker in problem.workers for one in shifts_of(problem, worker)]
    most = min(6, len(possible))
    shifts = data.draw(st.permutations(possible))[: data.draw(st.integers(0, most))]
    is_lawful = not violations(problem, shifts)
    expected = sum(costs(problem, shifts).values()) if is_lawful else None
    assert model_cost(problem, shifts) == expected


@budget(25)
@given(tiny_problems())
def test_the_greedy_schedule_is_lawful_and_not_better_than_the_best(problem: Problem) -> None:
    shifts = greedy(problem)
    assert violations(problem, shifts) == []
    assert sum(costs(problem, shifts).values()) >= best_cost(problem)


@budget(25)
@given(tiny_problems())
def test_the_relaxation_bounds_every_schedule_from_below(problem: Problem) -> None:
    assert 0 <= relax(build(problem).linear, 60).bound <= best_cost(problem)


@budget(25)
@given(tiny_problems())
def test_the_quick_bound_is_a_bound(problem: Problem) -> None:
    assert 0 <= quick_bound(problem) <= best_cost(problem)


@budget(25)
@given(tiny_problems(), st.integers(0, 2**32 - 1), st.sampled_from([1, 100, 10_000]))
def test_any_prices_at_all_give_a_bound(problem: Problem, seed: int, scale: int) -> None:
    linear = build(problem).linear
    prices = np.random.default_rng(seed).normal(0, scale, linear.num_rows)
    assert lagrangian_bound(linear, prices) <= best_cost(problem)


@budget(25)
@given(tiny_problems())
def test_a_dive_ends_at_whole_shifts_that_keep_the_rules(problem: Problem) -> None:
    """What the dive decided is whole; the little it left open always has an answer."""
    model = build(problem)
    relaxed = relax(model.linear, 60).values
    assert relaxed is not None
    points = list(dive(model, relaxed, time.monotonic() + 60))
    values = points[-1] if points else relaxed
    decided = model.variables.choices.column
    assert np.abs(values[decided] - np.round(values[decided])).max(initial=0) < 1e-6
    linear = model.linear
    lower, upper = linear.lower.copy(), linear.upper.copy()
    lower[decided] = upper[decided] = np.round(values[decided])
    assert least_cost(replace(linear, lower=lower, upper=upper)) is not None


def with_every_column(problem: Problem) -> Problem:
    """A need everywhere, for a shift that covers none has no place in the model."""
    return replace(
        problem,
        requirement={queue: values + 1 for queue, values in problem.requirement.items()},
        coverage_value={
            queue: tuple((9000, *curve) for curve in curves)
            for queue, curves in problem.coverage_value.items()
        },
    )
