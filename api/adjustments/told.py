"""A site's layers, as a person reads them in a terminal or a script."""

from collections.abc import Iterator
from typing import Any

from api.adjustments.asked import cells
from api.site.adjustments import AdjustmentRow, layers_of
from api.site.site import Site

SIGNS = {"factor": "x ", "add": "add ", "set": "set to "}


def layer_lines(site: Site) -> Iterator[str]:
    """Each layer, whether it is on, and its changes."""
    off = site.config.forecast.layers_off
    for name, rows in layers_of(site.adjustments).items():
        yield f"{name} (switched off)" if name in off else name
        for row in rows:
            yield f"  {change_line(site, row)}"


def change_line(site: Site, row: AdjustmentRow) -> str:
    """When, what about, what, why and by whom."""
    texts = cells(site, row)
    about = texts["unique_id"] or "all queues"
    what = f"{SIGNS[row.change.operation]}{texts['value']}"
    made = ", ".join(text for text in (row.author, row.made_at) if text)
    line = f"{texts['start']} to {texts['end']}, {about}: {what}"
    line += (f"; {row.note}" if row.note else "") + (f" ({made})" if made else "")
    # What a file brings along must not move the terminal.
    return "".join(mark if mark.isprintable() else " " for mark in line)


def layers_document(site: Site) -> dict[str, Any]:
    """The same for a script."""
    off = site.config.forecast.layers_off
    return {
        "layers": [
            {
                "layer": name,
                "on": name not in off,
                "changes": [_change(site, row) for row in rows],
            }
            for name, rows in layers_of(site.adjustments).items()
        ]
    }


def _change(site: Site, row: AdjustmentRow) -> dict[str, Any]:
    texts = cells(site, row)
    del texts["layer"]
    return texts | {"unique_id": row.change.unique_id, "value": row.change.value}
