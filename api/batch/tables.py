"""What came of a batch: a table, a page, and the scenarios of each site side by side."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from api.batch.checkpoint import Checkpoint
from api.batch.scenarios import BASE
from api.pages import rendered
from scheduler.export.text import RFC4180

COLUMNS = (
    "site", "scenario", "state", "status", "cost", "bound", "gap", "wages", "understaffing",
    "seconds", "attempts", "error",
)  # fmt: skip


def write_tables(found: Sequence[Checkpoint], folder: Path) -> None:
    """``summary.csv``, ``summary.json``, ``index.html``, and ``compared/<site>/``."""
    ordered = sorted(found, key=lambda one: (one.site, one.scenario != BASE, one.scenario))
    compared = _compare(ordered, folder)
    _put(folder / "summary.json", json.dumps([asdict(one) for one in ordered], indent=1) + "\n")
    _put(folder / "summary.csv", _csv(ordered))
    _put(folder / "index.html", _page(ordered, compared))


def row(one: Checkpoint) -> dict[str, str | float | int | None]:
    """A unit as one line."""
    known = one.summary or {}
    costs = known.get("costs", {})
    return {
        "site": one.site,
        "scenario": one.scenario,
        "state": one.state,
        "status": known.get("status"),
        "cost": known.get("cost"),
        "bound": known.get("bound"),
        "gap": known.get("gap"),
        "wages": costs.get("wages"),
        "understaffing": costs.get("understaffing"),
        "seconds": one.seconds,
        "attempts": one.attempts,
        "error": (one.error or {}).get("detail"),
    }


def _csv(found: Sequence[Checkpoint]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in found:
        cells = row(one)
        writer.writerow([RFC4180.cell(cells[name]) for name in COLUMNS])
    return text.getvalue()


def _compare(found: Sequence[Checkpoint], folder: Path) -> frozenset[str]:
    """The sites whose scenarios stand side by side, each in a folder of its own."""
    from api.comparison.files import write_comparison
    from api.comparison.reading import read_all

    by_site: dict[str, list[Path]] = defaultdict(list)
    for one in found:
        if one.state == "done":
            by_site[one.site].append(folder / "plans" / one.name)
    several = {site: paths for site, paths in by_site.items() if len(paths) > 1}
    for site, paths in several.items():
        write_comparison(read_all(paths), folder / "compared" / site)
    return frozenset(several)


def _page(found: Sequence[Checkpoint], compared: frozenset[str]) -> str:
    by_site: dict[str, list[Checkpoint]] = defaultdict(list)
    for one in found:
        by_site[one.site].append(one)
    return rendered(
        "api.batch",
        "batch.html.j2",
        sites=[(site, [(one.name, row(one)) for one in all_]) for site, all_ in by_site.items()],
        compared=compared,
        num_done=sum(one.state == "done" for one in found),
        failed=[one for one in found if one.state == "failed"],
    )


def _put(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8", newline="")
    fresh.replace(path)
