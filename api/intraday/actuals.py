"""The contacts that have come so far, as the help desk counted them."""

from pathlib import Path

import numpy as np
import pandas as pd

from api.site.cells import CellInvalid, Parse, count, queue_id
from api.site.contacts import HISTORY
from api.site.instants import epoch_minutes, instant, limited, on_grid, span_text, utc_series
from api.site.problems import Findings, InputProblem, SiteInvalid
from api.site.site import Site
from api.site.source import read_source
from api.site.table_file import read_table
from api.site.tables import Table, rows_read
from scheduler.horizon import Horizon


def now_of(text: str, site: Site) -> int:
    """The minute of the horizon that a planner calls now.

    Raises SiteInvalid for anything but an instant inside the horizon.
    """
    try:
        minute = instant(site.config.zone)(text.strip()) - epoch_minutes(site.horizon.start)
    except CellInvalid as error:
        raise SiteInvalid([InputProblem("--now", None, None, str(error))]) from None
    if not 0 <= minute < site.horizon.num_minutes:
        message = f"{text} lies outside the horizon, {span_text(site.horizon)}"
        raise SiteInvalid([InputProblem("--now", None, None, message)])
    return minute


def read_actuals(path: Path, site: Site, now: int | None) -> pd.DataFrame:
    """Contacts per queue and interval, ``unique_id, ds, y``, of intervals that are over.

    ``now`` is the minute of the horizon by which they must be over; None does not ask. Like
    ``history.csv``: bot and human first contacts. An interval without a row says nothing; one
    without contacts has a row with 0. Raises SiteInvalid with every problem found.
    """
    findings = Findings()
    source = read_source(path, findings)
    table = None if source is None else read_table(source, HISTORY, findings)
    frame = None if table is None else _frame(table, site, now, findings)
    if frame is None or findings.problems:
        raise SiteInvalid(findings.problems)
    return frame


def _frame(table: Table, site: Site, now: int | None, findings: Findings) -> pd.DataFrame:
    over = on_grid(instant(site.config.zone), site.horizon)
    if now is not None:
        over = _over_at(now, over, site.horizon)
    queue = table.read("unique_id", queue_id([one.id for one in site.config.queues]), findings)
    ds = table.read("ds", over, findings)
    y = table.read("y", count(), findings)
    table.refuse_repeats({"unique_id": queue, "ds": ds}, rows_read(queue, ds), findings)
    rows = rows_read(queue, ds, y)
    return pd.DataFrame(
        {
            "unique_id": pd.Series(queue.take(rows, object), dtype="str"),
            "ds": utc_series(ds.take(rows, np.int64)),
            "y": y.take(rows, np.int64),
        }
    )


def _over_at(now: int, parse: Parse[int], horizon: Horizon) -> Parse[int]:
    latest = epoch_minutes(horizon.start) + now - horizon.interval_minutes
    return limited(
        parse,
        lambda minute: minute <= latest,
        f"begins an interval that is not over at {horizon.instant(now).isoformat()}",
    )
