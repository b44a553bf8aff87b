"""The tables about workers: who they are, when they can, what is fixed and what they worked."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from api.site import standing, terms
from api.site.cells import (
    amount,
    calendar_date,
    free_text,
    hours,
    identifier,
    optional,
    optional_or_none,
    queue_id,
    skills,
    whole,
    worker_id,
)
from api.site.config import SiteConfig
from api.site.instants import epoch_minutes, instant, limited, span_text
from api.site.problems import Findings
from api.site.site import WorkerRow
from api.site.standing import Standing, read_standings
from api.site.tables import Columns, Table, Values, refuse_backwards, rows_read
from api.site.terms import Terms, read_terms, refuse_crossed_terms
from scheduler.horizon import WEEK_MINUTES, Horizon
from scheduler.problem import IntArray, Pin
from scheduler.worker import Span, Window

WORKERS = Columns(
    (
        "worker_id",
        "name",
        "skills",
        "contract",
        "status",
        "region",
        "hourly_cost",
        "min_hours_per_week",
        "max_hours_per_week",
    ),
    (
        "max_shifts_per_day",
        "max_consecutive_days",
        "min_rest_hours",
        "started_on",
        *standing.COLUMNS,
        *terms.COLUMNS,
    ),
)
AVAILABILITY = Columns(("worker_id", "start", "end", "preference"))
PINS = Columns(("worker_id", "queue", "start", "minutes"))
SHIFT_HISTORY = Columns(("worker_id", "start", "end"))
EXTERNAL_SHIFTS = Columns(("worker_id", "start", "end"))
_WEEK_HOURS = WEEK_MINUTES // 60


@dataclass(frozen=True, slots=True)
class Workers:
    """Rows without problems, and every id that was readable, so that one bad wage does not
    make each row of the other files an unknown worker."""

    rows: tuple[WorkerRow, ...]
    ids: frozenset[str]


def read_workers(
    table: Table, config: SiteConfig, findings: Findings, calendars: Collection[str] = ()
) -> Workers:
    """The people of the site, in the order of the file.

    An empty name is the id, an empty ``min_hours_per_week`` 0; the three optional limits may
    be absent or empty and are then the rule profile's. ``started_on`` is the first day at work.
    """
    comma = table.has_decimal_comma
    known = {queue.skill for queue in config.queues}
    ids = table.read("worker_id", identifier, findings)
    texts = [table.read(n, free_text, findings) for n in ("name", "contract", "status", "region")]
    skill_sets = table.read("skills", skills(known), findings)
    cost = table.read("hourly_cost", amount(comma), findings)
    least = table.read("min_hours_per_week", optional(hours(comma, _WEEK_HOURS), 0), findings)
    most = table.read("max_hours_per_week", hours(comma, _WEEK_HOURS), findings)
    limits = _limits(table, findings)
    day = optional_or_none(calendar_date)
    started = table.read_optional("started_on", day, None, findings)
    standings = read_standings(table, calendars, findings)
    agreed = read_terms(table, {one.id for one in config.shift_templates}, findings)
    table.refuse_repeats({"worker_id": ids}, rows_read(ids), findings)
    _refuse_crossed(table, least, most, findings)
    refuse_crossed_terms(table, findings)
    rows = tuple(
        WorkerRow(
            id=ids[row],
            name=texts[0][row] or ids[row],
            skills=skill_sets[row],
            contract=texts[1][row],
            status=texts[2][row],
            region=texts[3][row],
            hourly_cost=cost[row],
            min_minutes_per_week=least[row],
            max_minutes_per_week=most[row],
            max_shifts_per_day=limits[0][row],
            max_consecutive_days=limits[1][row],
            min_rest_minutes=limits[2][row],
            started_on=started[row],
            standing=Standing(*(column[row] for column in standings)),  # type: ignore[arg-type]
            terms=Terms(*(column[row] for column in agreed)),  # type: ignore[arg-type]
            line=int(table.row_lines[row]),
        )
        for row in rows_read(
            ids, *texts, skill_sets, cost, least, most, *limits, started, *standings, *agreed
        ).tolist()
    )
    return Workers(rows, frozenset(ids.distinct))


def _limits(table: Table, findings: Findings) -> tuple[Values[int | None], ...]:
    parsers = (
        ("max_shifts_per_day", whole(0, 24)),
        ("max_consecutive_days", whole(0, 366)),
        ("min_rest_hours", hours(table.has_decimal_comma, 24)),
    )
    return tuple(
        table.read_optional(name, optional_or_none(parse), None, findings)
        for name, parse in parsers
    )


def _refuse_crossed(
    table: Table, least: Values[int], most: Values[int], findings: Findings
) -> None:
    for row in rows_read(least, most):
        if least[row] > most[row]:
            message = f"{least[row] / 60:g} hours exceed max_hours_per_week, {most[row] / 60:g}"
            table.refuse(int(row), "min_hours_per_week", message, findings)


def read_availability(
    table: Table, ids: frozenset[str] | None, config: SiteConfig, horizon: Horizon, f: Findings
) -> dict[str, tuple[Window, ...]]:
    """The windows of each worker inside the horizon, by start; windows that touch stay apart.

    Two windows of one worker may not overlap. What lies outside the horizon is cut off or left
    out, with one note that counts both.
    """
    worker = table.read("worker_id", worker_id(ids), f)
    start = table.read("start", instant(config.zone), f)
    end = table.read("end", instant(config.zone), f)
    wish = table.read("preference", optional(whole(-2, 2), 0), f)
    forward = refuse_backwards(table, start, end, f)
    _refuse_overlaps(table, worker, start, end, forward, f)
    first = epoch_minutes(horizon.start)
    windows: dict[str, list[Window]] = {}
    num_outside = num_cut = 0
    for row in np.intersect1d(forward, rows_read(worker, wish)).tolist():
        asked = (start[row] - first, end[row] - first)
        inside = (max(asked[0], 0), min(asked[1], horizon.num_minutes))
        if inside[0] >= inside[1]:
            num_outside += 1
            continue
        num_cut += inside != asked
        windows.setdefault(worker[row], []).append(Window(*inside, wish[row]))
    if num_outside or num_cut:
        text = f"{num_outside:,} windows outside the horizon left out, {num_cut:,} cut at its edge"
        f.note(table.file, text)
    return {
        one: tuple(sorted(spans, key=lambda span: span.start)) for one, spans in windows.items()
    }


def _refuse_overlaps(
    table: Table,
    worker: Values[str],
    start: Values[int],
    end: Values[int],
    rows: IntArray,
    findings: Findings,
) -> None:
    """Spans of one worker that share time are problems which name both lines."""
    rows = np.intersect1d(rows, rows_read(worker))
    order = np.lexsort((start.take(rows, np.int64), worker.codes[rows]))
    last: int | None = None  # of this worker's spans so far, the one that ends last
    for row in rows[order].tolist():
        if last is None or worker.codes[row] != worker.codes[last]:
            last = row
            continue
        if start[row] < end[last]:
            earlier, later = sorted((row, last))
            message = f"overlaps the time on line {table.row_lines[earlier]} of the same worker"
            table.refuse(later, "start", message, findings)
        if end[row] > end[last]:
            last = row


def read_pins(
    table: Table, ids: frozenset[str] | None, config: SiteConfig, horizon: Horizon, f: Findings
) -> tuple[Pin, ...]:
    """The shifts that must stay; each lies inside the horizon."""
    first = epoch_minutes(horizon.start)
    last = first + horizon.num_minutes
    outside = f"lies outside the horizon, {span_text(horizon)}"
    inside = limited(instant(config.zone), lambda minute: first <= minute < last, outside)
    worker = table.read("worker_id", worker_id(ids), f)
    queue = table.read("queue", queue_id({queue.id for queue in config.queues}), f)
    start = table.read("start", inside, f)
    minutes = table.read("minutes", whole(1, 1440), f)
    table.refuse_repeats({"worker_id": worker, "start": start}, rows_read(worker, start), f)
    for row in rows_read(start, minutes).tolist():
        if start[row] + minutes[row] > last:
            message = f"the shift ends after the horizon, {span_text(horizon)}"
            table.refuse(row, "minutes", message, f)
    return tuple(
        Pin(worker[row], queue[row], start[row] - first, minutes[row])
        for row in rows_read(worker, queue, start, minutes).tolist()
    )


def read_shift_history(
    table: Table, ids: frozenset[str] | None, config: SiteConfig, horizon: Horizon, f: Findings
) -> dict[str, tuple[Span, ...]]:
    """What each worker worked before the horizon, by start; the minutes are negative.

    Every worker must be in ``workers.csv``: a mistyped id would lose the rest owed to someone.
    """
    first = epoch_minutes(horizon.start)
    past = limited(
        instant(config.zone),
        lambda minute: minute <= first,
        "is after the horizon's start: only shifts that ended before it belong here",
    )
    worker = table.read("worker_id", worker_id(ids), f)
    start = table.read("start", instant(config.zone), f)
    end = table.read("end", past, f)
    forward = refuse_backwards(table, start, end, f)
    _refuse_overlaps(table, worker, start, end, forward, f)
    spans: dict[str, list[Span]] = {}
    for row in np.intersect1d(forward, rows_read(worker)).tolist():
        spans.setdefault(worker[row], []).append(Span(start[row] - first, end[row] - first))
    return {one: tuple(sorted(past, key=lambda span: span.start)) for one, past in spans.items()}


def read_external_shifts(
    table: Table, ids: frozenset[str] | None, config: SiteConfig, horizon: Horizon, f: Findings
) -> dict[str, tuple[Span, ...]]:
    """What each worker works for others inside the horizon, and before it with negative minutes.

    A shift that passes the horizon's start has to be stated as two.
    """
    first = epoch_minutes(horizon.start)
    worker = table.read("worker_id", worker_id(ids), f)
    start = table.read("start", instant(config.zone), f)
    end = table.read("end", instant(config.zone), f)
    forward = refuse_backwards(table, start, end, f)
    _refuse_overlaps(table, worker, start, end, forward, f)
    spans: dict[str, list[Span]] = {}
    for row in np.intersect1d(forward, rows_read(worker)).tolist():
        if start[row] < first < end[row]:
            table.refuse(row, "start", "passes the horizon's start: state two shifts", f)
        spans.setdefault(worker[row], []).append(Span(start[row] - first, end[row] - first))
    return {one: tuple(sorted(own, key=lambda span: span.start)) for one, own in spans.items()}
