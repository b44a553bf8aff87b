"""From the text of a CSV file to a table: separator, header, rows."""

import csv
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from api.site.problems import Findings, listed, shown
from api.site.source import Source
from api.site.tables import Columns, Table, cell_pattern, cell_place
from scheduler.denied import denial, denied_feature

MAX_ROWS = 5_000_000
_CHUNK = 200  # rows at once; so few that the garbage collector seldom starts
_DELIMITERS = (",", ";", "\t")


def read_table(source: Source, columns: Columns, findings: Findings) -> Table | None:
    """The table in a text, or None when its header or its quotes are broken.

    Separated by commas, semicolons or tabs, as the header shows. Rows with too many or too
    few fields are problems and left out; blank rows are passed over.
    """
    delimiter = _delimiter(source, columns)
    reader = csv.reader(source.lines(), delimiter=delimiter, strict=True)
    rows = _numbered_rows(reader)
    try:
        header_line, header = next(rows, (0, []))
        names = tuple(name.strip() for name in header)
        if not _header_fits(source, delimiter, header_line, names, columns, findings):
            return None
        return _collect(source, delimiter, names, rows, findings)
    except csv.Error as error:
        # Most often a quote that is never closed and swallows the rest of the file.
        line = min(reader.line_num, max(1, len(source.line_starts) - 1))
        findings.add(source.file, f"broken quotes in this row or above it ({error})", line)
        return None


def _numbered_rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line it begins on."""
    line = 1
    for row in reader:
        if any(row):
            yield line, row
        line = reader.line_num + 1


def _delimiter(source: Source, columns: Columns) -> str:
    """The separator under which the first line holds most of the known names."""
    header = next((line for line in source.lines() if line.strip()), "")

    def num_known(delimiter: str) -> int:
        return sum(name.strip(' "\r\n') in columns.known for name in header.split(delimiter))

    return max(_DELIMITERS, key=num_known)  # the first of equals: the comma


def _header_fits(
    source: Source,
    delimiter: str,
    line: int,
    names: tuple[str, ...],
    columns: Columns,
    findings: Findings,
) -> bool:
    if not names:
        findings.add(source.file, f"is empty; expected the columns {', '.join(columns.required)}")
        return False
    if not set(names) & set(columns.known):
        message = (
            f"expected the columns {', '.join(columns.required)} separated by , ; or tab, "
            f"found {shown(delimiter.join(names))}"
        )
        findings.add(source.file, message, line, 1)
        return False
    before = len(findings.problems)
    missing = [name for name in columns.required if name not in names]
    if missing:
        word = "column is" if len(missing) == 1 else "columns are"
        findings.add(source.file, f"{word} missing: {', '.join(missing)}", line)
    cell = cell_pattern(delimiter)
    for position, name in enumerate(names):
        if name not in columns.known and (feature := denied_feature(name)) is not None:
            message = f"column {shown(name)}: {denial(feature)}"
        elif name not in columns.known:
            message = f"unknown column {shown(name)}; known: {listed(columns.known, 20)}"
        elif name in names[:position]:
            message = f"the column {name} is there twice"
        else:
            continue
        findings.add(source.file, message, *cell_place(source, cell, line, position))
    return len(findings.problems) == before


class _Numbers(dict[str, int]):
    """Distinct texts numbered in the order they come."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


def _collect(
    source: Source,
    delimiter: str,
    names: tuple[str, ...],
    rows: Iterator[tuple[int, list[str]]],
    findings: Findings,
) -> Table | None:
    texts = [_Numbers() for _ in names]
    codes = [array("q") for _ in names]
    lines = array("q")
    chunk: list[list[str]] = []
    for line, row in rows:
        if len(row) != len(names):
            _refuse_row(source, delimiter, names, line, row, findings)
            continue
        lines.append(line)
        chunk.append(row)
        if len(chunk) == _CHUNK:
            _encode(chunk, texts, codes)
        if len(lines) > MAX_ROWS:
            findings.add(source.file, f"more than the {MAX_ROWS:,} rows allowed", line)
            return None
    _encode(chunk, texts, codes)
    return Table(
        source,
        delimiter,
        names,
        np.array(lines, dtype=np.int64),
        {name: np.array(part, dtype=np.int64) for name, part in zip(names, codes, strict=True)},
        {name: tuple(index) for name, index in zip(names, texts, strict=True)},
    )


def _encode(chunk: list[list[str]], texts: list[_Numbers], codes: list["array[int]"]) -> None:
    for index, column, cells in zip(texts, codes, zip(*chunk, strict=True), strict=False):
        column.extend(map(index.__getitem__, cells))
    chunk.clear()


def _refuse_row(
    source: Source,
    delimiter: str,
    names: Sequence[str],
    line: int,
    row: list[str],
    findings: Findings,
) -> None:
    message = f"expected {len(names)} fields, found {len(row)}"
    if delimiter == ";" and "skills" in names and len(row) > len(names):
        message += ' (where ; separates the fields, skills such as "de;en" stand in quotes)'
    if len(row) < len(names):
        findings.add(source.file, message, line)
        return
    place = cell_place(source, cell_pattern(delimiter), line, len(names))
    findings.add(source.file, message, *place)
