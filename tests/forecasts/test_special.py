"""Holidays and the days around them: how busy they are, and at which hours."""

import numpy as np
import pytest

from forecasts.calendar import DayKind, Slots
from forecasts.cube import Cube
from forecasts.parents import parent_levels
from forecasts.profile import Profile, ProfileSettings, fit_profile

MONDAY = 20_514  # 2 March 2026
MORNING = np.where(np.arange(24) < 12, 1.0, 0.0)
ALL_DAY = np.ones(24)


def days(number: int, specials: dict[int, DayKind]) -> np.ndarray:
    kind = np.zeros(number, dtype=np.int64)
    for day, what in specials.items():
        kind[day] = what
    return kind


def fit(contacts: np.ndarray, kind: np.ndarray, ids: tuple[str, ...] = ("a",)) -> Profile:
    day = MONDAY + np.arange(len(kind))
    cube = Cube(contacts.astype(float), np.ones(contacts.shape), day, kind)
    return fit_profile(cube, parent_levels(ids), ProfileSettings())


def one_day(profile: Profile, kind: DayKind, weekday: int = 1) -> np.ndarray:
    """Expected contacts of the first series on a day of that kind, (slots,)."""
    slots = Slots(np.full(24, MONDAY + weekday), np.arange(24), 24)
    return profile.mean(slots, np.full(24, kind))[0]


def test_an_eve_that_ends_at_noon_is_learnt_as_such():
    kind = days(84, {15: DayKind.BEFORE, 36: DayKind.BEFORE, 57: DayKind.BEFORE})
    shape = np.where(kind[:, None] == DayKind.BEFORE, MORNING, ALL_DAY)
    profile = fit(np.random.default_rng(1).poisson(20.0 * shape[None]), kind)
    eve, usual = one_day(profile, DayKind.BEFORE), one_day(profile, DayKind.ORDINARY)
    assert eve[:10].sum() > 0.65 * eve.sum()
    assert usual[:10].sum() == pytest.approx(usual.sum() * 10 / 24, rel=0.1)
    assert eve.sum() == pytest.approx(240, rel=0.15)


def test_the_hours_of_a_day_change_and_its_total_does_not():
    kind = days(84, {15: DayKind.MINOR, 36: DayKind.MINOR})
    shape = np.where(kind[:, None] == DayKind.MINOR, MORNING, ALL_DAY)
    profile = fit(np.random.default_rng(2).poisson(20.0 * shape[None]), kind)
    total = profile.level[0] * profile.weekday[0, 1] * profile.day_factor[0, DayKind.MINOR]
    assert one_day(profile, DayKind.MINOR).sum() == pytest.approx(total)


def test_a_holiday_on_a_quiet_weekday_is_no_quieter_than_that_weekday_and_no_busier():
    number = np.arange(84) % 7
    level = np.where(number == 6, 5.0, 100.0)  # Sundays are quiet
    kind = days(84, {16: DayKind.HOLIDAY, 37: DayKind.HOLIDAY, 59: DayKind.HOLIDAY})
    level[kind == DayKind.HOLIDAY] = 30.0
    profile = fit(np.random.default_rng(3).poisson(level[:, None] * ALL_DAY)[None], kind)
    assert one_day(profile, DayKind.HOLIDAY, 2).sum() == pytest.approx(30 * 24, rel=0.25)
    sunday = one_day(profile, DayKind.ORDINARY, 6).sum()
    assert one_day(profile, DayKind.HOLIDAY, 6).sum() == pytest.approx(sunday)


def test_a_holiday_on_a_quiet_weekday_teaches_nothing_about_holidays():
    number = np.arange(84) % 7
    level = np.where(number == 6, 5.0, 100.0)
    contacts = np.random.default_rng(4).poisson(level[:, None] * ALL_DAY)[None]
    without = fit(contacts, days(84, {}))
    on_sunday = fit(contacts, days(84, {20: DayKind.HOLIDAY}))
    both = [one.day_factor[0, DayKind.HOLIDAY] for one in (without, on_sunday)]
    assert both[0] == both[1]


def test_a_holiday_has_the_same_hours_on_every_weekday():
    shape = np.where(np.arange(84)[:, None] % 7 == 0, MORNING, ALL_DAY)  # Mondays end at noon
    kind = days(84, {16: DayKind.HOLIDAY, 37: DayKind.HOLIDAY})
    profile = fit(np.random.default_rng(5).poisson(20.0 * shape)[None], kind)
    monday, tuesday = (one_day(profile, DayKind.HOLIDAY, day) for day in (0, 1))
    np.testing.assert_allclose(monday / monday.sum(), tuesday / tuesday.sum())


def test_a_series_that_saw_no_minor_holiday_learns_from_the_others():
    kind = days(84, {15: DayKind.MINOR, 36: DayKind.MINOR, 57: DayKind.MINOR})
    factor = np.where(kind == DayKind.MINOR, 0.4, 1.0)[:, None]
    rng = np.random.default_rng(6)
    old = rng.poisson(50.0 * factor * np.ones((3, 84, 24)))
    new = np.where(np.arange(84)[:, None] >= 60, rng.poisson(50.0, (84, 24)), 0)
    contacts = np.concatenate([old, new[None]]).astype(float)
    exposure = np.ones(contacts.shape)
    exposure[3, :60] = 0
    cube = Cube(contacts, exposure, MONDAY + np.arange(84), kind)
    ids = tuple(f"{one}|de|chat" for one in "abcd")
    profile = fit_profile(cube, parent_levels(ids), ProfileSettings())
    assert profile.day_factor[3, DayKind.MINOR] < 0.7


def test_without_special_days_every_kind_has_the_hours_of_its_weekday():
    profile = fit(
        np.random.default_rng(7).poisson(20.0 * ALL_DAY * np.ones((1, 42, 1))), days(42, {})
    )
    eve, usual = one_day(profile, DayKind.BEFORE), one_day(profile, DayKind.ORDINARY)
    np.testing.assert_allclose(eve / eve.sum(), usual / usual.sum())
