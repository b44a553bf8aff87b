"""``report.html``: the report's figures and pictures put into one page."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from scheduler.export import words
from scheduler.export.charts import hours_chart, queue_chart
from scheduler.export.explained import explained
from scheduler.export.report import QueueOutlook, Report
from scheduler.export.score import score_cells, score_rows
from scheduler.export.summary import (
    QueueDay,
    missing_by_hour,
    queue_days,
    unmet_runs,
    worker_loads,
)
from scheduler.export.tiles import tiles
from scheduler.policy import TERM_PREFIX

# Longer tables are cut with a sentence that says so; the CSV files and the workbook hold all rows.
MOST_ROWS = 500
SHADES = 5

TERMS = {
    "wages": "Wages",
    "unworked_minimum": "Guaranteed hours that are not worked",
    "understaffing": "Understaffing (price of unmet need)",
    "overstaffing": "Overstaffing (price of surplus workers)",
    "preference": "Workers' preferences not met",
    "fairness": "Uneven load",
    "requests": "Requests not granted",
    "rolling_shortfall": "Hours below a rolling minimum",
    "period_excess": "Hours beyond a limit that is priced",
    "soft_limits": "Short rests and long runs of days, where they are priced",
    "desired_hours": "Hours off the desired ones",
    "unpopular_hours": "Uneven share of unpopular hours",
    "changes": "Changes of the schedule that people know",
    "no_shows": "Too few who come, after no-shows",
    "late_work": "Late work (of queues whose work may wait)",
}


def write_report(report: Report, path: Path) -> None:
    """``report.html``: one file that shows the schedule offline, without scripts."""
    path.write_text(render(report), encoding="utf-8", newline="\n")


def render(report: Report) -> str:
    """The whole page; all text is escaped, nothing is loaded from elsewhere."""
    environment = Environment(
        loader=PackageLoader("scheduler.export", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"hours": words.hours, "percent": words.percent, "day": words.short_day}
    environment.globals |= {
        "count": words.count, "amount": words.amount, "score_cells": score_cells,
        "score_rows": score_rows,
    }  # fmt: skip
    loads, runs, queues = worker_loads(report), unmet_runs(report), list(_pictures(report))
    return environment.get_template("report.html.j2").render(
        report=report,
        horizon=report.problem.horizon,
        currency=report.problem.currency,
        period=_period(report),
        tiles=tiles(report),
        queues=queues,
        forecast=any(queue.contacts is not None for queue in queues),
        levels=any(queue.service_level is not None for queue in queues),
        heat=_shaded(missing_by_hour(report)),
        loads=loads[:MOST_ROWS],
        num_workers=len(loads),
        hours_picture=hours_chart(loads, "hours"),
        hours_sentence=_hours_sentence([load.minutes for load in loads]),
        runs=runs[:MOST_ROWS],
        num_runs=len(runs),
        terms=_terms(report),
        record=list(_record(report)),
        **explained(report),
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """One queue: its picture, the sentence that says the same, and the figures by day."""

    key: str
    outlook: QueueOutlook
    svg: Markup
    sentence: str
    days: list[QueueDay]
    required: int
    staffed: int
    missing: int
    contacts: float | None
    service_level: float | None


def _pictures(report: Report) -> Iterator[Picture]:
    length = report.problem.horizon.interval_minutes
    for number, outlook in enumerate(report.outlooks, start=1):
        key = f"queue-{number}"
        days = queue_days(report, outlook)
        missing = report.missing[outlook.queue]
        mean = outlook.contacts_mean
        yield Picture(
            key=key,
            outlook=outlook,
            svg=queue_chart(outlook, report.problem.horizon, missing, key),
            sentence=_queue_sentence(report, outlook),
            days=days,
            required=int(outlook.requirement.sum()) * length,
            staffed=int(outlook.staffed.sum()) * length,
            missing=int(missing.sum()) * length,
            contacts=None if mean is None else float(mean.sum()),
            service_level=outlook.mean_service_level(slice(None)),
        )


def _queue_sentence(report: Report, outlook: QueueOutlook) -> str:
    horizon, missing = report.problem.horizon, report.missing[outlook.queue]
    required, staffed = (
        words.hours(int(values.sum()) * horizon.interval_minutes)
        for values in (outlook.requirement, outlook.staffed)
    )
    parts = [
        f"{required} worker-hours are required, at most {int(outlook.requirement.max())} workers "
        f"at once; {staffed} are staffed."
    ]
    if outlook.contacts_mean is not None:
        parts.insert(0, f"About {outlook.contacts_mean.sum():,.0f} contacts need a human.")
    if missing.any():
        lacking = words.hours(int(missing.sum()) * horizon.interval_minutes)
        worst = int(missing.argmax())
        instant = horizon.instant(worst * horizon.interval_minutes)
        parts.append(
            f"{lacking} worker-hours are missing, most of all "
            f"{words.count(int(missing[worst]), 'worker')} on "
            f"{words.short_day(instant)} at {instant:%H:%M}."
        )
    else:
        parts.append("Nobody is missing at any time.")
    return " ".join(parts)


def _hours_sentence(minutes: list[int]) -> str:
    """``minutes`` of each worker, most first."""
    if not any(minutes):
        return "Nobody has a shift."
    if minutes[0] == minutes[-1]:
        return f"Each of {words.count(len(minutes), 'worker')} has {words.hours(minutes[0])} hours."
    idle = minutes.count(0)
    idle_text = f"{idle:,} of {len(minutes):,} have no shift" if idle else "everybody has a shift"
    middle = words.hours(minutes[len(minutes) // 2])
    return (
        f"From {words.hours(minutes[0])} down to {words.hours(minutes[-1])} hours; half of the "
        f"workers have {middle} hours or more; {idle_text}."
    )


def _period(report: Report) -> str:
    horizon = report.problem.horizon
    first, last = words.long_day(horizon.dates[0]), words.long_day(horizon.dates[-1])
    span = first if horizon.days == 1 else f"{first} to {last}"
    return f"{span} ({words.count(horizon.days, 'day')}, {horizon.time_zone})"


def _shaded(
    hours: list[tuple[date, list[int]]],
) -> list[tuple[date, list[tuple[int, int]]]]:
    """Each cell with its shade: 0 for none, then equal steps up to the worst hour."""
    worst = max((minutes for _, cells in hours for minutes in cells), default=0)
    return [
        (day, [(minutes, -(-minutes * SHADES // worst) if minutes else 0) for minutes in cells])
        for day, cells in hours
    ]


def _terms(report: Report) -> list[tuple[str, int, float]]:
    """Label, cents and share of the total for each term of the objective."""
    total = report.schedule.objective
    return [
        (term_label(term), cents, cents / total if total else 0)
        for term, cents in report.schedule.costs.items()
    ]


def term_label(term: str) -> str:
    """A term of the cost as a planner reads it; of a policy its name as it was declared."""
    if term.startswith(TERM_PREFIX):
        return f"Policy: {term.removeprefix(TERM_PREFIX)}"
    return TERMS.get(term, term.replace("_", " ").capitalize())


def _record(report: Report) -> Iterator[tuple[str, str]]:
    """What is needed to tell this run from another, as label and text."""
    schedule, currency = report.schedule, report.problem.currency
    yield "Status", schedule.status
    yield "Cost", words.amount(schedule.objective, currency)
    yield "Proven lower bound", words.amount(schedule.bound, currency)
    yield "Gap", words.percent(schedule.gap, 3)
    yield "Seconds of solving", f"{schedule.solve_seconds:.1f}"
    for key, value in schedule.run.items():
        yield key.replace("_", " ").capitalize(), _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
