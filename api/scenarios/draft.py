"""A site folder while it is being changed: the tables' own texts, and what was done to them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from api.site.problems import Findings, SiteInvalid
from api.site.read import TABLES
from api.site.site import Site
from api.site.source import read_source
from api.site.table_file import read_table
from api.site.tables import Columns

Row = dict[str, str]
Entry = dict[str, str | int | float]


@dataclass
class Sheet:
    """One table as it stands in its file: every cell is its text."""

    names: tuple[str, ...]
    rows: list[Row]
    delimiter: str = ","

    @classmethod
    def read(cls, path: Path, columns: Columns) -> Self:
        """The table of a file that was found to be right; an absent one has no row."""
        if not path.is_file():
            return cls(columns.required, [])
        findings = Findings()
        source = read_source(path, findings)
        table = None if source is None else read_table(source, columns, findings)
        if table is None:
            raise SiteInvalid(findings.problems)
        columns_of_text = [
            [table.texts[name][code] for code in table.codes[name].tolist()] for name in table.names
        ]
        cells = zip(*columns_of_text, strict=True)
        rows = [dict(zip(table.names, row, strict=True)) for row in cells]
        return cls(table.names, rows, table.delimiter)

    def write(self, path: Path) -> None:
        """The table as UTF-8, in its own separator."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=self.delimiter, lineterminator="\n")
            writer.writerow(self.names)
            writer.writerows([row.get(name, "") for name in self.names] for row in self.rows)


@dataclass
class Draft:
    """A site on its way to a scenario.

    ``changed`` holds the tables that are written anew, ``toml`` the text of ``site.toml``,
    ``entries`` one record per change, each with ``kind`` and ``detail``, a sentence.
    """

    site: Site
    toml: str
    changed: dict[str, Sheet] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet:
        """A table to change; it will be written anew."""
        if name not in self.changed:
            self.changed[name] = Sheet.read(self.site.path / name, TABLES[name])
        return self.changed[name]

    def sheets_of_workers(self) -> Iterator[tuple[str, Sheet]]:
        """The other tables of the folder that have rows of workers."""
        for name, columns in TABLES.items():
            is_there = name in self.changed or (self.site.path / name).is_file()
            if name != "workers.csv" and "worker_id" in columns.known and is_there:
                yield name, self.sheet(name)

    def note(self, kind: str, detail: str, **facts: str | int | float) -> None:
        """Record a change."""
        self.entries.append({"kind": kind, **facts, "detail": detail})
