"""A poor or odd history on its way through a site: what is refused, what the planner is told."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from api.history_notes import history_notes
from api.site.read import read_site
from forecasts.calendar import Calendar
from forecasts.volume import Forecaster
from tests.api.command import peakcrew
from tests.api.shop import write_shop
from tests.forecasts.test_volume import ZONE, contacts

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "bad-history.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and "::test_" in line
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_situation_has_a_treatment_and_a_test(row: list[str]) -> None:
    situation, treatment, test = row
    assert situation
    assert treatment
    named = re.fullmatch(r"`([\w/]+\.py)::(test_\w+)`", test)
    assert named is not None
    tree = ast.parse((ROOT / "tests" / named[1]).read_text("utf-8"))
    assert named[2] in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def test_the_page_has_a_table() -> None:
    assert len(ROWS) >= 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_shop(tmp_path / "site")


def refused(folder: Path, out: Path) -> str:
    """What ``peakcrew forecast`` says of a site that it refuses; nothing is written."""
    told = peakcrew("forecast", folder, "--out", out)
    assert told.exit_code == 2
    assert not out.exists()
    return told.stderr


@pytest.mark.parametrize("cell", ["nan", "inf", "-3", "1.5", "1e400", "many"])
def test_a_count_that_is_none_is_refused_with_its_line(
    folder: Path, tmp_path: Path, cell: str
) -> None:
    lines = (folder / "history.csv").read_text("utf-8").splitlines()
    lines[4] = ",".join([*lines[4].split(",")[:2], cell])
    (folder / "history.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert "history.csv:5" in refused(folder, tmp_path / "out").replace(", line ", ":")


def test_outcomes_that_do_not_add_up_are_refused_with_their_line(
    folder: Path, tmp_path: Path
) -> None:
    lines = (folder / "bot_outcomes.csv").read_text("utf-8").splitlines()
    cells = lines[3].split(",")
    cells[3] = str(int(cells[2]) + 1)
    lines[3] = ",".join(cells)
    (folder / "bot_outcomes.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert "bot_outcomes.csv:4" in refused(folder, tmp_path / "out").replace(", line ", ":")


def test_labels_from_the_future_are_refused_with_their_line(folder: Path, tmp_path: Path) -> None:
    text = (folder / "bot_outcomes.csv").read_text("utf-8")
    last = text.splitlines()[-1].split(",")
    last[1] = "2026-03-24"
    (folder / "bot_outcomes.csv").write_text(text + ",".join(last) + "\n", "utf-8")
    assert "future" in refused(folder, tmp_path / "out")


def noted(folder: Path, frame: pd.DataFrame) -> tuple[str, ...]:
    """The notes about a history of the shop."""
    site = replace(read_site(folder), history=frame)
    forecaster = Forecaster(60, Calendar(ZONE)).fit(frame)
    return history_notes(site, forecaster, Calendar(ZONE), ())


def test_a_planner_is_told_of_a_shift_of_level(folder: Path) -> None:
    df = contacts(num_days=70, scale=3)
    rows = df["ds"] >= df["ds"].max() - pd.Timedelta(hours=23)
    df.loc[rows, "y"] *= 4
    (note,) = noted(folder, df)
    assert "refund|de|chat: since 2026-03-15" in note
    assert "adjustments.csv" in note


def test_a_planner_is_told_of_a_series_that_ended(folder: Path) -> None:
    ended = contacts(unique_id="refund|en|chat", num_days=20)
    (note,) = noted(folder, pd.concat([contacts(num_days=60), ended]))
    assert "refund|en|chat: no row since 2026-01-24" in note
