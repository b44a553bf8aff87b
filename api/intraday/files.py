"""An update of the day on disk."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from api.forecast_files import write_forecast
from api.intraday.update import Update
from scheduler.contract.problem_file import problem_json
from scheduler.export.text import RFC4180, Cell, write_csv

FILES = (
    "problem.json", "forecast.csv", "demand.csv", "layers.csv", "intraday.csv", "intraday.html"
)  # fmt: skip
COLUMNS = (
    "queue", "start", "actual", "before_mean", "before_q05", "before_q95", "after_mean",
    "after_q05", "after_q95", "required_before", "required_after",
)  # fmt: skip


def write_update(update: Update, folder: Path) -> None:
    """All files of an update into an existing folder."""
    from api.intraday.page import render  # pictures take a while to load

    text = problem_json(update.problem)
    (folder / "problem.json").write_text(text, encoding="utf-8")
    write_forecast(update.site, update.after, folder)
    write_csv(folder / "intraday.csv", COLUMNS, _rows(update), RFC4180)
    (folder / "intraday.html").write_text(render(update), encoding="utf-8", newline="\n")


def _rows(update: Update) -> Iterator[Sequence[Cell]]:
    """Today's intervals: all contacts before and after, and the workers required."""
    horizon = update.site.horizon
    for row, queue in enumerate(update.before.queues):
        forecasts = (update.before.volume[row], update.after.volume[row])
        bands = [
            np.stack([paths.mean(axis=0), *np.quantile(paths, [0.05, 0.95], axis=0)])
            for paths in forecasts
        ]
        needs = (update.old_need.get(queue), update.problem.requirement.get(queue))
        for index in range(update.day.start, update.day.stop):
            came = float(update.actual[row, index])
            yield (
                queue,
                horizon.instant(index * horizon.interval_minutes),
                None if np.isnan(came) else round(came),
                *(round(float(value), 4) for band in bands for value in band[:, index]),
                *(None if need is None else int(need[index]) for need in needs),
            )
