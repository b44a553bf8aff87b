"""``prices.csv`` and ``fairness.csv``: the figures of those sections, for programs."""

from collections.abc import Iterator
from pathlib import Path

from scheduler.explain.fairness import fairness
from scheduler.explain.prices import PricedHour, priced_hours
from scheduler.export.explained import share_columns, share_row
from scheduler.export.report import Report
from scheduler.export.text import RFC4180, money, write_csv
from scheduler.export.words import DAYS

PRICE_COLUMNS = ("queue", "start", "weekday", "hour", "worth")


def write_prices(report: Report, path: Path) -> None:
    """Each queue and hour with what one more worker through it would save, in the currency.

    Without prices there is no row.
    """
    rows = (
        (
            one.queue,
            one.start,
            DAYS[one.start.weekday()],
            one.start.hour,
            money(round(one.worth)),
        )
        for one in _hours(report)
    )
    write_csv(path, PRICE_COLUMNS, rows, RFC4180)


def _hours(report: Report) -> Iterator[PricedHour]:
    if report.prices is not None:
        yield from priced_hours(report.problem, report.prices)


def write_fairness(report: Report, path: Path) -> None:
    """Each worker with what he got of what he offered."""
    found = fairness(report.problem, report.schedule.shifts)
    rows = (share_row(one, report.names.get(one.worker, "")) for one in found.workers)
    write_csv(path, share_columns(), rows, RFC4180)
