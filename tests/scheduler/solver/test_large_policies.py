"""Policies and standby in the search for large pools: valid, counted right, near the optimum."""

import time
from dataclasses import replace

import pytest
from hypothesis import given

from scheduler.model.build import build
from scheduler.policy import NewStarters, Priority, Spread
from scheduler.problem import Problem
from scheduler.solver import lane, large
from scheduler.solver.large import LargeSearch
from scheduler.solver.parameters import Parameters
from scheduler.solver.search import Found
from scheduler.validation import costs, violations
from tests.scheduler.forcing import solved
from tests.scheduler.solver.test_large import crowd
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_problems import best_cost, tiny_problems

REPRODUCIBLE = Parameters(workers=1, is_reproducible=True)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No processes for parts that take milliseconds."""
    monkeypatch.setattr(large, "num_cores", lambda: 1)
    monkeypatch.setattr(lane, "ASCENT_STEPS", 20)


def searched(problem: Problem) -> list[Found]:
    heard: list[Found] = []
    LargeSearch(build(problem), REPRODUCIBLE, time.monotonic() + 60, heard.append).run()
    return heard


@pytest.mark.parametrize("feature", ["policies", "standby"])
def test_the_bound_is_a_bound_and_the_cost_is_the_validator_s(feature: str) -> None:
    @budget(15)
    @given(tiny_problems(feature))
    def check(problem: Problem) -> None:
        best, model = best_cost(problem), build(problem)
        for found in searched(problem):
            assert best is None or found.bound <= best
            if found.values is not None:
                shifts = model.shifts(found.values)
                assert violations(problem, shifts) == []
                assert sum(costs(problem, shifts).values()) == found.cost

    check()


def test_a_crowd_with_policies_gets_close_to_the_optimum() -> None:
    problem = crowd(24)
    ids = [one.id for one in problem.workers]
    regions = {f"r{n}": frozenset(ids[n::3]) for n in range(3)}
    policies = (
        Priority("first", 100, frozenset(ids[:8])),
        NewStarters("new", 300, frozenset(ids[8:12]), 480),
        Spread("outage", 200, regions, 500),
    )
    problem = replace(problem, policies=policies)
    best = [one for one in searched(problem) if one.values is not None][-1]
    assert best.cost is not None
    exact = solved(problem)
    assert exact.bound <= best.cost <= 1.05 * exact.cost
