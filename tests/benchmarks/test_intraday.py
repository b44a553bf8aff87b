"""The measurement of the intraday forecast: past days, each seen as it was known."""

from pathlib import Path

import numpy as np
import pandas as pd

from api.site.read import read_site
from benchmarks.intraday import RestOfDay, last_days, rests, score
from tests.api.shop import HORIZON, write_shop


def test_a_past_day_is_seen_as_it_was_known(tmp_path: Path) -> None:
    site = read_site(write_shop(tmp_path / "shop"))
    *_, day = last_days(site, 3)
    assert day == pd.Timestamp(HORIZON) - pd.DateOffset(days=1)
    before, after = rests(site, day, 12)
    assert site.history is not None
    table = site.history[site.history["ds"] >= day + pd.Timedelta(hours=12)]
    came = table.groupby("unique_id")["y"].sum().sort_index().to_numpy()
    for one in (before, after):
        np.testing.assert_array_equal(one.came, came)
        np.testing.assert_allclose(one.mean, came, rtol=0.2)


def test_errors_are_summed_over_days_and_queues() -> None:
    found = [
        RestOfDay(np.array([10.0, 30.0]), np.array([14.0, 30.0]), np.array([11, 20]),
                  np.array([16, 40])),
        RestOfDay(np.array([20.0, 0.0]), np.array([12.0, 0.0]), np.array([9, 0]),
                  np.array([20, 0])),
    ]  # fmt: skip
    assert score(found) == (0.2, 0.75)
