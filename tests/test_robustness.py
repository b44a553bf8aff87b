"""The robustness page keeps its word: each outcome has its test, and the exit codes are so."""

import ast
import re
from pathlib import Path

import pytest

from api import outcome

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "robustness.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and "`" in line
]


def test_the_page_has_a_table() -> None:
    assert len(ROWS) >= 25
    assert {len(row) for row in ROWS} == {3}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_situation_has_an_outcome_and_a_test(row: list[str]) -> None:
    situation, told, test = row
    assert situation
    assert told
    named = re.fullmatch(r"`([\w/]+\.py)::(test_\w+)`", test)
    assert named is not None
    tree = ast.parse((ROOT / "tests" / named[1]).read_text("utf-8"))
    assert named[2] in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def test_the_exit_codes_are_those_of_the_program() -> None:
    codes = {int(code) for code in re.findall(r"exit code (\d)", PAGE)}
    assert codes == {outcome.FAULT, outcome.BAD_INPUT, outcome.NO_SCHEDULE}
