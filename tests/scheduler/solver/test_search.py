"""The search's manners: when it ends, and that all it says on the way is true."""

import time
from dataclasses import replace

import numpy as np
import pytest

from scheduler.model.build import Model, build
from scheduler.solver.parameters import Parameters
from scheduler.solver.relaxation import relax
from scheduler.solver.search import Found, Search
from scheduler.validation import costs, violations
from tests.factories import make_horizon, make_problem, make_worker

DAYS = make_horizon(days=3)


@pytest.fixture(scope="module")
def model() -> Model:
    """Five who share too few hours: their relaxation is fractional and needs the search."""
    workers = [
        make_worker(DAYS, ("2026-11-02 06:00", "2026-11-05 00:00"), id=f"w{n}",
                    max_minutes_per_week=700, hourly_cost=1500 + 7 * n)
        for n in range(5)
    ]  # fmt: skip
    return build(make_problem(DAYS, *workers))


def heard(model: Model, parameters: Parameters, seconds: float = 60) -> list[Found]:
    found: list[Found] = []
    Search(model, parameters, time.monotonic() + seconds, found.append).run()
    return found


def test_every_schedule_on_the_way_is_lawful_and_costs_what_was_said(model: Model) -> None:
    for one in heard(model, Parameters(workers=1)):
        if one.values is not None:
            shifts = model.shifts(one.values)
            assert violations(model.problem, shifts) == []
            assert sum(costs(model.problem, shifts).values()) == one.cost


def test_schedules_only_get_better_and_bounds_only_rise(model: Model) -> None:
    found = heard(model, Parameters(workers=1))
    prices = [one.cost for one in found if one.cost is not None]
    assert prices == sorted(set(prices), reverse=True)
    assert [one.bound for one in found] == sorted(one.bound for one in found)
    assert found[-1].bound <= prices[-1]


def test_the_search_ends_when_the_gap_is_small_enough(model: Model) -> None:
    last = [one for one in heard(model, Parameters(workers=1, gap=0.5)) if one.cost][-1]
    assert last.cost is not None
    assert last.cost - last.bound <= 0.5 * last.cost


def test_the_same_seed_finds_the_same(model: Model) -> None:
    first, second = (
        [(one.stage, one.bound, one.cost) for one in heard(model, Parameters(workers=1))]
        for _ in range(2)
    )
    assert first == second


def test_a_time_that_is_over_already_is_no_trouble(model: Model) -> None:
    for one in heard(model, Parameters(workers=1), seconds=-1):
        assert one.cost is None or one.bound <= one.cost


def test_a_problem_without_columns_is_answered() -> None:
    empty = build(replace(make_problem(DAYS), requirement={}))
    assert [one.cost for one in heard(empty, Parameters(workers=1)) if one.cost is not None] == [0]


def test_this_model_s_relaxation_is_not_whole(model: Model) -> None:
    """Else the tests above would not see the search at work."""
    values = relax(model.linear, 60).values
    assert values is not None
    assert np.abs(values - np.round(values)).max() > 0.1
