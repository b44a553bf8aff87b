"""Measures against figures worked out by hand, and the hand-made forecasts."""

import numpy as np
import pandas as pd
import pytest

from forecasts.accuracy import bias, coverage, evaluate, pinball, wape
from forecasts.baseline import WeekMean
from forecasts.errors import HistoryInvalid
from forecasts.volume import QUANTILES

Y = np.array([10.0, 20.0, 0.0])
MEAN = np.array([12.0, 15.0, 3.0])


def weekly(num_weeks: int, step: int = 0) -> pd.DataFrame:
    """168 different hours, each week ``step`` more."""
    y = np.concatenate([np.arange(1, 169) + step * week for week in range(num_weeks)])
    ds = pd.date_range("2026-01-05", periods=len(y), freq="h", tz="UTC")
    return pd.DataFrame({"unique_id": "a", "ds": ds, "y": y})


def test_wape_and_bias():
    assert wape(Y, MEAN) == pytest.approx(10 / 30)
    assert bias(Y, MEAN) == pytest.approx(0)
    assert np.isnan(wape(np.zeros(2), np.ones(2)))


def test_pinball_costs_a_shortfall_by_the_level():
    assert pinball(np.array([10.0]), np.array([8.0]), 0.9) == pytest.approx(1.8)
    assert pinball(np.array([8.0]), np.array([10.0]), 0.9) == pytest.approx(0.2)


def test_coverage_includes_the_ends():
    assert coverage(Y, np.array([10.0, 0, 1]), np.array([11.0, 20, 2])) == pytest.approx(2 / 3)


def test_evaluate_has_a_row_per_series_and_one_for_all():
    frame = pd.DataFrame({"unique_id": ["a", "a", "b"], "y": Y, "mean": MEAN})
    for name in QUANTILES:
        frame[name] = MEAN
    table = evaluate(frame).set_index("unique_id")
    assert list(table.index) == ["a", "b", "all"]
    assert table.loc["a", "wape"] == pytest.approx(7 / 30)
    assert table.loc["all", "mae"] == pytest.approx(10 / 3)
    assert table.loc["all", "num"] == 3


@pytest.mark.parametrize(("weeks", "lag"), [(1, 10), (4, 25)])
def test_the_hand_made_forecasts(weeks: int, lag: float):
    prediction = WeekMean(60, weeks).predict(weekly(6, step=10), 168)
    np.testing.assert_allclose(prediction["mean"], np.arange(1, 169) + 60 - lag)


def test_a_missing_week_is_taken_from_the_one_before():
    df = weekly(3)
    gap = df[~df["ds"].dt.date.isin([pd.Timestamp("2026-01-20").date()])]
    prediction = WeekMean(60, 1).predict(gap, 168)
    np.testing.assert_allclose(prediction["mean"], np.arange(1, 169))


def test_hand_made_forecasts_have_the_same_back_test():
    cv = WeekMean(60, 1).cross_validation(weekly(4, step=1), 24, 24, 2)
    assert {"unique_id", "ds", "cutoff", "y", "mean", *QUANTILES} == set(cv.columns)
    assert (cv["y"] - cv["mean"] == 1).all()


def test_under_a_week_there_is_no_last_week():
    with pytest.raises(HistoryInvalid, match="week"):
        WeekMean(60, 1).predict(weekly(1).head(100), 24)
