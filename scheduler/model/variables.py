"""The decisions: who starts when, and how many of a skill group serve which queue.

A shift's queue matters only through the skills of its worker. Workers with the same queues are
therefore one *skill group*: a Boolean says that a worker starts a shift, an integer counts how
many of the group's starters serve each queue. Every schedule of the textbook model
(worker x start x queue) is one of these and the other way round, with a fraction of the columns.
"""

from dataclasses import dataclass

import numpy as np

from scheduler.model.choices import Choices, create_choices
from scheduler.model.linear import BoolArray, LinearBuilder
from scheduler.model.servings import Servings, interval_servings, shift_servings
from scheduler.model.slots import Slots, covered, create_slots, pinned_servings
from scheduler.model.spreads import priced_spreads, spread_groups
from scheduler.model.workdays import Workdays, create_workdays
from scheduler.policy import NewStarters
from scheduler.pricing import need_steps
from scheduler.problem import IntArray, Problem
from scheduler.worker import Worker


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
    """All decision columns of a problem, with what the rules must know about them.

    ``able``: whether a skill group may serve a queue on a slot, or, blended, with a template:
    shape (groups, slots or templates, queues).
    """

    slots: Slots
    choices: Choices
    servings: Servings
    need: Need
    group_of_worker: IntArray
    groups: tuple[frozenset[int], ...]
    workdays: dict[int, Workdays]
    is_ruled: BoolArray
    able: BoolArray

    @property
    def ruled(self) -> IntArray:
        """Choices of the workers whom rules are asked of: all but the overruled."""
        return np.flatnonzero(self.is_ruled[self.choices.worker])

    def of_worker(self, index: int) -> IntArray:
        """Choices of one worker."""
        edges = np.searchsorted(self.choices.worker, [index, index + 1])
        return np.arange(edges[0], edges[1])

    def choice_week(self, problem: Problem) -> IntArray:
        """ISO week of each choice, counted from the horizon's first."""
        return np.array(problem.horizon.week_of_day, dtype=np.int64)[self.choices.day]

    def serving(self, worker: int, slot: int, queue: int) -> IntArray:
        """The column of a worker's queue on a slot, where a shift serves one queue."""
        key = self.group_of_worker[worker] * len(self.slots.start) + slot
        found = (self.servings.key == key) & (self.servings.queue == queue)
        column: IntArray = self.servings.column[found]
        return column

    def queues(self, choice: int) -> tuple[int, ...]:
        """The queues that a blended choice may serve."""
        group = self.group_of_worker[self.choices.worker[choice]]
        able = self.able[group, self.choices.template[choice]]
        return tuple(np.flatnonzero(able).tolist())


def create_variables(problem: Problem, model: LinearBuilder) -> Variables:
    """Create a column only for what may happen and could be of use."""
    groups, group_of_worker = _skill_groups(problem)
    has_skill = np.zeros((len(groups), len(problem.queues)), dtype=bool)
    for index, group in enumerate(groups):
        has_skill[index, sorted(group)] = True
    slots = create_slots(problem)
    by_template = _template_serves(problem)
    serves = by_template[slots.template]
    wanted = _wanted(problem, slots) & serves
    is_ruled = np.array([one.id not in problem.overruled for one in problem.workers], dtype=bool)
    # Who has to work without need may use any slot: kinds of workers are groups, twice.
    is_bound = np.array([_works_without_need(problem, one) for one in problem.workers], dtype=bool)
    useful = [(has_skill[:, None, :] & able).any(axis=2) for able in (wanted, serves)]
    kind = group_of_worker + np.where(is_bound, len(groups), 0)
    choices = create_choices(problem, model, slots, np.concatenate(useful), kind)
    # What a skill group may serve, shape (groups, slots or templates, queues).
    able = has_skill[:, None, :] & (by_template if problem.is_blended else wanted)
    if not problem.is_blended:
        bound = np.unique(group_of_worker[is_bound])
        able[bound] = has_skill[bound][:, None, :] & serves
    _allow_overruled(problem, group_of_worker, able)
    servings = _servings(problem, model, slots, choices, group_of_worker, able)
    need = _need(problem, model)
    workdays = create_workdays(problem, model, choices)
    return Variables(
        slots, choices, servings, need, group_of_worker, groups, workdays, is_ruled, able
    )  # fmt: skip


def _skill_groups(problem: Problem) -> tuple[tuple[frozenset[int], ...], IntArray]:
    """Workers by the set of queues they can serve; some are a group of their own."""
    number: dict[tuple[frozenset[int], str, tuple[int, ...]], int] = {}
    kinds = _spread_kinds(problem)
    pinned = {
        worker: {pin.queue for pin in problem.pins if pin.worker == worker}
        for worker in problem.overruled
    }
    of_worker = []
    for worker in problem.workers:
        queues = frozenset(
            index
            for index, queue in enumerate(problem.queues)
            if queue.skill in worker.skills or queue.id in pinned.get(worker.id, ())
        )
        key = (queues, worker.id if is_told_apart(problem, worker) else "", kinds[worker.id])
        of_worker.append(number.setdefault(key, len(number)))
    return tuple(queues for queues, *_ in number), np.array(of_worker, dtype=np.int64)


def _spread_kinds(problem: Problem) -> dict[str, tuple[int, ...]]:
    """Each worker's group in every policy that spreads those on some queues: it tells him apart."""
    spreads = [one for one in priced_spreads(problem) if one.queues is not None]
    groups = [spread_groups(problem, one) for one in spreads]
    columns = [tuple(int(group[n]) for group in groups) for n in range(len(problem.workers))]
    return {one.id: kind for one, kind in zip(problem.workers, columns, strict=True)}


