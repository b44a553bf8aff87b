"""Runs of days, weekends, successions and windows of days at the edges of what is known.

Each case is judged twice, by the validator and by the model, which know nothing of each other.
"""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.horizon import Horizon
from scheduler.problem import Problem
from scheduler.worker import RollingLimit
from tests.factories import make_horizon, make_template
from tests.scheduler.edges import always, shifts_at, span, verdict

WEEK = make_horizon()
SUNDAY_ON = make_horizon("2026-11-01", days=8)


def past(*days: str) -> list[tuple[str, str]]:
    """Four hours in the morning of each day, "10-31"."""
    return [(f"2026-{day} 08:00", f"2026-{day} 12:00") for day in days]


def on(problem: Problem, *days: str) -> set[str]:
    """The verdict on a morning's work on each day, "11-03"."""
    return verdict(problem, shifts_at(problem, *(f"2026-{day} 08:00" for day in days)))


# Working days in a row


@pytest.mark.parametrize(
    ("days", "broken"),
    [
        ((), False),
        (("11-04",), True),
        (("11-04", "11-05"), True),
        (("11-04", "11-05", "11-06"), False),
        (("11-02",), False),  # may have begun before
        (("11-03", "11-04"), True),
        (("11-08",), False),  # may go on after
        (("11-06", "11-07"), True),
        (("11-04", "11-05", "11-06", "11-08"), False),
    ],
)
def test_a_run_of_work_must_reach_its_length_where_both_ends_are_seen(
    days: tuple[str, ...], broken: bool
) -> None:
    problem = always(WEEK, min_consecutive_days=3)
    assert on(problem, *days) == ({"min_consecutive_days"} if broken else set())


def test_a_run_whose_beginning_is_known_must_reach_its_length() -> None:
    """Friday and Sunday were worked, so Sunday began a run."""
    problem = always(WEEK, min_consecutive_days=3, past=past("10-30", "11-01"))
    assert on(problem) == {"min_consecutive_days"}
    assert on(problem, "11-02") == {"min_consecutive_days"}
    assert on(problem, "11-02", "11-03") == set()


def test_a_run_that_began_with_the_first_past_shift_may_be_longer_than_known() -> None:
    problem = always(WEEK, min_consecutive_days=3, past=past("11-01"))
    assert on(problem) == set()
    assert on(problem, "11-02") == set()


def test_a_run_that_was_too_short_before_the_horizon_is_past() -> None:
    problem = always(WEEK, min_consecutive_days=2, past=past("10-27", "10-30"))
    assert on(problem, "11-03", "11-04") == set()


def test_work_elsewhere_lengthens_a_run() -> None:
    elsewhere = (span(WEEK, "2026-11-05 08:00", "2026-11-05 12:00"),)
    problem = always(WEEK, min_consecutive_days=2, external_shifts=elsewhere)
    assert on(problem) == set()
    assert on(problem, "11-04") == set()
    assert on(problem, "11-03") == {"min_consecutive_days"}


def test_work_elsewhere_counts_in_the_longest_run() -> None:
    elsewhere = tuple(
        span(WEEK, f"2026-11-0{day} 08:00", f"2026-11-0{day} 12:00") for day in (4, 5)
    )
    problem = always(WEEK, max_consecutive_days=2, external_shifts=elsewhere)
    assert on(problem) == set()
    assert on(problem, "11-02", "11-07") == set()
    assert on(problem, "11-03") == {"max_consecutive_days"}
    assert on(problem, "11-06") == {"max_consecutive_days"}


def test_a_run_of_work_elsewhere_that_is_too_long_already_is_nobody_s_fault() -> None:
    elsewhere = tuple(
        span(WEEK, f"2026-11-0{day} 08:00", f"2026-11-0{day} 12:00") for day in (3, 4, 5)
    )
    problem = always(WEEK, max_consecutive_days=2, external_shifts=elsewhere)
    assert on(problem, "11-07") == set()
    assert on(problem, "11-02") == {"max_consecutive_days"}


# Days off in a row


@pytest.mark.parametrize(
    ("days", "broken"),
    [
        ((), False),
        (("11-03",), False),  # Monday's day off may have begun before
        (("11-07",), False),  # Sunday's may go on
        (("11-03", "11-05"), True),
        (("11-03", "11-06"), False),
        (("11-03", "11-04"), False),
    ],
)
def test_days_off_must_reach_their_number_where_both_ends_are_seen(
    days: tuple[str, ...], broken: bool
) -> None:
    problem = always(WEEK, min_consecutive_days_off=2)
    assert on(problem, *days) == ({"min_consecutive_days_off"} if broken else set())


