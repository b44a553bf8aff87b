"""A valid schedule in a moment: each worker in turn takes the shift that helps most.

It is what is returned when everything else fails, so it uses no solver at all. Where rules ask
for work that it does not find at once, it gives up and leaves them to the search.
"""

from operator import attrgetter

import numpy as np

from scheduler.model.blend import blend
from scheduler.model.linear import BoolArray, LinearBuilder
from scheduler.model.slots import covered, pinned_servings
from scheduler.model.variables import create_variables
from scheduler.pricing import wage
from scheduler.problem import IntArray, Previous, Problem
from scheduler.schedule import Shift
from scheduler.solver.cover import Cover
from scheduler.solver.site_limits import SiteLimits
from scheduler.solver.turn import Turn
from scheduler.validation import violations

OWED = 10**12  # cents; above any saving


def greedy(problem: Problem) -> tuple[Shift, ...] | None:
    """Pins first; then, in rounds, each worker takes his most useful shift while one pays off.

    None where what was taken does not keep every rule.
    """
    growing = _Growing(problem)
    for (worker, slot), queue in pinned_servings(problem, growing.v.slots).items():
        growing.take_pin(worker, slot, queue)
    turns = growing.turns
    if problem.max_changed_workers is not None:
        turns = _keep_previous(growing, problem.max_changed_workers)
    while turns:
        turns = [turn for turn in turns if growing.take_best(turn)]
    found = growing.shifts()
    found = blend(problem, found) if problem.is_blended else found
    # A pin is taken before any rule is asked, so it may break one of the site.
    is_free = problem.max_changed_workers is None and not problem.locks.queues and not problem.pins
    is_surely_valid = (
        is_free and not problem.overruled and not any(map(growing.asks, growing.turns))
    )
    return found if is_surely_valid or not violations(problem, found) else None


def _keep_previous(growing: "_Growing", most: int) -> list[Turn]:
    """Everybody keeps of his previous shifts what he may; those who may get other ones."""
    problem = growing.problem
    known = problem.previous_times
    turns = {turn.worker.id: turn for turn in growing.turns}
    for one in problem.previous:
        if one.worker in turns:
            growing.take_previous(turns[one.worker], one)
    changed = [
        turn for turn in growing.turns
        if growing.times(turn) != known.get(turn.worker.id, frozenset())
    ]  # fmt: skip
    others = [turn for turn in growing.turns if turn not in changed]
    return changed + others[: max(0, most - len(changed))]


class _Growing:
    """A schedule to which shifts are added one by one."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.v = create_variables(problem, LinearBuilder())
        self.cover = Cover(problem)
        self.limits = SiteLimits(problem, self.v)
        first, last = covered(problem, self.v.choices.start, self.v.choices.end)
        self.first, self.last = first, np.maximum(first, last)
        edges = np.searchsorted(self.v.choices.worker, np.arange(len(problem.workers) + 1)).tolist()
        self.turns = [
            Turn(problem, self.v, index, slice(edges[index], edges[index + 1]))
            for index in range(len(problem.workers))
        ]
        self._queues = [np.array(sorted(group), dtype=np.int64) for group in self.v.groups]
        self._is_limited = self._some_queue_is_closed()
        self._serves: dict[tuple[int, int], int] = {}

    def _some_queue_is_closed(self) -> bool:
        return bool(self.problem.overruled) or any(
            template.queues is not None for template in self.problem.shift_templates
        )

    def take_pin(self, worker: int, slot: int, queue: int) -> None:
        """Add a pinned shift."""
        turn = self.turns[worker]
        choice = int(np.searchsorted(self.v.choices.slot[turn.own], slot))
        self._take(turn, choice, queue)

    def take_previous(self, turn: Turn, one: Previous) -> None:
        """Add a shift at the same times and on the same queue as before, if it is open."""
        ids = [queue.id for queue in self.problem.queues]
        queue = ids.index(one.queue) if one.queue in ids else -1
        choices, own = self.v.choices, turn.own
        same = (choices.start[own] == one.start) & (choices.end[own] == one.end)
        if queue in self.v.groups[int(self.v.group_of_worker[turn.index])]:
            is_open = same & self._open(turn, np.array([queue])).reshape(-1)
            if is_open.any():
                self._take(turn, int(is_open.argmax()), queue)

    def times(self, turn: Turn) -> set[tuple[int, int]]:
        """Start and end of what a worker has taken."""
        at = turn.own.start + np.array(turn.taken, dtype=np.int64)
        starts, ends = self.v.choices.start[at], self.v.choices.end[at]
        return set(zip(starts.tolist(), ends.tolist(), strict=True))

    def take_best(self, turn: Turn) -> bool:
        """Add the shift that saves most; False if none pays off."""
        queues = self._queues[int(self.v.group_of_worker[turn.index])]
        if not turn.open.any() or not len(queues):
            return False
        own = turn.own
        saved = self.cover.saved(queues, self.first[own], self.last[own]) - self.v.choices.cost[own]
        if self.asks(turn):
            saved += OWED * np.isin(self.v.choices.day[own], list(turn.owed()))
        saved = np.where(self._open(turn, queues), saved, 0)
        queue, choice = divmod(int(saved.argmax()), saved.shape[1])
        if saved[queue, choice] <= 0:
            return False
        self._take(turn, choice, int(queues[queue]))
        return True

    def asks(self, turn: Turn) -> bool:
        """Whether a rule may ask a worker for more work."""
        worker = turn.worker
        return (
            worker.is_min_hard
            or worker.min_consecutive_days > 1
            or worker.max_consecutive_days_off is not None
            or any(limit.min_minutes for limit in worker.rolling_limits)
        )

    def _open(self, turn: Turn, queues: IntArray) -> BoolArray:
        """Which choices are open on which of some queues, shape (queues, choices) or (choices)."""
        is_open = turn.open
        if self._is_limited:
            own, group = self.v.choices, self.v.group_of_worker[turn.index]
            kind = own.template if self.problem.is_blended else own.slot
            is_open = is_open & self.v.able[group][kind[turn.own]][:, queues].T
        return self.limits.open(is_open, turn.own, queues)

    def _take(self, turn: Turn, choice: int, queue: int) -> None:
        at = turn.own.start + choice
        turn.take(choice)
        self.cover.add(queue, int(self.first[at]), int(self.last[at]))
        self.limits.take(at, queue)
        self._serves[turn.index, choice] = queue

    def shifts(self) -> tuple[Shift, ...]:
        """What was taken, without runs of days that stayed too short."""
        pinned = set(pinned_servings(self.problem, self.v.slots))
        found = []
        for turn in self.turns:
            slots, days = self.v.choices.slot[turn.own], self.v.choices.day[turn.own]
            dropped = {
                day for first, last in turn.short_runs() for day in range(first, last + 1)
            }  # fmt: skip
            found += [
                self._shift(turn, choice)
                for choice in turn.taken
                if days[choice] not in dropped or (turn.index, int(slots[choice])) in pinned
            ]
        # By key: comparing the shifts themselves takes as long as finding some of them.
        return tuple(sorted(found, key=attrgetter("start", "end", "worker", "queue")))

    def _shift(self, turn: Turn, choice: int) -> Shift:
        choices, at = self.v.choices, turn.own.start + choice
        start, end = int(choices.start[at]), int(choices.end[at])
        template = self.problem.shift_templates[int(choices.template[at])]
        return Shift(
            start,
            end,
            turn.worker.id,
            self.problem.queues[self._serves[turn.index, choice]].id,
            template.id,
            wage(turn.worker, end - start, template.pay_percent),
        )
