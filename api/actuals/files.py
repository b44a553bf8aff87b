"""Kept forecasts against what came, on disk: tables, a document, and a page that works offline."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from api.actuals import figures
from api.actuals.figures import Worth
from api.actuals.run import FORECAST, METHODS, MODEL, Judged
from api.output import result_folder
from api.pages import rendered
from forecasts.accuracy import POOLED
from scheduler.export.text import RFC4180, write_csv
from scheduler.export.words import DAYS

FORMAT = "peakcrew.actuals/1"
FILES = ("actuals.csv", "value_added.csv", "actuals_rows.csv", "actuals.json", "actuals.html")
SHOWN = ("wape", "bias", "pinball", "coverage")
DIGITS = 6


def write_actuals(
    judged: Judged, table: pd.DataFrame, found: tuple[Worth, ...], out: Path
) -> tuple[Path, ...]:
    """The measures, the worth of each layer, every row, the document and the page, or nothing."""
    with result_folder(out, own=FILES) as folder:
        rows = table.round(DIGITS).itertuples(index=False)
        write_csv(folder / FILES[0], list(table.columns), rows, RFC4180)
        worth = pd.DataFrame([_worth(one) for one in found])
        write_csv(folder / FILES[1], list(worth.columns), worth.itertuples(index=False), RFC4180)
        judged.rows.to_csv(folder / FILES[2], index=False, lineterminator="\n")
        text = json.dumps(document(judged, table, found), indent=1)
        (folder / FILES[3]).write_text(text + "\n", encoding="utf-8", newline="\n")
        (folder / FILES[4]).write_text(page(judged, table, found), encoding="utf-8", newline="\n")
    return tuple(out / name for name in FILES)


def document(judged: Judged, table: pd.DataFrame, found: tuple[Worth, ...]) -> dict[str, Any]:
    """What scripts read: the verdict, the measures over everything, and what layers were worth."""
    rows = figures.overall(table)
    return {
        "format": FORMAT,
        "site": judged.site.config.name,
        "versions": [one.id for one in judged.versions],
        "verdict": figures.verdict(judged, table, found),
        "methods": {
            str(method): {key: _number(row[key]) for key in SHOWN}
            for method, row in rows.iterrows()
        },
        "value_added": [_worth(one) for one in found],
        "notes": list(judged.notes),
    }


def page(judged: Judged, table: pd.DataFrame, found: tuple[Worth, ...]) -> str:
    """The whole page; all text is escaped, nothing is loaded from elsewhere."""
    from api.actuals.pictures import days_chart, errors_chart  # takes a while to load

    by_lead, by_day = (table[table["by"] == part] for part in ("lead", "weekday"))
    return rendered(
        "api.actuals",
        "actuals.html.j2",
        name=judged.site.config.name,
        verdict=figures.verdict(judged, table, found),
        methods=[one for one in METHODS if one in set(table["method"])],
        forecast=FORECAST,
        model=MODEL,
        overall=_cells(table, POOLED, POOLED),
        queues=_groups(table, "unique_id"),
        versions=[(one, _cells(table, "version", one.id)) for one in judged.versions],
        worths=found,
        days_picture=days_chart(figures.daily(judged), "days"),
        lead_picture=errors_chart(by_lead, str, "lead"),
        weekday_picture=errors_chart(by_day, lambda key: DAYS[key], "weekdays"),
        notes=judged.notes,
    )


def lines(judged: Judged, table: pd.DataFrame, found: tuple[Worth, ...]) -> list[str]:
    """The verdict, and a row of measures per method, as aligned text."""
    rows = figures.overall(table)
    head = f"{'':<16}{'error':>9}{'bias':>9}{'pinball':>10}{'in band':>9}"
    return [
        *figures.verdict(judged, table, found),
        "",
        head,
        *(
            f"{method:<16}{row['wape']:>9.1%}{row['bias']:>+9.1%}{row['pinball']:>10.2f}"
            f"{row['coverage']:>9.1%}"
            for method, row in rows.iterrows()
        ),
        *(f"note: {note}" for note in judged.notes),
    ]


def _worth(one: Worth) -> dict[str, Any]:
    values = {key: _number(value) for key, value in asdict(one).items()}
    return values | {"value_added": _number(one.added), "verdict": one.verdict}


def _number(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return None if value != value else round(value, DIGITS)


def _groups(table: pd.DataFrame, by: str) -> list[tuple[str, dict[str, dict[str, Any]]]]:
    keys = dict.fromkeys(table.loc[table["by"] == by, "key"])
    return [(str(key), _cells(table, by, key)) for key in keys]


def _cells(table: pd.DataFrame, by: str, key: object) -> dict[str, dict[str, Any]]:
    """Measures of each method for one value of a part."""
    rows = table[(table["by"] == by) & (table["key"] == key)]
    found: list[dict[str, Any]] = rows.to_dict("records")  # type: ignore[assignment]
    return {str(row["method"]): row for row in found}
