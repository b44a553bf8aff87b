"""CSV tables whose every cell knows its line and column."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.site.cells import CellInvalid, Parse
from api.site.problems import Findings
from api.site.source import Source
from scheduler.problem import IntArray

T = TypeVar("T")


@dataclass(frozen=True)
class Columns:
    """What a file may hold."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """All names, required ones first."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Values(Generic[T]):
    """A parsed column: ``distinct[codes[row]]`` is the value of a row; code -1 was refused."""

    codes: IntArray
    distinct: tuple[T, ...]

    def take(self, rows: IntArray, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """The values of these rows, none of which was refused."""
        distinct = np.empty(len(self.distinct), dtype=dtype)
        for index, value in enumerate(self.distinct):
            distinct[index] = value
        return np.asarray(distinct[self.codes[rows]])

    def __getitem__(self, row: int) -> T:
        return self.distinct[int(self.codes[row])]


@dataclass(frozen=True)
class Table:
    """The rows of one file, kept as codes into the distinct texts of each column.

    A column of a million cells seldom holds more than some thousand texts, so values are
    parsed once per text. Rows that are blank are left out; ``row_lines`` says where the
    others begin.
    """

    source: Source
    delimiter: str
    names: tuple[str, ...]
    row_lines: IntArray
    codes: dict[str, IntArray]
    texts: dict[str, tuple[str, ...]]

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.source.file

    def __len__(self) -> int:
        return len(self.row_lines)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    @property
    def has_decimal_comma(self) -> bool:
        """Whether 14,60 may be meant as a number: only where the comma separates nothing."""
        return self.delimiter == ";"

    @cached_property
    def _cell(self) -> re.Pattern[str]:
        return cell_pattern(self.delimiter)

    def refuse(self, row: int, name: str, message: str, findings: Findings) -> None:
        """Collect a problem placed at a cell."""
        place = cell_place(self.source, self._cell, self.row_lines[row], self.names.index(name))
        findings.add(self.file, f"{name}: {message}", *place)

    def read(self, name: str, parse: Parse[T], findings: Findings) -> Values[T]:
        """Parse a column; each refused cell becomes a problem."""
        index: dict[T, int] = {}
        refused: dict[int, str] = {}
        recode = np.full(len(self.texts[name]), -1, dtype=np.int64)
        for code, text in enumerate(self.texts[name]):
            try:
                recode[code] = index.setdefault(parse(text.strip()), len(index))
            except CellInvalid as error:
                refused[code] = str(error)
        text_codes = self.codes[name]
        codes = recode[text_codes]
        for row in np.flatnonzero(codes < 0):
            self.refuse(int(row), name, refused[int(text_codes[row])], findings)
        return Values(codes, tuple(index))

    def read_optional(self, name: str, parse: Parse[T], absent: T, findings: Findings) -> Values[T]:
        """Parse a column that may be absent: then every row holds ``absent``."""
        if name in self:
            return self.read(name, parse, findings)
        return Values(np.zeros(len(self), dtype=np.int64), (absent,))

    def refuse_repeats(
        self, keys: dict[str, Values[Any]], rows: IntArray, findings: Findings
    ) -> None:
        """Each row whose key was there before is a problem that names both lines."""
        combined = np.zeros(len(rows), dtype=np.int64)
        for values in keys.values():
            step = combined * max(len(values.distinct), 1) + values.codes[rows]
            combined = pd.factorize(step)[0].astype(np.int64)
        again = pd.Series(combined).duplicated().to_numpy()
        if not again.any():
            return
        first_row = dict(zip(combined[::-1].tolist(), rows[::-1].tolist(), strict=True))
        what = " and ".join(keys)
        for row, key in zip(rows[again], combined[again], strict=True):
            line = self.row_lines[first_row[int(key)]]
            self.refuse(int(row), next(iter(keys)), f"the same {what} as on line {line}", findings)


def rows_read(*columns: Values[Any]) -> IntArray:
    """The rows that none of these columns refused."""
    is_read = np.logical_and.reduce([column.codes >= 0 for column in columns])
    return np.flatnonzero(is_read).astype(np.int64)


def refuse_backwards(
    table: Table, start: Values[int], end: Values[int], findings: Findings
) -> IntArray:
    """Each row that ends at or before its start is a problem; the other rows are returned."""
    rows = rows_read(start, end)
    is_forward = end.take(rows, np.int64) > start.take(rows, np.int64)
    for row in rows[~is_forward]:
        message = "expected an instant after the start of this row"
        table.refuse(int(row), "end", message, findings)
    return np.asarray(rows[is_forward], dtype=np.int64)


def cell_pattern(delimiter: str) -> re.Pattern[str]:
    """One field as the csv module reads it."""
    return re.compile(rf'"(?:[^"]|"")*"|[^{delimiter}\r\n]*')


def cell_place(source: Source, cell: re.Pattern[str], line: int, position: int) -> tuple[int, int]:
    """Where the field at a position of a row begins; quoted fields may hold line ends."""
    offset = source.line_starts[line - 1]
    for _ in range(position):
        match = cell.match(source.text, offset)
        offset = (match.end() if match else offset) + 1
    return source.place(offset)
