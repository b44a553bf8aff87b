"""The rows of a kept table. A content never changes, so it is parsed once."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from api.inputs import blobs
from api.site.problems import Findings
from api.site.read import TABLES
from api.site.source import read_source
from api.site.table_file import read_table
from api.site.tables import Table
from api.storage.tables import SiteInput

Row = dict[str, str]
KEPT_TABLES = 64


@dataclass(frozen=True)
class Rows:
    """Rows of a table that a filter leaves, made into texts only when they are looked at."""

    table: Table | None
    numbers: range | np.ndarray[tuple[int], np.dtype[np.int64]]

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, part: slice) -> list[Row]:
        table = self.table
        if table is None:
            return []
        return [
            {name: table.texts[name][table.codes[name][int(row)]] for name in table.names}
            for row in self.numbers[part]
        ]


def rows_of(
    session: Session, state: SiteInput, name: str, filters: Mapping[str, str | None]
) -> Rows:
    """The rows of a site's table whose columns hold the texts asked for; None asks nothing."""
    sha256 = state.files.get(name)
    if sha256 is None:
        return Rows(None, range(0))
    table = _parsed(name, sha256, _Content(session, state.tenant_id, sha256))
    found: Rows = Rows(table, range(len(table)))
    for column, text in filters.items():
        if text is not None:
            found = _filtered(found, table, column, text)
    return found


def _filtered(rows: Rows, table: Table, column: str, text: str) -> Rows:
    codes = [code for code, known in enumerate(table.texts.get(column, ())) if known == text]
    if not codes:
        return Rows(table, range(0))
    numbers = np.asarray(rows.numbers, dtype=np.int64)
    return Rows(table, numbers[np.isin(table.codes[column][numbers], codes)])


@dataclass(frozen=True)
class _Content:
    """Where a content is read from, if it has to be; all are alike to the cache."""

    session: Session
    tenant_id: str
    sha256: str

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content)


@lru_cache(maxsize=KEPT_TABLES)
def _parsed(name: str, sha256: str, content: _Content) -> Table:
    return parsed(name, blobs.content(content.session, content.tenant_id, sha256))


def parsed(name: str, body: bytes) -> Table:
    """The table in a content that was checked before."""
    findings = Findings()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(body)
        source = read_source(path, findings)
    table = None if source is None else read_table(source, TABLES[name], findings)
    if table is None:
        raise RuntimeError(f"{name}: a kept table cannot be read: {findings.problems}")
    return table
