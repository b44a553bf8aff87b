"""On tiny problems every schedule can be tried: the search must find the same optimum."""

import time

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.model.build import build
from scheduler.problem import Problem
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
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@budget(80)
@given(tiny_problems())
def test_the_search_finds_and_proves_the_best_of_all_schedules(problem: Problem) -> None:
    """A rule of the model that is too tight makes it dearer, one too loose makes it cheaper."""
    best = best_cost(problem)
    found = solved(problem)
    assert violations(problem, found.shifts) == []
    assert sum(costs(problem, found.shifts).values()) == found.cost == found.bound == best
