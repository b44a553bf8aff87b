"""Money by queue and day adds up to the terms of the cost, whatever the schedule."""

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.scorecard.money import (
    day_of_interval,
    guaranteed_pay,
    late_work,
    shift_minutes,
    understaffing,
    wages,
)
from scheduler.problem import Problem
from scheduler.schedule import Segment, Shift
from scheduler.shift_template import PAY_IN_FULL
from scheduler.validation import costs
from tests.factories import make_horizon, make_problem, make_queue, make_shift, make_worker
from tests.scheduler.tiny_problems import shifts_of, tiny_problems


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(problem=tiny_problems(), data=st.data())
def test_every_cent_is_found_on_some_day(problem: Problem, data: st.DataObject) -> None:
    every = [one for worker in problem.workers for one in shifts_of(problem, worker)]
    most = min(6, len(every))
    shifts = data.draw(st.permutations(every))[: data.draw(st.integers(0, most))]
    terms = costs(problem, shifts)
    assert wages(problem, shifts).sum() == terms["wages"]
    assert guaranteed_pay(problem, shifts).sum() == terms["unworked_minimum"]
    assert understaffing(problem, shifts).sum() == terms["understaffing"]
    assert late_work(problem, shifts).sum() == terms.get("late_work", 0)
    full = [one for one in shifts if problem.pay_percent(one.template) == PAY_IN_FULL]
    assert shift_minutes(problem, shifts).sum() == sum(one.minutes for one in full)


def test_a_shift_counts_where_and_when_it_starts() -> None:
    horizon = make_horizon(days=3)
    queues = (make_queue("refund"), make_queue("fraud"))
    problem = make_problem(horizon, make_worker(horizon), queues=queues)
    late = make_shift(problem, "2026-11-03 22:00", queue="fraud")
    found = wages(problem, [late])
    np.testing.assert_array_equal(found, [[0, 0, 0], [0, 6000, 0]])


def test_segments_share_a_wage_by_their_minutes() -> None:
    horizon = make_horizon(days=1)
    queues = (make_queue("refund"), make_queue("fraud"))
    problem = make_problem(
        horizon, make_worker(horizon, hourly_cost=1001), queues=queues, is_blended=True
    )
    parts = (Segment(0, 60, "refund"), Segment(60, 240, "fraud"))
    shift = Shift(0, 240, "ada", "fraud", "four", segments=parts)
    assert wages(problem, [shift]).tolist() == [[1001], [3003]]


def test_guaranteed_pay_is_spread_over_the_days_of_its_week() -> None:
    """Friday to Monday: each week's part is paid in whole shifts of four hours."""
    horizon = make_horizon("2026-11-06", days=4)
    worker = make_worker(horizon, min_minutes_per_week=7 * 60, hourly_cost=1000)
    problem = make_problem(horizon, worker)
    assert guaranteed_pay(problem, []).tolist() == [1333, 1333, 1334, 4000]
    monday = make_shift(problem, "2026-11-09 08:00")
    assert guaranteed_pay(problem, [monday]).tolist() == [1333, 1333, 1334, 0]


def test_the_doubled_hour_belongs_to_its_day() -> None:
    horizon = make_horizon("2026-10-24", days=3, interval=30)
    assert np.bincount(day_of_interval(horizon)).tolist() == [48, 50, 48]
