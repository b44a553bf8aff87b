"""The year's season: believed in part, and only where a year is known."""

import numpy as np
import pandas as pd
import pytest

from forecasts import Forecaster
from forecasts.annual import YEAR, Season, fit_season
from forecasts.calendar import Calendar, DayKind
from forecasts.cube import Cube

MONDAY = 19_359  # 2 January 2023


def cube(total: np.ndarray) -> Cube:
    """One series with these contacts a day; none is a day that was not seen."""
    contacts = np.repeat(total[None, :, None] / 24, 24, axis=2)
    day = MONDAY + np.arange(len(total))
    return Cube(contacts, 1.0 * (contacts > 0), day, np.full(len(total), DayKind.ORDINARY))


def level(total: np.ndarray) -> float:
    """The decayed mean of what was seen."""
    weight = 0.5 ** (np.arange(len(total))[::-1] / 28) * (total > 0)
    return float((total * weight).sum() / weight.sum())


def season(total: np.ndarray, known: int) -> np.ndarray:
    """The factors of the days after the first ``known`` ones."""
    past = total[:known]
    found = fit_season(cube(past), level(past) * (past > 0)[None], 28.0)
    assert found is not None
    return found.of(MONDAY + known + np.arange(56))


def year_of(amplitude: float, num_days: int) -> np.ndarray:
    return 100.0 * np.exp(amplitude * np.sin(2 * np.pi * np.arange(num_days) / YEAR))


def test_under_thirteen_months_say_nothing():
    assert fit_season(cube(year_of(0.5, YEAR + 27)), np.ones((1, YEAR + 27)), 28.0) is None


def test_a_flat_year_changes_nothing():
    np.testing.assert_allclose(season(year_of(0.0, 2 * YEAR), YEAR + 60), 1)


def test_the_season_goes_on_as_in_the_year_before():
    total = year_of(0.5, 3 * YEAR)
    one, two = season(total, YEAR + 60), season(total, 2 * YEAR + 60)
    truth = np.log(total[YEAR + 60 : YEAR + 116] / level(total[: YEAR + 60]))
    for found, least in ((one, 0.6), (two, 0.75)):
        part = (np.log(found) * truth).sum() / (truth**2).sum()
        assert least < part < 1
    assert np.abs(np.log(two) - truth).max() < np.abs(np.log(one) - truth).max()


def test_growth_is_no_season():
    total = 100.0 * np.exp(0.001 * np.arange(3 * YEAR))
    found = season(total, 2 * YEAR + 60)
    # What a decayed mean lags behind growth comes back, nothing else.
    assert 1 < found[0] < 1.05
    assert found[-1] == pytest.approx(found[0] * np.exp(0.055 * 0.8), rel=0.02)


def test_a_year_of_which_nothing_was_seen_counts_for_nothing():
    total = year_of(0.5, 2 * YEAR + 60)
    total[:YEAR] = 0.0
    later = season(total, 2 * YEAR + 60)
    np.testing.assert_allclose(later, season(total[YEAR:], YEAR + 60), rtol=0.01)


def test_days_before_the_forecast_are_left_alone():
    found = Season(MONDAY, np.array([2.0, 3.0]))
    np.testing.assert_array_equal(found.of(MONDAY + np.array([-5, 0, 1, 9])), [1, 2, 3, 3])


def test_a_forecaster_with_two_years_expects_the_peak():
    """A peak of three weeks each December; the history ends before the third one."""
    ds = pd.date_range("2023-01-02", "2024-12-02", freq="h", inclusive="left", tz="UTC")
    mean = 8.0 * np.where((ds.month == 12) & (ds.day < 22), 2.0, 1.0)
    y = np.random.default_rng(1).poisson(mean)
    df = pd.DataFrame({"unique_id": "a", "ds": ds, "y": y})
    known = df[df["ds"] < pd.Timestamp("2024-12-01", tz="UTC")]
    whole, short = (
        Forecaster(60, Calendar("UTC"), booster=False).fit(one).predict(14 * 24)["mean"].sum()
        for one in (known, known[known["ds"] >= pd.Timestamp("2024-03-01", tz="UTC")])
    )
    assert short == pytest.approx(8 * 24 * 14, rel=0.05)
    assert 1.4 < whole / short < 2
