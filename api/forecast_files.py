"""The forecast's tables: all contacts, and those that need a person."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.forecasting import DemandForecast
from api.site.site import Site
from forecasts.volume import QUANTILES
from scheduler.export.text import RFC4180, Cell, write_csv


def write_forecast(site: Site, forecast: DemandForecast, folder: Path) -> None:
    """``forecast.csv``: all contacts; ``demand.csv``: those that need a person, by stream.

    With layers in force ``forecast.csv`` has the mean without them, too, and ``layers.csv`` the
    mean before and after each layer, where it changes anything.
    """
    demand, ds = forecast.demand, forecast.ds.tz_convert(site.config.time_zone)
    volume = quantile_frame(forecast.queues, ds, forecast.volume)
    people = quantile_frame(forecast.queues, ds, demand.contacts)
    for place, (name, stream) in enumerate(
        (
            ("direct", demand.direct),
            ("escalated", demand.escalated),
            ("bounced", demand.bounced),
            ("bot_resolved", demand.bot_resolved),
        )
    ):
        people.insert(2 + place, name, stream.mean(axis=1).ravel())
    people["handle_factor"] = demand.handle_factor.ravel()
    if forecast.steps:
        volume["mean_unadjusted"] = forecast.steps[0].volume.mean(axis=1).ravel()
        columns = ("layer", "unique_id", "ds", "mean_before", "mean_after")
        write_csv(folder / "layers.csv", columns, _layer_rows(forecast, ds), RFC4180)
    for name, frame in (("forecast.csv", volume), ("demand.csv", people)):
        amounts = frame.columns[2:]
        rows = frame.assign(**frame[amounts].round(4)).itertuples(index=False)
        write_csv(folder / name, list(frame.columns), rows, RFC4180)


def _layer_rows(forecast: DemandForecast, ds: pd.DatetimeIndex) -> Iterator[Sequence[Cell]]:
    times = ds.to_pydatetime()
    means = [step.volume.mean(axis=1) for step in forecast.steps]
    for number, step in enumerate(forecast.steps[1:], 1):
        before, after = means[number - 1], means[number]
        for row, place in zip(*np.nonzero(before != after), strict=True):
            values = (round(float(one[row, place]), 4) for one in (before, after))
            yield (step.layer, forecast.queues[row], times[place], *values)


def quantile_frame(
    queues: tuple[str, ...], ds: pd.DatetimeIndex, paths: npt.NDArray[np.integer]
) -> pd.DataFrame:
    """Mean and quantiles of paths (queues, paths, intervals) as a long frame."""
    levels = np.quantile(paths, list(QUANTILES.values()), axis=1, method="inverted_cdf")
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(np.array(queues, dtype=object), len(ds)),
            "ds": np.tile(ds, len(queues)),
            "mean": paths.mean(axis=1).ravel(),
        }
    )
    for name, level in zip(QUANTILES, levels, strict=True):
        frame[name] = level.ravel()
    return frame
