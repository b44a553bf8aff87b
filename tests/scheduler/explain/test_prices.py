"""Prices lie between what one worker less costs and what one more saves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scheduler.explain.prices import (
    CoveragePrices,
    coverage_prices,
    priced_hours,
    scarce_hours,
    scarce_shifts,
    week_table,
)
from scheduler.model.build import build
from scheduler.model.linear import Linear
from scheduler.problem import Problem
from scheduler.solver.relaxation import relax
from tests.factories import make_horizon, make_problem, make_queue, make_worker, need
from tests.scheduler.tiny_problems import best_cost, tiny_problems

CENT = 0.01
MONDAY = ("2026-11-02 08:00", "2026-11-02 12:00")


def budget(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def value(linear: Linear) -> float:
    """Cost of the relaxation; infinite where it has no point."""
    values = relax(linear, 60.0).values
    return np.inf if values is None else float(linear.cost @ values) + linear.offset


def with_others(linear: Linear, key: int, more: int) -> Linear:
    """The model when so many more stand in one cell for nothing, beside those who are planned."""
    lower, upper = linear.row_lower.copy(), linear.row_upper.copy()
    for side, name in ((lower, "understaffing"), (upper, "overstaffing")):
        keys, rows = linear.named[name]
        side[rows[keys == key]] -= more
    return replace(linear, row_lower=lower, row_upper=upper)


def price_of(problem: Problem, prices: CoveragePrices, key: int) -> float:
    queue, interval = divmod(key, problem.horizon.num_intervals)
    return float(prices.worth[problem.queues[queue].id][interval])


@budget(40)
@given(tiny_problems(), st.data())
def test_a_price_lies_between_one_more_and_one_less(problem: Problem, data: st.DataObject) -> None:
    linear = build(problem).linear
    prices = coverage_prices(problem)
    if prices is None:
        assert value(linear) == np.inf
        return
    keys = np.union1d(linear.named["understaffing"][0], linear.named["overstaffing"][0])
    for key in data.draw(st.permutations(keys.tolist()))[:3]:
        less, here, more = (value(with_others(linear, key, n)) for n in (-1, 0, 1))
        price = price_of(problem, prices, key)
        assert here - more - CENT <= price <= less - here + CENT


@budget(30)
@given(tiny_problems(), st.data())
def test_no_worker_more_saves_more_than_his_price(problem: Problem, data: st.DataObject) -> None:
    """By trying every schedule, where the relaxation says what the best one costs."""
    queue = data.draw(st.sampled_from(sorted(problem.requirement) or [""]))
    at = np.flatnonzero(problem.requirement[queue]) if queue else np.zeros(0, dtype=np.int64)
    prices = coverage_prices(problem)
    if prices is None or not len(at) or queue in problem.coverage_value:
        return
    interval = int(data.draw(st.sampled_from(at.tolist())))
    fewer = problem.requirement[queue].copy()
    fewer[interval] -= 1
    eased = replace(problem, requirement={**problem.requirement, queue: fewer})
    best, better = best_cost(problem), best_cost(eased)
    if best is None or better is None or best > value(build(problem).linear) + CENT:
        return
    assert best - better <= prices.worth[queue][interval] + CENT


@budget(40)
@given(tiny_problems())
def test_the_prices_prove_what_the_relaxation_proves(problem: Problem) -> None:
    """Of the many prices that are true the smallest are taken, and none is weaker for it."""
    linear = build(problem).linear
    plain, smallest = relax(linear, 60.0), coverage_prices(problem)
    if plain.prices is None or smallest is None:
        assert plain.prices is smallest is None
        return
    assert abs(plain.bound - smallest.bound) <= 1
    (_, under), (_, over) = (linear.named[name] for name in ("understaffing", "overstaffing"))
    # Work that may wait has rows of its own.
    staffed = smallest.worth.keys() - problem.backlogs.keys()
    total = sum(float(smallest.worth[queue].sum()) for queue in staffed)
    assert total <= float(plain.prices[[*under, *over]].sum()) + CENT


def test_where_nobody_can_come_the_price_is_that_of_the_missing() -> None:
    horizon = make_horizon(days=1)
    needed = need(horizon, (*MONDAY, 2))
    problem = make_problem(horizon, make_worker(horizon, MONDAY), requirement={"refund": needed})
    prices = coverage_prices(problem)
    assert prices is not None
    assert prices.is_exact
    assert prices.worth["refund"] == pytest.approx(np.where(needed > 0, 5000.0, 0.0))


def test_who_is_enough_saves_only_a_wage() -> None:
    """One is needed and one is there: another would save his four hours' wage and no more."""
    horizon = make_horizon(days=1)
    problem = make_problem(
        horizon,
        make_worker(horizon, MONDAY),
        requirement={"refund": need(horizon, (*MONDAY, 1))},
    )
    prices = coverage_prices(problem)
    assert prices is not None
    assert prices.worth["refund"].sum() == pytest.approx(4 * 1500)


