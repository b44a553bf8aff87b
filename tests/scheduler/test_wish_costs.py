"""Wishes, desired and unpopular hours at their edges: the validator's price and the model's."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.horizon import Horizon
from scheduler.problem import Problem, UnpopularHours, Weights
from scheduler.validation import costs
from scheduler.worker import Request, RollingLimit
from tests.factories import make_horizon
from tests.scheduler.edges import always, shifts_at
from tests.scheduler.forcing import model_cost

WEEK = make_horizon()
AUTUMN = make_horizon("2026-10-24", days=3)
SPRING = make_horizon("2027-03-27", days=3)
EVERY_DAY = frozenset(range(1, 8))


def charged(problem: Problem, term: str, *starts: str) -> int:
    """Cents of one term; the model's whole price is the validator's."""
    shifts = shifts_at(problem, *starts)
    bill = costs(problem, shifts)
    assert model_cost(problem, shifts) == sum(bill.values())
    return bill[term]


def unpopular(horizon: Horizon, *hours: UnpopularHours, **limits: Any) -> Problem:
    """An hour of unpopular time beyond the first four costs 4.00."""
    return replace(
        always(horizon, min_rest_minutes=0, **limits),
        unpopular_hours=hours, weights=Weights(unpopular=400),
    )  # fmt: skip


# Requests


@pytest.mark.parametrize(
    ("start", "cost"), [("07:00", 500), ("08:00", 0), ("09:00", 0), ("10:00", 500)]
)
def test_a_wish_is_about_starts_inside_its_span(start: str, cost: int) -> None:
    problem = replace(always(WEEK, requests=(Request(480, 600, 5),)), weights=Weights(request=100))
    assert charged(problem, "requests", f"2026-11-02 {start}") == cost


def test_a_wish_costs_its_points_once() -> None:
    wishes = (Request(0, 7 * 1440, -4), Request(0, 7 * 1440, 6, "four"))
    problem = replace(always(WEEK, requests=wishes), weights=Weights(request=100))
    assert charged(problem, "requests", "2026-11-02 08:00", "2026-11-03 08:00") == 400
    assert charged(problem, "requests") == 600


def test_a_wish_beyond_the_horizon_cannot_be_granted() -> None:
    wishes = (Request(-1440, 0, 3), Request(9 * 1440, 10 * 1440, 2), Request(-1440, 0, -9))
    problem = replace(always(WEEK, requests=wishes), weights=Weights(request=100))
    assert charged(problem, "requests", "2026-11-02 08:00") == 500


def test_many_points_are_scaled_down_to_ten_where_wishes_are_normalised() -> None:
    wishes = (Request(0, 1440, 15), Request(1440, 2880, 5))
    weights = Weights(request=100, is_normalised=True)
    problem = replace(always(WEEK, requests=wishes), weights=weights)
    assert charged(problem, "requests") == 750 + 250


# Desired hours and rolling shortfall


def test_each_week_has_its_share_of_the_desired_hours() -> None:
    """From Saturday: two sevenths of 28 h, then five, counted by the day of the start."""
    horizon = make_horizon("2026-11-07", days=7)
    problem = replace(
        always(horizon, desired_minutes_per_week=28 * 60), weights=Weights(desired_hours=100)
    )
    assert charged(problem, "desired_hours") == (8 + 20) * 100
    assert charged(problem, "desired_hours", "2026-11-08 22:00") == (4 + 20) * 100
    assert charged(problem, "desired_hours", "2026-11-09 00:00") == (8 + 16) * 100


def test_shortfall_is_charged_in_every_window_inside_the_horizon() -> None:
    """Four hours in any two days; of six windows the two around Wednesday have them."""
    limit = RollingLimit(2, min_minutes=240, shortfall_cost=100)
    problem = always(WEEK, rolling_limits=(limit,))
    assert charged(problem, "rolling_shortfall") == 6 * 400
    assert charged(problem, "rolling_shortfall", "2026-11-04 08:00") == 4 * 400
    assert charged(problem, "rolling_shortfall", "2026-11-02 08:00") == 5 * 400


# Unpopular hours


@pytest.mark.parametrize(
    ("starts", "hours"),
    [
        (("02 20:00", "03 20:00"), 4),  # from 22:00 to midnight, twice
        (("02 22:00", "03 22:00"), 8),
        (("02 02:00", "03 04:00"), 4),  # Monday's first hours are Sunday's night: none
        (("03 02:00", "04 02:00"), 8),
        (("08 02:00", "08 20:00"), 4),  # Saturday's night, not Sunday's evening
    ],
)
def test_a_night_belongs_to_the_weekday_it_begins_on(starts: tuple[str, ...], hours: int) -> None:
    nights = UnpopularHours(EVERY_DAY - {7}, 22 * 60, 6 * 60)
    problem = unpopular(WEEK, nights, max_shifts_per_day=2)
    expected = max(0, hours - 4) * 400
    starts = tuple(f"2026-11-{one}" for one in starts)
    assert charged(problem, "unpopular_hours", *starts) == expected


def test_the_same_time_twice_is_the_whole_local_day() -> None:
    for wall in (0, 480):
        problem = unpopular(WEEK, UnpopularHours(frozenset({7}), wall, wall), max_shifts_per_day=3)
        sunday = ("2026-11-08 00:00", "2026-11-08 20:00")
        assert charged(problem, "unpopular_hours", *sunday) == 4 * 400
        assert charged(problem, "unpopular_hours", "2026-11-07 20:00", sunday[0]) == 0


def test_hours_that_two_entries_name_count_once() -> None:
    evening = UnpopularHours(EVERY_DAY, 20 * 60, 24 * 60 - 1)
    monday = UnpopularHours(frozenset({1}), 0, 0)
    problem = unpopular(WEEK, evening, monday, max_shifts_per_day=2)
    assert charged(problem, "unpopular_hours", "2026-11-02 16:00", "2026-11-02 20:00") == 4 * 400


def test_each_shift_s_unpopular_time_counts_in_whole_quarters() -> None:
    """Twice 2 h 44: the 14 minutes of each are no quarter, so four hours are free, one is not."""
    evening = UnpopularHours(EVERY_DAY, 12 * 60, 14 * 60 + 44)
    problem = unpopular(WEEK, evening)
    both = ("2026-11-02 12:00", "2026-11-03 12:00")
    assert charged(problem, "unpopular_hours", *both) == 400


@pytest.mark.parametrize(
    ("horizon", "second", "cost"), [(AUTUMN, "03:00", 4 * 400 + 800), (SPRING, "05:00", 3 * 400)]
)
def test_the_night_of_a_clock_change_has_its_real_hours(
    horizon: Horizon, second: str, cost: int
) -> None:
    """From 01:00 to 05:00 are five hours or three, after four that come free."""
    night = UnpopularHours(frozenset({7}), 60, 5 * 60)
    problem = unpopular(horizon, night, UnpopularHours(frozenset({6}), 0, 0), max_shifts_per_day=2)
    saturday, sunday, _ = horizon.dates
    before = f"{saturday} 08:00"
    starts = (before, f"{sunday} 00:00", f"{sunday} {second}")
    assert charged(problem, "unpopular_hours", *starts) == cost
