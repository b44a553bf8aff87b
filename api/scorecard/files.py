"""``scorecard.csv``: written from rows and read back."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import get_args

from api.scorecard.card import Row, Scope
from api.scorecard.measures import RATIOS, SUMS, parts_of, unit_of
from api.scorecard.spans import Kind
from scheduler.errors import ProblemInvalid
from scheduler.export.text import RFC4180, Cell, write_csv

NAME = "scorecard.csv"
COLUMNS = (
    "site", "currency", "span", "period", "first_day", "last_day", "scope", "name", "measure",
    "unit", "value", "q05", "q95",
)  # fmt: skip
DIGITS = 6


def write_scorecard(rows: Sequence[Row], path: Path) -> None:
    """A row per figure: amounts in the currency's unit, time in hours or minutes."""
    write_csv(path, COLUMNS, map(_cells, rows), RFC4180)


def _cells(row: Row) -> tuple[Cell, ...]:
    figures = (row.value, row.low, row.high)
    return (
        row.site, row.currency, row.span, row.period, row.first_day, row.last_day, row.scope,
        row.name, row.measure, unit_of(row.measure),
        *(None if one is None else round(one / parts_of(row.measure), DIGITS) for one in figures),
    )  # fmt: skip


def read_scorecard(path: Path) -> list[Row]:
    """The rows of a result folder's scorecard, or of the file itself.

    Raises ProblemInvalid, with the line, for a file that is none.
    """
    file = path / NAME if path.is_dir() else path
    if path.is_dir() and not file.is_file():
        raise ProblemInvalid(f"{path}: has no {NAME}; a plan with a forecast writes one")
    with file.open(encoding="utf-8", newline="") as stream:
        return list(_rows(file, stream))


def is_of(folder: Path, costs: Mapping[str, int]) -> bool:
    """Whether a folder's scorecard has the wages and the unmet need of a schedule."""
    if not (folder / NAME).is_file():
        return False
    whole = {
        row.measure: round(row.value)
        for row in read_scorecard(folder)
        if (row.span, row.scope) == ("plan", "all")
    }
    pairs = (("wages", "wages"), ("understaffing_cost", "understaffing"))
    return all(whole.get(name) == costs.get(term) for name, term in pairs)


def _rows(file: Path, stream: Iterator[str]) -> Iterator[Row]:
    try:
        reader = csv.DictReader(stream, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ProblemInvalid(f"{file}:1: expected the columns {','.join(COLUMNS)}")
        for cells in reader:
            yield _row(file, reader.line_num, cells)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ProblemInvalid(f"{file}: is no scorecard: {error}") from None


def _row(file: Path, line: int, cells: dict[str, str]) -> Row:
    try:
        measure = cells["measure"]
        if measure not in SUMS and measure not in RATIOS:
            raise ValueError(f"unknown measure {measure!r}")
        if cells["span"] not in get_args(Kind) or cells["scope"] not in get_args(Scope):
            raise ValueError("unknown span or scope")
        value, low, high = (
            float(cells[name]) * parts_of(measure) if cells[name] else None
            for name in ("value", "q05", "q95")
        )
        if value is None:
            raise ValueError("value is missing")
        return Row(
            _plain(cells["site"]), cells["currency"], cells["span"],  # type: ignore[arg-type]
            cells["period"], date.fromisoformat(cells["first_day"]),
            date.fromisoformat(cells["last_day"]), cells["scope"],  # type: ignore[arg-type]
            _plain(cells["name"]), measure, value, low, high,
        )  # fmt: skip
    except (ValueError, TypeError) as error:
        raise ProblemInvalid(f"{file}:{line}: is no row of a scorecard: {error}") from None


def _plain(text: str) -> str:
    """Text without the quote that keeps a spreadsheet from calculating it."""
    return text[1:] if text.startswith("'") else text
