"""``requests.csv``: which shifts workers ask for, and which they ask to be spared."""

from typing import Any

import numpy as np

from api.site.cells import CellInvalid, optional_or_none, template_id, whole, worker_id
from api.site.config import SiteConfig
from api.site.instants import epoch_minutes, instant
from api.site.problems import Findings
from api.site.tables import Columns, Table, Values, refuse_backwards, rows_read
from scheduler.horizon import Horizon
from scheduler.worker import Request

REQUESTS = Columns(("worker_id", "start", "end", "weight"), ("template",))
_WEIGHT = "a whole number from -100 to 100 but 0"


def read_requests(
    table: Table, ids: frozenset[str] | None, config: SiteConfig, horizon: Horizon, f: Findings
) -> dict[str, tuple[Request, ...]]:
    """The wishes of each worker about shifts that start inside the horizon, by start.

    A weight above 0 asks for at least one shift that starts in the span, one below 0 for none.
    What lies outside the horizon is cut off or left out, with one note that counts both.
    """
    worker = table.read("worker_id", worker_id(ids), f)
    start = table.read("start", instant(config.zone), f)
    end = table.read("end", instant(config.zone), f)
    weight = table.read("weight", _weight, f)
    known = [template.id for template in config.shift_templates]
    of = table.read_optional("template", optional_or_none(template_id(known)), None, f)
    forward = refuse_backwards(table, start, end, f)
    keys: dict[str, Values[Any]] = {"worker_id": worker, "start": start, "end": end}
    if "template" in table:
        keys["template"] = of
    table.refuse_repeats(keys, np.intersect1d(forward, rows_read(*keys.values())), f)
    found: dict[str, list[Request]] = {}
    num_outside = num_cut = 0
    for row in np.intersect1d(forward, rows_read(worker, weight, of)).tolist():
        inside = _inside(start[row], end[row], horizon)
        if inside is None:
            num_outside += 1
            continue
        num_cut += inside[1] - inside[0] < end[row] - start[row]
        found.setdefault(worker[row], []).append(Request(*inside, weight[row], of[row]))
    if num_outside or num_cut:
        text = f"{num_outside:,} requests outside the horizon left out, {num_cut:,} cut at its edge"
        f.note(table.file, text)
    return {one: tuple(sorted(own, key=lambda span: span.start)) for one, own in found.items()}


def _inside(start: int, end: int, horizon: Horizon) -> tuple[int, int] | None:
    """Two instants as minutes of the horizon, cut to it; None where nothing is left."""
    first = epoch_minutes(horizon.start)
    inside = max(start - first, 0), min(end - first, horizon.num_minutes)
    return inside if inside[0] < inside[1] else None


def _weight(text: str) -> int:
    value = whole(-100, 100, _WEIGHT)(text)
    if not value:
        raise CellInvalid.expected(_WEIGHT, text)
    return value
