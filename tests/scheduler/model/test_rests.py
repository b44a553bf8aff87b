"""Weekly rest, breaks between shifts that join, bars and limits between two dates.

Each as the validator judges it, as the model states it, and as the greedy schedule keeps it.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scheduler.errors import PinsInvalid
from scheduler.model.build import build
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.solver.contradictions import explain
from scheduler.solver.greedy import greedy
from scheduler.solver.pins import check_pins
from scheduler.solver.relaxation import relax
from scheduler.validation import costs, violations
from scheduler.worker import Bar, PeriodLimit, Span
from tests.factories import (
    make_horizon,
    make_problem,
    make_shift,
    make_template,
    make_worker,
    pin_of,
)
from tests.scheduler.forcing import decisions, model_cost, solved

HORIZON = make_horizon(days=9)
ALL_DAYS = ("2026-11-02 00:00", "2026-11-11 00:00")
MANY = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def problem_with(**limits: Any) -> Problem:
    worker = make_worker(HORIZON, ALL_DAYS, **({"max_consecutive_days": 14} | limits))
    return make_problem(HORIZON, worker)


def shifts_at(problem: Problem, *starts: str) -> tuple[Shift, ...]:
    return tuple(make_shift(problem, f"2026-11-{one}") for one in starts)


def is_kept(problem: Problem, *starts: str) -> bool:
    """What the validator and the model both say."""
    shifts = shifts_at(problem, *starts)
    by_rules = not violations(problem, shifts)
    assert (model_cost(problem, shifts) is not None) == by_rules
    return by_rules


WEEK_BUT_SUNDAY = [f"0{day} 18:00" for day in range(2, 8)]


@pytest.mark.parametrize(
    ("owed", "monday", "is_enough"),
    [(35, "09:00", True), (35, "08:00", False), (36, "10:00", True), (36, "09:00", False)],
)
def test_a_free_sunday_is_a_weekly_rest_with_the_nights_around_it(
    owed: int, monday: str, is_enough: bool
) -> None:
    """Saturday ends at 22:00; 35 hours later it is Monday 09:00."""
    problem = problem_with(min_weekly_rest_minutes=owed * 60)
    assert is_kept(problem, *WEEK_BUT_SUNDAY, f"09 {monday}") == is_enough


def test_seven_days_in_a_row_hold_no_rest_of_a_day() -> None:
    problem = problem_with(min_weekly_rest_minutes=1440)
    assert is_kept(problem, *WEEK_BUT_SUNDAY)
    assert not is_kept(problem, *WEEK_BUT_SUNDAY, "08 18:00")


def test_a_rest_needs_no_day_off() -> None:
    """From Wednesday 04:00 to Thursday 16:00 are 36 hours, though both are working days."""
    days = ["02 08:00", "03 08:00", "04 00:00", "05 16:00", "06 16:00", "07 16:00", "08 16:00"]
    assert is_kept(problem_with(min_weekly_rest_minutes=36 * 60), *days)
    assert not is_kept(problem_with(min_weekly_rest_minutes=36 * 60 + 1), *days)


def test_without_the_limit_seven_days_are_allowed() -> None:
    assert is_kept(problem_with(), *WEEK_BUT_SUNDAY, "08 18:00")


def test_the_clock_change_shortens_the_rest() -> None:
    """Saturday 22:00 to Monday 09:00 are 34 hours when the clock is set forward."""
    spring = make_horizon("2027-03-22", days=8)
    for hour, is_enough in (("09", False), ("10", True)):
        worker = make_worker(
            spring, ("2027-03-22 00:00", "2027-03-30 00:00"), min_weekly_rest_minutes=35 * 60
        )
        problem = make_problem(spring, worker)
        starts = [f"2027-03-{day} 18:00" for day in range(22, 28)] + [f"2027-03-29 {hour}:00"]
        shifts = tuple(make_shift(problem, one) for one in starts)
        assert (not violations(problem, shifts)) == is_enough
        assert (model_cost(problem, shifts) is not None) == is_enough


def test_days_before_the_horizon_count() -> None:
    past = [(f"2026-10-{day} 18:00", f"2026-10-{day} 22:00") for day in range(27, 32)]
    past.append(("2026-11-01 18:00", "2026-11-01 22:00"))
    problem = problem_with(min_weekly_rest_minutes=2100, past=past)
    assert not is_kept(problem, "02 18:00")
    assert is_kept(problem, "03 18:00")


def test_work_elsewhere_alone_breaks_nothing_but_leaves_no_room() -> None:
    elsewhere = tuple(Span(day * 1440 + 600, day * 1440 + 720) for day in range(7))
    problem = problem_with(min_weekly_rest_minutes=2100, external_shifts=elsewhere)
    assert is_kept(problem)
    assert not is_kept(problem, "05 14:00")
    assert is_kept(problem, "10 14:00")


@st.composite
def rests(draw: st.DrawFn) -> tuple[Problem, tuple[Shift, ...]]:
    """One worker with a few starts a day, days worked before and elsewhere, and some shifts."""
    most = draw(st.sampled_from([1, 1, 2]))
    template = make_template(240, every=draw(st.sampled_from([240, 480])))
    past_days = draw(st.sets(st.integers(-6, -1), max_size=4))
    elsewhere = draw(st.sets(st.integers(0, 10), max_size=2))
    worker = make_worker(
        HORIZON,
        ALL_DAYS,
        max_shifts_per_day=most,
        max_consecutive_days=14,
        min_rest_minutes=draw(st.sampled_from([0, 480, 660])),
        min_weekly_rest_minutes=draw(st.sampled_from([1440, 1680, 1920, 2160, 2400, 2880, 3600])),
        external_shifts=tuple(Span(day * 1440 + 300, day * 1440 + 420) for day in elsewhere),
    )
    past = tuple(Span(day * 1440 + 1000, day * 1440 + 1300) for day in sorted(past_days))
    problem = make_problem(HORIZON, replace(worker, past_shifts=past), shift_templates=(template,))
    starts = {
        day: draw(st.lists(st.integers(0, 5), max_size=most, unique=True))
        for day in draw(st.sets(st.integers(0, 8), min_size=3))
    }
    shifts = tuple(
        Shift(day * 1440 + at * 240, day * 1440 + at * 240 + 240, "ada", "refund", "four")
        for day in sorted(starts)
        for at in sorted(starts[day])
        if template.starts_at(at * 240)
    )
    return problem, shifts


@MANY
@given(rests())
def test_any_week_is_judged_alike(drawn: tuple[Problem, tuple[Shift, ...]]) -> None:
    problem, shifts = drawn
    expected = None if violations(problem, shifts) else sum(costs(problem, shifts).values())
    assert model_cost(problem, shifts) == expected


@MANY
@given(rests())
def test_the_relaxation_alone_tells_whole_weeks_apart(
    drawn: tuple[Problem, tuple[Shift, ...]],
) -> None:
    """Of whole shifts, no fraction of a rest is enough: a dive ends at them."""
    problem, shifts = drawn
    broken = {one.rule for one in violations(problem, shifts)}
    model = build(problem)
    values = decisions(model, shifts)
    if broken - {"weekly_rest"} or values is None:
        return
    free = np.ones(model.linear.num_columns, dtype=bool)
    free[model.variables.choices.column] = free[model.variables.servings.column] = False
    linear = model.linear
    relaxed = relax(linear.restrict(free, values), 60).values
    # Rows without a free column are left out of the part.
    is_decided = abs(linear.matrix) @ free.astype(np.int64) == 0
    is_kept = linear.matrix @ values <= linear.row_upper
    is_possible = relaxed is not None and bool(is_kept[is_decided].all())
    assert is_possible == (not broken)


@MANY
@given(rests())
def test_the_greedy_schedule_keeps_the_rest(drawn: tuple[Problem, tuple[Shift, ...]]) -> None:
    problem, _ = drawn
    shifts = greedy(problem)
    assert shifts is not None
    assert violations(problem, shifts) == []


@pytest.mark.parametrize(
    ("stretch", "pause", "second", "is_enough"),
    [
        (360, 30, "12:00", False),
        (360, 30, "13:00", True),
        (360, 61, "13:00", False),
        (480, 30, "12:00", True),
        (479, 1, "12:00", False),
    ],
)
def test_two_shifts_that_join_are_one_block(
    stretch: int, pause: int, second: str, is_enough: bool
) -> None:
    problem = problem_with(
        max_shifts_per_day=2, max_stretch_minutes=stretch, min_break_minutes=pause
    )
    assert is_kept(problem, "02 08:00", f"02 {second}") == is_enough


def test_three_shifts_that_join_are_one_block() -> None:
    """Each two of them last ten hours at most, with a gap that is no break; all three, twelve."""
    limits = {"max_shifts_per_day": 3, "min_rest_minutes": 0, "min_break_minutes": 30}
    assert is_kept(problem_with(max_stretch_minutes=720, **limits), *EIGHT_TO_EIGHT)
    assert not is_kept(problem_with(max_stretch_minutes=600, **limits), *EIGHT_TO_EIGHT)
    assert is_kept(problem_with(max_stretch_minutes=600, **limits), *EIGHT_TO_EIGHT[:2])


EIGHT_TO_EIGHT = ("02 08:00", "02 12:00", "02 16:00")


def test_a_longer_block_needs_a_longer_break() -> None:
    """Eight to noon and one to five is nine hours: half an hour would do for eight."""
    limits = {"max_shifts_per_day": 3, "min_rest_minutes": 0, "long_break_minutes": 90}
    limits |= {"max_stretch_minutes": 360, "min_break_minutes": 30}
    assert is_kept(problem_with(long_stretch_minutes=540, **limits), "02 08:00", "02 13:00")
    shorter = problem_with(long_stretch_minutes=539, **limits)
    assert not is_kept(shorter, "02 08:00", "02 13:00")
    assert is_kept(shorter, "02 08:00", "02 14:00")
    three = ("02 07:00", "02 12:00", "02 17:00")
    assert is_kept(problem_with(long_stretch_minutes=840, **limits), *three)
    assert not is_kept(problem_with(long_stretch_minutes=839, **limits), *three)
    offered = [(f"2026-11-02 {since}:00", f"2026-11-02 {until}:00")
               for since, until in (("07", "11"), ("12", "16"), ("17", "21"))]  # fmt: skip
    worker = make_worker(HORIZON, *offered, long_stretch_minutes=839, **limits)
    assert len(greedy(make_problem(HORIZON, worker)) or ()) == 2


def test_a_shift_elsewhere_is_part_of_the_block() -> None:
    elsewhere = (Span(12 * 60, 15 * 60),)
    problem = problem_with(max_stretch_minutes=360, external_shifts=elsewhere)
    assert not is_kept(problem, "02 08:00")
    assert is_kept(problem, "02 07:00")


def test_a_long_shift_has_its_break_inside() -> None:
    problem = replace(problem_with(max_stretch_minutes=360), shift_templates=(make_template(480),))
    shift = make_shift(problem, "2026-11-02 08:00", minutes=480)
    assert violations(problem, (shift,)) == []
    assert model_cost(problem, (shift,)) is not None


def test_a_block_may_pass_midnight() -> None:
    problem = problem_with(max_stretch_minutes=360, min_rest_minutes=0)
    assert not is_kept(problem, "02 20:00", "03 00:00")
    assert is_kept(problem, "02 20:00", "03 01:00")


@pytest.mark.parametrize(
    ("start", "is_free"), [("02 19:00", False), ("02 16:00", True), ("03 00:00", True)]
)
def test_no_shift_touches_a_bar(start: str, is_free: bool) -> None:
    problem = problem_with(barred=(Bar(20 * 60, 24 * 60, "de.minor"),))
    assert is_kept(problem, start) == is_free
    if not is_free:
        (found,) = violations(problem, shifts_at(problem, start))
        assert found.rule == "barred"
        assert "de.minor" in found.detail


def test_between_two_dates_no_more_is_worked_than_allowed() -> None:
    problem = problem_with(period_limits=(PeriodLimit(1, 2, 240, rule="de.minijob"),))
    assert is_kept(problem, "02 08:00", "03 08:00", "05 08:00")
    assert not is_kept(problem, "03 08:00", "04 08:00")


def test_a_short_shift_is_half_a_day_and_a_longer_one_a_whole() -> None:
    limits = (PeriodLimit(0, 8, 2, "half_days"),)
    problem = problem_with(period_limits=limits)
    assert is_kept(problem, "02 08:00", "03 08:00")
    assert not is_kept(problem, "02 08:00", "03 08:00", "04 08:00")
    longer = replace(problem, shift_templates=(make_template(241),))
    shifts = [make_shift(longer, f"2026-11-{one} 08:00", minutes=241) for one in ("02", "03")]
    assert violations(longer, shifts[:1]) == []
    assert [one.rule for one in violations(longer, shifts)] == ["period_limits"]


def test_hours_beyond_a_priced_limit_cost_their_price() -> None:
    problem = problem_with(period_limits=(PeriodLimit(0, 6, 300, excess_cost=500),))
    week = shifts_at(problem, "02 08:00", "03 08:00")
    assert violations(problem, week) == []
    # In whole units of a shift's four hours: one of the two is beyond 300 minutes.
    assert costs(problem, week)["period_excess"] == 4 * 500
    assert model_cost(problem, week) == sum(costs(problem, week).values())


def test_a_limit_that_is_absent_adds_no_row() -> None:
    plain = build(problem_with()).linear
    wide = problem_with(period_limits=(PeriodLimit(0, 8, 10**6),), min_break_minutes=60)
    assert build(wide).linear.num_rows == plain.num_rows
    assert np.array_equal(build(wide).linear.cost, plain.cost)


def test_the_search_keeps_the_rest_and_proves_it() -> None:
    """From eight to six there is no rest of 35 hours without a day off."""
    days = [(f"2026-11-{day:02d} 08:00", f"2026-11-{day:02d} 18:00") for day in range(2, 11)]
    problem = make_problem(HORIZON, make_worker(HORIZON, *days, min_weekly_rest_minutes=2100))
    problem = replace(problem, workers=(replace(problem.workers[0], max_consecutive_days=14),))
    found = solved(problem)
    assert violations(problem, found.shifts) == []
    assert found.cost == found.bound
    assert len(found.shifts) == 8  # of nine days one is free


def test_pins_that_leave_no_rest_are_named_with_the_rule() -> None:
    problem = problem_with(min_weekly_rest_minutes=2100)
    shifts = shifts_at(problem, *WEEK_BUT_SUNDAY, "08 18:00")
    pinned = replace(problem, pins=tuple(map(pin_of, shifts)))
    with pytest.raises(PinsInvalid, match="weekly_rest"):
        check_pins(pinned)
    assert "min_weekly_rest_minutes" in explain(pinned, "time_limit")
