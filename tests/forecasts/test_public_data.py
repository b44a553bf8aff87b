"""Accuracy on public call-centre data, if it lies beside the checkout."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.forecast import Case, bank, by_type, holiday_season
from forecasts import Forecaster
from forecasts.accuracy import POOLED, evaluate

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "contacts"
WEEK = 336

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the public research data is not beside the checkout"
)


def measured(case: Case) -> pd.Series:
    cv = Forecaster(30, case.calendar).cross_validation(case.df, WEEK, WEEK, case.n_windows)
    cv = cv.merge(case.df[["unique_id", "ds"]], on=["unique_id", "ds"])
    return evaluate(cv).set_index("unique_id").loc[POOLED]


def test_large_bank_eight_weekly_origins():
    """Without a holiday list: which ones the bank kept shows only in the weeks under test."""
    found = measured(bank(FOLDER))
    assert found["num"] == 1064
    assert found["wape"] <= 0.060
    assert found["pinball"] <= 21
    assert 0.88 <= found["coverage"] <= 0.92


def test_six_call_types_with_three_weeks_of_history():
    assert measured(by_type(FOLDER))["pinball"] <= 0.45


def test_holiday_season():
    assert measured(holiday_season(FOLDER))["wape"] <= 0.28
