"""The booster: used where it knows more than the profile, and nowhere else."""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts import Forecaster
from forecasts.accuracy import wape
from forecasts.booster import Rows, fit_booster, load_lightgbm
from forecasts.calendar import Calendar
from forecasts.core import Model
from forecasts.features import FEATURES, features
from forecasts.history import History, regularise
from forecasts.profile import ProfileSettings
from forecasts.rolling import forecast_window, gather_lessons

WEEK = 7 * 24
SHAPE = np.concatenate([np.full(8, 0.3), np.full(10, 1.6), np.full(6, 0.9)])
UTC = Calendar("UTC")


def contacts(
    num_weeks: int, memory: float, seed: int = 1, num_series: int = 2, scale: float = 60.0
) -> pd.DataFrame:
    """Hourly contacts; a day's deviation is -``memory`` x that of the same day a week before."""
    rng = np.random.default_rng(seed)
    num_days = 7 * num_weeks
    frames = []
    for number in range(num_series):
        deviation = rng.normal(0, 0.3 if memory else 0.05, num_days)
        for day in range(7, num_days):
            if memory:
                deviation[day] = -memory * deviation[day - 7] + rng.normal(0, 0.05)
        mean = scale * np.repeat(np.exp(deviation), 24) * np.tile(SHAPE, num_days)
        ds = pd.date_range("2026-01-05", periods=len(mean), freq="h", tz="UTC")
        y = rng.poisson(mean)
        frames.append(pd.DataFrame({"unique_id": f"c{number}|de|chat", "ds": ds, "y": y}))
    return pd.concat(frames, ignore_index=True)


def split(df: pd.DataFrame, num_hours: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    cutoff = df["ds"].max() - pd.Timedelta(hours=num_hours - 1)
    return df[df["ds"] < cutoff], df[df["ds"] >= cutoff]


def model_of(df: pd.DataFrame) -> tuple[Model, History]:
    history = regularise(df, 60)
    return Model.of(history, UTC, (), ProfileSettings()), history


@pytest.fixture(scope="module")
def alternating() -> tuple[pd.DataFrame, pd.DataFrame]:
    return split(contacts(21, memory=0.97), WEEK)


@pytest.fixture(scope="module")
def boosted(alternating: tuple[pd.DataFrame, pd.DataFrame]) -> Forecaster:
    return Forecaster(60, UTC).fit(alternating[0])


def test_it_wins_where_only_it_can_know(
    alternating: tuple[pd.DataFrame, pd.DataFrame], boosted: Forecaster
):
    known, came = alternating
    plain = Forecaster(60, UTC, booster=False).fit(known)
    y = came["y"].to_numpy(dtype=float)
    errors = [wape(y, one.predict(WEEK)["mean"].to_numpy()) for one in (boosted, plain)]
    assert errors[0] < 0.75 * errors[1]
    assert all("booster" in one for one in boosted.models.values())
    assert "2 of 2 series" in boosted.notes[0]
    assert set(plain.models.values()) == {"profile"}


def test_the_spread_is_that_of_the_blend(
    alternating: tuple[pd.DataFrame, pd.DataFrame], boosted: Forecaster
):
    plain = Forecaster(60, UTC, booster=False).fit(alternating[0])
    widths = [
        (frame["q95"] - frame["q05"]).sum()
        for frame in (boosted.predict(WEEK), plain.predict(WEEK))
    ]
    assert widths[0] < 0.8 * widths[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_stays_out_where_chance_rules(seed: int):
    model = Forecaster(60, UTC).fit(contacts(16, memory=0.0, seed=seed, scale=1.0))
    assert set(model.models.values()) == {"profile"}
    assert "too little" in model.notes[0]


def test_a_short_history_is_left_to_the_profile():
    model = Forecaster(60, UTC).fit(contacts(11, memory=0.97))
    assert set(model.models.values()) == {"profile"}
    assert model.notes == ()


def test_the_same_history_gives_the_same_forecast(
    alternating: tuple[pd.DataFrame, pd.DataFrame], boosted: Forecaster
):
    again = Forecaster(60, UTC).fit(alternating[0].sample(frac=1, random_state=5))
    pd.testing.assert_frame_equal(again.predict(3 * WEEK), boosted.predict(3 * WEEK))


def test_without_lightgbm_the_profile_forecasts_alone(
    alternating: tuple[pd.DataFrame, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
):
    known = alternating[0]
    plain = Forecaster(60, UTC, booster=False).fit(known).predict(WEEK)
    monkeypatch.setitem(sys.modules, "lightgbm", None)  # importing it now raises ImportError
    load_lightgbm.cache_clear()
    try:
        alone = Forecaster(60, UTC).fit(known)
    finally:
        load_lightgbm.cache_clear()
    pd.testing.assert_frame_equal(alone.predict(WEEK), plain)
    assert "cannot be loaded" in alone.notes[0]


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**31))
def test_the_horizon_never_sees_the_future(seed: int):
    df = contacts(15, memory=0.97, num_series=1)
    cutoff = df["ds"].max() - pd.Timedelta(hours=WEEK - 1)
    other = df.copy()
    future = other["ds"] >= cutoff
    other.loc[future, "y"] = np.random.default_rng(seed).integers(0, 900, future.sum())
    model = Forecaster(60, UTC)
    first, second = (model.cross_validation(one, WEEK, WEEK, 1) for one in (df, other))
    pd.testing.assert_frame_equal(first.drop(columns="y"), second.drop(columns="y"))
    assert (first["y"] != second["y"]).any()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**31), st.integers(6, 13))
