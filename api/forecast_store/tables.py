"""The tables of a version beside the forecast itself: its steps by interval and by day."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from api.forecast_files import quantile_frame
from api.forecast_store.version import DAYS, STEPS
from api.forecasting import DemandForecast
from api.layering import Step
from api.site.site import Site
from forecasts.accuracy import POOLED
from scheduler.export.text import RFC4180, write_csv


def write_tables(site: Site, forecast: DemandForecast, folder: Path) -> None:
    """``days.csv``: contacts per queue and local day; ``steps.csv``, with layers in force: per
    interval. Both without layers (step 0) and after each layer."""
    zone = site.config.time_zone
    steps = forecast.steps or (Step("", forecast.volume),)
    days = [_days(forecast.queues, forecast.ds.tz_convert(zone), step) for step in steps]
    _write(folder / DAYS, steps, days)
    if forecast.steps:
        ds = forecast.ds.tz_convert(zone)
        frames = [quantile_frame(forecast.queues, ds, step.volume) for step in steps]
        _write(folder / STEPS, steps, frames)


def _days(queues: tuple[str, ...], ds: pd.DatetimeIndex, step: Step) -> pd.DataFrame:
    """Totals of local days per queue, and of all queues together."""
    starts = np.flatnonzero(np.diff(ds.day_of_year, prepend=-1))
    by_queue = np.add.reduceat(step.volume, starts, axis=2, dtype=np.int64)
    totals = np.concatenate([by_queue, by_queue.sum(axis=0, keepdims=True)])
    frame = quantile_frame((*queues, POOLED), ds[starts], totals)
    return frame.assign(ds=frame["ds"].dt.date).rename(columns={"ds": "day"})


def _write(path: Path, steps: Sequence[Step], frames: Sequence[pd.DataFrame]) -> None:
    parts = []
    for number, (step, frame) in enumerate(zip(steps, frames, strict=True)):
        amounts = frame.columns[2:]
        part = frame.assign(**frame[amounts].round(4))
        part.insert(0, "step", number)
        part.insert(1, "layer", step.layer)
        parts.append(part)
    found = pd.concat(parts, ignore_index=True)
    write_csv(path, list(found.columns), found.itertuples(index=False), RFC4180)
