"""The decisions: who starts when, and how many of a skill group serve which queue.

A shift's queue matters only through the skills of its worker. Workers with the same queues are
therefore one *skill group*: a Boolean says that a worker starts a shift, an integer counts how
many of the group's starters serve each queue. Every schedule of the textbook model
(worker x start x queue) is one of these and the other way round, with a fraction of the columns.
"""

from dataclasses import dataclass
from math import gcd

import numpy as np

from scheduler.horizon import DAY_MINUTES
from scheduler.model.linear import BoolArray, LinearBuilder
from scheduler.pricing import need_steps, preference_cost, wage
from scheduler.problem import IntArray, Problem
from scheduler.worker import Worker


@dataclass(frozen=True, slots=True)
class Choices:
    """Shifts that a worker may start; parallel arrays, sorted by worker and start.

    ``slot`` numbers the distinct (start, template) pairs of ``Slots``.
    """

    worker: IntArray
    slot: IntArray
    start: IntArray
    end: IntArray
    day: IntArray
    cost: IntArray
    column: IntArray


@dataclass(frozen=True, slots=True)
class Slots:
    """Dated shifts that somebody could start: template and minutes, in time order."""

    template: IntArray
    start: IntArray
    end: IntArray


@dataclass(frozen=True, slots=True)
class Servings:
    """How many starters of a skill group serve a queue: one integer column each."""

    group: IntArray
    slot: IntArray
    queue: IntArray
    column: IntArray


@dataclass(frozen=True, slots=True)
class Need:
    """Steps of need that may stay uncovered: queue, interval, workers and price of each."""

    queue: IntArray
    interval: IntArray
    workers: IntArray
    price: IntArray
    column: IntArray


@dataclass(frozen=True, slots=True)
class Variables:
    """All decision columns of a problem, with what the rules must know about them."""

    slots: Slots
    choices: Choices
    servings: Servings
    need: Need
    group_of_worker: IntArray
    groups: tuple[frozenset[int], ...]

    @property
    def start_keys(self) -> IntArray:
        """Number of each choice's (skill group, slot)."""
        own = self.group_of_worker[self.choices.worker]
        return own * max(len(self.slots.start), 1) + self.choices.slot

    @property
    def serve_keys(self) -> IntArray:
        """Number of each serving's (skill group, slot)."""
        return self.servings.group * max(len(self.slots.start), 1) + self.servings.slot


def create_variables(problem: Problem, model: LinearBuilder) -> Variables:
    """Create a column only for what may happen and could be of use."""
    groups, group_of_worker = _skill_groups(problem)
    slots = _slots(problem)
    wanted = _wanted(problem, slots)
    choices = _choices(problem, model, slots, groups, group_of_worker, wanted)
    servings = _servings(problem, model, choices, groups, group_of_worker, wanted)
    return Variables(
        slots, choices, servings, _need(problem, model), group_of_worker, groups
    )  # fmt: skip


def _skill_groups(problem: Problem) -> tuple[tuple[frozenset[int], ...], IntArray]:
    """Workers by the set of queues they can serve."""
    number: dict[frozenset[int], int] = {}
    of_worker = [
        number.setdefault(
            frozenset(i for i, queue in enumerate(problem.queues) if queue.skill in worker.skills),
            len(number),
        )
        for worker in problem.workers
    ]
    return tuple(number), np.array(of_worker, dtype=np.int64)


def _slots(problem: Problem) -> Slots:
    """Every (start, template) on the templates' grids that ends inside the horizon."""
    horizon = problem.horizon
    # The finest grid on which any template can start; a clock change shifts it, rarely by
    # less than an hour, and the midnights after it tell by how much.
    starts_every = (template.start_every for template in problem.shift_templates)
    step = gcd(60, *starts_every, *horizon.day_starts)
    rows = [
        (start, start + template.minutes, index)
        for day, first in enumerate(horizon.day_starts[:-1])
        for start in range(first, horizon.day_starts[day + 1], step)
        for index, template in enumerate(problem.shift_templates)
        if start + template.minutes <= horizon.num_minutes
        and template.starts_at(_wall(first, start, horizon.day_starts[day + 1], problem))
    ]
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    return Slots(template=table[:, 2], start=table[:, 0], end=table[:, 1])


def _wall(first: int, start: int, next_first: int, problem: Problem) -> int:
    """Wall minute of a start; the clock is asked only on days that are not 24 hours long."""
    if next_first - first == DAY_MINUTES:
        return start - first
    return problem.horizon.wall_minute(start)


def pinned_servings(problem: Problem, slots: Slots) -> dict[tuple[int, int], int]:
    """Queue of each pinned (worker, slot); of several templates alike the first one is meant."""
    workers = {worker.id: index for index, worker in enumerate(problem.workers)}
    queues = {queue.id: index for index, queue in enumerate(problem.queues)}
    found = {}
    for pin in problem.pins:
        same = (slots.start == pin.start) & (slots.end == pin.start + pin.minutes)
        found[workers[pin.worker], int(same.argmax())] = queues[pin.queue]
    return found


