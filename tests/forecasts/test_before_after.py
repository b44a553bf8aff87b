"""What the days before a launch lead one to expect: nothing later is looked at."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from forecasts.before_after import expected_days
from forecasts.calendar import Calendar, Event
from forecasts.history import History, regularise

ZONE = ZoneInfo("Europe/Berlin")
CALENDAR = Calendar("Europe/Berlin", opening_hours=(((480, 1200),),) * 5 + ((), ()))
FIRST = pd.Timestamp("2026-01-05", tz=ZONE)
DAYS = 140
LAUNCH = 20_458 + 84  # 5 January 2026 is day 20458


def frame(level: float = 30.0) -> pd.DataFrame:
    """Hours from Monday to Friday, busier on Monday and at ten."""
    ds = pd.date_range(FIRST, periods=DAYS * 24 - 1, freq="h")
    local = ds.tz_convert(ZONE)
    is_open = (local.hour >= 8) & (local.hour < 20) & (local.day_of_week < 5)
    mean = level * np.where(local.day_of_week == 0, 1.4, 1.0) * np.where(local.hour == 10, 2, 1)
    y = np.where(is_open, np.random.default_rng(1).poisson(mean), 0)
    return pd.DataFrame({"unique_id": "refund|de|chat", "ds": ds.tz_convert("UTC"), "y": y})


def history(df: pd.DataFrame) -> History:
    return regularise(df, 60, time_zone="Europe/Berlin")


def around(known: History, events: tuple[Event, ...] = ()) -> tuple[np.ndarray, ...]:
    return expected_days(known, CALENDAR, events, LAUNCH)


def test_a_steady_queue_goes_on_as_before():
    day, came, expected = around(history(frame()))
    assert (day[0], len(day)) == (20_458, DAYS)
    after = day >= LAUNCH
    assert expected[0, after].sum() == pytest.approx(came[0, after].sum(), rel=0.02)
    monday = (day - 20_458) % 7 == 0
    ratio = (
        expected[0, after & monday].mean() / expected[0, after & ((day - 20_458) % 7 == 1)].mean()
    )
    assert ratio == pytest.approx(1.4, rel=0.05)
    weekend = (day - 20_458) % 7 >= 5
    assert expected[0, weekend].sum() == 0


def test_what_comes_after_the_launch_changes_nothing():
    known = history(frame())
    first = int((LAUNCH - 20_458) * 24) - 1  # the clock was set forward in between
    doubled = known.counts.copy()
    doubled[:, first:] *= 2
    _, came, expected = around(known)
    _, more, same = around(replace(known, counts=doubled))
    np.testing.assert_array_equal(expected, same)
    assert more.sum() > 1.3 * came.sum()


def test_a_day_that_was_not_observed_is_not_known():
    df = frame()
    lost = pd.Timestamp("2026-04-15", tz=ZONE)
    is_lost = (df["ds"] >= lost) & (df["ds"] < lost + pd.Timedelta(days=1))
    day, came, expected = around(history(df[~is_lost]))
    missing = np.flatnonzero(np.isnan(expected[0]))
    assert day[missing].tolist() == [20_458 + 100]
    assert np.isnan(came[0, missing]).all()


def test_an_outage_is_not_known_and_a_campaign_is_expected():
    start, end = (datetime(2026, 4, 15 + n, tzinfo=ZONE) for n in (0, 1))
    known = history(frame())
    usual = around(known)[2][0, 100]
    campaign = around(known, (Event("campaign", start, end, 2.0),))[2][0, 100]
    assert campaign == pytest.approx(2 * usual)
    assert np.isnan(around(known, (Event("outage", start, end, 0.0),))[2][0, 100])
    past = replace(Event("outage", start, end, 0.0), start=datetime(2026, 2, 4, tzinfo=ZONE),
                   end=datetime(2026, 2, 5, tzinfo=ZONE))  # fmt: skip
    expected = around(known, (past,))[2]
    assert np.isnan(expected[0, 30])
    assert np.nansum(expected[0, 84:]) == pytest.approx(
        np.nansum(around(known)[2][0, 84:]), rel=0.02
    )


def test_without_days_on_both_sides_nothing_is_expected():
    known = history(frame())
    for launch in (20_458, 20_458 + DAYS):
        day, came, expected = expected_days(known, CALENDAR, (), launch)
        assert (len(day), came.size, expected.size) == (0, 0, 0)