def is_told_apart(problem: Problem, worker: Worker) -> bool:
    """Whether a worker is nobody's equal: he is overruled, or licences ask who he is.

    They do where two shifts of one worker may meet in an interval: there he needs one seat.
    """
    length = problem.horizon.interval_minutes
    meets = worker.max_shifts_per_day > 1 or worker.min_rest_minutes < length
    return worker.id in problem.overruled or (
        meets
        and bool(problem.licences)
        and any(one.minutes % length or one.start_every % length for one in problem.shift_templates)
    )


def _allow_overruled(problem: Problem, group_of_worker: IntArray, able: BoolArray) -> None:
    """Overruled workers may serve the queues of their pins, whatever skill or template say."""
    groups = {
        worker.id: int(group)
        for worker, group in zip(problem.workers, group_of_worker, strict=True)
    }
    queues = {queue.id: index for index, queue in enumerate(problem.queues)}
    for pin in problem.pins:
        if pin.worker in problem.overruled:
            able[groups[pin.worker], :, queues[pin.queue]] = True


def _wanted(problem: Problem, slots: Slots) -> BoolArray:
    """Whether a shift of a slot could be of use to a queue, shape (slots, queues).

    A shift that covers no needed interval never pays: its wage is at least what it saves of the
    guaranteed minimum. Only a pin can ask for one, or a rule that asks for work as such.
    """
    size = problem.horizon.num_intervals
    first, last = covered(problem, slots.start, slots.end)
    wanted = np.zeros((len(slots.start), len(problem.queues)), dtype=bool)
    for index, queue in enumerate(problem.queues):
        is_needed = [bool(need_steps(problem, queue, t)) for t in range(size)]
        if queue.id in problem.backlogs:
            is_needed = problem.backlogs[queue.id].is_workable.tolist()
        needed = np.concatenate([[0], np.cumsum(is_needed)])
        wanted[:, index] = needed[np.maximum(first, last)] > needed[first]
    for (_, slot), index in pinned_servings(problem, slots).items():
        # Blended, a pin leaves the queue free.
        wanted[slot, slice(None) if problem.is_blended else index] = True
    wanted[_is_previous(problem, slots)] = True
    for policy in priced_spreads(problem):
        # One more on any of its queues makes a group's share smaller on all of them.
        together = [n for n, one in enumerate(problem.queues) if policy.is_about(one.id)]
        wanted[:, together] = wanted[:, together].any(axis=1, keepdims=True)
    return wanted


def _is_previous(problem: Problem, slots: Slots) -> BoolArray:
    """Whether somebody had a shift at the times of a slot: to keep it may be worth its wage."""
    known = {times for own in problem.previous_times.values() for times in own}
    spans = zip(slots.start.tolist(), slots.end.tolist(), strict=True)
    return np.array([span in known for span in spans], dtype=bool)


def _works_without_need(problem: Problem, worker: Worker) -> bool:
    """Whether a rule or a wish may make a worker work where nobody needs him."""
    weights = problem.weights
    starts_here = any(
        isinstance(one, NewStarters) and one.price and worker.id in one.members
        for one in problem.policies
    )
    return (
        starts_here
        or (worker.lost_hour_cost > 0 and worker.id in problem.previous_times)
        or (worker.is_min_hard and worker.min_minutes_per_week > 0)
        or any(limit.min_minutes for limit in worker.rolling_limits)
        or worker.min_consecutive_days > 1
        or worker.min_consecutive_days_off > 1
        or worker.max_consecutive_days_off is not None
        or (weights.desired_hours > 0 and bool(worker.desired_minutes_per_week))
        or (weights.request > 0 and any(one.weight > 0 for one in worker.requests))
    )


def _servings(
    problem: Problem,
    model: LinearBuilder,
    slots: Slots,
    choices: Choices,
    group_of_worker: IntArray,
    able: BoolArray,
) -> Servings:
    """``able``: whether a skill group may serve a queue on a slot, blended: with a template.

    Blended, each pin of an overruled worker is of a kind of its own, that of its queue.
    """
    group, span = group_of_worker[choices.worker], (choices.start, choices.end)
    kind = group * able.shape[1] + (choices.template if problem.is_blended else choices.slot)
    flat = able.reshape(able.shape[0] * able.shape[1], len(problem.queues))
    is_apart = np.array([is_told_apart(problem, one) for one in problem.workers], dtype=bool)
    owner = np.where(is_apart[choices.worker], choices.worker, -1)
    if not problem.is_blended:
        return shift_servings(model, span, owner, kind, flat)
    if problem.overruled:
        choice_key = choices.worker * len(slots.start) + choices.slot
        for (worker, slot), queue in pinned_servings(problem, slots).items():
            if problem.workers[worker].id in problem.overruled:
                kind[np.searchsorted(choice_key, worker * len(slots.start) + slot)] = (
                    len(flat) + queue
                )
        flat = np.concatenate([flat, np.eye(len(problem.queues), dtype=bool)])
    return interval_servings(problem, model, span, choices.worker, owner, kind, flat)


def _template_serves(problem: Problem) -> BoolArray:
    """Whether a template may serve a queue, shape (templates, queues)."""
    serves = [
        [template.serves(queue.id) for queue in problem.queues]
        for template in problem.shift_templates
    ]
    return np.array(serves, dtype=bool).reshape(len(serves), len(problem.queues))


def _need(problem: Problem, model: LinearBuilder) -> Need:
    rows = [
        (index, interval, count, price)
        for index, queue in enumerate(problem.queues)
        for interval in range(problem.horizon.num_intervals)
        for _, count, price in need_steps(problem, queue, interval)
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    column = model.add_columns(table[:, 3], table[:, 2], is_slack=True)
    return Need(table[:, 0], table[:, 1], table[:, 2], table[:, 3], column)
