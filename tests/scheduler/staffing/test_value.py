"""Value curves: what the formulas say by brute force, their shape, and what a simulation says."""

from dataclasses import replace
from itertools import pairwise
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import ProblemInvalid
from scheduler.simulation.arrivals import spread_arrivals
from scheduler.simulation.queue import Contacts, simulate_queue
from scheduler.staffing.erlang import erlang_c
from scheduler.staffing.requirement import Allowance, QueueWork
from scheduler.staffing.value import Prices, coverage_value, customer_cost, rate_paths
from tests.factories import make_horizon, make_problem, make_template, make_worker
from tests.scheduler.forcing import solved

FloatArray = npt.NDArray[np.float64]
HALF_HOUR = 30
VOICE = QueueWork("v", "live", (180.0,), patience_seconds=120.0, max_occupancy=1.0)
PATIENT = replace(VOICE, patience_seconds=None)
CHAT = QueueWork("c", "chat", (360.0, 420.0, 540.0), 3, 240.0, 0.8, 60.0, max_occupancy=1.0)
ALL = Prices(waiting=1500, abandonment=400, missed=100)
# What the steps of nearly equal values may move one value by.
STEP, STEP_SHARE = 25, 0.04


def curves(
    work: QueueWork, paths: Any, prices: Prices = ALL, allowance: Allowance = Allowance(),  # noqa: B008 - frozen
    is_open: Any = None,
) -> tuple[tuple[int, ...], ...]:  # fmt: skip
    contacts = np.asarray(paths, dtype=float)
    size = contacts.shape[1]
    opened = np.ones(size, dtype=bool) if is_open is None else np.array(is_open)
    return coverage_value(work, prices, contacts, np.ones(size), opened, HALF_HOUR, allowance)


def evenly(contacts: float, size: int = 3, num: int = 10) -> FloatArray:
    """The same contacts on every path and in every interval: the rate is known."""
    return np.full((num, size), contacts)


def birth_and_death(workers: int, rate: float, work: QueueWork) -> tuple[float, float]:
    """Mean queue, and customers who hang up per second, from the balance of the states."""
    mu, theta = 1.0 / work.aht_seconds[0], 1.0 / (work.patience_seconds or np.inf)
    weight, state = [1.0], 0
    while state < 400:
        state += 1
        out = min(state, workers) * mu + max(0, state - workers) * theta
        weight.append(weight[-1] * rate / out)
    chance = np.array(weight) / sum(weight)
    queue = float(chance @ np.maximum(np.arange(401) - workers, 0))
    return queue, theta * queue


@pytest.mark.parametrize("workers", range(7))
def test_the_cost_is_that_of_the_queue_by_brute_force(workers: int) -> None:
    rate = 40 / 1800
    queue, lost = birth_and_death(workers, rate, VOICE)
    args = np.array(workers), np.array(rate), np.array(1.0)
    waiting = customer_cost(VOICE, Prices(waiting=1500), *args)
    assert waiting == pytest.approx(1500 * queue, rel=1e-9)
    hung_up = customer_cost(VOICE, Prices(abandonment=400), *args)
    assert hung_up == pytest.approx(400 * 3600 * lost, rel=1e-9)


def test_a_curve_is_the_fall_of_the_cost() -> None:
    rate = 40 / 1800
    costs = [
        1500 * queue + 400 * 3600 * lost
        for queue, lost in (birth_and_death(n, rate, VOICE) for n in range(15))
    ]
    (found, *_) = curves(VOICE, evenly(40), replace(ALL, missed=0))
    assert len(found) >= 10
    for value, (more, less) in zip(found, pairwise(costs), strict=False):
        assert value == pytest.approx(more - less, rel=STEP_SHARE, abs=STEP)
    assert sum(found) == pytest.approx(costs[0], abs=20)  # what is cut is below a cent each


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([VOICE, PATIENT, CHAT, replace(VOICE, max_occupancy=0.8, min_workers=2)]),
    st.lists(st.lists(st.integers(0, 120), min_size=4, max_size=4), min_size=2, max_size=6),
    st.builds(
        Prices,
        st.integers(0, 5000),
        st.integers(0, 2000),
        st.integers(0, 1000),
        st.integers(0, 6000),
    ),
    st.builds(Allowance, no_show_rate=st.floats(0, 0.5), shrinkage=st.floats(0, 0.5)),
)
def test_values_never_rise(
    work: QueueWork, paths: list[list[int]], prices: Prices, allowance: Allowance
) -> None:
    for curve in curves(work, paths, prices, allowance):
        assert all(before >= after >= 1 for before, after in pairwise(curve))
        assert all(isinstance(value, int) for value in curve)


