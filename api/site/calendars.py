"""``calendars.csv``: lectures, exams and breaks, of one university or school each."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from api.site.cells import CellInvalid, calendar_date, identifier
from api.site.problems import Findings
from api.site.tables import Columns, Table, rows_read

CALENDARS = Columns(("calendar", "start", "end", "kind"))
KINDS = ("break", "exam", "lecture")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to ``end``, both included."""

    start: date
    end: date
    kind: str


def read_calendars(table: Table, findings: Findings) -> dict[str, tuple[Period, ...]]:
    """The periods of each calendar, in the order of the file."""
    name = table.read("calendar", identifier, findings)
    start = table.read("start", calendar_date, findings)
    end = table.read("end", calendar_date, findings)
    kind = table.read("kind", _kind, findings)
    rows = rows_read(start, end)
    is_backwards = np.array([end[row] < start[row] for row in rows.tolist()], dtype=bool)
    for row in rows[is_backwards].tolist():
        table.refuse(row, "end", "expected a day not before the start of this row", findings)
    found: dict[str, list[Period]] = {}
    for row in np.setdiff1d(rows_read(name, start, end, kind), rows[is_backwards]).tolist():
        found.setdefault(name[row], []).append(Period(start[row], end[row], kind[row]))
    return {one: tuple(periods) for one, periods in found.items()}


def _kind(text: str) -> str:
    if text not in KINDS:
        raise CellInvalid.expected(f"one of {', '.join(KINDS)}", text)
    return text
