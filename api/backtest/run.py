"""How the site's forecast would have done in the weeks that are known."""

from dataclasses import dataclass

import pandas as pd

from api.forecasting import calendar, site_events
from api.site.problems import InputProblem, SiteInvalid
from api.site.site import Site
from forecasts.baseline import WeekMean
from forecasts.volume import Forecaster

FORECAST, LAST_WEEK, FOUR_WEEKS = "forecast", "last week", "4-week mean"
MODELS = (FORECAST, LAST_WEEK, FOUR_WEEKS)
LEAST_KNOWN_WEEKS = 2  # before the first origin
WEEK_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Backtest:
    """Forecasts from past origins beside what came.

    ``rows``: ``model, unique_id, ds, cutoff, mean, q05 ... q95, y``, one per model and open
    interval that was observed; ``ds`` in the site's zone. ``weeks``: origins, one a week.
    """

    site: Site
    rows: pd.DataFrame
    weeks: int


def run(site: Site, weeks: int) -> Backtest:
    """Forecast each of the last ``weeks`` weeks from what was known before it, in three ways.

    Fewer weeks where the history is short. Raises SiteInvalid without a history, or when it does
    not hold one week to judge and two before it.
    """
    history = site.history
    if history is None:
        raise SiteInvalid([InputProblem("history.csv", None, None, "needed for a backtest")])
    interval = site.config.interval_minutes
    known_for = history["ds"].max() - history["ds"].min() + pd.Timedelta(minutes=interval)
    known = known_for // pd.Timedelta(minutes=WEEK_MINUTES)
    possible = min(weeks, known - LEAST_KNOWN_WEEKS)
    if possible < 1:
        message = f"{known} whole weeks; a backtest needs {LEAST_KNOWN_WEEKS + 1}"
        raise SiteInvalid([InputProblem("history.csv", None, None, message)])
    zone, settings = site.config.time_zone, site.config.forecast
    hours = calendar(site, site.config.opening_hours)
    models: dict[str, Forecaster | WeekMean] = {
        FORECAST: Forecaster(interval, hours, site_events(site), seed=settings.seed),
        LAST_WEEK: WeekMean(interval, 1, zone),
        FOUR_WEEKS: WeekMean(interval, 4, zone),
    }
    week = WEEK_MINUTES // interval
    frames = [
        model.cross_validation(history, week, week, possible).assign(model=name)
        for name, model in models.items()
    ]
    return Backtest(site, _open(site, pd.concat(frames, ignore_index=True)), possible)


def _open(site: Site, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in which the queue is open: a closed night is too easy to forecast."""
    queues = {queue.id: queue for queue in site.config.queues}
    rows = rows[rows["unique_id"].isin(list(queues))]
    parts = []
    for key, part in rows.groupby("unique_id", sort=False):
        hours = queues[str(key)].opening_hours or site.config.opening_hours
        times = pd.DatetimeIndex(part["ds"])
        kept = part[calendar(site, hours).is_open(times)]
        parts.append(kept.assign(ds=kept["ds"].dt.tz_convert(site.config.time_zone)))
    return pd.concat(parts, ignore_index=True) if parts else rows
