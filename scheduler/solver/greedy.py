"""A valid schedule in a moment: each worker in turn takes the shift that helps most.

It is what is returned when everything else fails, so it uses no solver at all.
"""

from dataclasses import dataclass, field

import numpy as np

from scheduler.model.constraints import excluded, week_limits
from scheduler.model.linear import BoolArray, LinearBuilder
from scheduler.model.variables import Variables, covered, create_variables
from scheduler.pricing import need_steps, wage
from scheduler.problem import IntArray, Problem
from scheduler.schedule import Shift


@dataclass
class _Turn:
    """What one worker may still take."""

    index: int
    own: IntArray  # his choices
    open: BoolArray
    week_left: list[int]
    days: dict[int, int] = field(default_factory=dict)


class _Cover:
    """The need that is still open, and what covering it is worth."""

    def __init__(self, problem: Problem) -> None:
        size = problem.horizon.num_intervals
        self.steps = [
            [need_steps(problem, queue, index) for index in range(size)] for queue in problem.queues
        ]
        self.staffed = np.zeros((len(problem.queues), size), dtype=np.int64)
        self.worth = np.zeros((len(problem.queues), size + 1), dtype=np.int64)
        for queue in range(len(problem.queues)):
            self._refresh(queue, 0, size)

    def value(self, queue: int, first: IntArray, last: IntArray) -> IntArray:
        """Cost that one more worker on these intervals would save."""
        value: IntArray = self.worth[queue][last] - self.worth[queue][first]
        return value

    def add(self, queue: int, first: int, last: int) -> None:
        """Put one more worker on these intervals."""
        self.staffed[queue, first:last] += 1
        self._refresh(queue, first, last)

    def _refresh(self, queue: int, first: int, last: int) -> None:
        price = np.diff(self.worth[queue])
        price[first:last] = [
            next(
                (price for before, count, price in self.steps[queue][index]
                 if self.staffed[queue, index] < before + count),
                0,
            )
            for index in range(first, last)
        ]  # fmt: skip
        self.worth[queue, 1:] = np.cumsum(price)


def greedy(problem: Problem) -> tuple[Shift, ...]:
    """Pins first; then, in rounds, each worker takes his most useful shift while one pays off."""
    v = create_variables(problem, LinearBuilder())
    cover, shifts = _Cover(problem), []
    first, last = covered(problem, v.choices.start, v.choices.end)
    last = np.maximum(first, last)
    turns = _turns(problem, v)
    for pin in problem.pins:
        turn = next(one for one in turns if problem.workers[one.index].id == pin.worker)
        same = (v.choices.start[turn.own] == pin.start) & (
            v.choices.end[turn.own] == pin.start + pin.minutes
        )
        queue = [one.id for one in problem.queues].index(pin.queue)
        shifts.append(_take(problem, v, cover, turn, int(same.argmax()), queue))
    while turns:
        turns = [turn for turn in turns if _take_best(problem, v, cover, turn, first, last, shifts)]
    return tuple(sorted(shifts))


def _turns(problem: Problem, v: Variables) -> list[_Turn]:
    edges = np.searchsorted(v.choices.worker, np.arange(len(problem.workers) + 1))
    turns = []
    for index, worker in enumerate(problem.workers):
        own = np.arange(edges[index], edges[index + 1])
        past = {problem.horizon.day(span.start): 1 for span in worker.past_shifts}
        turn = _Turn(
            index,
            own,
            np.ones(len(own), dtype=bool),
            week_limits(problem, worker),
            past,
        )
        _close(problem, v, turn)
        turns.append(turn)
    return turns


def _take_best(
    problem: Problem,
    v: Variables,
    cover: _Cover,
    turn: _Turn,
    first: IntArray,
    last: IntArray,
    shifts: list[Shift],
) -> bool:
    own = turn.own
    best, choice, serves = 0, -1, -1
    for queue in sorted(v.groups[int(v.group_of_worker[turn.index])]):
        saved = cover.value(queue, first[own], last[own]) - v.choices.cost[own]
        saved = np.where(turn.open, saved, 0)
        if len(saved) and saved.max() > best:
            best, choice, serves = int(saved.max()), int(saved.argmax()), queue
    if choice < 0:
        return False
    shifts.append(_take(problem, v, cover, turn, choice, serves))
    return True


def _take(
    problem: Problem, v: Variables, cover: _Cover, turn: _Turn, choice: int, queue: int
) -> Shift:
    at = turn.own[choice]
    start, end, day = int(v.choices.start[at]), int(v.choices.end[at]), int(v.choices.day[at])
    first, last = covered(problem, v.choices.start[[at]], v.choices.end[[at]])
    cover.add(queue, int(first[0]), max(int(first[0]), int(last[0])))
    worker = problem.workers[turn.index]
    turn.days[day] = turn.days.get(day, 0) + 1
    turn.week_left[problem.horizon.week_of_day[day]] -= end - start
    taken = turn.own[[choice]]
    turn.open[choice:] &= ~excluded(worker, v.choices, taken, turn.own[choice:])[0]
    turn.open[:choice] &= ~excluded(worker, v.choices, turn.own[:choice], taken)[:, 0]
    turn.open[choice] = False
    _close(problem, v, turn)
    slot = int(v.choices.slot[at])
    template = problem.shift_templates[int(v.slots.template[slot])].id
    return Shift(
        start, end, worker.id, problem.queues[queue].id, template, wage(worker, end - start)
    )


def _close(problem: Problem, v: Variables, turn: _Turn) -> None:
    """Close what the limits per day, per week and of days in a row no longer allow."""
    worker = problem.workers[turn.index]
    days = v.choices.day[turn.own]
    left = np.array(turn.week_left)[np.array(problem.horizon.week_of_day)[days]]
    turn.open &= v.choices.end[turn.own] - v.choices.start[turn.own] <= left
    for day in np.unique(days).tolist():
        if turn.days.get(day, 0) >= worker.max_shifts_per_day or (
            day not in turn.days and _run(turn.days, day) > worker.max_consecutive_days
        ):
            turn.open &= days != day


def _run(days: dict[int, int], day: int) -> int:
    """Length of the run of working days that working this day would make."""
    first = last = day
    while first - 1 in days:
        first -= 1
    while last + 1 in days:
        last += 1
    return last - first + 1
