"""Histories that are poor, odd or wrong: each has a stated treatment, docs/bad-history.md."""

import numpy as np
import pandas as pd
import pytest

from forecasts.calendar import Calendar, Event
from forecasts.errors import HistoryInvalid
from forecasts.history import regularise
from forecasts.level_shift import level_shifts
from tests.forecasts.test_volume import WEEK, ZONE, contacts, forecaster

CALENDAR = Calendar(ZONE)
HUGE = 2_000_000


def week_of(df: pd.DataFrame) -> pd.DataFrame:
    """The prediction of the next week, with nothing in it that is not a number."""
    prediction = forecaster().fit(df).predict(WEEK)
    numbers = prediction.drop(columns=["unique_id", "ds"]).to_numpy()
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()
    return prediction


def newest(df: pd.DataFrame, days: int) -> pd.Series:
    return df["ds"] >= df["ds"].max() - pd.Timedelta(hours=24 * days - 1)


def shifted(days: int, factor: float, num_days: int = 70, scale: float = 3.0) -> pd.DataFrame:
    """A series whose last days have so many times its contacts."""
    df = contacts(num_days=num_days, scale=scale)
    rows = newest(df, days)
    df.loc[rows, "y"] = (df.loc[rows, "y"] * factor).round().astype(int)
    return df


def shifts(df: pd.DataFrame, events: tuple[Event, ...] = ()):
    return level_shifts(regularise(df, 60, time_zone=ZONE), CALENDAR, events)


def test_all_zero_beside_a_busy_series_stays_zero():
    both = pd.concat([contacts(), contacts(unique_id="dead|de|chat").assign(y=0)])
    mean = week_of(both).groupby("unique_id")["mean"].sum()
    assert mean["dead|de|chat"] == 0
    assert mean["refund|de|chat"] > 100


def test_a_constant_series_stays_constant_and_is_not_without_doubt():
    prediction = week_of(contacts().assign(y=10))
    np.testing.assert_allclose(prediction["mean"], 10, rtol=0.02)
    assert (prediction["q95"] > prediction["q05"]).all()


def test_one_week_gives_a_week():
    df = contacts(num_days=7, scale=5)
    total = week_of(df)["mean"].sum()
    assert total == pytest.approx(df["y"].sum(), rel=0.2)


def test_a_single_row_gives_a_forecast():
    assert week_of(contacts(num_days=7).iloc[:1])["mean"].notna().all()


def test_a_series_that_starts_late_is_not_quiet_before():
    old, late = contacts(scale=5), contacts(unique_id="refund|en|chat", scale=5, seed=2)
    late = late[newest(late, 14)]
    mean = week_of(pd.concat([old, late])).groupby("unique_id")["mean"].sum()
    assert mean["refund|en|chat"] == pytest.approx(mean["refund|de|chat"], rel=0.2)


def test_a_series_that_ended_long_ago_keeps_its_level():
    old, ended = contacts(num_days=98), contacts(unique_id="refund|en|chat", num_days=42)
    mean = week_of(pd.concat([old, ended])).groupby("unique_id")["mean"].sum()
    assert mean["refund|en|chat"] == pytest.approx(mean["refund|de|chat"], rel=0.25)


def test_ten_years_are_read():
    """Every hour of them, with the clock changes and the leap days."""
    df = contacts("2016-01-04", num_days=3653, scale=2)
    history = regularise(df, 60, time_zone=ZONE)
    assert history.num_intervals == len(df) == 3653 * 24
    assert history.observed.all()
    assert not level_shifts(history, CALENDAR, ())


def test_huge_counts_do_not_overflow():
    paths = forecaster().fit(contacts().assign(y=HUGE)).simulate(WEEK, 20, 1)
    assert paths.min() > 0
    assert paths.mean() == pytest.approx(HUGE, rel=0.1)


@pytest.mark.parametrize(
    ("value", "what"),
    [(np.nan, "finite"), (np.inf, "finite"), (-np.inf, "finite"), (-1, "negative"), (0.5, "whole")],
)
def test_counts_that_are_none_are_refused_by_name(value: float, what: str):
    df = contacts().astype({"y": float})
    df.loc[100, "y"] = value
    with pytest.raises(HistoryInvalid, match=rf"refund\|de\|chat.*2026.*{what}"):
        forecaster().fit(df)


