"""The judge of plans on value curves: what it charges, and the factor that makes wages equal."""

import numpy as np
import pytest

from benchmarks.value import (
    HIGH,
    LIKE_MEAN,
    MEAN,
    METHODS,
    SAME_WAGES,
    Judged,
    Plan,
    at_wages,
    judge,
    tables,
)
from benchmarks.value_cases import REPLICATIONS, Line, Week
from scheduler.schedule import Shift
from scheduler.staffing.requirement import Allowance, QueueWork
from scheduler.staffing.value import Prices
from tests.factories import make_horizon, make_problem

CALLS = QueueWork("refund", "live", (60.0,), patience_seconds=90.0)
PRICES = Prices(waiting=1200, abandonment=500, missed=100)


def week(no_show: float = 0.0) -> Week:
    """An hour with 60 calls."""
    day = make_horizon(days=1)
    came = np.zeros((REPLICATIONS, 24), dtype=np.int64)
    came[:, 9] = 60
    line = Line(
        CALLS, PRICES, Allowance(no_show), came.astype(float), np.ones(24),
        np.arange(24) == 9, came, np.ones(24),
    )  # fmt: skip
    return Week("test", 1, make_problem(day, requirement={}), {"refund": line})


def team(number: int) -> Plan:
    shifts = tuple(Shift(540, 600, f"w{n}", "refund", "four", 1800) for n in range(number))
    return Plan(shifts, sum(one.cost for one in shifts), 0.0)


def test_without_anybody_every_call_hangs_up() -> None:
    found = judge(week(), team(0))
    assert found.wages == 0
    assert found.abandonment == 60 * 500
    assert found.missed == 60 * 100
    assert found.in_time == 0
    # Everybody waits 90 s on average, or until the queue closes.
    assert found.waiting == pytest.approx(60 * 90 / 3600 * 1200, rel=0.15)


def test_a_large_team_costs_its_wages() -> None:
    found = judge(week(), team(12))
    assert found.total == found.wages == 12 * 1800
    assert found.in_time == 1


def test_who_does_not_come_is_paid_and_missing() -> None:
    sure, unsure = judge(week(), team(2)), judge(week(no_show=0.5), team(2))
    assert unsure.wages == sure.wages
    assert unsure.abandonment > 1.5 * sure.abandonment


def test_the_factor_makes_wages_equal() -> None:
    tried = []

    def scaled(factor: float) -> Plan:
        tried.append(factor)
        return Plan((), round(100_000 * factor**0.2), 0.0)

    found = at_wages(scaled, scaled(1.0), 93_000)
    assert abs(found.wages - 93_000) <= SAME_WAGES * 93_000
    assert len(tried) < 8


def test_savings_are_taken_week_by_week() -> None:
    def cost(total: int) -> Judged:
        return Judged(float(total), 0.0, 0.0, 0.0, 1.0, 0.0)

    weeks = {
        f"bank {n}": {name: cost(10_000) for name in METHODS}
        | {MEAN: cost(10_000 * n), HIGH: cost(8_000), LIKE_MEAN: cost(9_000 * n)}
        for n in (1, 2, 3)
    }
    _, saved = tables(weeks)
    assert saved.rows[1] == (MEAN, "at the same wages", "10.0 %", "10.0 to 10.0 %", "3 of 3")
    assert saved.rows[2][4] == "0 of 3"
