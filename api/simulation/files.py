"""A simulation on disk: a document, a table and a page that works offline."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from api.output import result_folder
from api.simulation import figures
from api.simulation.figures import Estimate, Row
from api.simulation.page import page
from api.simulation.run import Simulation
from scheduler.export.text import RFC4180, write_csv

FORMAT = "peakcrew.simulation/1"
FILES = ("simulation.json", "simulation.csv", "simulation.html")
# Name in the files, attribute of a row, decimals.
MEASURES = (
    ("service_level", 4),
    ("mean_wait", 1),
    ("long_wait", 1),
    ("abandonment", 4),
    ("occupancy", 4),
)
PARTS = ("value", "error", "low", "high")
COLUMNS = (
    "queue", "day", "contacts", "predicted_service_level",
    *(f"{name}{suffix}" for name, _ in MEASURES for suffix in ("", "_error", "_low", "_high")),
)  # fmt: skip


def write_simulation(simulation: Simulation, rows: list[Row], out: Path) -> tuple[Path, ...]:
    """The three files, all of them or none."""
    with result_folder(out, own=FILES) as folder:
        text = json.dumps(document(simulation, rows), ensure_ascii=False, indent=1) + "\n"
        (folder / FILES[0]).write_text(text, encoding="utf-8", newline="\n")
        write_csv(folder / FILES[1], COLUMNS, map(_cells, rows), RFC4180)
        (folder / FILES[2]).write_text(page(simulation, rows), encoding="utf-8", newline="\n")
    return tuple(out / name for name in FILES)


def document(simulation: Simulation, rows: list[Row]) -> dict[str, Any]:
    """What is asked, what came out in sentences, and every row."""
    return {
        "format": FORMAT,
        "site": simulation.site.config.name,
        "replications": simulation.asked.replications,
        "seed": simulation.asked.seed,
        "actual_volume": simulation.asked.actuals is not None,
        "redial": simulation.asked.redial,
        "verdict": figures.verdict(rows),
        "rows": [_json(row) for row in rows],
    }


def _json(row: Row) -> dict[str, Any]:
    return {
        "queue": row.queue,
        "day": None if row.day is None else row.day.isoformat(),
        "contacts": round(row.contacts, 2),
        "predicted_service_level": None if row.predicted is None else round(row.predicted, 4),
        **{name: _estimate(getattr(row, name), digits) for name, digits in MEASURES},
    }


def _estimate(one: Estimate | None, digits: int) -> dict[str, float] | None:
    return None if one is None else {part: round(getattr(one, part), digits) for part in PARTS}


def _cells(row: Row) -> tuple[str | int | float | date, ...]:
    """A row of the table; what is not known stays empty."""
    found: list[str | int | float | date] = [row.queue, row.day or "", round(row.contacts, 2)]
    found.append("" if row.predicted is None else round(row.predicted, 4))
    for name, digits in MEASURES:
        one = getattr(row, name)
        found += ["" if one is None else round(getattr(one, part), digits) for part in PARTS]
    return tuple(found)
