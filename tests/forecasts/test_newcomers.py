"""Queues without history: shape from the parents, level from the planner."""

import numpy as np
import pandas as pd
import pytest

from forecasts import Forecaster
from forecasts.calendar import Calendar, Event
from forecasts.errors import ForecastError
from forecasts.newcomers import Newcomer

START = pd.Timestamp("2026-01-05", tz="UTC")
END = START + pd.Timedelta(days=42)
MORNING = np.where(np.arange(24) < 12, 20.0, 2.0)
EVENING = MORNING[::-1]
WEEK = 7 * 24


def history(**shapes: np.ndarray) -> pd.DataFrame:
    ds = pd.date_range(START, END, freq="h", inclusive="left")
    rng = np.random.default_rng(1)
    return pd.concat(
        pd.DataFrame({"unique_id": name, "ds": ds, "y": rng.poisson(shape[ds.hour])})
        for name, shape in shapes.items()
    )


DF = history(**{"a|de|chat": MORNING, "b|de|chat": MORNING, "a|de|voice": EVENING})


def week(
    *newcomers: Newcomer, df: pd.DataFrame = DF, events: tuple[Event, ...] = ()
) -> pd.DataFrame:
    """Expected contacts by hour of the week, a column per series."""
    forecaster = Forecaster(60, Calendar("UTC"), events, newcomers=newcomers).fit(df)
    prediction = forecaster.predict(WEEK)
    return prediction.pivot(index="ds", columns="unique_id", values="mean")


def test_the_stated_week_comes_in_the_shape_of_the_channel():
    mean = week(Newcomer("c|en|chat", 700.0))
    assert mean["c|en|chat"].sum() == pytest.approx(700)
    parents = mean["a|de|chat"] + mean["b|de|chat"]
    np.testing.assert_allclose(mean["c|en|chat"] / 700, parents / parents.sum())


def test_category_and_channel_come_before_the_channel_alone():
    df = pd.concat([DF, history(**{"c|de|chat": EVENING})])
    mean = week(Newcomer("c|en|chat", 700.0), df=df)
    np.testing.assert_allclose(mean["c|en|chat"] / 700, mean["c|de|chat"] / mean["c|de|chat"].sum())


def test_an_unknown_channel_takes_all_series():
    mean = week(Newcomer("c|en|mail", 70.0))
    assert mean["c|en|mail"].sum() == pytest.approx(70)
    assert np.corrcoef(mean["c|en|mail"], mean.drop(columns="c|en|mail").sum(axis=1))[0, 1] > 0.999


def test_a_share_of_another_queue():
    mean = week(Newcomer("c|en|chat", like="a|de|voice", share=0.25))
    np.testing.assert_allclose(mean["c|en|chat"], 0.25 * mean["a|de|voice"])


def test_a_stated_number_with_the_shape_of_another_queue():
    mean = week(Newcomer("c|en|chat", 350.0, like="a|de|voice"))
    assert mean["c|en|chat"].sum() == pytest.approx(350)
    assert np.corrcoef(mean["c|en|chat"], mean["a|de|voice"])[0, 1] > 0.999


def test_a_queue_with_history_is_no_newcomer():
    pd.testing.assert_frame_equal(week(Newcomer("a|de|chat", 1.0)), week())


def test_the_others_are_forecast_as_without_it():
    mean = week(Newcomer("c|en|chat", 700.0))
    pd.testing.assert_frame_equal(mean.drop(columns="c|en|chat"), week())


def test_events_of_its_parents_are_not_its_own():
    sale = Event("sale", END, END + pd.Timedelta(days=1), 2.0, "a|de|voice")
    own = Event("sale", END, END + pd.Timedelta(days=1), 3.0, "c|en|chat")
    new = Newcomer("c|en|chat", like="a|de|voice", share=0.5)
    calm, busy = week(new), week(new, events=(sale,))
    np.testing.assert_allclose(busy["c|en|chat"], calm["c|en|chat"])
    mine = week(new, events=(sale, own))
    np.testing.assert_allclose(mine["c|en|chat"][:24], 3 * calm["c|en|chat"][:24])


def test_a_guess_is_less_sure_than_a_history():
    forecaster = Forecaster(
        60, Calendar("UTC"), newcomers=[Newcomer("c|en|chat", like="a|de|chat", share=1.0)]
    ).fit(DF)
    assert forecaster.unique_ids[-1] == "c|en|chat"
    paths = forecaster.simulate(24, 400, 1)
    days = paths.sum(axis=2)
    assert days[-1].mean() == pytest.approx(days[0].mean(), rel=0.05)
    assert 0.15 < days[-1].std() / days[-1].mean() < 0.4
    assert days[-1].std() > 1.5 * days[0].std()


def test_what_came_today_counts_for_a_newcomer_too():
    forecaster = Forecaster(60, Calendar("UTC"), newcomers=[Newcomer("c|en|chat", 500.0)]).fit(DF)
    actual = np.full((4, 24), np.nan)
    actual[3, :8] = 40.0
    paths = forecaster.simulate(24, 100, 1, actual)
    assert (paths[3, :, :8] == 40).all()
    assert paths[3, :, 8:12].mean() > 1.5 * forecaster.simulate(24, 100, 1)[3, :, 8:12].mean()


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({}, "contacts a week or a share"),
        ({"contacts_per_week": 5.0, "share": 0.1, "like": "b"}, "contacts a week or a share"),
        ({"share": 0.1}, "a share of which"),
    ],
)
def test_a_newcomer_of_whom_too_little_or_too_much_is_said(arguments: dict[str, object], what: str):
    with pytest.raises(ForecastError, match=what):
        Newcomer("a", **arguments)


def test_a_newcomer_like_nobody():
    with pytest.raises(ForecastError, match="'x' has no history"):
        week(Newcomer("c|en|chat", 5.0, like="x"))