def test_days_off_before_the_horizon_count() -> None:
    problem = always(WEEK, min_consecutive_days_off=2, past=past("10-31"))
    assert on(problem, "11-02") == {"min_consecutive_days_off"}
    assert on(problem, "11-03") == set()


def test_a_day_off_after_the_last_past_shift_is_one_too_few() -> None:
    problem = always(WEEK, min_consecutive_days_off=2, past=past("11-01"))
    assert on(problem, "11-02") == set()
    assert on(problem, "11-03") == {"min_consecutive_days_off"}
    assert on(problem, "11-04") == set()


@pytest.mark.parametrize(
    ("days", "broken"),
    [
        ((), True),
        (("11-05",), False),
        (("11-06",), True),
        (("11-04",), True),
        (("11-04", "11-08"), False),
    ],
)
def test_days_off_may_not_exceed_their_number_even_at_the_edges(
    days: tuple[str, ...], broken: bool
) -> None:
    problem = always(WEEK, max_consecutive_days_off=3)
    assert on(problem, *days) == ({"max_consecutive_days_off"} if broken else set())


def test_known_days_off_before_the_horizon_count_against_the_most() -> None:
    """Saturday and Sunday were off, so at most Monday may be."""
    problem = always(WEEK, max_consecutive_days_off=3, past=past("10-30"))
    assert on(problem, "11-03", "11-07") == set()
    assert on(problem, "11-04", "11-08") == {"max_consecutive_days_off"}


def test_work_elsewhere_ends_days_off() -> None:
    elsewhere = (span(WEEK, "2026-11-05 08:00", "2026-11-05 12:00"),)
    problem = always(WEEK, max_consecutive_days_off=3, external_shifts=elsewhere)
    assert on(problem) == set()


# Weekends


def test_saturday_and_sunday_are_one_weekend() -> None:
    problem = always(make_horizon(days=14), max_weekends=1)
    assert on(problem, "11-07", "11-08") == set()
    assert on(problem, "11-08", "11-15") == {"max_weekends"}
    assert on(problem, "11-07", "11-14") == {"max_weekends"}


def test_a_night_belongs_to_the_weekend_it_starts_on() -> None:
    problem = always(make_horizon(days=8), max_weekends=0)
    friday, saturday, sunday, monday = (
        shifts_at(problem, f"2026-11-{start}")
        for start in ("06 22:00", "07 00:00", "08 22:00", "09 00:00")
    )
    assert verdict(problem, friday) == verdict(problem, monday) == set()
    assert verdict(problem, saturday) == verdict(problem, sunday) == {"max_weekends"}


def test_a_weekend_that_the_horizon_s_start_cuts_counts_once() -> None:
    """Saturday was worked, the horizon starts on Sunday."""
    problem = always(SUNDAY_ON, max_weekends=1, past=past("10-31"))
    assert on(problem, "11-01") == set()
    assert on(problem, "11-07") == {"max_weekends"}
    assert on(problem, "11-02") == set()


def test_weekends_before_the_horizon_do_not_count() -> None:
    problem = always(WEEK, max_weekends=1, past=past("10-31", "11-01"))
    assert on(problem, "11-07") == set()


def test_work_elsewhere_is_no_weekend_of_ours() -> None:
    elsewhere = (span(WEEK, "2026-11-07 08:00", "2026-11-07 12:00"),)
    problem = always(WEEK, max_weekends=0, external_shifts=elsewhere)
    assert on(problem, "11-05") == set()
    assert on(problem, "11-08") == {"max_weekends"}


# Successions


def lates_and_earlies(horizon: Horizon, **limits: Any) -> Problem:
    """No early shift on the day after a late one."""
    late = replace(make_template(id="late", first="14:00"), forbidden_next=frozenset({"early"}))
    early = make_template(id="early", first="06:00", last="10:00", minutes=180)
    return replace(always(horizon, min_rest_minutes=0, **limits), shift_templates=(late, early))


