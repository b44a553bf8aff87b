"""A worker's shifts as CSV, as a workbook, and as one page to print."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import xlsxwriter
from babel.dates import format_datetime, format_skeleton
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.feeds.shifts import WorkerShifts
from api.feeds.words import say
from api.storage.tables import FeedEvent
from scheduler.export.text import EXCEL_DE, RFC4180, Cell, Profile, harmless

TEMPLATES = Path(__file__).parent / "templates"
COLUMNS = ("day", "start", "end", "hours", "queue", "state")


@dataclass(frozen=True, slots=True)
class Line:
    """One shift, in local times and hours of real time."""

    start: datetime
    end: datetime
    hours: float
    queue: str
    is_cancelled: bool

    @property
    def week(self) -> tuple[int, int]:
        """ISO year and week of its start."""
        year, week, _ = self.start.isocalendar()
        return year, week


def lines(shifts: WorkerShifts) -> list[Line]:
    """The shifts as a person reads them."""
    return [_line(one, shifts) for one in shifts.events]


def _line(one: FeedEvent, shifts: WorkerShifts) -> Line:
    start, end = (at.astimezone(shifts.zone) for at in (one.start_at, one.end_at))
    # By the instants: a night of the clock change has an hour more or less.
    hours = (one.end_at - one.start_at).total_seconds() / 3600
    return Line(start, end, round(hours, 2), one.queue, one.is_cancelled)


def as_csv(shifts: WorkerShifts, language: str) -> bytes:
    """For spreadsheets of the language's country; each cell is harmless."""
    profile: Profile = EXCEL_DE if language in ("de", "sv") else RFC4180
    text = io.StringIO()
    writer = csv.writer(text, delimiter=profile.delimiter, lineterminator="\r\n")
    writer.writerow([say(name, language) for name in COLUMNS])
    for line in lines(shifts):
        writer.writerow([profile.cell(value) for value in _cells(line, language)])
    return text.getvalue().encode(profile.encoding)


def as_xlsx(shifts: WorkerShifts, language: str) -> bytes:
    """A workbook; times are the site's wall clock, since cells hold no zone."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(say("shifts", language)[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "ddd yyyy-mm-dd", "align": "left"})
        clock = book.add_format({"num_format": "hh:mm", "align": "left"})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, say(name, language), bold)
        for row, line in enumerate(lines(shifts), start=1):
            sheet.write_datetime(row, 0, line.start.replace(tzinfo=None), day)
            sheet.write_datetime(row, 1, line.start.replace(tzinfo=None), clock)
            sheet.write_datetime(row, 2, line.end.replace(tzinfo=None), clock)
            sheet.write_number(row, 3, line.hours)
            sheet.write_string(row, 4, harmless(line.queue))
            sheet.write_string(row, 5, _state(line, language))
        sheet.set_column(0, 0, 16)
        sheet.set_column(4, 5, 22)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return out.getvalue()


def _cells(line: Line, language: str) -> Sequence[Cell]:
    return (
        line.start.date(),
        f"{line.start:%H:%M}",
        f"{line.end:%H:%M}",
        line.hours,
        line.queue,
        _state(line, language),
    )


def _state(line: Line, language: str) -> str:
    return say("cancelled" if line.is_cancelled else "confirmed", language)


def as_page(shifts: WorkerShifts, language: str, at: datetime) -> bytes:
    """One page, to be printed or to be read on a telephone; it asks nobody for anything."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    template = environment.get_template("shifts.html.j2")
    now_there = format_datetime(at.astimezone(shifts.zone), "short", locale=language)
    page = template.render(
        language=language,
        title=say("shifts_of", language, name=shifts.name),
        weeks=list(_weeks(shifts, language)),
        columns={name: say(name, language) for name in COLUMNS},
        words={name: say(name, language) for name in ("total", "none", "cancelled")},
        foot=say("times", language, zone=shifts.zone.key, at=now_there),
    )
    return page.encode()


@dataclass(frozen=True, slots=True)
class Week:
    """The shifts of one ISO week, as texts."""

    title: str
    rows: Sequence[dict[str, str | bool]]
    total: str


def _weeks(shifts: WorkerShifts, language: str) -> Iterator[Week]:
    for (_, number), found in groupby(lines(shifts), key=lambda line: line.week):
        rows = list(found)
        total = sum(line.hours for line in rows if not line.is_cancelled)
        yield Week(
            say("week", language, number=str(number)),
            [_texts(line, language) for line in rows],
            format_decimal(total, locale=language),
        )


def _texts(line: Line, language: str) -> dict[str, str | bool]:
    return {
        "day": format_skeleton("MMMEd", line.start, locale=language),
        "start": f"{line.start:%H:%M}",
        "end": f"{line.end:%H:%M}",
        "hours": format_decimal(line.hours, locale=language),
        "queue": line.queue,
        "is_cancelled": line.is_cancelled,
    }
