"""A ledger -> the rows of the scorecard: each measure by span and by queue, with its interval."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from api.scorecard.ledger import Ledger
from api.scorecard.measures import RATIOS, SUMS
from api.scorecard.money import FloatArray
from api.scorecard.spans import Kind, Span, spans

Scope = Literal["all", "category", "queue"]
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; amounts in cents and time in minutes.

    ``low`` and ``high``: 5 % and 95 % of the simulated futures, None where nothing is random.
    ``name`` is the category or queue, "" for all of them together.
    """

    site: str
    currency: str
    span: Kind
    period: str
    first_day: date
    last_day: date
    scope: Scope
    name: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """Some queues of a ledger under one name; only the whole has what belongs to no queue."""

    scope: Scope
    name: str
    rows: tuple[int, ...]


def card(found: Ledger) -> list[Row]:
    """Every measure of every span, for all queues, each category and each queue."""
    return [
        row
        for span in spans(found.dates)
        for part in _parts(found.queues)
        for row in _rows(found, span, part)
    ]


def _parts(queues: Sequence[str]) -> Iterator[_Part]:
    yield _Part("all", "", tuple(range(len(queues))))
    categories = [queue.split("|")[0] for queue in queues]
    for name in dict.fromkeys(categories):
        yield _Part("category", name, tuple(np.flatnonzero(np.array(categories) == name).tolist()))
    for row, queue in enumerate(queues):
        yield _Part("queue", queue, (row,))


def _rows(found: Ledger, span: Span, part: _Part) -> Iterator[Row]:
    totals = _totals(found, span, part)
    first, last = found.dates[span.days[0]], found.dates[span.days[-1]]
    for measure, value, low, high in _figures(totals):
        yield Row(
            found.site, found.currency, span.kind, span.name, first, last, part.scope, part.name,
            measure, value, low, high,
        )  # fmt: skip


def _totals(found: Ledger, span: Span, part: _Part) -> dict[str, FloatArray]:
    """Each sum over days and queues, one value per path."""
    totals = {
        name: values[np.ix_(part.rows, range(values.shape[1]), span.days)].sum(axis=(0, 2))
        for name, values in found.sums.items()
    }
    if part.scope == "all":
        days = list(span.days)
        totals |= {name: values[days].sum(keepdims=True) for name, values in found.of_site.items()}
    return {name: totals[name] for name in SUMS if name in totals}


def _figures(
    totals: dict[str, FloatArray],
) -> Iterator[tuple[str, float, float | None, float | None]]:
    for name, values in totals.items():
        yield name, float(values.mean()), *_interval(values)
    for name, ratio in RATIOS.items():
        over = [totals[one] for one in ratio.over if one in totals]
        under = [totals[one] for one in ratio.under if one in totals]
        if not over or not under:
            continue
        top, bottom = sum(over[1:], over[0]), sum(under[1:], under[0])
        if bottom.mean() > 0:
            # Of the means, so that the figure can be worked out again from the sums.
            yield name, float(top.mean() / bottom.mean()), *_interval(_divided(top, bottom))


def _divided(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """The ratio on each path that has it."""
    top, bottom = np.broadcast_arrays(top, bottom)
    return top[bottom > 0] / bottom[bottom > 0]


def _interval(values: FloatArray) -> tuple[float | None, float | None]:
    if len(values) < 2:
        return None, None
    low, high = np.quantile(values, [LOW, HIGH])
    return float(low), float(high)