@pytest.mark.parametrize(
    ("late", "early", "broken"),
    [
        ("11-03 14:00", "11-04 10:00", True),
        ("11-03 22:00", "11-04 06:00", True),
        ("11-03 14:00", "11-05 06:00", False),
        ("11-04 14:00", "11-03 06:00", False),
        ("11-07 14:00", "11-08 10:00", True),
        ("11-02 14:00", "11-03 10:00", True),
    ],
)
def test_the_day_after_a_late_shift_is_no_early_one(late: str, early: str, broken: bool) -> None:
    problem = lates_and_earlies(WEEK)
    shifts = [
        *shifts_at(problem, f"2026-{late}"),
        *shifts_at(problem, f"2026-{early}", minutes=180),
    ]
    assert verdict(problem, sorted(shifts)) == ({"forbidden_next"} if broken else set())


def test_any_shift_of_the_next_day_may_be_the_forbidden_one() -> None:
    problem = lates_and_earlies(WEEK, max_shifts_per_day=2)
    shifts = shifts_at(problem, "2026-11-03 14:00", "2026-11-04 16:00")
    early = shifts_at(problem, "2026-11-04 10:00", minutes=180)
    assert verdict(problem, sorted([*shifts, *early])) == {"forbidden_next"}
    assert verdict(problem, shifts) == set()


def test_a_past_shift_has_no_template_that_forbids() -> None:
    problem = lates_and_earlies(WEEK, past=[("2026-11-01 14:00", "2026-11-01 18:00")])
    early = shifts_at(problem, "2026-11-02 06:00", minutes=180)
    assert verdict(problem, early) == set()


# Windows of days


def test_past_minutes_count_in_the_windows_that_reach_them() -> None:
    problem = always(
        WEEK, past=past("10-31", "11-01"), rolling_limits=(RollingLimit(3, max_minutes=480),)
    )
    assert on(problem, "11-02") == {"max_rolling_minutes"}
    assert on(problem, "11-03") == set()


def test_a_window_that_is_full_without_us_is_nobody_s_fault() -> None:
    problem = always(
        WEEK, past=past("10-31", "11-01"), rolling_limits=(RollingLimit(3, max_minutes=240),)
    )
    assert on(problem) == set()
    assert on(problem, "11-03") == {"max_rolling_minutes"}
    assert on(problem, "11-04") == set()


def test_minutes_worked_elsewhere_count_in_windows_of_days() -> None:
    elsewhere = (span(WEEK, "2026-11-05 08:00", "2026-11-05 14:00"),)
    problem = always(
        WEEK, external_shifts=elsewhere, rolling_limits=(RollingLimit(2, max_minutes=599),)
    )
    assert on(problem) == set()
    assert on(problem, "11-04") == {"max_rolling_minutes"}
    assert on(problem, "11-03", "11-07") == set()


def test_the_least_holds_in_windows_inside_the_horizon_and_counts_our_work_only() -> None:
    elsewhere = (span(WEEK, "2026-11-05 12:00", "2026-11-05 16:00"),)
    problem = always(
        WEEK, past=past("11-01"), external_shifts=elsewhere,
        rolling_limits=(RollingLimit(4, min_minutes=240),),
    )  # fmt: skip
    assert on(problem) == {"min_rolling_minutes"}
    assert on(problem, "11-05") == set()
    assert on(problem, "11-04") == {"min_rolling_minutes"}
    assert on(problem, "11-02", "11-06") == set()


def test_a_window_longer_than_the_horizon_asks_for_nothing() -> None:
    problem = always(WEEK, rolling_limits=(RollingLimit(8, min_minutes=240),))
    assert on(problem) == set()


def test_windows_of_days_go_by_the_day_a_shift_starts_on() -> None:
    problem = always(WEEK, min_rest_minutes=0, rolling_limits=(RollingLimit(1, max_minutes=240),))
    assert verdict(problem, shifts_at(problem, "2026-11-03 22:00", "2026-11-04 02:00")) == set()


@pytest.mark.parametrize("first", ["2026-10-24", "2027-03-27"])
def test_over_a_clock_change_days_are_local_days(first: str) -> None:
    """Saturday 23:00 and Monday 00:00 lie on two days that a whole Sunday parts."""
    horizon = make_horizon(first, days=4)
    problem = always(horizon, min_consecutive_days_off=2, min_rest_minutes=0)
    saturday, monday, tuesday = (str(horizon.dates[n]) for n in (0, 2, 3))
    assert verdict(problem, shifts_at(problem, f"{saturday} 23:00", f"{monday} 00:00")) == {
        "min_consecutive_days_off"
    }
    assert verdict(problem, shifts_at(problem, f"{saturday} 23:00", f"{tuesday} 00:00")) == set()
