"""Every kept forecast beside the contacts that have come since."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from api.forecast_store.reading import Store, read_steps
from api.forecast_store.version import Version
from api.forecasting import calendar, site_events
from api.intraday.actuals import read_actuals
from api.site.problems import InputProblem, SiteInvalid
from api.site.site import Site
from forecasts.baseline import WeekMean
from forecasts.calendar import event_factors
from forecasts.errors import HistoryInvalid
from forecasts.history import History, regularise
from forecasts.volume import QUANTILES

MODEL, FORECAST, LAST_WEEK = "without layers", "forecast", "last week"
METHODS = (FORECAST, MODEL, LAST_WEEK)
DAY_SECONDS = 86_400
CELL = ["unique_id", "ds"]


@dataclass(frozen=True)
class Judged:
    """Kept forecasts beside what came, in open intervals that were observed.

    ``rows``: ``version, method, unique_id, ds, lead, weekday, mean, q05 ... q95, y``, a row per
    version, method and interval; ``ds`` in the site's zone, ``lead`` the days since the history
    ended, 1 for the first. ``layers``: the same columns with ``layer`` and, for the step before
    it, ``mean_before, q05_before ...``, of the intervals that a layer changed.
    """

    site: Site
    versions: tuple[Version, ...]
    rows: pd.DataFrame
    layers: pd.DataFrame
    notes: tuple[str, ...]


def judge(site: Site, store: Store, actuals: Path) -> Judged:
    """Put each version of a store beside the contacts in a file like ``history.csv``.

    Raises SiteInvalid for a file that is wrong, or when nothing that was forecast has come yet.
    """
    came = _known(site, read_actuals(actuals, site, None))
    history = _observed(site, came)
    notes = list(store.notes)
    versions, rows, layers = [], [], []
    for version in store.versions:
        steps = _steps(site, store, version, history, notes)
        if steps.empty:
            continue
        versions.append(version)
        rows.append(_methods(steps, _last_week(site, version, came, steps, notes)))
        layers.append(_layers(steps))
    if not versions:
        message = "holds no interval that a kept forecast is about and people were there"
        raise SiteInvalid([InputProblem(str(actuals), None, None, message)])
    every = pd.concat(rows, ignore_index=True)
    return Judged(site, tuple(versions), every, pd.concat(layers, ignore_index=True), tuple(notes))


def _known(site: Site, actuals: pd.DataFrame) -> pd.DataFrame:
    """What came, and the site's history before it; of both, the actuals hold."""
    if site.history is None:
        return actuals
    both = pd.concat([actuals, site.history], ignore_index=True)
    return both.drop_duplicates(CELL, ignore_index=True)


def _observed(site: Site, came: pd.DataFrame) -> History:
    """What came on the grid; what came during an outage was not measured."""
    config = site.config
    history = regularise(came, config.interval_minutes, time_zone=config.time_zone)
    outages = [replace(one, factor=0.0) for one in site_events(site) if one.kind == "outage"]
    ds = history.ds(0, history.num_intervals)
    measured = event_factors(outages, history.unique_ids, ds) > 0
    return replace(history, observed=history.observed & measured)


def _steps(
    site: Site, store: Store, version: Version, history: History, notes: list[str]
) -> pd.DataFrame:
    """The steps of a version in intervals that can be judged, with ``y``, ``lead``, ``weekday``."""
    if version.site != site.config.name:
        notes.append(f"{version.id}: not judged, it is of the site {version.site}")
        return pd.DataFrame()
    if version.interval_minutes != site.config.interval_minutes:
        notes.append(f"{version.id}: not judged, its intervals are of another length")
        return pd.DataFrame()
    steps = read_steps(store, version)
    parts = [
        _judged_cells(site, history, str(queue), part)
        for queue, part in steps.groupby("unique_id", sort=False)
    ]
    found = pd.concat(parts, ignore_index=True)
    ahead = (found["ds"] - version.history.until).dt.total_seconds()
    found = found.assign(
        version=version.id,
        lead=(ahead // DAY_SECONDS).astype(np.int64) + 1,
        ds=found["ds"].dt.tz_convert(site.config.time_zone),
    )
    found["weekday"] = found["ds"].dt.day_of_week
    return found


def _judged_cells(site: Site, history: History, queue: str, part: pd.DataFrame) -> pd.DataFrame:
    """Rows of one queue whose interval was open and observed, with what came."""
    known = {queue.id: queue for queue in site.config.queues}
    if queue not in known or queue not in history.unique_ids:
        return part.iloc[:0].assign(y=np.zeros(0))
    ds = pd.DatetimeIndex(part["ds"])
    place = history.ds(0, history.num_intervals).get_indexer(ds)
    row = history.unique_ids.index(queue)
    hours = known[queue].opening_hours or site.config.opening_hours
    came = (place >= 0) & history.observed[row, place]
    judged = came & calendar(site, hours).is_open(ds)
    found: pd.DataFrame = part[judged].assign(y=history.counts[row, place[judged]])
    return found


def _methods(steps: pd.DataFrame, last_week: pd.DataFrame) -> pd.DataFrame:
    """The forecast as it was kept, the same without layers, and last week's numbers."""
    first, last = steps["step"] == 0, steps["step"] == steps["step"].max()
    parts = (
        steps[last].assign(method=FORECAST), steps[first].assign(method=MODEL), last_week
    )  # fmt: skip
    found: pd.DataFrame = pd.concat(parts, ignore_index=True).drop(columns=["step", "layer"])
    return found


def _last_week(
    site: Site, version: Version, came: pd.DataFrame, steps: pd.DataFrame, notes: list[str]
) -> pd.DataFrame:
    """What the rule "as last week" would have said when the version was made."""
    interval = site.config.interval_minutes
    known = came[came["ds"] < pd.Timestamp(version.history.until)]
    cells = steps[steps["step"] == 0].drop(columns=["mean", *QUANTILES])
    try:
        ahead = cells["ds"].max() - known["ds"].max()
        rule = WeekMean(interval, 1, site.config.time_zone)
        said = rule.predict(known, ahead // pd.Timedelta(minutes=interval))
    except HistoryInvalid:
        notes.append(f"{version.id}: no week is known before it, so last week says nothing")
        return cells.iloc[:0]
    said = said.assign(ds=said["ds"].dt.tz_convert(site.config.time_zone))
    return cells.merge(said, on=CELL).assign(method=LAST_WEEK)


def _layers(steps: pd.DataFrame) -> pd.DataFrame:
    """Each layer in the intervals that it changed, beside the step before it."""
    before = steps.assign(step=steps["step"] + 1)[["step", *CELL, "mean", *QUANTILES]]
    found = steps.merge(before, on=["step", *CELL], suffixes=("", "_before"))
    return found[found["mean"] != found["mean_before"]].drop(columns="step")