def test_a_row_that_occurs_twice_is_refused_by_name():
    df = contacts()
    with pytest.raises(HistoryInvalid, match="occurs twice"):
        forecaster().fit(pd.concat([df, df.iloc[[7]]]))


def test_rows_in_any_order_give_the_same():
    df = contacts()
    pd.testing.assert_frame_equal(week_of(df), week_of(df.sample(frac=1, random_state=3)))


def test_instants_of_several_zones_are_the_same_instants():
    df = contacts()
    half = len(df) // 2
    zones = ["Europe/Berlin"] * half + ["America/New_York"] * (len(df) - half)
    texts = [one.tz_convert(zone).isoformat() for one, zone in zip(df["ds"], zones, strict=True)]
    mixed = df.assign(ds=pd.to_datetime(pd.Series(texts, index=df.index), utc=True))
    pd.testing.assert_frame_equal(week_of(df), week_of(mixed))


def test_instants_with_and_without_a_zone_are_refused():
    df = contacts(num_days=2)
    texts = [one.isoformat() for one in df["ds"]]
    texts[5] = texts[5].removesuffix("+00:00")
    with pytest.raises(HistoryInvalid, match="ds"):
        forecaster().fit(df.assign(ds=texts))


@pytest.mark.parametrize("factor", [0.33, 3.0])
def test_a_shift_of_level_yesterday_is_told(factor: float):
    df = shifted(1, factor)
    (found,) = shifts(df)
    assert found.unique_id == "refund|de|chat"
    assert found.first == df["ds"].max().tz_convert(ZONE).date()
    assert found.factor == pytest.approx(factor, rel=0.35)


@pytest.mark.parametrize("days", [3, 7])
def test_a_smaller_shift_is_told_after_some_days(days: int):
    (found,) = shifts(shifted(days, 2.0))
    last = contacts(num_days=70)["ds"].max().tz_convert(ZONE).date()
    assert (last - found.first).days == days - 1


def test_a_forecast_does_not_leap_after_one_day_and_follows_in_time():
    usual = week_of(contacts(num_days=84, scale=5))["mean"].sum()
    part = [week_of(shifted(days, 2.0, 84, 5.0))["mean"].sum() / usual for days in (1, 28)]
    assert part[0] < 1.15
    assert part[1] > 1.3


@pytest.mark.parametrize("scale", [0.3, 3.0, 30.0])
@pytest.mark.parametrize("day_sd", [0.1, 0.25])
def test_ordinary_days_are_no_shift(scale: float, day_sd: float):
    for seed in range(4):
        assert not shifts(contacts(num_days=70, scale=scale, day_sd=day_sd, seed=seed))


def test_an_event_explains_a_shift():
    df = shifted(3, 3.0)
    rows = newest(df, 3)
    begin, end = df.loc[rows, "ds"].min(), df["ds"].max() + pd.Timedelta(hours=1)
    assert shifts(df)
    assert not shifts(df, (Event("campaign", begin, end, 3.0),))


def test_a_holiday_is_no_shift():
    df = shifted(1, 0.1)
    last = df["ds"].max().tz_convert(ZONE).date()
    history = regularise(df, 60, time_zone=ZONE)
    assert level_shifts(history, CALENDAR, ())
    assert not level_shifts(history, Calendar(ZONE, added_holidays=frozenset({last})), ())


def test_too_short_a_history_tells_no_shift():
    assert not shifts(shifted(1, 5.0, num_days=20))


def test_a_day_that_has_just_begun_is_no_shift():
    df = contacts(num_days=70, scale=3)
    assert not shifts(df[df["ds"] <= df["ds"].max() - pd.Timedelta(hours=15)])


def test_the_gap_of_a_year_is_not_zero():
    early, late = contacts("2024-01-08", 28), contacts("2026-01-05", 28)
    history = regularise(pd.concat([early, late]), 60, time_zone=ZONE)
    assert not history.observed[:, 28 * 24 : -28 * 24].any()
    assert history.observed[:, : 28 * 24].all()
