"""The edges of the horizon and of the day: midnight, the days before, the clock changes.

Each case is judged twice, by the validator and by the model, which know nothing of each other.
"""

from dataclasses import replace

import pytest

from scheduler.horizon import Horizon
from scheduler.model.build import build
from scheduler.schedule import staffed
from scheduler.validation import costs, violations
from tests.factories import (
    make_horizon,
    make_template,
    need,
    pin_of,
)
from tests.scheduler.edges import always, shifts_at, verdict
from tests.scheduler.forcing import model_cost, solved

WEEK = make_horizon()
# 25 hours on Sunday 25 October 2026, 23 hours on Sunday 28 March 2027.
AUTUMN = make_horizon("2026-10-24", days=3)
SPRING = make_horizon("2027-03-27", days=3)


# First and last day


def test_a_shift_may_start_with_the_horizon() -> None:
    problem = always(WEEK)
    assert verdict(problem, shifts_at(problem, "2026-11-02 00:00")) == set()


def test_a_shift_may_end_with_the_horizon() -> None:
    problem = always(WEEK)
    assert verdict(problem, shifts_at(problem, "2026-11-08 20:00")) == set()


def test_a_shift_may_not_reach_beyond_the_horizon() -> None:
    problem = always(WEEK)
    shifts = shifts_at(problem, "2026-11-08 21:00")
    assert "template" in {one.rule for one in violations(problem, shifts)}
    assert model_cost(problem, shifts) is None


def test_a_shift_may_not_start_before_the_horizon() -> None:
    problem = always(WEEK)
    shifts = shifts_at(problem, "2026-11-01 23:00")
    assert "template" in {one.rule for one in violations(problem, shifts)}
    assert model_cost(problem, shifts) is None


# Midnight


def test_a_shift_up_to_midnight_belongs_to_its_day() -> None:
    problem = always(WEEK, min_rest_minutes=0)
    assert verdict(problem, shifts_at(problem, "2026-11-02 20:00", "2026-11-03 00:00")) == set()


def test_a_shift_across_midnight_counts_for_the_day_it_starts_on() -> None:
    problem = always(WEEK, min_rest_minutes=0)
    night = "2026-11-02 22:00"
    assert verdict(problem, shifts_at(problem, night, "2026-11-03 02:00")) == set()
    assert verdict(problem, shifts_at(problem, night, "2026-11-02 08:00")) == {"max_shifts_per_day"}


def test_rest_after_a_night_shift_is_owed_from_its_end() -> None:
    problem = always(WEEK)
    night = "2026-11-02 22:00"
    assert verdict(problem, shifts_at(problem, night, "2026-11-03 13:00")) == set()
    assert verdict(problem, shifts_at(problem, night, "2026-11-03 12:00")) == {"rest"}


def test_a_night_from_sunday_counts_for_the_week_it_starts_in() -> None:
    horizon = make_horizon("2026-11-07", days=4)
    problem = always(horizon, max_minutes_per_week=240)
    sunday = "2026-11-08 22:00"
    assert verdict(problem, shifts_at(problem, sunday, "2026-11-10 08:00")) == set()
    assert verdict(problem, shifts_at(problem, sunday, "2026-11-07 08:00")) == {
        "max_minutes_per_week"
    }


def test_starts_may_wrap_over_midnight() -> None:
    problem = always(WEEK)
    problem = replace(problem, shift_templates=(make_template(first="22:00", last="02:00"),))
    for start in ("2026-11-02 22:00", "2026-11-03 00:00", "2026-11-03 02:00"):
        assert verdict(problem, shifts_at(problem, start)) == set()
    for start in ("2026-11-02 21:00", "2026-11-03 03:00"):
        assert verdict(problem, shifts_at(problem, start)) == {"template"}


# Several shifts a day


def test_two_shifts_of_one_day_owe_each_other_no_rest() -> None:
    problem = always(WEEK, max_shifts_per_day=2)
    assert verdict(problem, shifts_at(problem, "2026-11-02 08:00", "2026-11-02 12:00")) == set()


def test_a_split_day_owes_its_rest_from_the_last_end_to_the_first_start() -> None:
    problem = always(WEEK, max_shifts_per_day=2)
    late = ("2026-11-02 10:00", "2026-11-02 18:00")
    assert verdict(problem, shifts_at(problem, *late, "2026-11-03 09:00")) == set()
    early = shifts_at(problem, *late, "2026-11-03 08:00", "2026-11-03 14:00")
    assert verdict(problem, early) == {"rest"}


def test_a_single_shift_may_not_be_longer_than_the_rest_leaves() -> None:
    templates = (make_template(13 * 60, id="long"), make_template(14 * 60, id="longer"))
    problem = replace(always(WEEK), shift_templates=templates)
    monday = "2026-11-02 06:00"
    assert verdict(problem, shifts_at(problem, monday, minutes=13 * 60)) == set()
    assert verdict(problem, shifts_at(problem, monday, minutes=14 * 60)) == {"day_span"}


