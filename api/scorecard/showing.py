"""The scorecard as it is read: tables for the report and lines for the terminal."""

from collections.abc import Callable, Sequence
from typing import Any

from api.scorecard.card import Row
from api.scorecard.measures import SHOWN, label_of, parts_of, unit_of
from scheduler.export.score import Score, ScoreBoard, ScoreLine, ScoreTable, score_cells

OF_QUEUES = (
    "contacts", "bot_resolved", "people_contacts", "cost_per_contact", "bot_cost_per_resolved",
    "people_cost_per_resolved", "people_minutes_per_contact", "saved", "understaffing_cost", "csat",
)  # fmt: skip
Place = tuple[str, str]


def score_board(rows: Sequence[Row]) -> ScoreBoard:
    """What the report shows: all queues by week and quarter, and each queue over the plan."""
    queues = [row for row in rows if row.span == "plan" and row.scope == "queue"]
    return ScoreBoard(span_table(rows), _queue_table(queues))


def span_table(rows: Sequence[Row]) -> ScoreTable:
    """All queues together: a row per measure, a column per span."""
    whole = [row for row in rows if row.scope == "all"]
    places = list(dict.fromkeys((row.span, row.period) for row in whole))
    days = {
        (row.span, row.period): (row.last_day - row.first_day).days + 1
        for row in whole
    }  # fmt: skip
    columns = [_column(*place, days[place]) for place in places]
    lines = _lines(whole, SHOWN, places, lambda row: (row.span, row.period))
    return ScoreTable("All queues; below each figure its 90 % interval", tuple(columns), lines)


def _column(span: str, period: str, days: int) -> str:
    count = f"{days} day{'s' if days > 1 else ''}"
    return f"All: {count}" if span == "plan" else f"{period}: {count}"


def _queue_table(rows: Sequence[Row]) -> ScoreTable:
    """A row per queue, a column per measure; so the units differ by column."""
    places = [(row.name, "") for row in rows]
    queues = list(dict.fromkeys(places))
    lines = _lines(rows, OF_QUEUES, queues, lambda row: (row.name, ""))
    return ScoreTable("The whole plan by queue", tuple(name for name, _ in queues), lines)


def _lines(
    rows: Sequence[Row],
    measures: Sequence[str],
    places: Sequence[Place],
    place_of: Callable[[Row], Place],
) -> tuple[ScoreLine, ...]:
    known = {(row.measure, place_of(row)): Score(row.value, row.low, row.high) for row in rows}
    found = []
    for name in measures:
        scores = tuple(known.get((name, place)) for place in places)
        # Nothing is said of what is 0 throughout, such as the cost of a bot that has no price.
        if any(one is not None and one.value for one in scores):
            found.append(ScoreLine(label_of(name), unit_of(name), scores))
    return tuple(found)


def lines(rows: Sequence[Row]) -> list[str]:
    """The whole as aligned text; the intervals stand in the file."""
    table = span_table(rows)
    currency = rows[0].currency
    cells = [["", *table.columns]]
    for line in table.lines:
        unit = f" ({currency})" if line.unit == "amount" else ""
        texts = [text.removesuffix(f" {currency}") for text, _ in score_cells(line, currency)]
        cells.append([line.label + unit, *texts])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "   ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in cells
    ]


def rows_json(rows: Sequence[Row]) -> dict[str, Any]:
    """Every figure for programs: amounts in the currency's unit, time in hours or minutes."""
    return {"currency": rows[0].currency, "figures": [_row_json(row) for row in rows]}


def _row_json(row: Row) -> dict[str, Any]:
    figures = {"value": row.value, "q05": row.low, "q95": row.high}
    parts = parts_of(row.measure)
    return {
        "span": row.span, "period": row.period, "scope": row.scope, "name": row.name,
        "measure": row.measure, "unit": unit_of(row.measure),
        **{key: None if one is None else round(one / parts, 6) for key, one in figures.items()},
    }  # fmt: skip
