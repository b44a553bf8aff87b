"""The search for large pools, made to work on small ones: valid, never below its bound, close."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from scheduler.model.build import build
from scheduler.problem import Previous, Problem
from scheduler.solver import lane, large
from scheduler.solver.auction import Auction
from scheduler.solver.large import LargeSearch
from scheduler.solver.parameters import Parameters
from scheduler.solver.prices import Ascent, Standing, bound_at, sampled_prices
from scheduler.solver.responses import Responses
from scheduler.solver.search import Found
from scheduler.solver.site import Site
from scheduler.validation import costs, violations
from scheduler.worker import RollingLimit
from tests.factories import make_horizon, make_problem, make_queue, make_worker, need
from tests.scheduler.forcing import solved
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_problems import best_cost, tiny_problems

REPRODUCIBLE = Parameters(workers=1, is_reproducible=True)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No processes for parts that take milliseconds."""
    monkeypatch.setattr(large, "num_cores", lambda: 1)
    monkeypatch.setattr(lane, "ASCENT_STEPS", 20)


def crowd(workers: int = 40, hours: int = 7) -> Problem:
    """Workers with a window each day, two skills, and a need with a peak."""
    horizon = make_horizon(days=7)
    rng = np.random.default_rng(5)
    days = [f"2026-11-{2 + day:02}" for day in range(7)]
    people = [
        make_worker(
            horizon,
            *[
                (f"{day} {start:02}:00", f"{day} {start + hours:02}:00")
                for day, start in zip(days, rng.integers(6, 23 - hours, 7).tolist(), strict=True)
            ],
            id=f"w{index}",
            skills=("de",) if index % 3 else ("de", "sv"),
            max_minutes_per_week=960,
        )
        for index in range(workers)
    ]
    peak = [(f"{day} 09:00", f"{day} 20:00", workers // 8) for day in days]
    few = [(f"{day} 10:00", f"{day} 16:00", workers // 20) for day in days]
    return make_problem(
        horizon,
        *people,
        queues=(make_queue("refund"), make_queue("fraud", skill="sv")),
        requirement={"refund": need(horizon, *peak), "fraud": need(horizon, *few)},
    )


def searched(problem: Problem, parameters: Parameters = REPRODUCIBLE) -> list[Found]:
    heard: list[Found] = []
    LargeSearch(build(problem), parameters, time.monotonic() + 60, heard.append).run()
    return heard


def test_a_crowd_gets_close_to_the_optimum() -> None:
    problem = crowd()
    model = build(problem)
    heard = searched(problem)
    best = [one for one in heard if one.values is not None][-1]
    assert best.values is not None
    shifts = model.shifts(best.values)
    assert violations(problem, shifts) == []
    assert sum(costs(problem, shifts).values()) == best.cost
    exact = solved(problem)
    assert exact.bound <= best.cost <= 1.02 * exact.cost
    assert 0.95 * exact.cost <= max(one.bound for one in heard) <= exact.cost


@pytest.mark.parametrize(
    "rules",
    [
        {"max_consecutive_days": 2, "max_minutes_per_week": 1440},
        {"min_consecutive_days": 2, "min_consecutive_days_off": 2},
        {"max_weekends": 0, "rolling_limits": (RollingLimit(3, max_minutes=480),)},
        {"is_min_hard": True, "min_minutes_per_week": 720, "max_consecutive_days": 2},
        {"max_consecutive_days": 1, "max_minutes_per_week": 1440},
    ],
    ids=lambda rules: "_".join(rules),
)
def test_rules_that_the_programme_does_not_know_are_kept(rules: dict[str, Any]) -> None:
    problem = crowd(24)
    workers = tuple(replace(one, **rules) for one in problem.workers)
    problem = replace(problem, workers=workers)
    best = [one for one in searched(problem) if one.values is not None][-1]
    assert best.values is not None
    assert best.cost is not None
    assert violations(problem, build(problem).shifts(best.values)) == []
    exact = solved(problem)
    assert exact.bound <= best.cost <= 1.02 * exact.cost


def test_what_the_auction_may_not_change_stays() -> None:
    """Two workers may change: the auction's schedule is refused, the known one is the start."""
    problem = crowd(24)
    before = tuple(
        Previous(one.worker, one.queue, one.template, one.start, one.minutes)
        for one in solved(problem).shifts
    )
    sick = replace(problem.workers[0], availability=())
    changed = replace(
        problem,
        workers=(sick, *problem.workers[1:]),
        previous=before,
        max_changed_workers=2,
    )
    best = [one for one in searched(changed) if one.values is not None][-1]
    assert best.values is not None
    assert violations(changed, build(changed).shifts(best.values)) == []
    assert best.cost is not None
    assert best.cost <= 1.02 * solved(changed).cost


def test_a_rule_of_the_site_that_refuses_the_auction_leaves_the_greedy_schedule() -> None:
    problem = crowd(24)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "served", lambda *arguments: None)
        heard = searched(problem)
    best = [one for one in heard if one.values is not None][-1]
    assert best.values is not None
    assert violations(problem, build(problem).shifts(best.values)) == []


def test_two_shifts_a_day_are_known() -> None:
    problem = crowd(16, hours=11)
    workers = tuple(replace(one, max_shifts_per_day=2) for one in problem.workers)
    problem = replace(problem, workers=workers)
    heard = searched(problem)
    best = [one for one in heard if one.values is not None][-1]
    assert best.values is not None
    assert best.cost is not None
    shifts = build(problem).shifts(best.values)
    assert violations(problem, shifts) == []
    assert len({(one.worker, one.start // 1440) for one in shifts}) < len(shifts)
    exact = solved(problem)
    assert 0.97 * exact.cost <= max(one.bound for one in heard) <= exact.cost
    assert best.cost <= 1.02 * exact.cost


def test_reproducible_it_finds_the_same_again() -> None:
    first, second = (searched(crowd(24)) for _ in range(2))
    assert [(one.stage, one.cost, one.bound) for one in first] == [
        (one.stage, one.cost, one.bound) for one in second
    ]


def test_processes_change_nothing_but_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes do what one would do with two lanes."""
    monkeypatch.setattr(large, "num_cores", lambda: 2)
    with_processes = searched(crowd(24))
    monkeypatch.setattr("scheduler.solver.pool.get_all_start_methods", lambda: ["spawn"])
    alone = searched(crowd(24))
    assert [one.cost for one in with_processes] == [one.cost for one in alone]


def test_it_ends_at_its_deadline() -> None:
    begin = time.monotonic()
    heard: list[Found] = []
    LargeSearch(build(crowd()), Parameters(), begin + 1.0, heard.append).run()
    assert time.monotonic() - begin < 10.0


@budget(25)
@given(tiny_problems())
def test_whatever_the_rules_it_is_valid_and_never_below_its_bound(problem: Problem) -> None:
    best = best_cost(problem)
    model = build(problem)
    for found in searched(problem):
        if best is not None:
            assert found.bound <= best
        if found.values is not None:
            shifts = model.shifts(found.values)
            assert violations(problem, shifts) == []
            assert sum(costs(problem, shifts).values()) == found.cost


def test_the_auction_keeps_count_of_the_site() -> None:
    model = build(crowd())
    site, responses = Site(model), Responses(model)
    prices = np.where(site.high > 0, site.high / 3, site.low / 3)
    auction = Auction(site, responses, prices, seed=1)
    chosen = auction.run(np.arange(responses.num_workers), lambda: False)
    serving = np.concatenate(auction.servings)
    assert np.abs(auction.activity - site.activity(chosen, serving)).max() < 1e-9
    assert len(np.unique(chosen)) == len(chosen) > 0


def test_prices_of_everybody_are_the_relaxation_s() -> None:
    """A sample of all is no sample: its prices give the relaxation's bound, and steps keep it."""
    problem = crowd()
    model = build(problem)
    site, responses = Site(model), Responses(model)
    prices = sampled_prices(model, site, np.arange(len(problem.workers)), 60)
    assert prices is not None
    bound = bound_at(site, responses, prices)
    exact = solved(problem)
    assert 0.999 * exact.bound <= bound <= exact.cost
    ascent = Ascent(site, responses, Standing(prices * 0.8, np.zeros(len(prices))), seed=1)
    worse = bound_at(site, responses, prices * 0.8)
    assert worse < bound_at(site, responses, ascent.run(60, 40, lambda: False).prices) <= exact.cost
