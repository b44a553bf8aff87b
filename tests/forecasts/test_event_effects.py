"""Events without a stated factor: learnt from the past, and not more sure than that allows."""

import numpy as np
import pandas as pd
import pytest

from forecasts import Forecaster
from forecasts.calendar import Calendar, Event

DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2026-01-05", tz="UTC")
NUM_DAYS = 70
IDS = ("a|de|chat", "b|de|chat")


def event(day: int, num_days: int = 1, queue: str | None = None, kind: str = "sale") -> Event:
    return Event(kind, START + day * DAY, START + (day + num_days) * DAY, None, queue)


PAST = (event(17), event(33, 2), event(52))


def contacts(factor: float, growth: float = 0.0) -> pd.DataFrame:
    """Two queues, hourly, with this factor in the past events and growth per day."""
    ds = pd.date_range(START, periods=NUM_DAYS * 24, freq="h")
    mean = 20.0 * (1 + growth * np.arange(len(ds)) / 24)
    for one in PAST:
        mean[(ds >= one.start) & (ds < one.end)] *= factor
    rng = np.random.default_rng(3)
    frames = [pd.DataFrame({"unique_id": id, "ds": ds, "y": rng.poisson(mean)}) for id in IDS]
    return pd.concat(frames)


def fitted(df: pd.DataFrame, *events: Event) -> Forecaster:
    return Forecaster(60, Calendar("UTC"), events).fit(df)


def by_day(forecaster: Forecaster, column: str = "mean", queue: int = 0) -> np.ndarray:
    prediction = forecaster.predict(7 * 24)
    rows = prediction[prediction["unique_id"] == IDS[queue]]
    return rows[column].to_numpy().reshape(7, 24).sum(axis=1)


def test_the_factor_of_the_past_is_found_again():
    df = contacts(2.0)
    plain, busy = fitted(df, *PAST), fitted(df, *PAST, event(NUM_DAYS + 2))
    ratio = by_day(busy) / by_day(plain)
    assert ratio[2] == pytest.approx(2, rel=0.08)
    np.testing.assert_allclose(np.delete(ratio, 2), 1)


def test_one_event_is_believed_less_than_three():
    df = contacts(2.0)
    factor = [fitted(df, *past).event_notes for past in (PAST[:1], PAST)]
    one, three = (float(notes[0].split(" by ")[1].split(",")[0]) for notes in factor)
    assert 1.6 < one < three < 2.05


def test_growth_is_not_taken_for_the_event():
    df = contacts(1.0, growth=0.02)
    forecaster = fitted(df, *PAST, event(NUM_DAYS + 2))
    assert by_day(forecaster)[2] == pytest.approx(by_day(fitted(df))[2], rel=0.06)


def test_past_events_do_not_lift_the_level():
    calm, told = fitted(contacts(1.0)), fitted(contacts(3.0), *PAST)
    assert by_day(told).sum() == pytest.approx(by_day(calm).sum(), rel=0.03)


def test_an_event_of_one_queue_leaves_the_others_alone():
    df = contacts(2.0)
    plain, busy = fitted(df, *PAST), fitted(df, *PAST, event(NUM_DAYS, queue=IDS[1]))
    assert by_day(busy)[0] == by_day(plain)[0]
    assert by_day(busy, queue=1)[0] > 1.5 * by_day(plain, queue=1)[0]


def test_a_kind_that_was_never_seen_changes_only_the_width():
    df = contacts(1.0)
    plain, unsure = fitted(df), fitted(df, event(NUM_DAYS + 1, kind="raffle"))
    np.testing.assert_allclose(by_day(unsure), by_day(plain))
    width = [by_day(one, "q95") - by_day(one, "q05") for one in (plain, unsure)]
    assert width[1][1] > 1.5 * width[0][1]
    np.testing.assert_allclose(np.delete(width[1], 1), np.delete(width[0], 1))
    assert unsure.event_notes == ("events: no raffle has been seen yet, so its factor is 1",)


def test_a_back_test_does_not_know_the_events_that_followed():
    df = contacts(2.0)
    columns = ["unique_id", "ds", "mean", "q95"]
    early = df[df["ds"] < START + 50 * DAY]
    found = fitted(early, *PAST).predict(7 * 24)[columns]
    cv = Forecaster(60, Calendar("UTC"), PAST).cross_validation(
        df[df["ds"] < START + 57 * DAY], 7 * 24, 7 * 24, 1
    )
    pd.testing.assert_frame_equal(cv[columns], found, check_dtype=False)


def test_what_came_today_agrees_with_the_paths_of_an_unsure_day():
    forecaster = fitted(contacts(2.0), *PAST, event(NUM_DAYS))
    actual = np.full((2, 24), np.nan)
    actual[:, :8] = 60.0
    paths = forecaster.simulate(24, 200, 1, actual)
    assert (paths[:, :, :8] == 60).all()
    assert paths[:, :, 8:].mean() > 48
