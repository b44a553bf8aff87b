"""Shifts that nobody works and that would save more than they cost, at the prices."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.explain.prices import CoveragePrices, shift_worths
from scheduler.pricing import preference_cost, wage
from scheduler.problem import IntArray, Problem, Queue
from scheduler.rules.shifts import window_of
from scheduler.schedule import Shift, staffed
from scheduler.validation import missed
from scheduler.worker import Worker

MOST_TARGETS = 120


@dataclass(frozen=True, slots=True)
class Target:
    """One more shift on a queue: what it would save in cents, and how many of it are of use."""

    queue: str
    template: str
    start: int
    end: int
    worth: float
    room: int

    def shift(self, worker: Worker) -> Shift:
        """The shift as this worker would work it."""
        return Shift(self.start, self.end, worker.id, self.queue, self.template)

    def gain(self, problem: Problem, worker: Worker) -> float:
        """What it saves less what this worker costs, in cents."""
        minutes = self.end - self.start
        window = window_of(worker, self.shift(worker))
        liking = window.preference if window else 0
        wish = preference_cost(problem.weights, worker, liking, minutes)
        pay = wage(worker, minutes, problem.pay_percent(self.template))
        return self.worth - pay - wish


def targets(problem: Problem, prices: CoveragePrices, shifts: Sequence[Shift]) -> list[Target]:
    """The best starts of each queue, template and local day, those worth most first.

    Those of one day do not overlap. Only what is worth more than the lowest wage of those with
    the skill; at most ``MOST_TARGETS``.
    """
    possible: dict[tuple[str, str, int], list[Target]] = defaultdict(list)
    missing, length = _missing(problem, shifts), problem.horizon.interval_minutes
    for queue, template, start, end, worth in shift_worths(problem, prices):
        room = int(missing[queue][start // length : -(-end // length)].max(initial=0))
        one = Target(queue, template, start, end, worth, max(1, room))
        if worth > 0:
            possible[queue, template, problem.horizon.day(start)].append(one)
    paying = [
        one
        for same_day in possible.values()
        for one in _apart(same_day)
        if one.worth > _least_cost(problem, one)
    ]
    return sorted(paying, key=lambda one: (-one.worth, one.start, one.queue))[:MOST_TARGETS]


def _apart(same_day: Sequence[Target]) -> list[Target]:
    """The best that do not overlap, taken one after the other."""
    chosen: list[Target] = []
    for one in sorted(same_day, key=lambda one: (-one.worth, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in chosen):
            chosen.append(one)
    return chosen


def _missing(problem: Problem, shifts: Sequence[Shift]) -> dict[str, IntArray]:
    counts = staffed(problem, tuple(shifts))
    return {
        queue.id: np.maximum(np.array(missed(problem, queue.id)) - counts[queue.id], 0)
        for queue in problem.queues
    }


def _least_cost(problem: Problem, target: Target) -> int:
    skilled = able(problem, problem.queue_by_id[target.queue])
    percent, minutes = problem.pay_percent(target.template), target.end - target.start
    cheapest = min(skilled, key=lambda worker: worker.hourly_cost, default=None)
    return 0 if cheapest is None else wage(cheapest, minutes, percent)


def able(problem: Problem, queue: Queue) -> list[Worker]:
    """Workers with a queue's skill who are asked any rule."""
    return [
        worker
        for worker in problem.workers
        if queue.skill in worker.skills and worker.id not in problem.overruled
    ]
