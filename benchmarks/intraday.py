"""How much the morning tells of the afternoon: past days re-forecast as they went.

    python -m benchmarks.intraday seeds/returns_peak --days 28 --at 12

Each of the last days of the history is forecast from what was known at its midnight, and again
from what had come by the hour. The error is that of the contacts of the day's rest: summed
absolute errors of the queues' totals over their sum, and how often the 90 % band held a total.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from api.forecasting import calendar, site_events
from api.site.read import read_site
from api.site.site import Site
from forecasts.volume import Forecaster


@dataclass(frozen=True, slots=True)
class RestOfDay:
    """Contacts of a day's rest on each queue (queues,): what came, mean and 90 % band."""

    came: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def rests(site: Site, day: pd.Timestamp, at: int) -> tuple[RestOfDay, RestOfDay]:
    """The rest of a day as it was expected at midnight, and at the hour."""
    assert site.history is not None
    history, config = site.history, site.config
    known, later = history[history["ds"] < day], history[history["ds"] >= day]
    forecaster = Forecaster(
        config.interval_minutes, calendar(site, config.opening_hours), site_events(site)
    ).fit(known)
    end = (day.tz_convert(config.time_zone) + pd.DateOffset(days=1)).tz_convert("UTC")
    num = int((end - forecaster.future(1)[0]) / pd.Timedelta(minutes=config.interval_minutes))
    ds = forecaster.future(num)
    table = later.pivot(index="unique_id", columns="ds", values="y")
    came = table.reindex(index=list(forecaster.unique_ids), columns=ds).to_numpy(np.float64)
    is_rest = ds >= day.tz_convert(config.time_zone) + pd.DateOffset(hours=at)
    actual = np.where(is_rest, np.nan, came)
    paths = (forecaster.simulate(num, 400, 1), forecaster.simulate(num, 400, 1, actual))
    before, after = (_rest(np.nan_to_num(came), one, is_rest) for one in paths)
    return before, after


def _rest(came: np.ndarray, paths: np.ndarray, is_rest: np.ndarray) -> RestOfDay:
    totals = paths[:, :, is_rest].sum(axis=2)
    low, high = np.quantile(totals, [0.05, 0.95], axis=1, method="inverted_cdf")
    return RestOfDay(came[:, is_rest].sum(axis=1), totals.mean(axis=1), low, high)


def score(found: list[RestOfDay]) -> tuple[float, float]:
    """Summed absolute error over the contacts, and the share of totals inside their band."""
    error = sum(float(abs(one.mean - one.came).sum()) for one in found)
    came = sum(float(one.came.sum()) for one in found)
    held = np.concatenate([(one.low <= one.came) & (one.came <= one.high) for one in found])
    return error / came, float(held.mean())


def last_days(site: Site, num: int) -> Iterator[pd.Timestamp]:
    """The local midnights that begin the last whole days before the horizon."""
    start = pd.Timestamp(site.horizon.start).tz_convert(site.config.time_zone)
    for back in range(num, 0, -1):
        yield (start - pd.DateOffset(days=back)).tz_convert("UTC")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--at", type=int, default=12)
    options = parser.parse_args()
    site = read_site(options.site)
    pairs = [rests(site, day, options.at) for day in last_days(site, options.days)]
    print("| forecast of the day's rest | error | inside the 90 % band |")
    print("|---|---|---|")
    for number, name in enumerate(("at midnight", f"at {options.at:02d}:00")):
        error, held = score([pair[number] for pair in pairs])
        print(f"| {name} | {error:.1%} | {held:.1%} |")


if __name__ == "__main__":
    main()
