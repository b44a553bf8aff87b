"""A backtest on disk: two tables and a page that works offline."""

from pathlib import Path
from typing import Any

import pandas as pd

from api.backtest import figures
from api.backtest.run import MODELS, Backtest
from api.output import result_folder
from api.pages import rendered
from forecasts.accuracy import POOLED
from scheduler.export.text import RFC4180, write_csv
from scheduler.export.words import DAYS

FILES = ("backtest.csv", "backtest_rows.csv", "backtest.html")
MEASURES = ("num", "wape", "bias", "mae", "rmse", "pinball", "coverage", "width")


def write_backtest(backtest: Backtest, table: pd.DataFrame, out: Path) -> tuple[Path, ...]:
    """The measures, every forecast beside its actual, and the page; all of it or nothing."""
    with result_folder(out, own=FILES) as folder:
        columns = ("model", "unique_id", *MEASURES)
        rows = table[list(columns)].round(6).itertuples(index=False)
        write_csv(folder / FILES[0], columns, (tuple(row) for row in rows), RFC4180)
        backtest.rows.to_csv(folder / FILES[1], index=False, lineterminator="\n")
        (folder / FILES[2]).write_text(page(backtest, table), encoding="utf-8", newline="\n")
    return tuple(out / name for name in FILES)


def page(backtest: Backtest, table: pd.DataFrame) -> str:
    """The whole page; all text is escaped, nothing is loaded from elsewhere."""
    from api.backtest.pictures import calibration_chart, errors_chart  # takes a while to load

    by_hour, by_day = (figures.by_time(backtest, part) for part in ("hour", "weekday"))
    by_week = figures.by_origin(backtest)
    weeks = [f"{cutoff:%d %b}" for cutoff in sorted(by_week["cutoff"].unique())]
    return rendered(
        "api.backtest",
        "backtest.html.j2",
        name=backtest.site.config.name,
        weeks=backtest.weeks,
        verdict=figures.verdict(backtest, table),
        models=MODELS,
        overall=_cells(table, POOLED),
        queues=[(queue, _cells(table, queue)) for queue in _queues(table)],
        calibration=calibration_chart(figures.calibration(backtest), "calibration"),
        week_picture=errors_chart(by_week, "cutoff", weeks, "weeks"),
        day_picture=errors_chart(
            by_day, "weekday", [DAYS[one] for one in sorted(by_day["weekday"].unique())], "days"
        ),
        hour_picture=errors_chart(
            by_hour, "hour", [str(one) for one in sorted(by_hour["hour"].unique())], "hours"
        ),
    )


def lines(backtest: Backtest, table: pd.DataFrame) -> list[str]:
    """The verdict, and a row of measures per model, as aligned text."""
    head = f"{'':<12}{'error':>9}{'bias':>9}{'pinball':>10}{'in band':>9}"
    rows = [
        f"{model:<12}{row['wape']:>9.1%}{row['bias']:>+9.1%}{row['pinball']:>10.2f}"
        f"{row['coverage']:>9.1%}"
        for model, row in figures.overall(table).iterrows()
    ]
    return [*figures.verdict(backtest, table), "", head, *rows]


def _queues(table: pd.DataFrame) -> list[str]:
    return [str(one) for one in dict.fromkeys(table["unique_id"]) if one != POOLED]


def _cells(table: pd.DataFrame, queue: str) -> dict[str, dict[str, Any]]:
    """Measures of each model for a queue."""
    rows = table[table["unique_id"] == queue]
    measures: list[dict[str, Any]] = rows[list(MEASURES)].to_dict("records")  # type: ignore[assignment]
    return dict(zip(rows["model"], measures, strict=True))