def test_a_split_day_counts_once_in_a_run_of_days() -> None:
    problem = always(WEEK, max_shifts_per_day=2, max_consecutive_days=2)
    split = ("2026-11-02 08:00", "2026-11-02 14:00", "2026-11-03 08:00", "2026-11-03 14:00")
    assert verdict(problem, shifts_at(problem, *split)) == set()
    assert verdict(problem, shifts_at(problem, *split, "2026-11-04 08:00")) == {
        "max_consecutive_days"
    }


# The days before


def test_rest_is_owed_after_a_shift_before_the_horizon() -> None:
    problem = always(WEEK, past=[("2026-11-01 18:00", "2026-11-01 22:00")])
    assert verdict(problem, shifts_at(problem, "2026-11-02 09:00")) == set()
    assert verdict(problem, shifts_at(problem, "2026-11-02 08:00")) == {"rest"}


def test_the_last_of_the_past_shifts_counts_for_rest_in_any_order() -> None:
    past = [("2026-11-01 20:00", "2026-11-02 00:00"), ("2026-10-30 08:00", "2026-10-30 12:00")]
    problem = always(WEEK, past=past)
    assert verdict(problem, shifts_at(problem, "2026-11-02 11:00")) == set()
    assert verdict(problem, shifts_at(problem, "2026-11-02 10:00")) == {"rest"}


def test_what_was_worked_earlier_in_the_first_week_counts_against_its_limit() -> None:
    """Wednesday is the first day; Monday's four hours are this week's, Sunday's are not."""
    horizon = make_horizon("2026-11-04", days=7)
    past = [("2026-11-01 08:00", "2026-11-01 12:00"), ("2026-11-02 08:00", "2026-11-02 12:00")]
    problem = always(horizon, past=past, max_minutes_per_week=480)
    one = ("2026-11-04 08:00",)
    assert verdict(problem, shifts_at(problem, *one)) == set()
    assert verdict(problem, shifts_at(problem, *one, "2026-11-06 08:00")) == {
        "max_minutes_per_week"
    }
    assert verdict(problem, shifts_at(problem, *one, "2026-11-09 08:00", "2026-11-10 12:00")) == (
        set()
    )


def test_a_week_that_is_full_before_the_horizon_stays_empty() -> None:
    horizon = make_horizon("2026-11-04", days=2)
    problem = always(
        horizon, past=[("2026-11-02 08:00", "2026-11-02 18:00")], max_minutes_per_week=480
    )
    assert verdict(problem, ()) == set()
    assert verdict(problem, shifts_at(problem, "2026-11-04 08:00")) == {"max_minutes_per_week"}


def test_a_run_of_days_goes_on_from_before_the_horizon() -> None:
    past = [(f"2026-{day} 08:00", f"2026-{day} 12:00") for day in ("10-31", "11-01")]
    problem = always(WEEK, past=past, max_consecutive_days=3)
    assert verdict(problem, shifts_at(problem, "2026-11-02 08:00", "2026-11-04 08:00")) == set()
    assert verdict(problem, shifts_at(problem, "2026-11-02 08:00", "2026-11-03 08:00")) == {
        "max_consecutive_days"
    }


def test_a_run_that_is_too_long_already_only_has_to_stop() -> None:
    past = [(f"2026-{day} 08:00", f"2026-{day} 12:00") for day in ("10-30", "10-31", "11-01")]
    problem = always(WEEK, past=past, max_consecutive_days=2)
    assert verdict(problem, shifts_at(problem, "2026-11-03 08:00")) == set()
    assert verdict(problem, shifts_at(problem, "2026-11-02 08:00")) == {"max_consecutive_days"}


def test_a_gap_before_the_horizon_ends_a_run() -> None:
    past = [(f"2026-{day} 08:00", f"2026-{day} 12:00") for day in ("10-30", "10-31")]
    problem = always(WEEK, past=past, max_consecutive_days=2)
    two = shifts_at(problem, "2026-11-02 08:00", "2026-11-03 08:00")
    assert verdict(problem, two) == set()


# Clock changes


@pytest.mark.parametrize(("horizon", "hours"), [(AUTUMN, 25), (SPRING, 23)])
def test_a_shift_over_the_change_is_as_long_as_it_is_worked(horizon: Horizon, hours: int) -> None:
    """Eight hours from 22:00 end an hour earlier or later by the wall clock."""
    problem = replace(always(horizon), shift_templates=(make_template(480, id="night"),))
    saturday = f"{horizon.first_day} 22:00"
    (night,) = shifts_at(problem, saturday, minutes=480)
    assert verdict(problem, [night]) == set()
    assert horizon.instant(night.end).hour == {25: 5, 23: 7}[hours]
    assert sum(staffed(problem, (night,))["refund"]) == 8