def covered(problem: Problem, start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """First interval covered as a whole and the one after the last."""
    length = problem.horizon.interval_minutes
    return -(-start // length), end // length


def _wanted(problem: Problem, slots: Slots) -> BoolArray:
    """Whether a shift of a slot could be of use to a queue, shape (slots, queues).

    A shift that covers no needed interval never pays: its wage is at least what it saves of the
    guaranteed minimum. Only a pin can ask for one.
    """
    size = problem.horizon.num_intervals
    first, last = covered(problem, slots.start, slots.end)
    wanted = np.zeros((len(slots.start), len(problem.queues)), dtype=bool)
    for index, queue in enumerate(problem.queues):
        is_needed = [bool(need_steps(problem, queue, t)) for t in range(size)]
        needed = np.concatenate([[0], np.cumsum(is_needed)])
        wanted[:, index] = needed[np.maximum(first, last)] > needed[first]
    for (_, slot), index in pinned_servings(problem, slots).items():
        wanted[slot, index] = True
    return wanted


def _choices(
    problem: Problem,
    model: LinearBuilder,
    slots: Slots,
    groups: tuple[frozenset[int], ...],
    group_of_worker: IntArray,
    wanted: BoolArray,
) -> Choices:
    useful = np.array(
        [wanted[:, sorted(group)].any(axis=1) for group in groups]
    ).reshape(len(groups), len(slots.start))  # fmt: skip
    owner, slot, cost = [], [], []
    for index, worker in enumerate(problem.workers):
        own, price = _worker_slots(problem, worker, slots)
        keep = useful[group_of_worker[index]][own]
        owner.append(np.full(int(keep.sum()), index, dtype=np.int64))
        slot.append(own[keep])
        cost.append(price[keep])
    empty = np.zeros(0, dtype=np.int64)
    owners, chosen, prices = (np.concatenate([empty, *part]) for part in (owner, slot, cost))
    start = slots.start[chosen]
    bounds = np.array(problem.horizon.day_starts)
    return Choices(
        worker=owners,
        slot=chosen,
        start=start,
        end=slots.end[chosen],
        day=np.searchsorted(bounds, start, side="right") - 1,
        cost=prices,
        column=model.add_columns(prices, np.ones(len(prices), dtype=np.int64)),
    )


def _worker_slots(problem: Problem, worker: Worker, slots: Slots) -> tuple[IntArray, IntArray]:
    """Slots inside a worker's windows that his rest and contract allow at all, with their cost."""
    longest = min(worker.max_minutes_per_week, DAY_MINUTES - worker.min_rest_minutes)
    earliest = max((span.end for span in worker.past_shifts), default=-DAY_MINUTES)
    earliest += worker.min_rest_minutes
    found, cost = [], []
    for window in worker.availability:
        first = np.searchsorted(slots.start, window.start)
        last = np.searchsorted(slots.start, window.end)
        own = np.arange(first, last, dtype=np.int64)
        minutes = slots.end[own] - slots.start[own]
        fits = (slots.end[own] <= window.end) & (minutes <= longest)
        fits &= slots.start[own] >= earliest
        price = {
            length: wage(worker, length)
            + preference_cost(problem.weights, worker, window.preference, length)
            for length in set(minutes.tolist())
        }
        found.append(own[fits])
        cost.append(np.array([price[length] for length in minutes[fits].tolist()], dtype=np.int64))
    if not found or not worker.max_shifts_per_day or not worker.max_consecutive_days:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    slot = np.concatenate(found)
    order = np.argsort(slot, kind="stable")
    return slot[order], np.concatenate(cost)[order]


def _servings(
    problem: Problem,
    model: LinearBuilder,
    choices: Choices,
    groups: tuple[frozenset[int], ...],
    group_of_worker: IntArray,
    wanted: BoolArray,
) -> Servings:
    num_slots = len(wanted)
    key = group_of_worker[choices.worker] * num_slots + choices.slot
    keys, starters = np.unique(key, return_counts=True)
    group, slot = keys // max(num_slots, 1), keys % max(num_slots, 1)
    parts = []
    for index in range(len(problem.queues)):
        serves = np.array([index in one for one in groups], dtype=bool)[group]
        use = np.flatnonzero(serves & wanted[slot, index])
        parts.append((group[use], slot[use], np.full(len(use), index), starters[use]))
    empty = np.zeros(0, dtype=np.int64)
    groups_, slots_, queues, most = (
        np.concatenate([empty, *(part[i] for part in parts)]) for i in range(4)
    )
    column = model.add_columns(np.zeros(len(most), dtype=np.int64), most)
    return Servings(groups_, slots_, queues, column)


def _need(problem: Problem, model: LinearBuilder) -> Need:
    rows = [
        (index, interval, count, price)
        for index, queue in enumerate(problem.queues)
        for interval in range(problem.horizon.num_intervals)
        for _, count, price in need_steps(problem, queue, interval)
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    column = model.add_columns(table[:, 3], table[:, 2])
    return Need(table[:, 0], table[:, 1], table[:, 2], table[:, 3], column)
