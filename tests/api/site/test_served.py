"""The two columns of contacts that people served: both or none, in the file and in each row."""

from typing import Any

import pytest

from api.site.read import read_site

FILE = "bot_outcomes.csv"


def with_columns(folder: Any, *cells: str) -> Any:
    """The two rows of the small site with two more cells each."""
    folder.replace(FILE, "bot_version", "bot_version,served_by_human,returned_to_human")
    folder.replace(FILE, "6,2,1,v1", f"6,2,1,v1,{cells[0]}")
    folder.replace(FILE, "7,2,1,v1", f"7,2,1,v1,{cells[1]}")
    return folder


def test_counts_are_read_and_may_be_left_out_of_a_row(folder: Any) -> None:
    outcomes = read_site(with_columns(folder, "40,3", ",").path).bot_outcomes
    assert outcomes is not None
    assert outcomes["served_by_human"].fillna(-1).tolist() == [40, -1]
    assert outcomes["returned_to_human"].fillna(-1).tolist() == [3, -1]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("40,", ":2:42: returned_to_human: is empty, but served_by_human is not"),
        (",3", ":2:39: served_by_human: is empty, but returned_to_human is not"),
        ("3,4", ":2:41: returned_to_human: 4 is more than the 3 served by people"),
        ("-1,0", ':2:39: served_by_human: expected a whole number of at least 0, found "-1"'),
        ("4,1.5", ':2:41: returned_to_human: expected a whole number of at least 0, found "1.5"'),
    ],
)
def test_a_bad_cell_is_named(folder: Any, cells: str, message: str) -> None:
    assert with_columns(folder, cells, "5,5").printed == [f"{FILE}{message}"]


@pytest.mark.parametrize(
    ("there", "absent"),
    [("served_by_human", "returned_to_human"), ("returned_to_human", "served_by_human")],
)
def test_one_column_without_the_other_is_refused(folder: Any, there: str, absent: str) -> None:
    folder.replace(FILE, "bot_version", f"bot_version,{there}")
    folder.replace(FILE, "6,2,1,v1", "6,2,1,v1,4")
    folder.replace(FILE, "7,2,1,v1", "7,2,1,v1,4")
    assert folder.printed == [
        f"{FILE}: column is missing: {absent}, without which {there} says nothing"
    ]