def test_lessons_known_by_an_origin_hold_nothing_later(seed: int, weeks: int):
    df = contacts(14, memory=0.5, num_series=2)
    model, history = model_of(df)
    origin = weeks * WEEK
    rng = np.random.default_rng(seed)
    changed = history.counts.copy()
    changed[:, origin:] = rng.permuted(changed[:, origin:], axis=1)
    lessons = [
        gather_lessons(model, one, WEEK, seed=1).known_by(origin)
        for one in (history, replace(history, counts=changed))
    ]
    assert len(lessons[0].mean)
    np.testing.assert_array_equal(lessons[0].features, lessons[1].features)
    np.testing.assert_array_equal(lessons[0].contacts, lessons[1].contacts)


def test_later_weeks_look_at_the_same_past():
    model, history = model_of(contacts(14, memory=0.5, num_series=1))
    core, window = forecast_window(model, history, 8 * WEEK, 4 * WEEK)
    table = features(core, window.ahead, window.mean, 60)
    assert table.shape == (1, 4 * WEEK, len(FEATURES))
    lag = table[0, :, FEATURES.index("slot_1")]
    came = history.counts[0, 7 * WEEK : 8 * WEEK]
    for week in range(4):
        at = slice(week * WEEK, (week + 1) * WEEK)
        expected = np.log((came + 1) / (window.mean[0, at] + 1))
        np.testing.assert_allclose(lag[at], expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(
        table[0, :, FEATURES.index("lead")], np.repeat([1, 2, 3, 4], WEEK)
    )


@pytest.mark.parametrize("start", ["2025-12-29", "2026-07-27"])
def test_a_clock_change_ahead_leaves_the_table_whole(start: str):
    """The last weeks before a change, four weeks ahead: each lag is the same time of the day."""
    ds = pd.date_range(start, periods=12 * WEEK, freq="h", tz="Europe/Berlin")
    hour = np.asarray(ds.hour, dtype=np.float64)
    df = pd.DataFrame({"unique_id": "a", "ds": ds.tz_convert("UTC"), "y": 10 * hour})
    history = regularise(df, 60, time_zone="Europe/Berlin")
    calendar = Calendar("Europe/Berlin")
    model = Model.of(history, calendar, (), ProfileSettings())
    core = model.fit(history)
    ahead = model.ahead(history, history.num_intervals, 4 * WEEK)
    mean = 10.0 * ahead.slots.slot[None]
    table = features(core, ahead, mean, 60)[0]
    assert {23, 25} & set(np.unique(ahead.slots.day, return_counts=True)[1])
    lags = table[:, [FEATURES.index(f"slot_{number}") for number in (2, 3, 4)]]
    known = ~np.isnan(lags)
    assert known.mean() > 0.9
    np.testing.assert_allclose(lags[known], 0.0, atol=1e-5)


def test_a_gap_in_the_past_is_told_as_unknown():
    df = contacts(14, memory=0.5, num_series=1)
    start = df["ds"].min() + pd.Timedelta(hours=7 * WEEK)
    gap = df["ds"].between(start, start + pd.Timedelta(hours=23))
    model, history = model_of(df[~gap])
    core, window = forecast_window(model, history, 8 * WEEK, WEEK)
    table = features(core, window.ahead, window.mean, 60)
    missing = np.isnan(table[0, :, FEATURES.index("slot_1")])
    np.testing.assert_array_equal(missing, np.arange(WEEK) < 24)


def test_lessons_leave_out_days_that_make_up_for_a_gap():
    df = contacts(14, memory=0.5, num_series=1)
    monday = pd.Timestamp("2026-04-06", tz="UTC")
    gap = df["ds"].between(monday, monday + pd.Timedelta(hours=23))
    model, history = model_of(df[~gap])
    rows = gather_lessons(model, history, WEEK, seed=1).rows
    names = [FEATURES.index(name) for name in ("day_of_month", "weekday")]
    # No other month of this history has these weekdays on these days.
    learnt = {(int(day), int(weekday)) for day, weekday in rows.features[:, names]}
    assert not {(6, 0), (7, 1), (8, 2), (9, 3)} & learnt
    assert (10, 4) in learnt


def test_too_few_rows_train_nothing():
    nothing = np.zeros(0)
    rows = Rows(np.zeros((0, len(FEATURES)), dtype=np.float32), nothing, nothing)
    assert fit_booster(rows, 1) is None


def test_trees_without_evidence_change_nothing():
    rng = np.random.default_rng(1)
    table = rng.normal(size=(4000, len(FEATURES))).astype(np.float32)
    table[:, 8:11] = 0
    mean = np.full(4000, 50.0)
    booster = fit_booster(Rows(table, mean.copy(), mean), 1)
    assert booster is not None
    np.testing.assert_allclose(booster.correction(table), 0.0, atol=1e-6)
