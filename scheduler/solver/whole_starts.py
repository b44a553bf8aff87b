"""Whole starts of shifts for work that may wait, near the parts of starts that a relaxation has.

A shift lasts for hours, so rounding the level of work interval by interval asks for shifts that
are busy for a part of them only. Here whole shifts are placed: first as many by each moment as the
relaxation has, rounded, then moved, one at a time, where all that they cost at the relaxation's
prices, late work included, gets less. Prices hold only nearby, so moving away has a toll.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scheduler.backlog import Backlog
from scheduler.model.build import Model
from scheduler.model.linear import FloatArray
from scheduler.model.objective.backlogs import ROWS
from scheduler.model.servings import served_intervals
from scheduler.pricing import late_price, left_over_price, overdue_prices
from scheduler.problem import IntArray
from scheduler.solver.relaxation import Relaxation

MOST_MOVES = 1200  # shifts that are tried elsewhere; it ends long before nearly always
NEVER = 1e12  # cents; dearer than any shift
GAIN = 1e-6  # cents; less is a rounding error


@dataclass(frozen=True, slots=True)
class Toll:
    """Cents for each start, and for each worker-interval, more or less than the relaxation has."""

    start: int
    interval: int


def whole_starts(model: Model, relaxation: Relaxation, queue: int, toll: Toll) -> IntArray:
    """Workers on a queue in each interval who make up whole shifts; in all no more shifts
    than the relaxation has, rounded.
    """
    slots = _slots(model, relaxation, queue)
    if not len(slots.parts):  # nobody can serve the queue
        return np.zeros(model.problem.horizon.num_intervals, dtype=np.int64)
    return slots.cover.T @ _moved(model, queue, slots, toll)


@dataclass(frozen=True)
class _Slots:
    """Where a shift may serve the queue: parts of starts there, cents of one, and its intervals."""

    parts: FloatArray
    price: FloatArray
    cover: IntArray


def _slots(model: Model, relaxation: Relaxation, queue: int) -> _Slots:
    servings, linear = model.variables.servings, model.linear
    assert relaxation.values is not None
    own = np.flatnonzero(servings.queue == queue)
    slot = servings.key[own] % len(model.variables.slots.start)
    _, first, at = np.unique(slot, return_index=True, return_inverse=True)
    parts = np.bincount(at, weights=relaxation.values[servings.column[own]], minlength=len(first))
    price = np.full(len(first), NEVER)
    np.minimum.at(price, at, _prices(model, relaxation)[own])
    size = model.problem.horizon.num_intervals
    key, column = served_intervals(model.problem, servings)
    position = np.full(linear.num_columns, -1)
    position[servings.column[own[first]]] = np.arange(len(first))
    is_own = position[column] >= 0
    cover = np.zeros((len(first), size), dtype=np.int64)
    cover[position[column[is_own]], key[is_own] % size] = 1
    return _Slots(parts.astype(np.float64), price, cover)


def _prices(model: Model, relaxation: Relaxation) -> FloatArray:
    """What each serving's worker costs elsewhere: the worth of his work, and what is beyond it."""
    servings, linear = model.variables.servings, model.linear
    prices, reduced = relaxation.prices, relaxation.reduced
    assert prices is not None
    assert reduced is not None
    is_chain = np.zeros(linear.num_rows, dtype=bool)
    for name in ROWS:
        is_chain[linear.named[name][1]] = True
    worth = linear.by_column.T @ np.where(is_chain, prices, 0.0)
    keys = max(servings.choice_key.max(initial=-1), servings.key.max(initial=-1)) + 1
    start = np.full(keys, NEVER)
    choice = np.maximum(reduced[model.variables.choices.column], 0.0)
    np.minimum.at(start, servings.choice_key, choice[servings.choice])
    serve = np.maximum(reduced[servings.column], 0.0)
    found: FloatArray = worth[servings.column] + serve + start[servings.key]
    return found


