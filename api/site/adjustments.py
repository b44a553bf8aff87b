"""``adjustments.csv``: what a planner changes about the forecast, in named layers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import numpy as np

from api.site.cells import CellInvalid, Parse, free_text, identifier, optional, queue_id
from api.site.config import SiteConfig
from api.site.instants import instant, on_grid
from api.site.problems import Findings, listed, shown
from api.site.tables import Columns, Table, Values, refuse_backwards, rows_read
from forecasts.adjustments import Adjustment, Operation
from scheduler.horizon import Horizon

FILE = "adjustments.csv"
ADJUSTMENTS = Columns(
    ("layer", "start", "end", "unique_id", "operation", "value"), ("note", "author", "made_at")
)
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
_DECIMAL = re.compile(r"([+-]?)([0-9]{1,12}(?:[.,][0-9]{1,12})?)")
MOST_CONTACTS = 10_000_000
LIMITS: dict[Operation, tuple[int, int]] = {
    "factor": (0, 100),
    "add": (-MOST_CONTACTS, MOST_CONTACTS),
    "set": (0, MOST_CONTACTS),
}


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """One row: a change, the layer that it is a part of, and who made it, why and when."""

    layer: str
    change: Adjustment
    note: str = ""
    author: str = ""
    made_at: str = ""


def read_adjustments(
    table: Table, config: SiteConfig, horizon: Horizon, findings: Findings
) -> tuple[AdjustmentRow, ...]:
    """The rows in the order of the file; an empty ``unique_id`` means all queues."""
    queues = [queue.id for queue in config.queues]
    on_clock = on_grid(instant(config.zone), horizon)
    layer = table.read("layer", identifier, findings)
    start = table.read("start", on_clock, findings)
    end = table.read("end", on_clock, findings)
    queue = table.read("unique_id", optional(queue_id(queues), ""), findings)
    operation = table.read("operation", _operation, findings)
    value = table.read("value", number(table.has_decimal_comma), findings)
    texts = [table.read_optional(name, free_text, "", findings) for name in ADJUSTMENTS.optional]
    forward = refuse_backwards(table, start, end, findings)
    _refuse_beyond(table, operation, value, findings)
    keys: dict[str, Values[Any]] = {
        "layer": layer, "start": start, "end": end, "unique_id": queue, "operation": operation
    }  # fmt: skip
    rows = np.intersect1d(rows_read(*keys.values(), value), forward)
    table.refuse_repeats(keys, rows, findings)
    return tuple(
        AdjustmentRow(
            layer[row],
            Adjustment(
                operation[row], value[row], _utc(start[row]), _utc(end[row]), queue[row] or None
            ),
            *(column[row] for column in texts),
        )
        for row in rows.tolist()
    )


def layers_of(rows: Sequence[AdjustmentRow]) -> dict[str, tuple[AdjustmentRow, ...]]:
    """The rows of each layer; a layer stands where its first row stands."""
    names = dict.fromkeys(row.layer for row in rows)
    return {name: tuple(row for row in rows if row.layer == name) for name in names}


def note_adjustments(
    rows: Sequence[AdjustmentRow], config: SiteConfig, horizon: Horizon, findings: Findings
) -> None:
    """Note layers that change nothing in the horizon, and names of no layer in ``layers_off``."""
    layers, off = layers_of(rows), config.forecast.layers_off
    if strangers := [name for name in off if name not in layers]:
        text = f"forecast.layers_off: {FILE} has no layer {listed(map(shown, strangers))}"
        findings.note("site.toml", text)
    idle = [
        name
        for name, own in layers.items()
        if name not in off and not any(_is_inside(row.change, horizon) for row in own)
    ]
    if idle:
        findings.note(FILE, f"no time in the horizon for the layers {listed(idle)}")


def number(comma: bool) -> Parse[float]:
    """A plain number, a sign allowed; ``comma``: whether a decimal comma is, too."""

    def parse(text: str) -> float:
        match = _DECIMAL.fullmatch(text)
        if not match:
            raise CellInvalid.expected("a number like 1.2 or -40", text)
        if "," in text and not comma:
            raise CellInvalid(
                f"expected a number like 1.2 or -40, found {shown(text)}: "
                "a decimal comma is read only in files separated by semicolons"
            )
        return float(text.replace(",", "."))

    return parse


def beyond(operation: Operation, value: float) -> str | None:
    """What is wrong with the value of an operation; None if nothing is."""
    low, high = LIMITS[operation]
    if low <= value <= high:
        return None
    return f"expected {low:,} to {high:,} for {operation}, found {value:.12g}"


def _refuse_beyond(
    table: Table, operation: Values[Operation], value: Values[float], findings: Findings
) -> None:
    for row in rows_read(operation, value).tolist():
        if (message := beyond(operation[row], value[row])) is not None:
            table.refuse(row, "value", message, findings)


def _operation(text: str) -> Operation:
    for one in OPERATIONS:
        if one == text:
            return one
    raise CellInvalid.expected(f"one of {', '.join(OPERATIONS)}", text)


def _is_inside(change: Adjustment, horizon: Horizon) -> bool:
    return change.start < horizon.instant(horizon.num_minutes) and change.end > horizon.start


def _utc(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
