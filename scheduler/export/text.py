"""Text that leaves the program: cells a spreadsheet cannot run, and the two kinds of CSV."""

import csv
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

Cell = str | int | float | Decimal | date | datetime | None

FORMULA_STARTS = frozenset("=+-@")
CONTROL_STARTS = frozenset("\t\r\0")
# Device names that Windows claims for itself, whatever the extension.
RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}
LONGEST_STEM = 100


def harmless(text: str) -> str:
    """Text that a spreadsheet shows and never calculates.

    A cell that begins, after any blanks, with ``= + - @`` (full-width forms included), or with
    tab, carriage return or NUL, gets a leading single quote. Apply it to text only: numbers
    stay numbers. OWASP ASVS 5.0, 1.2.10.
    """
    runs = text[:1] in CONTROL_STARTS or _first_mark(text) in FORMULA_STARTS
    return "'" + text if runs else text


def _first_mark(text: str) -> str:
    # Cc and Cf: control and zero-width characters, which show as nothing.
    visible = (
        mark
        for mark in text
        if not mark.isspace() and unicodedata.category(mark) not in ("Cc", "Cf")
    )
    return unicodedata.normalize("NFKC", next(visible, ""))[:1]


@dataclass(frozen=True, slots=True)
class Profile:
    """How a CSV is written: for programs, or for one country's spreadsheet.

    Without a ``day`` format a time is an ISO 8601 instant with its offset; with one it is the
    wall clock's day and HH:MM, which such a spreadsheet turns into a date.
    """

    delimiter: str
    encoding: str
    decimal: str
    day: str | None = None

    def cell(self, value: Cell) -> str:
        """One value as text; what is not known (None, NaN) is an empty cell."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, str):
            return harmless(value)
        if isinstance(value, datetime):
            return value.strftime(f"{self.day} %H:%M") if self.day else value.isoformat()
        if isinstance(value, date):
            return value.strftime(self.day) if self.day else value.isoformat()
        return str(value).replace(".", self.decimal)


RFC4180 = Profile(delimiter=",", encoding="utf-8", decimal=".")
# The byte order mark is what tells Excel that a CSV is UTF-8.
EXCEL = Profile(delimiter=",", encoding="utf-8-sig", decimal=".", day="%Y-%m-%d")
EXCEL_DE = Profile(delimiter=";", encoding="utf-8-sig", decimal=",", day="%d.%m.%Y")


def write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]], profile: Profile
) -> None:
    """A table as CSV with CRLF line ends; the one door for every CSV."""
    with path.open("w", encoding=profile.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=profile.delimiter, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([profile.cell(value) for value in row] for row in rows)


def file_stems(ids: Iterable[str]) -> dict[str, str]:
    """A file name without extension for each id: safe on every system, distinct ids distinct.

    Ids that differ only in case get a digest, because many file systems take them for one.
    """
    stems = {one: _stem(one) for one in ids}
    uses = Counter(stem.lower() for stem in stems.values())
    return {
        one: stem if uses[stem.lower()] == 1 else f"{stem}~{_digest(one)}"
        for one, stem in stems.items()
    }


def _stem(identifier: str) -> str:
    # "~" is kept for the digests, so that no id can look like a shortened one.
    stem = quote(identifier, safe=" ", errors="surrogatepass").replace("~", "%7E")
    if stem.startswith((".", " ")) or stem.split(".")[0].strip().lower() in RESERVED:
        stem = f"%{ord(stem[0]):02X}{stem[1:]}"
    if len(stem) > LONGEST_STEM:
        stem = f"{stem[: LONGEST_STEM - 20]}~{_digest(identifier)}"
    return stem


def _digest(identifier: str) -> str:
    return sha256(identifier.encode(errors="surrogatepass")).hexdigest()[:16]


def money(cents: int) -> Decimal:
    """Cents as an amount with two decimals."""
    return Decimal(cents).scaleb(-2)
