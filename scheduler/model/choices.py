"""Who may start when: what a single shift must keep decides whether it is a choice at all."""

from dataclasses import dataclass

import numpy as np

from scheduler.horizon import DAY_MINUTES
from scheduler.model.linear import BoolArray, LinearBuilder
from scheduler.model.locks import is_unlocked
from scheduler.model.ranges import ranges
from scheduler.model.slots import Slots, pinned_servings
from scheduler.pricing import preference_cost, wage
from scheduler.problem import IntArray, Problem
from scheduler.shift_template import PAY_IN_FULL
from scheduler.worker import Worker


@dataclass(frozen=True, slots=True)
class Choices:
    """Shifts that a worker may start; parallel arrays, sorted by worker and start.

    ``slot`` numbers the distinct (start, template) pairs of ``Slots``.
    """

    worker: IntArray
    slot: IntArray
    template: IntArray
    start: IntArray
    end: IntArray
    day: IntArray
    cost: IntArray
    column: IntArray


def create_choices(
    problem: Problem, model: LinearBuilder, slots: Slots, useful: BoolArray, kind: IntArray
) -> Choices:
    """A column for each shift that a worker may start and that could be of use.

    ``useful``: whether a slot could be of use to a kind of worker, shape (kinds, slots);
    ``kind`` of each worker. Overruled workers have their pins and nothing else.
    """
    owner, slot, liking = _offered(problem, slots)
    keep = useful[kind[owner], slot] & _fits(problem, slots, owner, slot)
    keep &= is_unlocked(problem, slots, owner, slot)
    owner, slot, liking = owner[keep], slot[keep], liking[keep]
    pinned = _overruled(problem, slots)
    if len(pinned):
        owner, slot, liking = (
            np.concatenate([part, pinned[:, n]]) for n, part in enumerate((owner, slot, liking))
        )
        order = np.lexsort((slot, owner))
        owner, slot, liking = owner[order], slot[order], liking[order]
    start, end = slots.start[slot], slots.end[slot]
    cost = _cost(problem, owner, liking, end - start, slots.template[slot])
    day = np.searchsorted(np.array(problem.horizon.day_starts), start, side="right") - 1
    column = model.add_columns(cost, np.ones(len(cost), dtype=np.int64), owner)
    return Choices(owner, slot, slots.template[slot], start, end, day, cost, column)


def _offered(problem: Problem, slots: Slots) -> tuple[IntArray, IntArray, IntArray]:
    """Worker, slot and preference of every open slot inside a window of a worker."""
    rows = [
        (index, window.start, window.end, window.preference)
        for index, worker in enumerate(problem.workers)
        if worker.max_shifts_per_day and worker.max_consecutive_days
        and worker.id not in problem.overruled
        for window in sorted(worker.availability, key=lambda one: one.start)
    ]  # fmt: skip
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    first = np.searchsorted(slots.start, table[:, 1])
    count = np.searchsorted(slots.start, table[:, 2]) - first
    window, slot = ranges(first, count)
    fits = (slots.end[slot] <= table[window, 2]) & slots.is_open[slot]
    window, slot = window[fits], slot[fits]
    return table[window, 0], slot, table[window, 3]


def _fits(problem: Problem, slots: Slots, owner: IntArray, slot: IntArray) -> BoolArray:
    """Whether a shift keeps what it must keep alone: rest, day span, week, work elsewhere, bars."""
    longest = [
        min(worker.max_minutes_per_week, DAY_MINUTES - worker.min_rest_minutes)
        for worker in problem.workers
    ]
    earliest = [
        max((span.end for span in worker.past_shifts), default=-DAY_MINUTES)
        + worker.min_rest_minutes
        for worker in problem.workers
    ]
    start, end = slots.start[slot], slots.end[slot]
    fits: BoolArray = end - start <= np.array(longest, dtype=np.int64)[owner]
    fits &= start >= np.array(earliest, dtype=np.int64)[owner]
    for index, worker in enumerate(problem.workers):
        if worker.external_shifts or worker.barred:
            own = slice(*np.searchsorted(owner, [index, index + 1]).tolist())
            fits[own] &= ~_clashes(problem, worker, start[own], end[own])
            for bar in worker.barred:
                fits[own] &= (end[own] <= bar.start) | (start[own] >= bar.end)
    return fits


def _clashes(problem: Problem, worker: Worker, start: IntArray, end: IntArray) -> BoolArray:
    """Whether work elsewhere leaves no room for a shift: overlap, rest or day span."""
    elsewhere = worker.external_shifts
    other_start = np.array([span.start for span in elsewhere], dtype=np.int64)
    other_end = np.array([span.end for span in elsewhere], dtype=np.int64)
    other_day = np.array([problem.horizon.day(span.start) for span in elsewhere], dtype=np.int64)
    day = np.searchsorted(np.array(problem.horizon.day_starts), start, side="right") - 1
    is_first = start[:, None] < other_start
    between = np.where(is_first, other_start - end[:, None], start[:, None] - other_end)
    span = np.where(is_first, other_end - start[:, None], end[:, None] - other_start)
    same_day = day[:, None] == other_day
    clash = (between < 0) | (~same_day & (between < worker.min_rest_minutes))
    clash |= same_day & (span > DAY_MINUTES - worker.min_rest_minutes)
    found: BoolArray = clash.any(axis=1)
    return found


def _overruled(problem: Problem, slots: Slots) -> IntArray:
    """Worker, slot and preference of the pins of overruled workers, wherever they lie."""
    rows = []
    for index, slot in pinned_servings(problem, slots) if problem.overruled else ():
        worker = problem.workers[index]
        if worker.id in problem.overruled:
            inside = (
                window.preference
                for window in worker.availability
                if window.start <= slots.start[slot] and slots.end[slot] <= window.end
            )
            rows.append((index, slot, next(inside, 0)))
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _cost(
    problem: Problem, owner: IntArray, liking: IntArray, minutes: IntArray, template: IntArray
) -> IntArray:
    """Wage and preference of each shift; shifts that are priced alike are priced once."""
    # Normalised, a preference is worth something else to each worker.
    wages = [worker.hourly_cost for worker in problem.workers]
    alike = np.arange(len(wages)) if problem.weights.is_normalised else np.array(wages, dtype=int)
    key = (alike[owner] * 5 + liking + 2) * (minutes.max(initial=0) + 1) + minutes
    pay = np.array([one.pay_percent for one in problem.shift_templates], dtype=np.int64)[template]
    key = key * (PAY_IN_FULL + 1) + pay
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    price = [
        wage(worker, length, percent) + preference_cost(problem.weights, worker, preference, length)
        for worker, preference, length, percent in zip(
            (problem.workers[index] for index in owner[first].tolist()),
            liking[first].tolist(),
            minutes[first].tolist(),
            pay[first].tolist(),
            strict=True,
        )
    ]
    return np.array(price, dtype=np.int64)[inverse]
