"""What says who somebody is: cells of ``workers.csv``, and names wherever they are mentioned."""

import html
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from api.inputs.tables import Rows, parsed
from api.site.tables import Table, cell_pattern

WORKERS = "workers.csv"
# All but the id, the contract and its limits, which what was worked cannot be understood without.
PERSONAL = (
    "name",
    "birth_date",
    "earned_this_month",
    "earned_this_half_year",
    "half_days_left",
)


def names_of(workers: bytes, worker_id: str) -> set[str]:
    """The names that a worker has in a table; none where he is not in it."""
    table = parsed(WORKERS, workers)
    return {
        row["name"].strip()
        for row in Rows(table, range(len(table)))[:]
        if row["worker_id"].strip() == worker_id
    } - {"", worker_id}


def is_in(workers: bytes, worker_id: str) -> bool:
    """Whether a worker is in a table."""
    table = parsed(WORKERS, workers)
    return any(text.strip() == worker_id for text in table.texts["worker_id"])


def blanked(workers: bytes, worker_ids: Collection[str]) -> bytes:
    """The table with the personal cells of some workers empty, and all else as it was.

    It comes back as it was if there is nothing to empty.
    """
    table = parsed(WORKERS, workers)
    ids = [text.strip() in worker_ids for text in table.texts["worker_id"]]
    rows = [row for row, code in enumerate(table.codes["worker_id"].tolist()) if ids[code]]
    text = table.source.text
    for row in reversed(rows):
        for start, end in reversed(_cells(table, row)):
            text = text[:start] + text[end:]
    return workers if text == table.source.text else text.encode()


def _cells(table: Table, row: int) -> list[tuple[int, int]]:
    """Where the personal cells of a row lie in the text, in order."""
    cell = cell_pattern(table.delimiter)
    offset = table.source.line_starts[int(table.row_lines[row]) - 1]
    found = []
    for name in table.names:
        match = cell.match(table.source.text, offset)
        end = match.end() if match else offset
        if name in PERSONAL:
            found.append((offset, end))
        offset = end + 1
    return found


@dataclass(frozen=True)
class Mentions:
    """Names and addresses of one person, and the id that takes their place."""

    names: frozenset[str]
    worker_id: str

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """All spellings in which files, pages and JSON hold them."""
        found = set()
        for name in self.names:
            page = html.escape(name, quote=True)
            jinja = page.replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
            found |= {name, page, jinja, html.escape(name, quote=False), json.dumps(name)[1:-1]}
        return tuple(sorted(found, key=len, reverse=True))

    def are_in(self, content: bytes) -> bool:
        """Whether a content mentions the person."""
        return any(form.encode() in content for form in self.forms)

    def replaced(self, text: str) -> str:
        """A text with the id in place of each name; a name inside a longer word stays."""
        for form in self.forms:
            text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", lambda _: self.worker_id, text)
        return text


def mentions(names: Iterable[str | None], worker_id: str) -> Mentions:
    """What to look for; a name that is the id itself is none."""
    known = {name.strip() for name in names if name is not None}
    return Mentions(frozenset(known - {"", worker_id}), worker_id)