def test_one_more_beside_enough_costs_what_a_surplus_costs() -> None:
    horizon = make_horizon(days=1)
    queue = make_queue(overstaffing_cost=700)
    problem = make_problem(
        horizon, make_worker(horizon, MONDAY), queues=(queue,),
        requirement={"refund": need(horizon)},
    )  # fmt: skip
    prices = coverage_prices(problem)
    assert prices is not None
    cells = [price for price in prices.worth["refund"].tolist() if price]
    assert cells == pytest.approx([-700.0] * len(cells))


def test_samples_of_a_pool_prove_a_bound_too() -> None:
    horizon = make_horizon(days=3)
    crew = [
        make_worker(horizon, ("2026-11-02 06:00", "2026-11-04 22:00"), id=f"w{n}")
        for n in range(20)
    ]
    needed = need(
        horizon, *((f"2026-11-0{day} 08:00", f"2026-11-0{day} 20:00", 12) for day in (2, 3, 4))
    )
    problem = make_problem(horizon, *crew, requirement={"refund": needed})
    exact, close = (coverage_prices(problem, is_large=large) for large in (False, True))
    assert exact is not None
    assert close is not None
    assert not close.is_exact
    assert 0.9 * exact.bound <= close.bound <= exact.bound
    assert close.worth["refund"].sum() == pytest.approx(exact.worth["refund"].sum(), rel=0.3)


@pytest.fixture
def autumn() -> tuple[Problem, CoveragePrices]:
    """Two days with 24 and 25 hours; each half-hour is worth one cent more than the last."""
    horizon = make_horizon("2026-10-24", 2, 30)
    problem = make_problem(horizon)
    worth = {"refund": np.arange(horizon.num_intervals, dtype=np.float64)}
    return problem, CoveragePrices(worth, 0, True)


def test_each_hour_of_the_clock_is_one_row(autumn: tuple[Problem, CoveragePrices]) -> None:
    problem, prices = autumn
    hours = list(priced_hours(problem, prices))
    assert len(hours) == 49
    assert sum(one.worth for one in hours) == prices.worth["refund"].sum()
    doubled = [one for one in hours if (one.start.day, one.start.hour) == (25, 2)]
    assert doubled[0].start.utcoffset() != doubled[1].start.utcoffset()
    assert [one.worth for one in doubled] == [52 + 53, 54 + 55]


def test_a_mean_week_divides_by_the_days_that_there_are() -> None:
    horizon = make_horizon(days=14)
    worth = np.zeros(horizon.num_intervals)
    worth[9], worth[9 + 7 * 24], worth[24 + 3] = 100.0, 300.0, 40.0
    problem = make_problem(horizon)
    table = week_table(problem, CoveragePrices({"refund": worth}, 0, True))["refund"]
    assert table[0, 9] == 200.0
    assert table[1, 3] == 20.0
    assert table.sum() == 220.0


def test_the_dearest_hours_and_shifts_come_first() -> None:
    horizon = make_horizon(days=7)
    worth = np.zeros(horizon.num_intervals)
    worth[8:12], worth[40:43] = (10.0, 20.0, 30.0, 40.0), 90.0
    problem = make_problem(horizon)
    prices = CoveragePrices({"refund": worth}, 0, True)
    first, *_ = scarce_hours(problem, prices)
    assert (first.weekday, first.hour, first.worth) == (2, 16, 90.0)
    tuesday, monday = scarce_shifts(problem, prices)
    assert (tuesday.weekday, tuesday.worth) == (2, 270.0)
    assert (monday.start, monday.end, monday.worth) == ("08:00", "12:00", 100.0)
    assert len(scarce_hours(problem, prices, most=2)) == 2
