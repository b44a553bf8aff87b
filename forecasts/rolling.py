"""Forecasts from origins in the past: what the booster learns from, and is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecasts.booster import Rows
from forecasts.calendar import BoolArray, FloatArray, IntArray
from forecasts.core import Ahead, Core, Model
from forecasts.cube import build_cube
from forecasts.day_effects import makes_up_for_gap
from forecasts.features import FEATURES, LAST_LEAD, features
from forecasts.history import History

# The first origin knows so many weeks, so that the core has seen each weekday some times.
FIRST_WEEKS = 4
# More origins than this cost time and say little about today.
MOST_ORIGINS = 30
# The booster learns from at most so many series, and from so many rows of them all.
MOST_SERIES = 48
MOST_ROWS = 60_000
# Of the rows of later weeks this part is learnt from: their first week is the one that is used.
LATER_PART = 0.25


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive intervals beside the core's forecast of them, each (series, intervals).

    ``known``: what came was observed and measured.
    """

    ahead: Ahead
    mean: FloatArray
    contacts: FloatArray
    known: BoolArray


def forecast_window(model: Model, history: History, origin: int, num: int) -> tuple[Core, Window]:
    """What ``origin`` forecast for the ``num`` intervals that followed it."""
    core = model.fit(history.until(origin))
    ahead = model.ahead(history, origin, num)
    span = slice(origin, origin + num)
    known = history.observed[:, span] & (ahead.events > 0) & ~model.outages(history, origin, num)
    return core, Window(ahead, core.mean(ahead), history.counts[:, span], known)


@dataclass(frozen=True, slots=True)
class Lessons:
    """Rows to learn from, and the interval by whose beginning each was known (rows,)."""

    rows: Rows
    known_at: IntArray

    def known_by(self, origin: int) -> Rows:
        """What an origin may learn from."""
        return self.rows.chosen(self.known_at <= origin)


def gather_lessons(model: Model, history: History, week: int, seed: int) -> Lessons:
    """Rows from weekly origins; of many series a part, spread evenly from small to large."""
    chosen = _spread_out(history)
    model, history = model.only(chosen), _only(history, chosen)
    num_rows = history.observed.sum() * (1 + LATER_PART * (LAST_LEAD - 1))
    # With many rows fewer origins do: later leads still see every day.
    step = week * int(np.clip(num_rows // MOST_ROWS, 1, LAST_LEAD))
    origins = range(history.num_intervals - week, FIRST_WEEKS * week - 1, -step)[:MOST_ORIGINS]
    part = min(1.0, MOST_ROWS * step / week / max(1.0, num_rows))
    chance = part * ~_odd(model, history)
    return _joined([_lessons(model, history, one, week, chance, seed) for one in origins])


def _odd(model: Model, history: History) -> BoolArray:
    """Intervals (series, intervals) that no forecast could know and none should learn from."""
    cube = build_cube(history, model.calendar, model.events)
    ds = history.ds(0, history.num_intervals)
    day = model.calendar.slots(ds, history.interval_minutes).day
    return makes_up_for_gap(cube)[:, day - cube.day[0]]


def _lessons(
    model: Model, history: History, origin: int, week: int, chance: FloatArray, seed: int
) -> Lessons:
    """What one origin teaches of its first weeks; an interval is taken with its ``chance``."""
    num = min(LAST_LEAD * week, history.num_intervals - origin)
    core, window = forecast_window(model, history, origin, num)
    lead = np.arange(num) // week
    wanted = np.where(lead == 0, 1.0, LATER_PART) * chance[:, origin : origin + num]
    drawn = np.random.default_rng((seed, origin)).random(wanted.shape) < wanted
    usable = window.known & (window.mean > 0) & drawn
    table = features(core, window.ahead, window.mean, history.interval_minutes)
    end = np.broadcast_to(origin + (lead + 1) * week, usable.shape)
    rows = Rows(table[usable], window.contacts[usable], window.mean[usable])
    return Lessons(rows, end[usable])


def _joined(parts: Sequence[Lessons]) -> Lessons:
    if not parts:
        nothing = np.zeros(0)
        empty = Rows(np.zeros((0, len(FEATURES)), dtype=np.float32), nothing, nothing)
        return Lessons(empty, np.zeros(0, dtype=np.int64))
    known_at = np.concatenate([one.known_at for one in parts])
    return Lessons(Rows.joined([one.rows for one in parts]), known_at)


def _only(history: History, rows: IntArray) -> History:
    ids = tuple(history.unique_ids[row] for row in rows)
    counts, observed = history.counts[rows], history.observed[rows]
    return replace(history, unique_ids=ids, counts=counts, observed=observed)


def _spread_out(history: History) -> IntArray:
    """Rows of at most MOST_SERIES series, evenly from the smallest to the largest."""
    order = np.argsort(history.counts.sum(axis=1), kind="stable")
    at = np.linspace(0, len(order) - 1, min(MOST_SERIES, len(order))).round().astype(np.int64)
    return np.sort(order[at])
