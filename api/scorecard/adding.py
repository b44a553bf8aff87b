"""Scorecards of several plans added up into one."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from api.scorecard.card import Row, Scope
from api.scorecard.measures import RATIOS, SUMS
from api.scorecard.spans import Kind
from scheduler.errors import ProblemInvalid

Place = tuple[Kind, str, Scope, str]


def added(cards: Sequence[Sequence[Row]]) -> list[Row]:
    """One scorecard of all plans: sums are added, ratios worked out again from the sums.

    The plans' intervals are added as if all were wrong in the same direction, so they are rather
    too wide; those of a ratio are weighed by what it is over. Raises ProblemInvalid for several
    currencies, and for plans of one site that share a day.
    """
    filled = [rows for rows in cards if rows]
    if not filled:
        raise ProblemInvalid("scorecard: there is no figure in it")
    _check(filled)
    if len(filled) == 1:
        return list(filled[0])
    places: dict[Place, list[Row]] = {}
    for row in (row for rows in filled for row in rows):
        places.setdefault((row.span, row.period, row.scope, row.name), []).append(row)
    order = {"plan": 0, "week": 1, "quarter": 2}
    ordered = sorted(places, key=lambda one: (order[one[0]], one[1]))
    return [row for place in ordered for row in _added(place, places[place])]


def _check(cards: Sequence[Sequence[Row]]) -> None:
    currencies = sorted({rows[0].currency for rows in cards})
    if len(currencies) > 1:
        raise ProblemInvalid(f"scorecard: the plans are in {' and '.join(currencies)}")
    for first, other in combinations([rows[0] for rows in cards], 2):
        shares_day = first.first_day <= other.last_day and other.first_day <= first.last_day
        if first.site == other.site and shares_day:
            day = max(first.first_day, other.first_day)
            raise ProblemInvalid(f"scorecard: two plans of {first.site!r} hold the day {day}")


def _added(place: Place, rows: Sequence[Row]) -> Iterator[Row]:
    """The figures of one span and queue, in the order of the measures."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row.measure, []).append(row)
    sums = {name: sum(one.value for one in by_name[name]) for name in SUMS if name in by_name}
    for name in (*SUMS, *RATIOS):
        own = by_name.get(name, [])
        if not own:
            continue
        if name in SUMS:
            value, weights = sums[name], [1.0] * len(own)
        else:
            value = _ratio(name, sums)
            weights = _weights(name, own, rows)
        yield _row(place, rows, name, value, own, weights)


def _ratio(name: str, sums: Mapping[str, float]) -> float:
    ratio = RATIOS[name]
    bottom = sum(sums.get(one, 0.0) for one in ratio.under)
    return sum(sums.get(one, 0.0) for one in ratio.over) / bottom


def _weights(name: str, own: Sequence[Row], rows: Sequence[Row]) -> list[float]:
    """Each plan's part of what a ratio is over."""
    under = [
        sum(one.value for one in rows if _is_same_plan(one, row) and one.measure in
            RATIOS[name].under)
        for row in own
    ]  # fmt: skip
    return [one / sum(under) for one in under]


def _is_same_plan(one: Row, other: Row) -> bool:
    return (one.site, one.first_day) == (other.site, other.first_day)


def _row(
    place: Place,
    rows: Sequence[Row],
    measure: str,
    value: float,
    own: Sequence[Row],
    weights: Sequence[float],
) -> Row:
    """A figure with what the plans' intervals reach below and above their own figures."""
    span, period, scope, name = place
    pairs = list(zip(own, weights, strict=True))
    is_random = any(row.low is not None for row in own)
    below = sum(weight * (row.value - row.low) for row, weight in pairs if row.low is not None)
    above = sum(weight * (row.high - row.value) for row, weight in pairs if row.high is not None)
    return Row(
        " + ".join(dict.fromkeys(row.site for row in rows)), rows[0].currency, span, period,
        min(row.first_day for row in rows), max(row.last_day for row in rows), scope, name,
        measure, value, value - below if is_random else None, value + above if is_random else None,
    )  # fmt: skip
