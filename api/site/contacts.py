"""The tables about contacts: history, bot outcomes, events and a requirement brought along."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.site.cells import (
    count,
    factor,
    free_text,
    identifier,
    optional,
    optional_or_none,
    queue_id,
    whole,
)
from api.site.config import SiteConfig
from api.site.instants import (
    epoch_minutes,
    instant,
    limited,
    on_grid,
    span_text,
    utc_series,
)
from api.site.problems import Findings, listed
from api.site.served import RETURNED, SERVED, read_served
from api.site.tables import Columns, Table, Values, refuse_backwards, rows_read
from forecasts.calendar import BOT_EVENTS, NEW_VERSION
from scheduler.horizon import Horizon
from scheduler.problem import IntArray

BoolArray = npt.NDArray[np.bool_]

HISTORY = Columns(("unique_id", "ds", "y"))
BOT_OUTCOMES = Columns(
    ("unique_id", "ds", "offered", "resolved", "escalated", "bounced", "bot_version"),
    ("csat_bot", "csat_human", SERVED, RETURNED),
)
EVENTS = Columns(("start", "end", "kind", "unique_id", "factor"))
REQUIREMENT = Columns(("unique_id", "ds", "workers"))
MAX_FACTOR = 100
MAY_STOP = BOT_EVENTS | {"outage"}
MAX_WORKERS = 100_000


def read_history(
    table: Table, config: SiteConfig, horizon: Horizon, findings: Findings
) -> pd.DataFrame:
    """Contacts per queue and interval before the horizon, in the order of the file.

    Rows at or after the horizon's start are left out with a note: a forecast must not see them.
    """
    queues = _queue_ids(config)
    queue = table.read("unique_id", queue_id(queues), findings)
    ds = table.read("ds", on_grid(instant(config.zone), horizon), findings)
    y = table.read("y", count(), findings)
    table.refuse_repeats({"unique_id": queue, "ds": ds}, rows_read(queue, ds), findings)
    rows = rows_read(queue, ds, y)
    is_past = ds.take(rows, np.int64) < epoch_minutes(horizon.start)
    if not is_past.all():
        text = f"{(~is_past).sum():,} rows at or after the horizon's start are not used"
        findings.note(table.file, text)
    rows = rows[is_past]
    return pd.DataFrame(
        {
            "unique_id": _text_column(queue, rows),
            "ds": utc_series(ds.take(rows, np.int64)),
            "y": y.take(rows, np.int64),
        }
    )


def require_history(history: pd.DataFrame, config: SiteConfig, file: str, f: Findings) -> None:
    """Every queue needs rows before the horizon's start: nothing is forecast from nothing.

    But for a new queue of which ``site.toml`` says how many come, and like which queue.
    """
    seen = set(history["unique_id"].unique())
    new = {one.id for one in config.queues if one.is_foretold and one.like in {None, *seen}}
    absent = [queue for queue in _queue_ids(config) if queue not in seen | new]
    for one in sorted(new & seen):
        f.note(file, f"{one} has rows, so what site.toml expects of it is not used")
    if history.empty:
        f.add(file, "no row lies before the horizon's start: there is nothing to forecast from")
    elif absent:
        f.add(file, f"no row before the horizon's start for {listed(absent)}")


def read_bot_outcomes(
    table: Table, config: SiteConfig, horizon: Horizon, findings: Findings
) -> pd.DataFrame:
    """What became of the contacts that were offered to the bot, per queue and date or instant."""
    start = epoch_minutes(horizon.start)
    queue = table.read("unique_id", queue_id(_queue_ids(config)), findings)
    past = limited(
        instant(config.zone, allow_date=True),
        lambda minute: minute < start,
        "is not before the horizon's start: outcomes of the future cannot be known",
    )
    ds = table.read("ds", past, findings)
    version = table.read("bot_version", free_text, findings)
    counts = {
        name: table.read(name, count(), findings)
        for name in ("offered", "resolved", "escalated", "bounced")
    }
    satisfaction = {
        name: table.read(name, optional_or_none(factor(table.has_decimal_comma, 1)), findings)
        for name in ("csat_bot", "csat_human")
        if name in table
    }
    served = read_served(table, findings)
    keys: dict[str, Values[Any]] = {"unique_id": queue, "ds": ds, "bot_version": version}
    table.refuse_repeats(keys, rows_read(*keys.values()), findings)
    _refuse_more_than_offered(table, counts, findings)
    rows = rows_read(queue, ds, version, *counts.values(), *satisfaction.values(), *served.values())
    return pd.DataFrame(
        {
            "unique_id": _text_column(queue, rows),
            "ds": utc_series(ds.take(rows, np.int64)),
            **{name: values.take(rows, np.int64) for name, values in counts.items()},
            "bot_version": _text_column(version, rows),
            **{name: values.take(rows, np.float64) for name, values in satisfaction.items()},
            **{name: values.take(rows, np.float64) for name, values in served.items()},
        }
    )


def _refuse_more_than_offered(
    table: Table, counts: dict[str, Values[int]], findings: Findings
) -> None:
    rows = rows_read(*counts.values())
    taken = {name: values.take(rows, np.int64) for name, values in counts.items()}
    total = taken["resolved"] + taken["escalated"] + taken["bounced"]
    for index in np.flatnonzero(total > taken["offered"]):
        message = (
            f"resolved, escalated and bounced are {total[index]} together, "
            f"more than the {taken['offered'][index]} offered"
        )
        table.refuse(int(rows[index]), "offered", message, findings)


def read_events(table: Table, config: SiteConfig, findings: Findings) -> pd.DataFrame:
    """Times in which the volume is multiplied; an empty ``unique_id`` means every queue.

    The factor is at most 100, and 0 is only for what may stop altogether: an outage or the bot.
    Any other one may be left out (nan): it is learnt from earlier events of its kind.
    """
    start = table.read("start", instant(config.zone), findings)
    end = table.read("end", instant(config.zone), findings)
    kind = table.read("kind", identifier, findings)
    queue = table.read("unique_id", optional(queue_id(_queue_ids(config)), ""), findings)
    times = table.read(
        "factor", optional_or_none(factor(table.has_decimal_comma, MAX_FACTOR)), findings
    )
    refuse_backwards(table, start, end, findings)
    for row in rows_read(kind, times):
        if times[row] is None and kind[row] in MAY_STOP | {NEW_VERSION}:
            message = f"is empty; what {kind[row]} does is not learnt from the past"
            table.refuse(int(row), "factor", message, findings)
        if times[row] == 0 and kind[row] not in MAY_STOP:
            message = f"expected more than 0; only {listed(sorted(MAY_STOP))} may have 0"
            table.refuse(int(row), "factor", message, findings)
    keys: dict[str, Values[Any]] = {"start": start, "end": end, "kind": kind, "unique_id": queue}
    table.refuse_repeats(keys, rows_read(*keys.values()), findings)
    rows = rows_read(*keys.values(), times)
    return pd.DataFrame(
        {
            "start": utc_series(start.take(rows, np.int64)),
            "end": utc_series(end.take(rows, np.int64)),
            "kind": _text_column(kind, rows),
            "unique_id": _text_column(queue, rows),
            "factor": times.take(rows, np.float64),
        }
    )


def read_requirement(
    table: Table, config: SiteConfig, horizon: Horizon, findings: Findings
) -> pd.DataFrame:
    """Workers needed: one row for each queue of the site and each interval of the horizon.

    An interval that the file leaves out needs nobody, as closed hours usually are left out;
    how many there are is noted for each queue.
    """
    start = epoch_minutes(horizon.start)
    queue = table.read("unique_id", queue_id(_queue_ids(config)), findings)
    inside = limited(
        on_grid(instant(config.zone), horizon),
        lambda minute: start <= minute < start + horizon.num_minutes,
        f"lies outside the horizon, {span_text(horizon)}",
    )
    ds = table.read("ds", inside, findings)
    workers = table.read("workers", whole(0, MAX_WORKERS), findings)
    table.refuse_repeats({"unique_id": queue, "ds": ds}, rows_read(queue, ds), findings)
    rows = rows_read(queue, ds, workers)
    interval = (ds.take(rows, np.int64) - start) // horizon.interval_minutes
    need = np.zeros((len(config.queues), horizon.num_intervals), dtype=np.int64)
    is_given = np.zeros_like(need, dtype=np.bool_)
    position = {one: index for index, one in enumerate(_queue_ids(config))}
    place = (np.array([position[queue[row]] for row in rows], dtype=np.int64), interval)
    need[place] = workers.take(rows, np.int64)
    is_given[place] = True
    if not findings.problems:  # a refused row is absent too, but that is not what to tell
        _note_absent(table, config, horizon, is_given, findings)
    return _requirement_frame(config, horizon, need)


def _note_absent(
    table: Table, config: SiteConfig, horizon: Horizon, is_given: BoolArray, findings: Findings
) -> None:
    for one, given in zip(_queue_ids(config), is_given, strict=True):
        absent = np.flatnonzero(~given)
        if not given.any():
            findings.note(table.file, f"no row for {one}: it needs nobody")
        elif len(absent):
            first = horizon.instant(int(absent[0]) * horizon.interval_minutes)
            findings.note(
                table.file,
                f"{len(absent)} of {len(given)} intervals of {one} are absent "
                f"and need nobody (the first is {first.isoformat(timespec='minutes')})",
            )


def _requirement_frame(config: SiteConfig, horizon: Horizon, need: IntArray) -> pd.DataFrame:
    minutes = np.arange(horizon.num_intervals, dtype=np.int64) * horizon.interval_minutes
    return pd.DataFrame(
        {
            "unique_id": np.repeat(_queue_ids(config), horizon.num_intervals),
            "ds": utc_series(np.tile(minutes + epoch_minutes(horizon.start), len(need))),
            "workers": need.ravel(),
        }
    )


def _queue_ids(config: SiteConfig) -> list[str]:
    return [queue.id for queue in config.queues]


def _text_column(values: Values[str], rows: IntArray) -> pd.Series:
    return pd.Series(values.take(rows, object), dtype="str")
