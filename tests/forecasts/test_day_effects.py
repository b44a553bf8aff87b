"""The month's cycle, and days that make up for closed ones."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from forecasts import Forecaster
from forecasts.calendar import Calendar, DayKind
from forecasts.cube import Cube
from forecasts.day_effects import (
    AFTER_GAP,
    AFTER_HOLIDAY,
    DayEffects,
    fit_day_effects,
    makes_up_for_gap,
)

EPOCH = date(1970, 1, 1)
START = (date(2026, 1, 5) - EPOCH).days  # a Monday
WEEKDAY = np.array([1.2, 1.0, 1.0, 1.0, 0.9, 0.0, 0.0])


def cube(
    num_days: int,
    factor: np.ndarray | float = 1.0,
    num_series: int = 1,
    seed: int = 1,
    per_day: float = 4000.0,
    noise: float = 0.02,
) -> Cube:
    """Days of four slots, no contacts at weekends."""
    rng = np.random.default_rng(seed)
    day = np.arange(START, START + num_days)
    mean = per_day * WEEKDAY[(day + 3) % 7] * factor * np.exp(rng.normal(0, noise, num_days))
    contacts = rng.poisson(mean[None, :, None] / 4, (num_series, num_days, 4)).astype(float)
    kind = np.zeros(num_days, dtype=np.int64)
    return Cube(contacts, np.ones_like(contacts), day, kind)


def month_end(num_days: int) -> np.ndarray:
    days = [date(2026, 1, 5) + timedelta(days=n) for n in range(num_days)]
    return np.array([1.15 if one.day >= 27 or one.day <= 3 else 0.97 for one in days])


def ahead(effects: DayEffects, num: int) -> np.ndarray:
    """Factors of the ``num`` days after the history."""
    day = np.arange(effects.last_day, effects.last_day + num + 1)
    return effects.ahead(day, np.zeros(len(day), dtype=np.int64))[:, 1:]


def without(one: Cube, *offsets: int) -> Cube:
    """The cube with some days unseen."""
    contacts, exposure = one.contacts.copy(), one.exposure.copy()
    contacts[:, list(offsets)] = 0
    exposure[:, list(offsets)] = 0
    return Cube(contacts, exposure, one.day, one.kind)


def test_busy_month_ends_are_learnt_and_go_on():
    num = 26 * 7
    effects, cleaned = fit_day_effects(cube(num, month_end(num)))
    found, truth = ahead(effects, 60)[0], month_end(num + 60)[num:]
    assert np.corrcoef(found, truth)[0, 1] > 0.9
    assert found.max() / found.min() == pytest.approx(1.15 / 0.97, rel=0.06)
    # What is left of the past is flat.
    left = (cleaned.contacts.sum(axis=2) / cleaned.exposure.sum(axis=2))[0]
    mondays = left[cleaned.weekday == 0]
    raw = cube(num, month_end(num)).contacts.sum(axis=2)[0][cleaned.weekday == 0]
    assert mondays.std() / mondays.mean() < 0.6 * raw.std() / raw.mean()


def test_without_a_cycle_nothing_much_is_found():
    effects, _ = fit_day_effects(cube(26 * 7))
    np.testing.assert_allclose(ahead(effects, 60), 1.0, atol=0.02)


@pytest.mark.parametrize("num_days", [1, 14, 69])
def test_a_short_history_has_no_effects(num_days: int):
    one = cube(num_days, month_end(num_days))
    effects, same = fit_day_effects(one)
    np.testing.assert_array_equal(ahead(effects, 40), 1.0)
    assert same is one


def test_few_contacts_learn_little():
    num = 26 * 7
    few, many = (
        fit_day_effects(cube(num, month_end(num), per_day=size, noise=0.0))[0]
        for size in (2.0, 4000.0)
    )
    assert np.ptp(np.log(ahead(few, 60))) < 0.6 * np.ptp(np.log(ahead(many, 60)))


def test_a_new_series_takes_the_cycle_of_all():
    num = 26 * 7
    one = cube(num, month_end(num), num_series=4)
    one.contacts[3, :-10] = 0
    one.exposure[3, :-10] = 0
    found = ahead(fit_day_effects(one)[0], 60)
    assert np.corrcoef(found[3], found[0])[0, 1] > 0.95


def test_days_after_a_gap_are_taken_out_and_shape_the_days_ahead():
    num = 26 * 7
    gaps = [5 * 7, 10 * 7, 15 * 7, 20 * 7]  # Mondays
    factor = np.ones(num)
    for gap in gaps:
        factor[gap + 1 : gap + 4] = 1.3, 1.15, 1.05
    one = without(cube(num, factor, noise=0.01), *gaps)
    effects, _ = fit_day_effects(one)
    learnt = np.exp(effects.coefficients[0, -len(AFTER_GAP) :])
    np.testing.assert_allclose(learnt, [1.3, 1.15, 1.05], atol=0.06)
    # The same with a gap on the last Thursday: the Friday ends the history, two days are left.
    friday = num - 3
    cut = without(one, friday - 1)
    cut = Cube(
        cut.contacts[:, : friday + 1],
        cut.exposure[:, : friday + 1],
        cut.day[: friday + 1],
        cut.kind[: friday + 1],
    )
    found = ahead(fit_day_effects(cut)[0], 5)[0]
    plain = ahead(fit_day_effects(cube(friday + 1, factor[: friday + 1], noise=0.01))[0], 5)[0]
    assert found[2] / plain[2] > 1.08  # Monday is the second open day
    assert found[4] / plain[4] < 1.05


def test_a_gap_at_the_weekend_is_none():
    num = 12 * 7
    one = without(cube(num), 5, 6, 40, 41)
    assert not makes_up_for_gap(one).any()
    gap = makes_up_for_gap(without(one, 42))[0]
    assert np.flatnonzero(gap).tolist() == [43, 44, 45]


def test_the_first_and_the_last_day_may_be_half_there():
    num = 12 * 7
    assert not makes_up_for_gap(without(cube(num), 0, num - 1)).any()


def test_open_days_after_a_holiday_are_counted_over_the_weekend():
    num = 12 * 7
    one = cube(num)
    friday = 4 * 7 + 4
    kind = one.kind.copy()
    kind[friday], kind[friday + 3] = DayKind.HOLIDAY, DayKind.AFTER
    effects, _ = fit_day_effects(Cube(one.contacts, one.exposure, one.day, kind))
    after = effects.closures.works  # Monday to Friday
    assert after[0].tolist() == [True] * 5 + [False] * 2
    start = type(effects.closures)(after, np.array([99]), np.array([99]))
    missing = np.zeros((1, num), dtype=np.bool_)
    found = start.after(one.day, kind, missing)[0][0]
    second, third = (np.flatnonzero(found[:, n]).tolist() for n in range(len(AFTER_HOLIDAY)))
    assert (second, third) == ([friday + 4], [friday + 5])


@pytest.mark.parametrize("hour", [1, 13, 24])
def test_a_history_may_end_within_a_day(hour: int):
    ds = pd.date_range("2026-01-05", periods=83 * 24 + hour, freq="h", tz="UTC")
    factor = np.repeat(month_end(84), 24)[: len(ds)]
    y = np.random.default_rng(1).poisson(50 * factor)
    df = pd.DataFrame({"unique_id": "a", "ds": ds, "y": y})
    mean = Forecaster(60, Calendar("UTC"), booster=False).fit(df).predict(48)["mean"]
    assert np.isfinite(mean).all()
    assert mean.mean() == pytest.approx(50 * month_end(90)[83:87].mean(), rel=0.08)
