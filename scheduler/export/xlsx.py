"""The schedule as one workbook, for every spreadsheet in every language."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scheduler.export.report import Report
from scheduler.export.shifts import (
    SEGMENT_COLUMNS,
    coverage_columns,
    coverage_rows,
    segment_rows,
    shift_columns,
    shift_rows,
)
from scheduler.export.summary import unmet_runs, worker_loads
from scheduler.export.text import Cell, harmless, money
from scheduler.export.words import offset

LAST_ROW = 1_048_575  # the format's limit, counted from 0
WIDEST = 40
Row = Sequence[Cell]


def write_workbook(report: Report, path: Path) -> None:
    """Shifts, blended their segments, coverage, hours and understaffing, a sheet each.

    Text is written as text, so no cell is a live formula. Times are the site's wall clock
    with the offset in a column of its own, because a spreadsheet knows no zones.
    """
    with Workbook(str(path)) as book:
        # The run's time, not the clock's: the same schedule gives the same bytes.
        book.set_properties(
            {"title": report.site_name, "created": report.finished.replace(tzinfo=None)}
        )
        book.set_calc_mode("manual")
        sheets = _Sheets(book)
        sheets.add("Shifts", (*shift_columns(report), "zone"), _with_zone(shift_rows(report), 5))
        if report.problem.is_blended:
            sheets.add("Segments", (*SEGMENT_COLUMNS, "zone"), _with_zone(segment_rows(report), 4))
        columns = coverage_columns(report)
        rows = (row[: len(columns)] for row in coverage_rows(report))
        sheets.add("Coverage", (*columns, "zone"), _with_zone(rows, 1))
        sheets.add("Hours", HOURS_COLUMNS, _hours_rows(report))
        sheets.add("Understaffing", (*UNMET_COLUMNS, "zone"), _with_zone(_unmet_rows(report), 1))


HOURS_COLUMNS = ("worker", "name", "shifts", "hours", "wages")
UNMET_COLUMNS = ("queue", "from", "to", "fewest_missing", "most_missing", "worker_hours", "cost")


def _hours_rows(report: Report) -> Iterable[Row]:
    for load in worker_loads(report):
        hours = round(load.minutes / 60, 2)
        yield load.worker, report.names.get(load.worker, ""), load.shifts, hours, money(load.wages)


def _unmet_rows(report: Report) -> Iterable[Row]:
    for run in unmet_runs(report):
        hours = round(run.worker_minutes / 60, 2)
        yield run.queue, run.start, run.end, run.fewest, run.most, hours, money(run.cost)


def _with_zone(rows: Iterable[Row], column: int) -> Iterable[Row]:
    for row in rows:
        instant = row[column]
        yield (*row, offset(instant) if isinstance(instant, datetime) else None)


class _Sheets:
    """Adds tables with a frozen header row, filters and fitting widths."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.header = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EDF2"})
        # The mark that a cell is text even after someone edits it.
        self.quoted = book.add_format({"quote_prefix": True})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.money = book.add_format({"num_format": "#,##0.00"})

    def add(self, name: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """A sheet; rows beyond the format's limit are left out and the last row says so."""
        sheet = self.book.add_worksheet(name)
        widths = [len(column) + 2 for column in columns]
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column, self.header)
        last = 0
        for last, row in enumerate(rows, start=1):
            if last == LAST_ROW:
                sheet.write_string(last, 0, "More rows do not fit: see the CSV files.")
                break
            for at, value in enumerate(row):
                self._write(sheet, last, at, value)
                widths[at] = max(widths[at], _width(value))
        for at, width in enumerate(widths):
            sheet.set_column(at, at, min(width, WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)

    def _write(self, sheet: Worksheet, row: int, at: int, value: Cell) -> None:
        if isinstance(value, str):
            sheet.write_string(row, at, value, self._text_format(value))
        elif isinstance(value, datetime):
            sheet.write_datetime(row, at, value.replace(tzinfo=None), self.moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, at, value, self.day)
        elif isinstance(value, Decimal):
            sheet.write_number(row, at, float(value), self.money)
        elif value is not None and value == value:  # NaN, the unknown, is not equal to itself
            sheet.write_number(row, at, value)

    def _text_format(self, value: str) -> Format | None:
        return self.quoted if harmless(value) != value else None


def _width(value: Cell) -> int:
    return 17 if isinstance(value, datetime) else len(str(value)) + 1
