"""A change as asked for on the command line -> a checked row of ``adjustments.csv``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from api.site.adjustments import AdjustmentRow, beyond, number
from api.site.cells import CellInvalid, Parse, identifier, queue_id
from api.site.instants import instant, on_grid
from api.site.problems import Findings, InputProblem, SiteInvalid
from api.site.site import Site
from forecasts.adjustments import Adjustment, Operation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """The texts of the options; of ``values`` one operation must be given."""

    layer: str
    start: str | None
    end: str | None
    queue: str | None
    values: Mapping[Operation, str | None]
    note: str = ""
    author: str = ""


def checked_row(site: Site, asked: Asked, now: datetime) -> AdjustmentRow:
    """The row that was asked for, made ``now``.

    Raises SiteInvalid with every problem, each under the name of its option.
    """
    findings = Findings()
    on_clock = on_grid(instant(site.config.zone), site.horizon)
    layer = _parsed("--layer", asked.layer, identifier, findings)
    start = _parsed("--from", asked.start, on_clock, findings)
    end = _parsed("--to", asked.end, on_clock, findings)
    known = queue_id([queue.id for queue in site.config.queues])
    queue = None if asked.queue is None else _parsed("--queue", asked.queue, known, findings)
    operation, value = _operation(asked, findings)
    if start is not None and end is not None and end <= start:
        findings.add("--to", "expected an instant after --from")
    if findings.problems or layer is None or start is None or end is None or value is None:
        raise SiteInvalid(findings.problems)
    first, last = (datetime.fromtimestamp(minute * 60, UTC) for minute in (start, end))
    change = Adjustment(operation, value, first, last, queue)
    made_at = now.astimezone(site.config.zone).isoformat(timespec="seconds")
    row = AdjustmentRow(layer, change, _line(asked.note), _line(asked.author), made_at)
    _refuse_repeat(site, row)
    return row


def cells(site: Site, row: AdjustmentRow) -> dict[str, str]:
    """The row as texts of the table, times by the site's clock with their offset."""
    change, zone = row.change, site.config.zone
    start, end = (
        at.astimezone(zone).isoformat(timespec="minutes") for at in (change.start, change.end)
    )
    return {
        "layer": row.layer,
        "start": start,
        "end": end,
        "unique_id": change.unique_id or "",
        "operation": change.operation,
        "value": f"{change.value:.12g}",
        "note": row.note,
        "author": row.author,
        "made_at": row.made_at,
    }


def _operation(asked: Asked, findings: Findings) -> tuple[Operation, float | None]:
    given = [(operation, text) for operation, text in asked.values.items() if text is not None]
    if len(given) != 1:
        findings.add("--factor, --add, --set", "exactly one of them is needed")
        return "factor", None
    ((operation, text),) = given
    value = _parsed(f"--{operation}", text, number(comma=False), findings)
    if value is not None and (message := beyond(operation, value)) is not None:
        findings.add(f"--{operation}", message)
    return operation, value


def _parsed(option: str, text: str | None, parse: Parse[T], findings: Findings) -> T | None:
    if text is None:
        findings.add(option, "is needed")
        return None
    try:
        return parse(text.strip())
    except CellInvalid as error:
        findings.add(option, str(error))
        return None


def _line(text: str) -> str:
    """Free text on one line, so that a row of the table stays one."""
    return " ".join(text.split())


def _refuse_repeat(site: Site, row: AdjustmentRow) -> None:
    change = row.change
    for other in site.adjustments:
        same = other.change
        if other.layer == row.layer and (
            (same.start, same.end, same.unique_id, same.operation)
            == (change.start, change.end, change.unique_id, change.operation)
        ):
            message = f"has the same change already, with the value {same.value:.12g}"
            raise SiteInvalid([InputProblem("--layer", None, None, message)])
