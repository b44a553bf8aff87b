"""Standby shifts: paid in part, working time in full, and nobody is missing on standby."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.problem import Problem
from scheduler.shift_template import ShiftTemplate
from scheduler.solver.bound import quick_bound
from scheduler.solver.greedy import greedy
from scheduler.validation import costs, shortages, violations
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_template,
    make_worker,
    need,
)
from tests.scheduler.forcing import model_cost, solved

DAY = make_horizon(days=1)
WHOLE_DAY = ("2026-11-02 00:00", "2026-11-03 00:00")
MORNING, NOON = "2026-11-02 08:00", "2026-11-02 12:00"


def calling(percent: int = 30) -> ShiftTemplate:
    return replace(
        make_template(id="standby"), queues=frozenset({"standby"}), pay_percent=percent
    )  # fmt: skip


def site(*curve: int, percent: int = 30, **limits: Any) -> Problem:
    """Ada and Bo: one is needed in the morning, and standby has a value then."""
    workers = [make_worker(DAY, WHOLE_DAY, id=id, **limits) for id in ("ada", "bo")]
    curves = tuple(curve if 8 <= hour < 12 else () for hour in range(24))
    return make_problem(
        DAY,
        *workers,
        queues=(make_queue(), make_queue("standby")),
        shift_templates=(replace(make_template(), queues=frozenset({"refund"})), calling(percent)),
        requirement={"refund": need(DAY, (MORNING, NOON, 1))},
        coverage_value={"standby": curves},
    )


def on_standby(problem: Problem, worker: str = "bo", start: str = MORNING) -> Any:
    return make_shift(problem, start, worker=worker, queue="standby", template="standby")


def bill(problem: Problem, *shifts: Any) -> dict[str, int]:
    """What is charged; the model's whole price is the validator's."""
    assert violations(problem, shifts) == []
    found = costs(problem, shifts)
    assert model_cost(problem, shifts) == sum(found.values())
    return {term: value for term, value in found.items() if value}


@pytest.mark.parametrize(("percent", "wage"), [(0, 0), (30, 1800), (33, 1980), (100, 6000)])
def test_standby_is_paid_in_part(percent: int, wage: int) -> None:
    problem = site(1000, percent=percent)
    assert bill(problem, on_standby(problem)).get("wages", 0) == wage


def test_a_part_of_a_wage_is_rounded_half_up_for_the_shift() -> None:
    """Four hours at 13.33 and 37 %: 19.7284."""
    problem = site(1000, percent=37, hourly_cost=1333)
    assert bill(problem, on_standby(problem))["wages"] == 1973


def test_what_standby_leaves_open_is_the_loss_by_no_shows_and_no_shortage() -> None:
    problem = site(1000, 200)
    shift = make_shift(problem, MORNING)
    assert bill(problem, shift) == {"wages": 6000, "no_shows": 4 * 1200}
    assert shortages(problem, (shift,)) == ()
    assert bill(problem, shift, on_standby(problem)) == {"wages": 7800, "no_shows": 4 * 200}


@pytest.mark.parametrize(("value", "stands_by"), [(449, False), (451, True)])
def test_somebody_stands_by_where_it_is_worth_his_pay(value: int, stands_by: bool) -> None:
    found = solved(site(value))
    assert found.cost == found.bound
    templates = sorted(one.template for one in found.shifts)
    assert templates == (["four", "standby"] if stands_by else ["four"])


def test_work_goes_before_standby() -> None:
    """Who could do either is sent where 50.00 an hour is missing."""
    problem = site(1000)
    (one,) = solved(replace(problem, workers=problem.workers[:1])).shifts
    assert one.template == "four"


def test_standby_counts_as_working_time() -> None:
    problem = site(1000, max_minutes_per_week=240, max_shifts_per_day=2)
    both = (on_standby(problem, "ada"), make_shift(problem, NOON))
    assert [one.rule for one in violations(problem, both)] == ["max_minutes_per_week"]
    assert model_cost(problem, both) is None


def test_standby_fills_no_guaranteed_minimum() -> None:
    """A seventh of 28 h is paid to each in any case: Ada works it, Bo's standby is on top."""
    problem = site(1000, min_minutes_per_week=28 * 60)
    found = bill(problem, make_shift(problem, MORNING), on_standby(problem))
    assert found == {"wages": 6000 + 1800, "unworked_minimum": 6000}


def test_first_schedule_and_quick_bound_know_the_pay() -> None:
    problem = site(1000)
    found = greedy(problem)
    assert found is not None
    best = solved(problem).cost
    assert quick_bound(problem) <= best <= sum(costs(problem, found).values())
    assert all(one.cost == (1800 if one.template == "standby" else 6000) for one in found)


def test_a_queue_that_a_paid_shift_may_serve_is_no_standby() -> None:
    problem = replace(site(1000), shift_templates=(make_template(), calling()))
    assert problem.standby_queues == frozenset()
    assert {one.queue for one in shortages(problem, ())} == {"refund", "standby"}
