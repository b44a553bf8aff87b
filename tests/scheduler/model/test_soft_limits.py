"""Limits that may be passed at a price: as the validator charges them, and as the model does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import ProblemInvalid
from scheduler.model.build import build
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.soft_limit import RestKind, SoftLimit
from scheduler.solver.greedy import greedy
from scheduler.validation import costs, violations
from scheduler.worker import Span
from tests.factories import make_horizon, make_problem, make_shift, make_worker, need, pin_of
from tests.scheduler.forcing import decisions, model_cost, solved
from tests.scheduler.model.test_rests import (
    MANY,
    WEEK_BUT_SUNDAY,
    problem_with,
    rests,
    shifts_at,
)


def charged(problem: Problem, *starts: str) -> int:
    """What the limits cost, by the validator and the model."""
    shifts = shifts_at(problem, *starts)
    assert violations(problem, shifts) == []
    every = costs(problem, shifts)
    assert model_cost(problem, shifts) == sum(every.values())
    return every["soft_limits"]


def rest(kind: RestKind, limit: int, cost: int = 1000) -> Problem:
    return problem_with(min_rest_minutes=0, soft_limits=(SoftLimit(kind, limit, cost),))


@pytest.mark.parametrize(
    ("kind", "monday", "tuesday", "cost"),
    [
        ("hours_of_rest", "18:00", "08:00", 0),  # ten hours
        ("hours_of_rest", "18:00", "07:00", 1000),
        ("hours_of_rest", "18:00", "06:00", 2000),
        ("hours_of_rest", "20:00", "00:00", 4000),  # the shift has no more hours
        ("hours_after_short_rest", "18:00", "08:00", 0),
        ("hours_after_short_rest", "18:00", "07:00", 4000),
        ("short_rests", "18:00", "08:00", 0),
        ("short_rests", "18:00", "07:00", 1000),
        ("short_rests", "23:00", "18:00", 0),  # past midnight, and Monday's all the same
        ("short_rests", "23:00", "12:00", 1000),
    ],
)
def test_a_shift_too_soon_has_its_price(
    kind: RestKind, monday: str, tuesday: str, cost: int
) -> None:
    assert charged(rest(kind, 600), f"02 {monday}", f"03 {tuesday}") == cost


def test_two_shifts_of_one_day_are_no_short_rest() -> None:
    problem = rest("short_rests", 600)
    worker = replace(problem.workers[0], max_shifts_per_day=3)
    problem = replace(problem, workers=(worker,))
    assert charged(problem, "02 06:00", "02 12:00") == 0
    # The last end of the day before counts, for each shift of the next.
    assert charged(problem, "02 06:00", "02 18:00", "03 02:00", "03 06:00", "03 14:00") == 2000


def test_work_before_and_elsewhere_shortens_the_rest() -> None:
    limit = SoftLimit("hours_of_rest", 600, 1000)
    past = [("2026-11-01 16:00", "2026-11-01 22:00")]
    elsewhere = (Span(18 * 60, 22 * 60), Span(24 * 60 + 14 * 60, 24 * 60 + 20 * 60))
    problem = problem_with(
        min_rest_minutes=0, soft_limits=(limit,), past=past, external_shifts=elsewhere
    )
    assert charged(problem, "02 06:00") == 2000
    assert charged(problem, "03 07:00") == 1000
    # Only shifts here cost: what follows elsewhere is not ours to pay.
    assert charged(problem, "02 13:00") == 0


def test_the_night_of_a_clock_change_is_an_hour_shorter() -> None:
    spring = make_horizon("2027-03-27", days=2)
    worker = make_worker(
        spring, ("2027-03-27 00:00", "2027-03-29 00:00"), min_rest_minutes=0,
        soft_limits=(SoftLimit("short_rests", 600, 1000),),
    )  # fmt: skip
    problem = make_problem(spring, worker)
    for hour, cost in (("08", 1000), ("09", 0)):
        shifts = [make_shift(problem, one) for one in ("2027-03-27 18:00", f"2027-03-28 {hour}:00")]
        assert costs(problem, shifts)["soft_limits"] == cost
        assert model_cost(problem, shifts) == sum(costs(problem, shifts).values())


def test_each_day_beyond_a_run_has_its_price() -> None:
    problem = problem_with(soft_limits=(SoftLimit("days_in_a_row", 3, 700),))
    days = [f"0{day} 08:00" for day in range(2, 8)]
    assert charged(problem, *days[:3]) == 0
    assert charged(problem, *days) == 3 * 700
    assert charged(problem, *days[:3], *days[4:]) == 0


def test_days_before_and_elsewhere_lengthen_a_run() -> None:
    past = [(f"2026-10-{day} 08:00", f"2026-10-{day} 12:00") for day in (30, 31)]
    past.append(("2026-11-01 08:00", "2026-11-01 12:00"))
    problem = problem_with(
        soft_limits=(SoftLimit("days_in_a_row", 3, 700),),
        past=past,
        external_shifts=(Span(24 * 60 + 600, 24 * 60 + 660),),
    )
    assert charged(problem, "02 08:00") == 2 * 700  # Monday is the fourth day, Tuesday the fifth
    assert charged(problem, "04 08:00") == 0


def test_seven_days_without_a_weekly_rest_have_their_price() -> None:
    limit = SoftLimit("weeks_without_rest", 2100, 4000)
    problem = problem_with(soft_limits=(limit,))
    assert charged(problem, *WEEK_BUT_SUNDAY, "09 09:00") == 0
    # Two of the three windows of nine days: that from Wednesday on may end in a rest.
    assert charged(problem, *WEEK_BUT_SUNDAY, "08 18:00") == 4000
    assert charged(problem, *WEEK_BUT_SUNDAY, "08 18:00", "09 18:00") == 2 * 4000


@MANY
@given(rests(), st.sampled_from([660, 900, 1440]), st.integers(0, 6))
def test_any_week_costs_alike(
    drawn: tuple[Problem, tuple[Shift, ...]], owed: int, run: int
) -> None:
    """Every limit at once, with work before and elsewhere and several shifts a day."""
    problem, shifts = drawn
    worker = problem.workers[0]
    weekly = SoftLimit("weeks_without_rest", worker.min_weekly_rest_minutes or 0, 4096)
    limits = (weekly, SoftLimit("days_in_a_row", run, 511), SoftLimit("hours_of_rest", owed, 23))
    free = {"min_weekly_rest_minutes": None, "min_rest_minutes": 0, "max_consecutive_days": 99}
    relaxed = replace(worker, soft_limits=limits, **free)
    problem = replace(problem, workers=(relaxed,))
    model = build(problem)
    values = decisions(model, shifts)
    if values is None or violations(problem, shifts):
        return
    # The least that the rows need is all: no other column has to be chosen well.
    least = model.linear.tighten(values)
    assert model.linear.is_feasible(least)
    assert model.linear.objective(least) == sum(costs(problem, shifts).values())


def test_the_search_pays_where_it_is_worth_it() -> None:
    """An evening and a morning are needed; not to come in the morning costs 4 hours at 50."""
    horizon = make_horizon(days=2)
    hours = need(
        horizon, ("2026-11-02 18:00", "2026-11-02 22:00", 1),
        ("2026-11-03 06:00", "2026-11-03 10:00", 1),
    )  # fmt: skip
    for price, number in ((6999, 2), (7001, 1)):  # the shift saves 200.00 - 60.00
        worker = make_worker(
            horizon, ("2026-11-02 18:00", "2026-11-02 22:00"),
            ("2026-11-03 06:00", "2026-11-03 10:00"), min_rest_minutes=0,
            soft_limits=(SoftLimit("hours_of_rest", 600, price),),
        )  # fmt: skip
        problem = make_problem(horizon, worker, requirement={"refund": hours})
        found = solved(problem)
        assert len(found.shifts) == number
        assert found.cost == found.bound == sum(costs(problem, found.shifts).values())


def test_the_quick_schedule_passes_no_such_limit() -> None:
    limits = (
        SoftLimit("short_rests", 660, 1), SoftLimit("days_in_a_row", 3, 1),
        SoftLimit("weeks_without_rest", 2880, 1),
    )  # fmt: skip
    problem = problem_with(min_rest_minutes=0, soft_limits=limits)
    found = greedy(problem)
    assert found
    assert costs(problem, found)["soft_limits"] == 0


def test_the_quick_schedule_leaves_a_morning_after_an_evening() -> None:
    horizon = make_horizon(days=2)
    worker = make_worker(
        horizon, ("2026-11-02 18:00", "2026-11-02 22:00"), ("2026-11-03 06:00", "2026-11-03 10:00"),
        min_rest_minutes=0, soft_limits=(SoftLimit("short_rests", 600, 1),),
    )  # fmt: skip
    found = greedy(make_problem(horizon, worker))
    assert found is not None
    assert len(found) == 1


def test_a_pin_may_pass_them() -> None:
    problem = rest("short_rests", 600)
    shifts = shifts_at(problem, "02 18:00", "03 06:00")
    problem = replace(problem, pins=tuple(pin_of(one) for one in shifts))
    found = greedy(problem)
    assert found
    assert {one.start for one in shifts} <= {one.start for one in found}
    assert costs(problem, found)["soft_limits"] == 1000


def test_overruled_workers_are_not_asked() -> None:
    problem = rest("short_rests", 600)
    shifts = shifts_at(problem, "02 18:00", "02 20:00", "03 06:00")
    pins = tuple(pin_of(one) for one in shifts)
    problem = replace(problem, pins=pins, overruled=frozenset({"ada"}))
    assert costs(problem, shifts)["soft_limits"] == 0
    assert model_cost(problem, shifts) == sum(costs(problem, shifts).values())


def test_a_limit_that_a_rule_keeps_adds_nothing() -> None:
    hard = {"min_weekly_rest_minutes": 2100, "max_consecutive_days": 5}
    limits = (
        SoftLimit("short_rests", 660, 1), SoftLimit("days_in_a_row", 5, 1),
        SoftLimit("weeks_without_rest", 2100, 1),
    )  # fmt: skip
    plain, more = (build(problem_with(**hard, soft_limits=found)).linear for found in ((), limits))
    assert (plain.num_rows, plain.num_columns) == (more.num_rows, more.num_columns)


def test_a_limit_without_a_price_adds_nothing() -> None:
    plain = build(problem_with(min_rest_minutes=0)).linear
    free = (
        SoftLimit("hours_of_rest", 600, 0), SoftLimit("days_in_a_row", 1, 0),
        SoftLimit("weeks_without_rest", 2100, 0),
    )  # fmt: skip
    linear = build(problem_with(min_rest_minutes=0, soft_limits=free)).linear
    assert np.array_equal(linear.cost, plain.cost)
    assert linear.num_rows == plain.num_rows


@pytest.mark.parametrize(
    ("kind", "limit", "cost", "told"),
    [
        ("short_rests", 0, 1, "limit must be 1 to 1440"),
        ("weeks_without_rest", 1439, 1, "limit must be 1440 to 10080"),
        ("days_in_a_row", 1, -1, "cost is negative"),
    ],
)
def test_a_senseless_limit_is_refused(kind: RestKind, limit: int, cost: int, told: str) -> None:
    with pytest.raises(ProblemInvalid, match=told):
        SoftLimit(kind, limit, cost)
