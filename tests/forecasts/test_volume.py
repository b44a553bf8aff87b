"""The forecaster: what it learns, and what it must not know."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts import Forecaster
from forecasts.accuracy import POOLED, evaluate
from forecasts.calendar import Calendar, Event
from forecasts.errors import ForecastError, NotFitted
from forecasts.volume import QUANTILES

ZONE = "Europe/Berlin"
WEEK = 7 * 24
DAY_SHAPE = np.concatenate([np.full(8, 0.5), np.linspace(4, 12, 8), np.linspace(12, 2, 8)])


def contacts(
    start: str = "2026-01-05",
    num_days: int = 42,
    unique_id: str = "refund|de|chat",
    scale: float = 1.0,
    seed: int = 1,
    day_sd: float = 0.1,
) -> pd.DataFrame:
    """Hourly contacts of local days with the same wall-clock shape; weekends are half."""
    ds = pd.date_range(start, periods=num_days * 24 + 2, freq="h", tz=ZONE)
    end = pd.Timestamp(start, tz=ZONE) + pd.DateOffset(days=num_days)
    ds = ds[ds < end]
    rng = np.random.default_rng(seed)
    surprise = rng.lognormal(-(day_sd**2) / 2, day_sd, num_days + 1)
    day = (ds.normalize() - ds[0].normalize()).days
    mean = scale * DAY_SHAPE[ds.hour] * surprise[day] * np.where(ds.day_of_week >= 5, 0.5, 1.0)
    return pd.DataFrame(
        {"unique_id": unique_id, "ds": ds.tz_convert("UTC"), "y": rng.poisson(mean)}
    )


def forecaster(**kwargs: object) -> Forecaster:
    return Forecaster(60, Calendar(ZONE), **kwargs)


def by_wall_clock(prediction: pd.DataFrame, day: str) -> pd.Series:
    local = prediction["ds"].dt.tz_convert(ZONE)
    rows = prediction[local.dt.date == date.fromisoformat(day)]
    return rows.assign(hour=local.dt.hour).groupby("hour")["mean"].mean()


def test_the_prediction_is_a_row_per_series_and_interval():
    df = pd.concat([contacts(), contacts(unique_id="refund|en|chat")])
    prediction = forecaster().fit(df).predict(48)
    assert list(prediction.columns) == ["unique_id", "ds", "mean", *QUANTILES]
    assert len(prediction) == 96
    assert prediction["ds"].min() == df["ds"].max() + pd.Timedelta(hours=1)


def test_quantiles_do_not_cross():
    prediction = forecaster().fit(contacts()).predict(WEEK)
    assert (np.diff(prediction[list(QUANTILES)].to_numpy(), axis=1) >= 0).all()


def test_the_weekly_shape_is_learnt():
    prediction = forecaster().fit(contacts()).predict(WEEK)
    total = prediction.groupby(prediction["ds"].dt.tz_convert(ZONE).dt.day_of_week)["mean"].sum()
    assert total[5] / total[2] == pytest.approx(0.5, abs=0.1)


def test_the_same_seed_gives_the_same_paths_and_quantiles():
    df = contacts()
    one, two = forecaster().fit(df), forecaster().fit(df)
    np.testing.assert_array_equal(one.simulate(48, 20, 3), two.simulate(48, 20, 3))
    pd.testing.assert_frame_equal(one.predict(48), two.predict(48))
    assert (one.simulate(48, 20, 3) != one.simulate(48, 20, 4)).any()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_series_by_series_the_paths_are_the_same(threads: int):
    queues = [contacts(num_days=21, unique_id=f"c{n}|de|chat", seed=n) for n in range(9)]
    model = forecaster().fit(pd.concat(queues))
    each = dict(model.simulate_each(48, 20, 3, threads))
    assert tuple(each) == model.unique_ids
    np.testing.assert_array_equal(np.stack(list(each.values())), model.simulate(48, 20, 3))


def test_simulated_quantiles_agree_with_predicted_ones():
    model = forecaster().fit(contacts(scale=20))
    prediction, paths = model.predict(WEEK), model.simulate(WEEK, 2000, seed=11)[0]
    assert paths.dtype.kind == "i"
    width = (prediction["q95"] - prediction["q05"]).to_numpy()
    for name, level in QUANTILES.items():
        error = np.quantile(paths, level, axis=0) - prediction[name].to_numpy()
        assert abs(error.mean()) < 0.02 * width.mean()
    np.testing.assert_allclose(paths.mean(), prediction["mean"].mean(), rtol=0.02)


def test_column_names_can_be_given():
    names = {"unique_id": "queue", "ds": "time", "y": "contacts"}
    model = forecaster(id_col="queue", time_col="time", target_col="contacts")
    df = contacts().rename(columns=names)
    assert list(model.fit(df).predict(2).columns[:2]) == ["queue", "time"]
    assert "contacts" in model.cross_validation(df, 24, 24, 1)


def test_naive_history_gives_a_naive_forecast():
    df = contacts()
    df["ds"] = pd.date_range("2026-01-05", periods=len(df), freq="h")
    prediction = forecaster().fit(df).predict(24)
    assert prediction["ds"].iloc[0] == df["ds"].max() + pd.Timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "num_days", "day"),
    [("2026-02-16", 41, "2026-03-29"), ("2026-09-14", 41, "2026-10-25")],
)
def test_the_wall_clock_holds_on_a_clock_change(start: str, num_days: int, day: str):
    prediction = forecaster().fit(contacts(start, num_days, scale=10)).predict(4 * 24)
    change = by_wall_clock(prediction, day)
    after = by_wall_clock(prediction, str(date.fromisoformat(day) + pd.Timedelta(days=1)))
    for hours in (change, after):  # the work begins at eight, sharply
        assert hours.loc[8] > 4 * hours.loc[7]
        expected = DAY_SHAPE[hours.index]
        np.testing.assert_allclose(hours / hours.sum(), expected / expected.sum(), atol=0.02)


@pytest.mark.parametrize(("start", "hours"), [("2026-03-23", 167), ("2026-10-19", 169)])
def test_a_history_across_a_clock_change_keeps_its_shape(start: str, hours: int):
    df = contacts(start, 14, scale=10)
    assert (df["ds"] < df["ds"].min() + pd.Timedelta(hours=hours)).sum() == hours
    prediction = forecaster().fit(df).predict(24)
    local_peak = prediction.loc[prediction["mean"].idxmax(), "ds"].tz_convert(ZONE).hour
    assert local_peak in (15, 16)


def test_an_all_zero_series_is_forecast_as_zero():
    df = pd.concat([contacts(), contacts(unique_id="dead|de|chat").assign(y=0)])
    paths = forecaster().fit(df).simulate(WEEK, 50, 1)
    assert not paths[0].any()
    assert paths[1].any()


def test_only_zeros_are_forecast_as_zero():
    assert not forecaster().fit(contacts().assign(y=0)).predict(24)["mean"].any()


def test_a_constant_series_stays_constant():
    prediction = forecaster().fit(contacts().assign(y=10)).predict(WEEK)
    np.testing.assert_allclose(prediction["mean"], 10, rtol=0.02)


@pytest.mark.parametrize("num_days", [1, 7, 10])
def test_a_short_series_gets_a_forecast(num_days: int):
    df = contacts(num_days=num_days, scale=5)
    prediction = forecaster().fit(df).predict(WEEK)
    assert np.isfinite(prediction["mean"]).all()
    weekdays = prediction["ds"].dt.tz_convert(ZONE).dt.day_of_week < 5
    assert prediction.loc[weekdays, "mean"].mean() == pytest.approx(df["y"].mean(), rel=0.4)


def test_a_new_queue_takes_the_week_of_its_parents():
    old = contacts(scale=20)
    new = contacts(unique_id="refund|en|chat", scale=5)
    new = new[new["ds"] >= new["ds"].max() - pd.Timedelta(days=3)]
    model = forecaster().fit(pd.concat([old, new]))
    mean = model.predict(WEEK).pivot(index="ds", columns="unique_id", values="mean")
    shape = mean / mean.sum()
    np.testing.assert_allclose(shape.iloc[:, 1], shape.iloc[:, 0], atol=0.006)


def test_an_outage_is_not_learnt():
    df = contacts(scale=5)
    whole = forecaster().fit(df).predict(WEEK)["mean"].sum()
    days = df["ds"].dt.tz_convert(ZONE).dt.date
    gap = df[~days.isin([date(2026, 2, 10), date(2026, 2, 11)])]
    assert forecaster().fit(gap).predict(WEEK)["mean"].sum() == pytest.approx(whole, rel=0.05)


def test_a_year_missing_does_not_matter():
    early, late = contacts("2024-01-08", 28), contacts("2026-01-05", 28)
    both = forecaster().fit(pd.concat([early, late])).predict(WEEK)["mean"].sum()
    assert both == pytest.approx(forecaster().fit(late).predict(WEEK)["mean"].sum(), rel=0.05)


def test_a_shift_of_level_yesterday_is_not_believed_at_once():
    df = contacts(scale=5)
    before = forecaster().fit(df).predict(WEEK)["mean"].sum()
    last_day = df["ds"] >= df["ds"].max() - pd.Timedelta(hours=23)
    df.loc[last_day, "y"] *= 4
    assert forecaster().fit(df).predict(WEEK)["mean"].sum() < 1.15 * before


def test_a_holiday_is_quieter_and_the_day_after_busier():
    holidays = frozenset({date(2026, 1, 20), date(2026, 2, 3), date(2026, 2, 18)})
    calendar = Calendar(ZONE, added_holidays=holidays)
    df = contacts(scale=5)
    df = df[df["ds"] < pd.Timestamp("2026-02-16", tz=ZONE)]
    days = df["ds"].dt.tz_convert(ZONE).dt.date
    df.loc[days.isin(holidays), "y"] //= 5
    total = pd.Series(
        {
            day: by_wall_clock(Forecaster(60, calendar).fit(df).predict(WEEK), day).sum()
            for day in ("2026-02-17", "2026-02-18", "2026-02-19")
        }
    )
    plain = by_wall_clock(forecaster().fit(df).predict(WEEK), "2026-02-18").sum()
    assert total["2026-02-18"] < 0.4 * plain
    assert total["2026-02-19"] > total["2026-02-17"]


def test_an_event_multiplies_the_future():
    df = contacts()
    start = df["ds"].max() + pd.Timedelta(hours=1)
    event = Event("sale", start, start + pd.Timedelta(hours=24), 2.0)
    plain, busy = forecaster().fit(df), forecaster(events=[event]).fit(df)
    factor = busy.predict(48)["mean"] / plain.predict(48)["mean"]
    np.testing.assert_allclose(factor, [2.0] * 24 + [1.0] * 24)


def test_a_past_event_is_taken_out_of_the_level():
    df = contacts()
    plain = forecaster().fit(df).predict(WEEK)["mean"].sum()
    start = df["ds"].max() - pd.Timedelta(days=9)
    event = Event("sale", start, df["ds"].max(), 3.0)
    inside = (df["ds"] >= event.start) & (df["ds"] < event.end)
    df.loc[inside, "y"] *= 3
    taught = forecaster(events=[event]).fit(df).predict(WEEK)["mean"].sum()
    assert taught == pytest.approx(plain, rel=0.03)


def test_a_series_that_keeps_opening_hours_gets_nothing_on_a_closed_holiday():
    hours = (((8 * 60, 20 * 60),),) * 7
    holiday = frozenset({date(2026, 2, 17)})
    calendar = Calendar(ZONE, opening_hours=hours, holiday_hours=(), added_holidays=holiday)
    df = contacts()
    df = df[df["ds"].dt.tz_convert(ZONE).dt.hour.between(8, 19)]
    prediction = Forecaster(60, calendar).fit(df).predict(3 * 24)
    assert not by_wall_clock(prediction, "2026-02-17").any()
    assert not by_wall_clock(prediction, "2026-02-18").loc[:7].any()
    assert by_wall_clock(prediction, "2026-02-18").loc[8:19].all()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(["scale", "zeros", "drop"]))
def test_the_future_does_not_change_what_was_forecast(seed: int, change: str):
    df = contacts(num_days=35)
    cutoff = df["ds"].max() - pd.Timedelta(hours=WEEK - 1)
    future = df["ds"] >= cutoff
    other = df.copy()
    if change == "scale":
        other.loc[future, "y"] = np.random.default_rng(seed).integers(0, 500, future.sum())
    elif change == "zeros":
        other.loc[future, "y"] = 0
    else:
        kept = np.random.default_rng(seed).random(len(df)) < 0.7
        kept[-1] = True
        other = other[~future | kept]
    model = forecaster()
    first, second = (
        model.cross_validation(one, WEEK, WEEK, 2).set_index(["cutoff", "ds"])
        for one in (df, other)
    )
    columns = ["mean", *QUANTILES]
    both = first.join(second[columns], how="inner", suffixes=(None, "_other"))
    assert len(both)
    np.testing.assert_array_equal(both[columns], both[[f"{name}_other" for name in columns]])
    early = first.index.get_level_values("cutoff") < cutoff - pd.Timedelta(hours=2)
    pd.testing.assert_frame_equal(first[early], second.loc[first.index[early]])


def test_cross_validation_stands_beside_what_came():
    df = contacts(num_days=35)
    cv = forecaster().cross_validation(df, h=WEEK, step_size=48, n_windows=3)
    assert cv["cutoff"].nunique() == 3
    assert (cv["ds"] > cv["cutoff"]).all()
    came = cv.merge(df, on=["unique_id", "ds"], suffixes=("", "_df"))
    assert len(came) == len(cv) == 3 * WEEK
    assert (came["y"] == came["y_df"]).all()


def test_rows_that_end_before_the_cutoff_do_not_shift_the_forecast():
    df = contacts(num_days=35)
    local = df["ds"].dt.tz_convert(ZONE)
    df = df[local.dt.hour.between(8, 19)]
    cv = forecaster().cross_validation(df, h=30, step_size=24, n_windows=2)
    peak = cv.loc[cv.groupby("cutoff")["mean"].idxmax(), "ds"].dt.tz_convert(ZONE).dt.hour
    assert peak.between(14, 17).all()


def test_ninety_per_cent_intervals_cover_about_ninety_per_cent():
    queues = [contacts(num_days=84, unique_id=f"c{n}|de|chat", scale=5, seed=n) for n in range(4)]
    cv = forecaster().cross_validation(pd.concat(queues), WEEK, WEEK, 4)
    pooled = evaluate(cv).set_index("unique_id").loc[POOLED]
    assert 0.87 <= pooled["coverage"] <= 0.95
    assert abs(pooled["bias"]) < 0.05


def test_misuse_is_named():
    with pytest.raises(NotFitted):
        forecaster().predict(1)
    with pytest.raises(ForecastError, match="interval_minutes"):
        Forecaster(7, Calendar(ZONE))
    with pytest.raises(ForecastError, match="do not fit"):
        forecaster().cross_validation(contacts(num_days=7), WEEK, WEEK, 2)
    with pytest.raises(ForecastError, match="at least 1"):
        forecaster().cross_validation(contacts(num_days=7), 0, 1, 1)
