"""Contacts that people served first, and how many of these came back: columns of bot outcomes."""

import numpy as np

from api.site.cells import count, optional_or_none
from api.site.problems import Findings
from api.site.tables import Table, Values, rows_read

SERVED, RETURNED = "served_by_human", "returned_to_human"


def read_served(table: Table, findings: Findings) -> dict[str, Values[int | None]]:
    """Both columns or none; a row states both counts or neither, and at most all came back."""
    names = [name for name in (SERVED, RETURNED) if name in table]
    columns = {name: table.read(name, optional_or_none(count()), findings) for name in names}
    if len(names) == 1:
        absent = RETURNED if names == [SERVED] else SERVED
        findings.add(
            table.file, f"column is missing: {absent}, without which {names[0]} says nothing"
        )
    elif names:
        _refuse_halves(table, columns, findings)
    return columns


def _refuse_halves(
    table: Table, columns: dict[str, Values[int | None]], findings: Findings
) -> None:
    rows = rows_read(*columns.values())
    served, returned = (one.take(rows, np.float64) for one in columns.values())
    for index in np.flatnonzero(np.isnan(served) != np.isnan(returned)):
        empty, other = (SERVED, RETURNED) if np.isnan(served[index]) else (RETURNED, SERVED)
        table.refuse(int(rows[index]), empty, f"is empty, but {other} is not", findings)
    for index in np.flatnonzero(returned > served):
        message = f"{returned[index]:.0f} is more than the {served[index]:.0f} served by people"
        table.refuse(int(rows[index]), RETURNED, message, findings)