def _moved(model: Model, queue: int, slots: _Slots, toll: Toll) -> IntArray:
    """Starts by slot, from the rounded ones on better and better until no single move gains."""
    costs = _Costs(model, queue, slots, toll)
    starts = np.diff(np.floor(np.cumsum(slots.parts) + 0.5), prepend=0.0).astype(np.int64)
    most = int(starts.sum())
    cost, tried, better = costs.of(starts, False)[0], 0, True
    while better:
        better = False
        for slot in (-1, *np.flatnonzero(starts).tolist()):
            if tried == MOST_MOVES or (slot >= 0 and not starts[slot]):
                continue
            tried += 1
            fewer = starts.copy()
            fewer[slot] -= slot >= 0
            found = costs.of(fewer, int(fewer.sum()) < most)
            at = int(found.argmin())
            if found[at] < cost - GAIN:
                starts, cost, better = fewer, found[at], True
                starts[at - 1] += at > 0
    return starts


class _Costs:
    """Cents of starts: the shifts', the tolls', and those of work that is late."""

    def __init__(self, model: Model, queue: int, slots: _Slots, toll: Toll) -> None:
        one = model.problem.queues[queue]
        self._slots, self._toll = slots, toll
        self._late = _LateWork(
            model.problem.backlogs[one.id],
            late_price(model.problem, one),
            np.array(overdue_prices(model.problem, model.problem.backlogs[one.id])),
        )
        self._level = slots.cover.T @ slots.parts
        self._by_interval = sparse.csr_array(slots.cover.T)

    def of(self, starts: IntArray, may_grow: bool) -> FloatArray:
        """Of these starts, and if they may grow of those with one more, slot by slot."""
        slots, toll = self._slots, self._toll
        base: IntArray = np.asarray(self._by_interval @ starts)
        staffed = np.concatenate([base[None], base + slots.cover]) if may_grow else base[None]
        away = np.abs(starts - slots.parts)
        cost = np.full(len(staffed), float(slots.price @ starts + toll.start * away.sum()))
        if may_grow:
            cost[1:] += slots.price + toll.start * (np.abs(starts + 1 - slots.parts) - away)
        cost += toll.interval * np.abs(staffed - self._level).sum(axis=1)
        return cost + self._late.of(staffed)


class _LateWork:
    """The recursion of ``rules.backlogs`` for many staffings at once."""

    def __init__(self, backlog: Backlog, missed: int, overdue: IntArray) -> None:
        changes = (backlog.arriving > 0) | (backlog.due > 0) | (backlog.done_per_worker > 0)
        changes[0] = True
        # What waits stays the same until the next moment: one charge for all till then.
        self._at = np.flatnonzero(changes)
        self._charge = np.add.reduceat(overdue, self._at)
        self._backlog, self._missed = backlog, missed

    def of(self, staffed: IntArray) -> FloatArray:
        """Cents for each row of workers by interval."""
        backlog, at = self._backlog, self._at
        done = np.ascontiguousarray((staffed[:, at] * backlog.done_per_worker[at]).T, np.float64)
        in_time = np.full(len(staffed), float(backlog.opening))
        waiting, cost = in_time + backlog.overdue, np.zeros(len(staffed))
        moments = zip(
            backlog.arriving[at].tolist(), backlog.may_wait[at].tolist(), self._charge.tolist(),
            done, strict=True,
        )  # fmt: skip
        for arriving, may_wait, charge, did in moments:
            in_time = np.maximum(in_time + (arriving - did), 0.0)
            waiting = np.maximum(waiting + (arriving - did), 0.0)
            kept = np.minimum(in_time, may_wait)
            cost += self._missed * (in_time - kept)
            in_time = kept
            if charge:
                cost += charge * np.maximum(waiting - may_wait, 0.0)
        found: FloatArray = cost + left_over_price(backlog) * waiting
        return found
