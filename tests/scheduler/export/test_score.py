"""The scorecard in the report: figures in words, intervals, and nothing where there is none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.export.page import render
from scheduler.export.report import Report
from scheduler.export.score import (
    Score,
    ScoreBoard,
    ScoreLine,
    ScoreTable,
    ScoreUnit,
    score_cells,
    score_rows,
    score_text,
)

Make = Callable[..., Report]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (123_456, "amount", "1,234.56 EUR"),
        (81.4, "amount", "0.81 EUR"),
        (0.537, "share", "53.7 %"),
        (14_041.6, "count", "14,042"),
        (4.25, "minutes", "4.2"),
        (90, "hours", "1.5 h"),
    ],
)
def test_figures_in_words(value: float, unit: ScoreUnit, text: str) -> None:
    assert score_text(value, unit, "EUR") == text


def test_a_large_estimate_has_no_cents() -> None:
    line = ScoreLine("Saved", "amount", (Score(7_027_627.0, 6_631_741.0, 7_478_698.0), None))
    assert score_cells(line, "EUR") == [("70,276 EUR", "66,317 to 74,787"), ("-", "")]
    small = ScoreLine("Cost per contact", "amount", (Score(81.3, 76.0, 86.0),))
    assert score_cells(small, "EUR") == [("0.81 EUR", "0.76 to 0.86")]


def test_what_is_certain_and_what_is_narrow_has_no_interval() -> None:
    line = ScoreLine("Share", "share", (Score(0.5), Score(0.5, 0.50001, 0.50002)))
    assert score_cells(line, "EUR") == [("50.0 %", ""), ("50.0 %", "")]


def board(queue: str = "refund|sv|chat") -> ScoreBoard:
    line = ScoreLine("Contacts", "count", (Score(1200.0, 1100.0, 1300.0), Score(700.0)))
    by_queue = ScoreLine("Cost per contact", "amount", (Score(81.0, 76.0, 86.0),))
    return ScoreBoard(
        ScoreTable("All queues", ("All: 2 days", "2026-W43: 2 days"), (line,)),
        ScoreTable("By queue", (queue,), (by_queue,)),
    )


def test_a_table_of_queues_lies_on_its_side() -> None:
    assert score_rows(board().by_queue) == [("refund|sv|chat", [("0.81", "0.76 to 0.86")])]


def test_the_report_shows_a_scorecard_where_there_is_one(make_report: Make, tmp_path: Path) -> None:
    page = render(make_report(scorecard=board("<b>odd</b>")))
    assert '<a href="#scorecard">' in page
    assert "1,100 to 1,300" in page
    assert "<b>odd</b>" not in page
    assert "&lt;b&gt;odd&lt;/b&gt;" in page
    assert "#scorecard" not in render(make_report())
