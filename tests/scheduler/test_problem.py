"""The problem's data: the clock of the horizon, and what is refused at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import ProblemInvalid
from scheduler.horizon import Horizon
from scheduler.problem import Pin, Queue, Weights
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Span, Window, Worker
from tests.factories import make_horizon, make_problem, make_queue, make_template, make_worker

BERLIN = ZoneInfo("Europe/Berlin")
AUTUMN = make_horizon("2026-10-24", days=3)
SPRING = make_horizon("2027-03-27", days=3)


@pytest.mark.parametrize(
    ("horizon", "day_starts"),
    [(AUTUMN, (0, 1440, 2940, 4380)), (SPRING, (0, 1440, 2820, 4260))],
    ids=["autumn", "spring"],
)
def test_a_day_of_the_clock_change_has_25_or_23_hours(
    horizon: Horizon, day_starts: tuple[int, ...]
) -> None:
    assert horizon.day_starts == day_starts


@pytest.mark.parametrize(("interval", "per_hour"), [(15, 4), (30, 2), (60, 1)])
def test_intervals_are_real_time(interval: int, per_hour: int) -> None:
    assert make_horizon("2026-10-25", 1, interval).num_intervals == 25 * per_hour
    assert make_horizon("2027-03-28", 1, interval).num_intervals == 23 * per_hour
    assert make_horizon("2026-11-02", 1, interval).num_intervals == 24 * per_hour


def test_the_wall_clock_shows_two_o_clock_twice_in_autumn() -> None:
    sunday = AUTUMN.day_starts[1]
    assert [AUTUMN.wall_minute(sunday + 60 * n) // 60 for n in range(5)] == [0, 1, 2, 2, 3]


def test_the_wall_clock_never_shows_two_o_clock_in_spring() -> None:
    sunday = SPRING.day_starts[1]
    assert [SPRING.wall_minute(sunday + 60 * n) // 60 for n in range(4)] == [0, 1, 3, 4]


@settings(deadline=None)
@given(st.integers(-(10**5), 10**6))
def test_minutes_and_instants_are_one_to_one(minute: int) -> None:
    instant = AUTUMN.instant(minute)
    assert AUTUMN.minute(instant) == minute
    assert AUTUMN.minute(instant.astimezone(UTC)) == minute


@settings(deadline=None)
@given(st.integers(0, 371 * 1440))
def test_every_minute_lies_on_the_day_whose_midnights_are_around_it(minute: int) -> None:
    year = make_horizon("2026-01-01", days=371)
    day = year.day(minute)
    midnights = make_horizon("2026-01-01", days=372).day_starts
    assert midnights[day] <= minute < midnights[day + 1]


def test_minutes_before_the_horizon_lie_on_negative_days() -> None:
    assert [AUTUMN.day(minute) for minute in (0, -1, -1440, -1441)] == [0, -1, -1, -2]


def test_weeks_begin_on_mondays_and_count_on_over_new_year() -> None:
    """Thursday 31 December 2026 to Monday 11 January 2027: weeks 53, 1 and 2."""
    horizon = make_horizon("2026-12-31", days=12)
    assert horizon.week_of_day == (0,) * 4 + (1,) * 7 + (2,)
    assert horizon.num_weeks == 3
    assert [day.isocalendar().week for day in (horizon.dates[0], horizon.dates[-1])] == [53, 2]


def test_a_year_and_a_week_is_a_horizon() -> None:
    horizon = make_horizon("2026-01-05", days=371, interval=15)
    assert horizon.num_minutes == 371 * 1440
    assert horizon.num_weeks == 53
    assert horizon.dates[-1] == date(2027, 1, 10)


def test_the_start_may_come_in_any_zone() -> None:
    utc = Horizon(datetime(2026, 11, 1, 23, tzinfo=UTC), 1, 60, "Europe/Berlin")
    assert utc.first_day == date(2026, 11, 2)


def test_a_midnight_that_the_clock_skips_is_no_start() -> None:
    """In Beirut the clock went from 00:00 to 01:00 on 29 March 2026."""
    zone = "Asia/Beirut"
    with pytest.raises(ProblemInvalid, match="start: 2026-03-29T01:00:00"):
        Horizon(datetime(2026, 3, 29, tzinfo=ZoneInfo(zone)), 1, 60, zone)


def test_a_day_that_begins_at_one_is_a_day_inside_a_horizon() -> None:
    horizon = make_horizon("2026-03-28", days=3, time_zone="Asia/Beirut")
    assert horizon.day_starts == (0, 1440, 2820, 4260)
    assert horizon.wall_minute(1440) == 60


def test_a_clock_change_off_the_grid_is_refused() -> None:
    with pytest.raises(ProblemInvalid, match="a clock change of Australia/Lord_Howe"):
        make_horizon("2026-10-04", days=1, interval=60, time_zone="Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("start", "days", "interval", "says"),
    [
        (datetime(2026, 11, 2), 1, 60, "start: an instant with an offset is needed"),
        (datetime(2026, 11, 2, 0, 1, tzinfo=BERLIN), 1, 60, "is not midnight in Europe/Berlin"),
        (datetime(2026, 11, 2, tzinfo=UTC), 1, 60, "is not midnight in Europe/Berlin"),
        (datetime(2026, 11, 2, tzinfo=BERLIN), 0, 60, "days: at least 1"),
        (datetime(2026, 11, 2, tzinfo=BERLIN), 1, 20, "interval_minutes: 15, 30 or 60"),
        (datetime(1969, 12, 31, tzinfo=BERLIN), 1, 60, "start: a year from 1970 to 2999"),
        (datetime.max.replace(tzinfo=BERLIN), 1, 60, "start: a year from 1970 to 2999"),
    ],
)
def test_what_is_no_horizon_is_refused(
    start: datetime, days: int, interval: int, says: str
) -> None:
    with pytest.raises(ProblemInvalid, match=says):
        Horizon(start, days, interval, "Europe/Berlin")


@pytest.mark.parametrize(
    ("instant", "says"),
    [
        (datetime(2026, 11, 2, 8), "an offset is needed"),
        (datetime(2026, 11, 2, 8, 0, 30, tzinfo=BERLIN), "not on a whole minute"),
        (datetime.min.replace(tzinfo=BERLIN), "beyond the calendar"),
        (datetime.max.replace(tzinfo=UTC), "beyond the calendar"),
    ],
)
def test_what_is_no_minute_is_refused(instant: datetime, says: str) -> None:
    with pytest.raises(ProblemInvalid, match=says):
        AUTUMN.minute(instant)


@pytest.mark.parametrize(
    ("template", "starts"),
    [
        (make_template(every=90, first="08:00", last="12:00"), [540, 630, 720]),
        (make_template(every=30, first="12:00", last="12:00"), [720]),
        (make_template(every=60, first="23:00", last="01:00"), [0, 60, 1380]),
        (make_template(every=60, first="08:10", last="08:50"), []),
    ],
    ids=["own grid", "one start", "over midnight", "between the grid"],
)
def test_a_template_starts_on_its_grid_between_first_and_last(
    template: ShiftTemplate, starts: list[int]
) -> None:
    assert [minute for minute in range(1440) if template.starts_at(minute)] == starts


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Queue("q", "s", -1), "queue q: a price is negative"),
        (lambda: Queue("q", "s", 1, -1), "queue q: a price is negative"),
        (lambda: ShiftTemplate("t", 0, 30, 0, 0), "shift template t: lengths must be positive"),
        (lambda: ShiftTemplate("t", 240, 0, 0, 0), "shift template t: lengths must be positive"),
        (lambda: ShiftTemplate("t", 240, 30, 0, 1440), "shift template t: a start is not a time"),
        (lambda: Span(5, 5), r"span \[5, 5\): the end is not after the start"),
        (lambda: Window(0, 60, 3), "preference 3: -2 to 2"),
        (lambda: Weights(preference=-1), "objective: a weight is negative"),
        (lambda: Worker("ada", frozenset(), -1), "worker ada: hourly_cost is negative"),
        (lambda: Worker("ada", frozenset(), 1, max_shifts_per_day=-1), "a limit is negative"),
        (lambda: Worker("ada", frozenset(), 1, max_consecutive_days=-1), "a limit is negative"),
        (lambda: Worker("ada", frozenset(), 1, min_rest_minutes=1441), "must be 0 to 1440"),
        (lambda: Worker("ada", frozenset(), 1, 61, 60), "min_minutes_per_week <= max"),
        (
            lambda: Worker("ada", frozenset(), 1, availability=(Window(50, 90), Window(0, 51))),
            "worker ada: availability windows overlap",
        ),
    ],
)
def test_impossible_parts_are_refused_by_name(make: Callable[[], object], says: str) -> None:
    with pytest.raises(ProblemInvalid, match=says):
        make()


def test_windows_that_touch_do_not_overlap() -> None:
    assert Worker("ada", frozenset(), 1, availability=(Window(50, 90), Window(0, 50)))


DAY = make_horizon(days=1)


def idle(**more: Any) -> Worker:
    return Worker("ada", frozenset(), 1500, **more)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: make_problem(DAY, make_worker(DAY), make_worker(DAY)), "worker 'ada': the id is"),
        (lambda: make_problem(DAY, make_worker(DAY, id="")), "worker: an id is empty"),
        (lambda: make_problem(DAY, queues=(make_queue(), make_queue())), "queue 'refund': the id"),
        (
            lambda: make_problem(DAY, shift_templates=(make_template(), make_template())),
            "shift template 'four': the id is used twice",
        ),
        (lambda: make_problem(DAY, requirement={"tax": np.zeros(24)}), "requirement.tax: not a q"),
        (
            lambda: make_problem(DAY, requirement={"refund": np.zeros(23)}),
            "requirement.refund: 23 values, needed is one per interval: 24",
        ),
        (
            lambda: make_problem(DAY, requirement={"refund": np.full(24, -1)}),
            "requirement.refund: a value is negative",
        ),
        (
            lambda: make_problem(DAY, coverage_value={"refund": ((1, 2),) * 24}),
            r"coverage_value.refund\[0\]: values must not rise",
        ),
        (
            lambda: make_problem(DAY, coverage_value={"refund": ((), (1, -1)) * 12}),
            r"coverage_value.refund\[1\]: values must not rise or be negative",
        ),
        (
            lambda: make_problem(DAY, idle(availability=(Window(0, 1441),))),
            "worker ada: availability lies outside the horizon",
        ),
        (
            lambda: make_problem(DAY, idle(past_shifts=(Span(-60, 1),))),
            "worker ada: a past shift ends inside the horizon",
        ),
        (
            lambda: make_problem(DAY, pins=(Pin("ada", "refund", 0, 240),)),
            r"pins\[0\].worker: 'ada' is not a worker",
        ),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_together_are_refused_by_name(
    make: Callable[[], object], says: str
) -> None:
    with pytest.raises(ProblemInvalid, match=says):
        make()


def test_instants_are_shown_in_the_site_s_zone() -> None:
    assert AUTUMN.instant(0).isoformat() == "2026-10-24T00:00:00+02:00"
    assert AUTUMN.instant(2 * 1440).utcoffset() == timedelta(hours=1)