def test_late_answers_alone_make_a_cost_that_is_not_convex() -> None:
    """The first of many workers saves nobody who waits too long: he shares what they save."""
    prices, rate = Prices(missed=100), 300 / 1800
    exact = [
        float(customer_cost(VOICE, prices, np.array(n), np.array(rate), np.array(1.0)))
        for n in range(60)
    ]
    falls = -np.diff(exact)
    assert falls[0] < 1 < falls.max()
    (found, *_) = curves(VOICE, evenly(300), prices)
    top = [value for value in found if value >= found[0] - STEP]
    # The steepest chord from 0, as far as the steps of the curve can tell.
    steepest = max((exact[0] - exact[n]) / n for n in range(1, 60))
    assert np.mean(top) == pytest.approx(steepest, rel=STEP_SHARE, abs=STEP)
    assert sum(found) == pytest.approx(exact[0], rel=0.01)


def test_a_very_overloaded_team_is_worth_as_much_each() -> None:
    """Each answers a customer in every 180 s who would have waited 120 s and hung up."""
    (found, *_) = curves(VOICE, evenly(1000), replace(ALL, missed=0))
    assert found[0] == found[30] == pytest.approx(20 * (400 + 1500 / 30), rel=0.01)


@pytest.mark.parametrize("work", [VOICE, CHAT], ids=["voice", "chat"])
def test_a_step_is_what_the_simulation_saves(work: QueueWork) -> None:
    """Days of a rate that is not known: one team against a larger one, the same customers."""
    random = np.random.default_rng(7)
    paths = random.poisson(50 * random.gamma(20, 1 / 20, (300, 1)), (300, 16)).astype(float)
    found = curves(work, paths)
    always = np.ones(16, dtype=bool)
    few, many = (4, 7) if work is VOICE else (2, 4)
    saved = []
    for number in range(0, 300, 2):
        at = spread_arrivals(paths[number].astype(np.int64), HALF_HOUR, random)
        come = Contacts(at, np.ones(len(at)))
        cost = []
        for workers in (few, many):
            team, again = np.full(16, workers), np.random.default_rng(number)
            seen = simulate_queue(work, come, team, always, HALF_HOUR, again)
            late = int((seen.offered - seen.in_time).sum())
            cost.append(
                ALL.waiting * seen.waiting_seconds.sum() / 3600
                + ALL.abandonment * seen.abandoned.sum()
                + ALL.missed * late
            )
        saved.append(cost[0] - cost[1])
    predicted = sum(sum(curve[few:many]) for curve in found) / 2
    noise = np.std(saved) / np.sqrt(len(saved))
    assert abs(np.mean(saved) - predicted) < 3 * noise + 0.06 * predicted


def test_no_shows_lower_the_value_of_who_is_sent() -> None:
    (sure, *_) = curves(VOICE, evenly(40))
    (unsure, *_) = curves(VOICE, evenly(40), ALL, Allowance(0.1))
    assert unsure[0] == pytest.approx(0.9 * sure[0], rel=STEP_SHARE)
    assert all(less < more for less, more in zip(unsure[:4], sure[:4], strict=True))
    assert sum(unsure[:8]) < sum(sure[:8])
    # Whoever is sent beside many is worth something only because others do not come.
    assert len(unsure) > len(sure)


def test_the_value_of_who_is_sent_counts_who_else_comes() -> None:
    """Brute force over the others: he saves the value of the place that is his."""
    (there, *_) = curves(VOICE, evenly(30))
    (sent, *_) = curves(VOICE, evenly(30), ALL, Allowance(0.2, shrinkage=0.1))
    share = 0.8 * 0.9
    for m, value in enumerate(sent[:8]):
        chances = [comb(m, k) * share**k * (1 - share) ** (m - k) for k in range(m + 1)]
        places = [there[k] if k < len(there) else 0 for k in range(m + 1)]
        mean = share * sum(chance * one for chance, one in zip(chances, places, strict=True))
        assert value == pytest.approx(mean, rel=2 * STEP_SHARE, abs=2 * STEP)


def test_each_interval_has_its_own_no_shows() -> None:
    early, _, late = curves(VOICE, evenly(40), ALL, Allowance(np.array([0.05, 0.1, 0.3])))
    assert early[0] > late[0]


def test_no_demand_and_closed_hours_are_worth_nothing() -> None:
    assert curves(VOICE, evenly(0)) == ((), (), ())
    closed = curves(VOICE, evenly(40), is_open=[True, False, True])
    assert closed[1] == ()
    assert all(map(len, (closed[0], closed[2])))


