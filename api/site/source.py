"""A file of a site as text, and the places in it that problems point at."""

import codecs
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from itertools import accumulate
from pathlib import Path

from api.site.problems import Findings

MAX_BYTES = 200 * 1024 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Source:
    """The decoded text of one file; a byte-order mark is gone and counts no column."""

    file: str
    text: str = field(repr=False)

    def lines(self) -> Iterator[str]:
        """Lines with their ends, cut at ``\\n``, ``\\r\\n`` and ``\\r`` as spreadsheets do."""
        return StringIO(self.text, newline="")

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of each line; built only when a problem has to be placed."""
        return [0, *accumulate(len(line) for line in self.lines())]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.line_starts, offset, hi=max(1, len(self.line_starts) - 1))
        return line, offset - self.line_starts[line - 1] + 1


def read_source(path: Path, findings: Findings, allow_cp1252: bool = True) -> Source | None:
    """The text of a file, or None with the problem that forbids to read it.

    UTF-8 with or without a byte-order mark; what is not UTF-8 is read as Windows-1252 with a
    note when that is allowed. Files above 200 MB, in UTF-16 or with a NUL are refused.
    """
    data = _read_bytes(path, findings)
    if data is None:
        return None
    if data.startswith(_UTF_16):
        findings.add(path.name, "the text is in UTF-16; save it as UTF-8")
        return None
    text = _decode(path.name, data, findings, allow_cp1252)
    if text is None:
        return None
    source = Source(path.name, text)
    if "\0" in text:
        line, column = source.place(text.index("\0"))
        findings.add(path.name, "a NUL character: is this a text file?", line, column)
        return None
    return source


def _read_bytes(path: Path, findings: Findings) -> bytes | None:
    if not path.is_file():
        findings.add(path.name, "is not a file")
        return None
    try:
        if path.stat().st_size > MAX_BYTES:
            findings.add(path.name, f"is larger than the {MAX_BYTES // 2**20} MB allowed")
            return None
        return path.read_bytes()
    except OSError as error:
        findings.add(path.name, f"cannot be read: {error.strerror}")
        return None


def _decode(file: str, data: bytes, findings: Findings, allow_cp1252: bool) -> str | None:
    has_mark = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if has_mark else data
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = error.start
    may_be_cp1252 = allow_cp1252 and not has_mark
    if may_be_cp1252:
        try:
            text = body.decode("cp1252")
        except UnicodeDecodeError as error:
            bad = error.start
        else:
            line, _ = _place_of_byte(body, bad)
            findings.note(file, f"not UTF-8 (first on line {line}), so read as Windows-1252")
            return text
    line, column = _place_of_byte(body, bad)
    wanted = "UTF-8 or Windows-1252" if may_be_cp1252 else "UTF-8"
    findings.add(file, f"the byte 0x{body[bad]:02X} is not {wanted} text", line, column)
    return None


def _place_of_byte(body: bytes, index: int) -> tuple[int, int]:
    before = Source("", body[:index].decode("utf-8", errors="replace") + "?")
    return before.place(len(before.text) - 1)
