"""``backlog.csv``: deferrable contacts that wait already when the horizon begins."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from api.site.cells import queue_id, whole
from api.site.config import SiteConfig
from api.site.instants import epoch_minutes, instant, limited
from api.site.problems import Findings, listed
from api.site.tables import Columns, Table, Values, rows_read
from scheduler.horizon import Horizon

FILE = "backlog.csv"
BACKLOG = Columns(("unique_id", "arrived", "contacts"))
MOST_CONTACTS = 10_000_000


@dataclass(frozen=True, slots=True)
class BacklogRow:
    """So many contacts of a queue that wait since ``arrived``, minutes from the start, below 0."""

    queue: str
    arrived: int
    contacts: int


def read_backlog(
    table: Table, config: SiteConfig, horizon: Horizon, findings: Findings
) -> tuple[BacklogRow, ...]:
    """What waits at the start, by age; rows of queues that are not deferrable are left out."""
    start = epoch_minutes(horizon.start)
    queue = table.read("unique_id", queue_id([one.id for one in config.queues]), findings)
    before = limited(
        instant(config.zone), lambda minute: minute < start, "does not lie before the horizon"
    )
    arrived = table.read("arrived", before, findings)
    contacts = table.read("contacts", whole(0, MOST_CONTACTS), findings)
    keys: dict[str, Values[Any]] = {"unique_id": queue, "arrived": arrived}
    table.refuse_repeats(keys, rows_read(*keys.values()), findings)
    rows = rows_read(queue, arrived, contacts)
    minutes = arrived.take(rows, np.int64) - start
    found = tuple(
        BacklogRow(queue[row], minute, contacts[row])
        for row, minute in zip(rows.tolist(), minutes.tolist(), strict=True)
    )
    deferrable = {one.id for one in config.queues if one.work == "deferrable"}
    unused = sorted({row.queue for row in found} - deferrable)
    if unused:
        findings.note(table.file, f"not used for {listed(unused)}: only deferrable work may wait")
    return tuple(row for row in found if row.queue in deferrable)
