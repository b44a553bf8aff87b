"""What one more or one less shift changes in the cost when everything else stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from scheduler.explain.possible import as_worked
from scheduler.pricing import interval_price, missing_value
from scheduler.problem import Problem, Queue
from scheduler.rules.backlogs import backlog_cost
from scheduler.rules.shifts import is_inside, servable
from scheduler.rules.terms import WORKER_TERMS
from scheduler.rules.work import Work
from scheduler.schedule import Segment, Shift, staffed
from scheduler.validation import need


class CoverPrices:
    """The need that a schedule leaves, and what one worker more or less on it changes.

    Cents per queue and interval: ``more`` is the change of understaffing and overstaffing by
    one more worker (below 0 where somebody is missing), ``fewer`` that by one less.
    """

    def __init__(self, problem: Problem, shifts: Sequence[Shift]) -> None:
        self.problem = problem
        self.counts = staffed(problem, tuple(shifts))
        self._sums: dict[tuple[str, int], list[int]] = {}
        self._late_costs: dict[tuple[str, tuple[int, ...]], int] = {}

    @cached_property
    def more(self) -> dict[str, list[int]]:
        """Change of the cost by one more worker, per queue and interval."""
        return {queue.id: self._changes(queue, 1) for queue in self.problem.queues}

    @cached_property
    def fewer(self) -> dict[str, list[int]]:
        """Change of the cost by one worker less, per queue and interval; 0 where nobody is."""
        return {queue.id: self._changes(queue, -1) for queue in self.problem.queues}

    def with_one_more(self, shift: Shift) -> int:
        """Change of the cost of coverage by a shift more."""
        return self._over(shift, 1)

    def with_one_less(self, shift: Shift) -> int:
        """Change of the cost of coverage without a shift of the schedule."""
        return self._over(shift, -1)

    def divided(self, shift: Shift) -> Shift:
        """A shift on the queues where it helps most; unblended, the shift as it is."""
        able = sorted(servable(self.problem, shift))
        is_free = self.problem.is_blended and not shift.segments
        if not (is_free and able and is_inside(self.problem, shift)):
            return as_worked(self.problem, shift)
        return _joined(shift, [
            (start, end, min(able, key=lambda queue: self._part(queue, start, end, 1)))
            for start, end in _pieces(shift, self.problem.horizon.interval_minutes)
        ])  # fmt: skip

    def _over(self, shift: Shift, change: int) -> int:
        parts = [part for part in shift.served if part.queue not in self.problem.backlogs]
        covered = sum(self._part(part.queue, part.start, part.end, change) for part in parts)
        queues = {part.queue for part in shift.served} & self.problem.backlogs.keys()
        return covered + sum(self._of_backlog(shift, queue, change) for queue in queues)

    def _of_backlog(self, shift: Shift, queue: str, change: int) -> int:
        """Change of the cost of late work, which the parts of a shift do together."""
        length, counts = self.problem.horizon.interval_minutes, self.counts[queue].copy()
        for part in shift.served:
            for index in range(-(-part.start // length), part.end // length):
                counts[index] += change * (part.queue == queue)
        return self._late_cost(queue, counts) - self._late_cost(queue, self.counts[queue])

    def _late_cost(self, queue: str, counts: list[int]) -> int:
        key = queue, tuple(counts)
        if key not in self._late_costs:
            own = self.problem.queue_by_id[queue]
            self._late_costs[key] = backlog_cost(self.problem, own, counts)
        return self._late_costs[key]

    def _part(self, queue: str, start: int, end: int, change: int) -> int:
        length = self.problem.horizon.interval_minutes
        first, last = -(-start // length), end // length
        if queue in self.problem.backlogs:
            return self._of_backlog(Shift(start, end, "", queue, ""), queue, change)
        sums = self._sums.get((queue, change))
        if sums is None:
            values, sums = (self.more if change == 1 else self.fewer)[queue], [0]
            for value in values:
                sums.append(sums[-1] + value)
            self._sums[queue, change] = sums
        return sums[last] - sums[first] if first < last else 0

    def _changes(self, queue: Queue, change: int) -> list[int]:
        needed, counts = need(self.problem, queue.id), self.counts[queue.id]
        return [
            self._cost(queue, index, max(0, count + change), needed[index])
            - self._cost(queue, index, count, needed[index])
            for index, count in enumerate(counts)
        ]

    def _cost(self, queue: Queue, index: int, count: int, needed: int) -> int:
        too_many = 0 if queue.id in self.problem.backlogs else max(0, count - needed)
        return missing_value(self.problem, queue, index, count) + too_many * interval_price(
            queue.overstaffing_cost, self.problem.horizon
        )


def worker_terms(work: Work) -> dict[str, int]:
    """The terms of the cost that depend on what one worker does, in cents."""
    return {name: term(work) for name, term in WORKER_TERMS.items()}


def difference(after: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    """By how much each term changes; terms that do not are left out."""
    return {term: after[term] - before[term] for term in after if after[term] != before[term]}


def _pieces(shift: Shift, length: int) -> list[tuple[int, int]]:
    """The parts of a shift between the edges of intervals."""
    inner = range(-(-shift.start // length) * length, shift.end, length)
    edges = sorted({shift.start, *inner, shift.end})
    return list(pairwise(edges))


def _joined(shift: Shift, parts: list[tuple[int, int, str]]) -> Shift:
    """A blended shift of parts in order; its queue is the one with most of the time."""
    segments: list[Segment] = []
    for start, end, queue in parts:
        if segments and segments[-1].queue == queue:
            segments[-1] = replace(segments[-1], end=end)
        else:
            segments.append(Segment(start, end, queue))
    minutes: dict[str, int] = {}
    for part in segments:
        minutes[part.queue] = minutes.get(part.queue, 0) + part.end - part.start
    return replace(
        shift, queue=max(minutes, key=lambda one: minutes[one]), segments=tuple(segments)
    )
