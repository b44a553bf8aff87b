"""Uploads as the CSV text that a site folder holds: from CSV, XLSX or JSON rows."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from api.http.problems import Problem
from api.schemas.problem import FieldProblem
from api.settings import MIB
from api.site.read import CONFIG, TABLES

Format = Literal["csv", "xlsx", "json"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_PARTS = 1000  # files in a workbook
MAX_RATIO = 200  # unpacked to packed; real sheets reach about 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What an upload may need at most once it is unpacked."""

    unpacked_mib: int
    rows: int


def known_file(name: str) -> str:
    """The name of a file that a site has. Raises Problem 404 for another one."""
    if name != CONFIG and name not in TABLES:
        names = ", ".join((CONFIG, *TABLES))
        raise Problem(404, "no_such_file", f"a site has no such file; it has {names}")
    return name


def from_xlsx(name: str, body: bytes, limits: Limits) -> bytes:
    """The first sheet of a workbook as CSV; its rows keep their numbers.

    Raises Problem 413 for what unpacks to too much and 422 for what is no workbook.
    """
    _check_unpacked(name, body, limits)
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return _as_csv(_cells(sheet.iter_rows(), name, limits))
    except (InvalidFileException, KeyError, ValueError, IndexError, OSError) as error:
        raise _not_a_workbook(name) from error


def from_rows(name: str, rows: Sequence[dict[str, Any]], limits: Limits) -> bytes:
    """JSON objects as CSV; their keys are the columns, and null is an empty cell."""
    if len(rows) > limits.rows:
        raise _too_many_rows(name, limits)
    header = list(dict.fromkeys(key for row in rows for key in row))
    cells = ([_text(row.get(key)) for key in header] for row in rows)
    return _as_csv(iter([header, *cells]))


def _check_unpacked(name: str, body: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _not_a_workbook(name) from error
    too_dense = unpacked > 5 * MIB and unpacked > MAX_RATIO * len(body)
    if unpacked > limits.unpacked_mib * MIB or too_dense or len(parts) > MAX_PARTS:
        raise Problem(413, "too_large", f"{name}: unpacks to more than is allowed")


def _cells(rows: Iterator[tuple[Any, ...]], name: str, limits: Limits) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        if number > limits.rows:
            raise _too_many_rows(name, limits)
        yield [_cell_text(cell) for cell in row]


def _as_csv(rows: Iterator[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def _cell_text(cell: Any) -> str:
    """A cell's text; a spreadsheet keeps a day as its midnight and tells by the format."""
    value = cell.value
    if isinstance(value, datetime) and "h" not in str(cell.number_format).lower():
        return value.date().isoformat()
    return _text(value)


def _text(value: Any) -> str:
    """A value as a person would have typed it into the CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _not_a_workbook(name: str) -> Problem:
    errors = [FieldProblem(file=name, message="is not an XLSX workbook that can be read")]
    return Problem(422, "bad_workbook", f"{name}: is not an XLSX workbook", errors=errors)


def _too_many_rows(name: str, limits: Limits) -> Problem:
    return Problem(413, "too_large", f"{name}: more than {limits.rows} rows")
