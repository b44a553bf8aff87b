"""Need that a schedule leaves uncovered, and every shift that would cover some of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.model.slots import Slots, covered, create_slots
from scheduler.problem import IntArray, Problem
from scheduler.rules.backlogs import work_off
from scheduler.schedule import Shift, Shortage, staffed
from scheduler.validation import shortages


@dataclass(frozen=True, slots=True)
class Lack:
    """Need of one queue that is uncovered without a pause: ``[start, end)`` in minutes.

    ``missing`` is in worker-minutes, ``most`` the most workers missing at once. Of late work, the
    end is when it is due.
    """

    queue: str
    start: int
    end: int
    missing: int
    most: int


@dataclass(frozen=True, slots=True)
class UncoveredShifts:
    """The shifts that would cover some uncovered need of a queue: parallel arrays by start.

    ``template`` is an index; ``first_lack`` and ``last_lack`` (one after) number the lacks of
    the queue in which a shift would cover an interval.
    """

    queue: str
    template: IntArray
    start: IntArray
    end: IntArray
    first_lack: IntArray
    last_lack: IntArray

    def shift(self, problem: Problem, index: int, worker: str) -> Shift:
        """One of them as worked by a worker."""
        template = problem.shift_templates[int(self.template[index])].id
        return Shift(int(self.start[index]), int(self.end[index]), worker, self.queue, template)


def lacks_of(problem: Problem, shifts: Sequence[Shift]) -> list[Lack]:
    """Uncovered need, joined where it goes on from one interval to the next; then late work."""
    length = problem.horizon.interval_minutes
    found: list[Lack] = []
    for one in shortages(problem, shifts):
        last = found[-1] if found else None
        if last is not None and last.queue == one.queue and last.end == one.start:
            found[-1] = _longer(last, one, length)
        else:
            end = one.start + length
            found.append(Lack(one.queue, one.start, end, one.workers * length, one.workers))
    return found + _late_lacks(problem, shifts) if problem.backlogs else found


def _late_lacks(problem: Problem, shifts: Sequence[Shift]) -> list[Lack]:
    """Work that is not done when due, from when on a worker more would have been in time for it.

    That is since nothing waited, or since other work was late; a worker more can do any of it.
    """
    counts, length = staffed(problem, tuple(shifts)), problem.horizon.interval_minutes
    found = []
    for queue in problem.queues:
        if queue.id not in problem.backlogs:
            continue
        backlog, since = problem.backlogs[queue.id], 0
        worked = work_off(backlog, counts[queue.id])
        for index, minutes in enumerate(worked.missed):
            if minutes:
                by_one = int(backlog.done_per_worker[since : index + 1].sum())
                most = -(-minutes // by_one) if by_one else 1
                end = (index + 1) * length
                found.append(Lack(queue.id, since * length, end, minutes, most))
            if minutes or not worked.in_time[index]:
                since = index + 1
    return found


def _longer(last: Lack, one: Shortage, length: int) -> Lack:
    return Lack(
        last.queue, last.start, one.start + length, last.missing + one.workers * length,
        max(last.most, one.workers),
    )  # fmt: skip


def uncovered_shifts(problem: Problem, lacks: Sequence[Lack]) -> list[UncoveredShifts]:
    """For each queue with uncovered need, every shift that covers an interval of it."""
    slots = create_slots(problem)
    queues = dict.fromkeys(lack.queue for lack in lacks)
    return [
        _of_queue(problem, slots, queue, [one for one in lacks if one.queue == queue])
        for queue in queues
    ]


def _of_queue(problem: Problem, slots: Slots, queue: str, lacks: Sequence[Lack]) -> UncoveredShifts:
    length = problem.horizon.interval_minutes
    serves = np.array([one.serves(queue) for one in problem.shift_templates], dtype=bool)
    first, last = covered(problem, slots.start, slots.end)
    starts = np.array([one.start // length for one in lacks], dtype=np.int64)
    ends = np.array([one.end // length for one in lacks], dtype=np.int64)
    first_lack = np.searchsorted(ends, first, side="right")
    last_lack = np.searchsorted(starts, last, side="left")
    keep = slots.is_open & serves[slots.template] & (first < last) & (first_lack < last_lack)
    return UncoveredShifts(
        queue, slots.template[keep], slots.start[keep], slots.end[keep],
        first_lack[keep], last_lack[keep],
    )  # fmt: skip
