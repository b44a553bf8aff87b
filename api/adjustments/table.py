"""``adjustments.csv`` of a site folder, written anew as a whole or not at all."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from api.adjustments.asked import cells
from api.output import OutputRefused, result_file
from api.scenarios.draft import Sheet
from api.site.adjustments import ADJUSTMENTS, FILE, AdjustmentRow
from api.site.problems import InputProblem, SiteInvalid, listed, shown
from api.site.site import Site


def append_row(site: Site, row: AdjustmentRow) -> Site:
    """Add a row to the table, which is made where there is none; the site with it."""
    texts = cells(site, row)

    def add(sheet: Sheet) -> None:
        filled = [name for name in ADJUSTMENTS.optional if texts[name] and name not in sheet.names]
        sheet.names = (*sheet.names, *filled)
        sheet.rows.append(texts)

    _change(site.path / FILE, add)
    return replace(site, adjustments=(*site.adjustments, row))


def remove_layer(site: Site, layer: str) -> Site:
    """Take a layer's rows out of the table; raises SiteInvalid if there are none."""
    known = sorted({row.layer for row in site.adjustments})
    if layer not in known:
        there = f"; there are {listed(known)}" if known else ""
        message = f"no layer {shown(layer)}{there}"
        raise SiteInvalid([InputProblem(FILE, None, None, message)])

    def drop(sheet: Sheet) -> None:
        sheet.rows = [row for row in sheet.rows if row["layer"].strip() != layer]

    _change(site.path / FILE, drop)
    rest = tuple(row for row in site.adjustments if row.layer != layer)
    return replace(site, adjustments=rest)


def _change(path: Path, change: Callable[[Sheet], None]) -> None:
    before = _content(path)
    sheet = Sheet.read(path, ADJUSTMENTS)
    change(sheet)
    with result_file(path) as fresh:
        sheet.write(fresh)
        if _content(path) != before:
            raise OutputRefused(f"{path}: was changed meanwhile; nothing was written")


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
