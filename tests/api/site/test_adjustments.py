"""``adjustments.csv``: what its rows mean, and every slip named with its place."""

from datetime import UTC, datetime

import pytest

from api.site.adjustments import layers_of
from api.site.read import read_site
from forecasts.adjustments import Adjustment
from tests.api.site.conftest import Folder

HEAD = "layer,start,end,unique_id,operation,value"
ROW = "mail,2026-01-05T08:00,2026-01-05T20:00,refund|de|chat,factor,1.2"
BOTH = "2026-01-05T08:00,2026-01-05T20:00"

BAD_ROWS = [
    (f",{BOTH},,factor,1", "1: layer: expected a name of 1 to 200 characters, found nothing"),
    (f"x,{BOTH},nobody,factor,1",
     '37: unique_id: unknown queue "nobody"; known: fraud|en|voice, refund|de|chat'),
    (f"x,{BOTH},,times,1", '38: operation: expected one of factor, add, set, found "times"'),
    (f"x,{BOTH},,factor,", "45: value: expected a number like 1.2 or -40, found nothing"),
    (f"x,{BOTH},,factor,nan", '45: value: expected a number like 1.2 or -40, found "nan"'),
    (f"x,{BOTH},,factor,1e3", '45: value: expected a number like 1.2 or -40, found "1e3"'),
    (f"x,{BOTH},,factor,-1", "45: value: expected 0 to 100 for factor, found -1"),
    (f"x,{BOTH},,factor,101", "45: value: expected 0 to 100 for factor, found 101"),
    (f"x,{BOTH},,set,-1", "42: value: expected 0 to 10,000,000 for set, found -1"),
    (f"x,{BOTH},,add,-10000001",
     "42: value: expected -10,000,000 to 10,000,000 for add, found -10000001"),
    ("x,2026-01-05T08:10,2026-01-05T20:00,,factor,1",
     '3: start: expected the start of a 30-minute interval, found "2026-01-05T08:10"'),
    ("x,2026-01-05T08:00,2026-01-05T08:00,,factor,1",
     "20: end: expected an instant after the start of this row"),
    (f"mail,{BOTH},refund|de|chat,factor,1.3",
     "1: layer: the same layer and start and end and unique_id and operation as on line 2"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "message"), BAD_ROWS)
def test_a_bad_row_is_named_with_its_place(folder: Folder, row: str, message: str) -> None:
    folder.write("adjustments.csv", f"{HEAD}\n{ROW}\n{row}\n")
    assert folder.printed == [f"adjustments.csv:3:{message}"]


def test_a_missing_column_and_an_unknown_one(folder: Folder) -> None:
    folder.write("adjustments.csv", "layer,start,end,unique_id,operation,amount\n")
    assert folder.printed == [
        "adjustments.csv:1: column is missing: value",
        'adjustments.csv:1:37: unknown column "amount"; known: layer, start, end, unique_id, '
        "operation, value, note, author, made_at",
    ]


def test_the_rows_as_read(folder: Folder) -> None:
    folder.write(
        "adjustments.csv",
        "layer;start;end;unique_id;operation;value;author;note\n"
        "mail;2026-01-05T08:00;2026-01-05T20:00;refund|de|chat;factor;1,25;anna;news\n"
        "cut;2026-01-06T08:00;2026-01-06T20:00;;add;-40;;\n"
        "mail;2026-01-06T08:00;2026-01-06T20:00;;set;300;;\n",
    )
    assert folder.printed == []
    rows = read_site(folder.path).adjustments
    start, end = (datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in (7, 19))
    assert rows[0].change == Adjustment("factor", 1.25, start, end, "refund|de|chat")
    assert (rows[0].author, rows[0].note, rows[0].made_at) == ("anna", "news", "")
    assert (rows[1].change.value, rows[1].change.unique_id) == (-40, None)
    layers = layers_of(rows)
    assert list(layers) == ["mail", "cut"]
    assert [row.change.operation for row in layers["mail"]] == ["factor", "set"]


def test_what_changes_nothing_is_noted(folder: Folder) -> None:
    old = "old,2025-12-01T08:00,2025-12-02T08:00,,factor,2"
    folder.write("adjustments.csv", f"{HEAD}\n{ROW}\n{old}\n")
    folder.append("site.toml", '[forecast]\nlayers_off = ["mial"]')
    assert folder.printed == []
    assert 'site.toml: forecast.layers_off: adjustments.csv has no layer "mial"' in folder.notes
    assert "adjustments.csv: no time in the horizon for the layers old" in folder.notes


def test_beside_a_requirement_they_are_not_used(folder: Folder) -> None:
    folder.write("adjustments.csv", f"{HEAD}\n{ROW}\n")
    folder.write("requirement.csv", "unique_id,ds,workers\nrefund|de|chat,2026-01-05T10:00,1\n")
    assert "adjustments.csv: not used, as requirement.csv states the need" in folder.notes


def test_layers_off_is_a_list_of_names(folder: Folder) -> None:
    folder.append("site.toml", "[forecast]\nlayers_off = [3]")
    assert folder.printed == [
        "site.toml:29:1: forecast.layers_off[0]: expected text in quotes, found 3"
    ]
