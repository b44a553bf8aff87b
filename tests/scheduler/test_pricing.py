"""What an hour costs, to the cent."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.pricing import (
    fairness_steps,
    guaranteed_minutes,
    interval_price,
    minute_unit,
    need_steps,
    per_hour,
    preference_cost,
    unworked_cost,
)
from scheduler.problem import Weights
from tests.factories import make_horizon, make_problem, make_queue, make_template, make_worker

DAY = make_horizon(days=1)
WORKER = make_worker(DAY)


@settings(deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 10**4))
def test_cents_of_minutes_are_rounded_half_up(cents_per_hour: int, minutes: int) -> None:
    exact = Decimal(cents_per_hour) * minutes / 60
    assert per_hour(cents_per_hour, minutes) == exact.quantize(Decimal(1), ROUND_HALF_UP)


def test_half_a_cent_is_rounded_up() -> None:
    assert per_hour(1, 30) == 1
    assert per_hour(1, 29) == 0


@pytest.mark.parametrize(("interval", "price"), [(15, 375), (30, 751), (60, 1501)])
def test_an_interval_costs_its_share_of_the_hour(interval: int, price: int) -> None:
    assert interval_price(1501, make_horizon(interval=interval)) == price


@pytest.mark.parametrize(("preference", "cost"), [(2, 0), (1, 400), (0, 800), (-2, 1600)])
def test_a_shift_costs_a_step_for_each_liking_below_gladly(preference: int, cost: int) -> None:
    assert preference_cost(Weights(preference=100), WORKER, preference, 240) == cost


def test_a_requirement_is_one_step_of_need() -> None:
    problem = make_problem(DAY)
    assert need_steps(problem, problem.queues[0], 0) == [(0, 1, 5000)]


def test_equal_values_of_a_curve_are_one_step() -> None:
    assert steps([900, 900, 500, 0], interval=60) == [(0, 2, 900), (2, 1, 500)]


def test_a_value_that_rounds_to_nothing_is_no_need() -> None:
    """A quarter of a cent: were it need, the worthless workers after it would be need too."""
    assert steps([100, 1, 0, 0], interval=15) == [(0, 1, 25)]


def test_a_queue_that_nobody_asks_for_has_no_need() -> None:
    problem = make_problem(DAY, requirement={})
    assert need_steps(problem, problem.queues[0], 0) == []


@pytest.mark.parametrize(("lengths", "unit"), [([240, 360], 120), ([240], 240), ([45, 60], 15)])
def test_weeks_are_priced_in_what_all_shift_lengths_share(lengths: list[int], unit: int) -> None:
    templates = tuple(make_template(length, id=str(length)) for length in lengths)
    assert minute_unit(make_problem(DAY, shift_templates=templates)) == unit


def test_without_templates_a_week_is_priced_by_the_minute() -> None:
    assert minute_unit(make_problem(DAY, shift_templates=())) == 1


def test_a_cut_week_owes_its_share_of_the_minimum() -> None:
    """Friday to Monday: three days of one week, one of the next."""
    horizon = make_horizon("2026-11-06", days=4)
    worker = make_worker(horizon, min_minutes_per_week=700)
    problem = make_problem(horizon, worker)
    assert [guaranteed_minutes(problem, worker, week) for week in range(2)] == [300, 100]


@pytest.mark.parametrize(("minutes", "cost"), [(-240, 0), (0, 0), (1, 6000), (241, 12000)])
def test_unworked_minutes_are_paid_in_whole_units(minutes: int, cost: int) -> None:
    worker = make_worker(DAY)
    assert unworked_cost(make_problem(DAY, worker), worker, minutes) == cost


def test_each_quarter_of_a_week_costs_more_than_the_last() -> None:
    worker = make_worker(DAY, max_minutes_per_week=40 * 60)
    problem = make_problem(DAY, worker, weights=Weights(fairness=30))
    assert fairness_steps(problem, worker) == [(2, 0), (3, 120), (2, 240), (3, 360)]


def steps(curve: list[int], interval: int) -> list[tuple[int, int, int]]:
    horizon = make_horizon(days=1, interval=interval)
    curves = (tuple(curve),) * horizon.num_intervals
    problem = make_problem(
        horizon, queues=(make_queue(),), requirement={}, coverage_value={"refund": curves}
    )
    return need_steps(problem, problem.queues[0], 0)