def test_in_autumn_both_hours_at_two_can_start_a_shift() -> None:
    problem = always(AUTUMN)
    first, second = shifts_at(problem, "2026-10-25 02:00", "2026-10-25 02:00 fold")
    assert second.start - first.start == 60
    assert verdict(problem, [first]) == set()
    assert verdict(problem, [second]) == set()


def test_in_spring_no_shift_starts_in_the_hour_that_is_left_out() -> None:
    problem = always(SPRING)
    sunday = problem.horizon.day_starts[1]
    starts = build(problem).variables.slots.start
    walls = [problem.horizon.wall_minute(int(one)) for one in starts if 0 <= one - sunday < 1380]
    assert [wall // 60 for wall in walls] == [0, 1, *range(3, 24)]


@pytest.mark.parametrize("horizon", [AUTUMN, SPRING])
def test_after_the_change_the_grid_is_the_wall_clock_s(horizon: Horizon) -> None:
    template = make_template(every=120, first="08:00", last="12:00")
    problem = replace(always(horizon), shift_templates=(template,))
    sunday = horizon.dates[1]
    assert verdict(problem, shifts_at(problem, f"{sunday} 10:00")) == set()
    assert verdict(problem, shifts_at(problem, f"{sunday} 09:00")) == {"template"}


def test_rest_over_the_autumn_night_has_the_hour_more() -> None:
    """From 22:00 to 08:00 are 11 hours, on any other night 10."""
    problem = always(AUTUMN)
    change = shifts_at(problem, "2026-10-24 18:00", "2026-10-25 08:00")
    assert verdict(problem, change) == set()
    usual = shifts_at(problem, "2026-10-25 18:00", "2026-10-26 08:00")
    assert verdict(problem, usual) == {"rest"}


def test_rest_over_the_spring_night_has_the_hour_less() -> None:
    """From 22:00 to 09:00 are 10 hours, on any other night 11."""
    problem = always(SPRING)
    change = shifts_at(problem, "2027-03-27 18:00", "2027-03-28 09:00")
    assert verdict(problem, change) == {"rest"}
    usual = shifts_at(problem, "2027-03-28 18:00", "2027-03-29 09:00")
    assert verdict(problem, usual) == set()


@pytest.mark.parametrize("horizon", [AUTUMN, SPRING])
def test_the_day_after_the_change_is_another_day(horizon: Horizon) -> None:
    problem = always(horizon, min_rest_minutes=0)
    late, early = f"{horizon.dates[1]} 20:00", f"{horizon.dates[2]} 00:00"
    assert verdict(problem, shifts_at(problem, late, early)) == set()
    both = shifts_at(problem, f"{horizon.dates[1]} 04:00", late)
    assert verdict(problem, both) == {"max_shifts_per_day"}


def test_the_autumn_week_s_minutes_are_worked_minutes() -> None:
    """Nine hours by the real clock between 22:00 and 06:00."""
    problem = always(AUTUMN, max_minutes_per_week=540)
    problem = replace(problem, shift_templates=(make_template(540, id="night"),))
    night = shifts_at(problem, "2026-10-24 22:00", minutes=540)
    assert problem.horizon.instant(night[0].end).hour == 6
    assert verdict(problem, night) == set()
    less = replace(problem, workers=(replace(problem.workers[0], max_minutes_per_week=539),))
    assert verdict(less, night) == {"max_minutes_per_week"}


def test_the_hour_that_comes_twice_is_needed_twice() -> None:
    requirement = need(AUTUMN, ("2026-10-25 02:00", "2026-10-25 03:00", 1))
    assert requirement.sum() == 2
    problem = replace(always(AUTUMN), requirement={"refund": requirement})
    assert costs(problem, ())["understaffing"] == 2 * 5000


def test_a_change_of_half_an_hour_keeps_the_half_hour_grid() -> None:
    """Lord Howe Island: the first Sunday of October has 23.5 hours."""
    horizon = make_horizon("2026-10-04", days=1, interval=30, time_zone="Australia/Lord_Howe")
    assert horizon.num_intervals == 47
    problem = always(horizon)
    assert verdict(problem, shifts_at(problem, "2026-10-04 08:00")) == set()


@pytest.mark.parametrize("horizon", [AUTUMN, SPRING])
def test_a_pin_in_the_night_of_the_change_is_kept(horizon: Horizon) -> None:
    problem = always(horizon)
    (night,) = shifts_at(problem, f"{horizon.dates[1]} 01:00")
    problem = replace(problem, pins=(pin_of(night),))
    found = solved(problem).shifts
    assert night.start in {one.start for one in found}
    assert violations(problem, found) == []
