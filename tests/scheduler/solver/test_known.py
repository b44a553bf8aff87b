"""The schedule that people know is the first one of a search, in both of its processes."""

import time
from dataclasses import replace

import pytest
from hypothesis import given

from scheduler.model.build import build
from scheduler.problem import Previous, Problem
from scheduler.solver.greedy import greedy
from scheduler.solver.known import known_schedule
from scheduler.solver.parameters import Parameters
from scheduler.solver.parts import Effort
from scheduler.solver.point import point_of
from scheduler.solver.search import Found, Search
from scheduler.solver.solve import solve
from scheduler.validation import costs, violations
from tests.scheduler.replan.known import of_ada, three_mornings
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_problems import tiny_problems

EFFORT = Effort(60.0, 1, 1)


def knowing(problem: Problem) -> Problem:
    """Ada has all three mornings."""
    previous = (
        Previous(one.worker, one.queue, one.template, one.start, one.minutes)
        for one in of_ada(problem)
    )
    return replace(problem, previous=tuple(previous))


@budget(30)
@given(tiny_problems())
def test_a_lawful_schedule_is_a_point_of_the_model_that_costs_no_more(problem: Problem) -> None:
    """Its queues are chosen anew, so it may cost less."""
    shifts = greedy(problem)
    if shifts is None:
        return
    model = build(problem)
    values = point_of(model, shifts, EFFORT)
    assert values is not None
    found = model.shifts(values)
    assert violations(problem, found) == []
    assert [(one.worker, one.start) for one in sorted(found)] == [
        (one.worker, one.start) for one in sorted(shifts)
    ]
    assert model.linear.objective(values) <= sum(costs(problem, shifts).values())


def test_a_schedule_that_the_model_forbids_has_no_point() -> None:
    problem = three_mornings()
    ada, bo = problem.workers
    short = replace(problem, workers=(replace(ada, max_minutes_per_week=480), bo))
    assert point_of(build(short), of_ada(problem), EFFORT) is None
    gone = replace(problem, workers=(replace(ada, availability=()), bo))
    assert point_of(build(gone), of_ada(problem), EFFORT) is None


def test_the_search_begins_with_it() -> None:
    heard: list[Found] = []
    model = build(knowing(three_mornings()))
    Search(model, Parameters(workers=1), time.monotonic() + 60, heard.append).run()
    assert (heard[0].stage, heard[0].cost) == ("known", 3 * 6000)


def test_the_run_begins_with_it_where_no_greedy_schedule_is_better(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scheduler.solver.solve.greedy", lambda problem: None)
    problem = knowing(three_mornings())
    schedule = solve(problem, Parameters(workers=1, time_limit=20))
    assert schedule.history[0].cost == 3 * 6000
    assert known_schedule(problem) == schedule.shifts
