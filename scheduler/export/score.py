"""The scorecard as the report shows it: figures in words, with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scheduler.export.words import amount, hours, percent

LARGE = 100_000  # cents
ScoreUnit = Literal["count", "amount", "hours", "minutes", "share"]


@dataclass(frozen=True, slots=True)
class Score:
    """A figure and, where it is random, its low and high estimate; cents, minutes, shares."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One row of a table of scores; None where nothing is known."""

    label: str
    unit: ScoreUnit
    scores: tuple[Score | None, ...]


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores of the same columns under a caption."""

    caption: str
    columns: tuple[str, ...]
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class ScoreBoard:
    """What the report shows of a scorecard: by span, and by queue."""

    by_span: ScoreTable
    by_queue: ScoreTable


def score_text(value: float, unit: ScoreUnit, currency: str, *, is_estimate: bool = False) -> str:
    """A figure as a person reads it; a large estimate without cents."""
    if unit == "amount":
        if is_estimate and abs(value) >= LARGE:
            return f"{value / 100:,.0f} {currency}"
        return amount(round(value), currency)
    if unit == "share":
        return percent(value)
    if unit == "hours":
        return f"{hours(round(value / 6) * 6)} h"
    return f"{value:,.1f}" if unit == "minutes" else f"{value:,.0f}"


def score_rows(table: ScoreTable) -> list[tuple[str, list[tuple[str, str]]]]:
    """The same table with its columns as rows: a name, and a cell for each line."""
    cells = [score_cells(line, "") for line in table.lines]
    return [
        (name, [(text.strip(), band) for text, band in (line[place] for line in cells)])
        for place, name in enumerate(table.columns)
    ]


def score_cells(line: ScoreLine, currency: str) -> Sequence[tuple[str, str]]:
    """Of each score its figure and its interval, both as text; "-" and "" where there is none."""
    cells = []
    for one in line.scores:
        if one is None:
            cells.append(("-", ""))
            continue
        band = ""
        if one.low is not None and one.high is not None and one.low != one.high:
            low, high = (
                score_text(end, line.unit, "", is_estimate=True).strip()
                for end in (one.low, one.high)
            )
            band = "" if low == high else f"{low} to {high}"
        is_estimate = one.low is not None
        text = score_text(one.value, line.unit, currency, is_estimate=is_estimate)
        cells.append((text, band))
    return cells