def test_no_prices_are_no_value() -> None:
    assert curves(VOICE, evenly(40), Prices()) == ((), (), ())


def test_min_workers_are_worth_the_floor() -> None:
    work = replace(VOICE, min_workers=2)
    prices = replace(ALL, floor=5000)
    assert curves(work, evenly(0), prices) == ((5000, 5000),) * 3
    (busy, *_) = curves(work, evenly(200), prices)
    assert busy[:2] == curves(VOICE, evenly(200), ALL)[0][:2]
    assert curves(work, evenly(0), prices, is_open=[True, False, True])[1] == ()


def test_workers_missing_to_the_occupancy_cap_are_worth_the_floor_beside() -> None:
    """A load of 4 within 80 % needs 5 workers."""
    prices = replace(ALL, floor=6000)
    capped = curves(replace(VOICE, max_occupancy=0.8), evenly(40), prices)[0]
    plain = curves(VOICE, evenly(40), prices)[0]
    for n in range(7):
        extra = 6000 if n < 5 else 0
        assert capped[n] - plain[n] == pytest.approx(extra, rel=2 * STEP_SHARE, abs=STEP)


def test_an_overload_of_patient_customers_has_a_bounded_price() -> None:
    """Half the customers of an hour queue, each for eight hours."""
    args = np.array(3), np.array(60 / 1800), np.array(1.0)
    cost = customer_cost(PATIENT, Prices(waiting=1200), *args)
    assert cost == pytest.approx(1200 * 60 * 8, rel=0.01)
    (found, *_) = curves(PATIENT, evenly(60), Prices(waiting=1200))
    assert max(found) <= 1200 * 20 * 8


def test_a_quiet_team_of_patient_customers_waits_as_erlang_c_says() -> None:
    rate = 24 / 1800  # a load of 2.4
    exact = float(erlang_c(5, 2.4, 180.0, 20.0).mean_wait_seconds) * rate * 1200
    found = customer_cost(PATIENT, Prices(waiting=1200), np.array(5), np.array(rate), np.array(1.0))
    assert found == pytest.approx(exact, rel=0.02)


def test_counts_of_a_steady_rate_have_no_spread_of_their_own() -> None:
    random = np.random.default_rng(3)
    steady = random.poisson(40, (2000, 6)).astype(float)
    assert rate_paths(steady).std(axis=0).max() < 2.5  # 6.3 as counted
    rates = 40 * random.gamma(25, 1 / 25, (2000, 1)) * np.ones(6)
    counted = rate_paths(random.poisson(rates).astype(float))
    assert counted.std(axis=0) == pytest.approx(rates.std(axis=0), rel=0.15)
    assert counted.mean(axis=0) == pytest.approx(rates.mean(axis=0), rel=0.02)


def test_an_unsure_rate_is_worth_more_workers() -> None:
    """The mean is the same; with the spread the last workers save more."""
    low, high = evenly(20, num=5), evenly(60, num=5)
    spread = curves(VOICE, np.concatenate([low, high]))[0]
    known = curves(VOICE, evenly(40))[0]
    assert spread[7] > known[7]
    assert spread[1] < known[1]


def test_the_best_plan_of_one_interval_is_the_newsvendors() -> None:
    """One hour is open and pays 18.00: whoever saves more than that comes, and nobody else."""
    paths = np.zeros((6, 24))
    paths[:, 9] = [30, 50, 70, 90, 110, 130]
    values = coverage_value(VOICE, ALL, paths, np.ones(24), np.arange(24) == 9, 60, Allowance(0.05))
    day = make_horizon(days=1)
    workers = [
        make_worker(day, ("2026-11-02 09:00", "2026-11-02 10:00"), id=f"w{n}", hourly_cost=1800)
        for n in range(14)
    ]
    problem = make_problem(
        day, *workers, shift_templates=(make_template(60),), requirement={},
        coverage_value={"refund": values},
    )  # fmt: skip
    best = solved(problem)
    by_hand = sum(value > 1800 for value in values[9])
    assert 3 < by_hand < 14
    assert len(best.shifts) == by_hand
    assert best.cost == by_hand * 1800 + sum(values[9][by_hand:])


def test_what_is_refused() -> None:
    mail = QueueWork("m", "deferrable", (300.0,), deadline_minutes=600)
    with pytest.raises(ProblemInvalid, match="queue m: deferrable work has no value curve"):
        curves(mail, evenly(10))
    with pytest.raises(ProblemInvalid, match="at least 0"):
        Prices(waiting=-1)
    with pytest.raises(ProblemInvalid, match="negative or not finite"):
        curves(VOICE, evenly(-1))
