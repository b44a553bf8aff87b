"""The hard rules of a schedule, one function each; ``CONSTRAINTS`` reads as the specification.

What a single shift must keep on its own (skill, template grid, availability window, rest after
the days before the horizon) decides in ``variables`` whether its column exists at all. What two
shifts of one worker must keep is a pair rule; what many must keep is a row.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from scheduler.horizon import DAY_MINUTES
from scheduler.model.cliques import cover_by_cliques
from scheduler.model.linear import UNBOUNDED, BoolArray, LinearBuilder
from scheduler.model.variables import Choices, Variables, pinned_servings
from scheduler.problem import IntArray, Problem
from scheduler.worker import Worker

CHUNK_DAYS = 14
# A shift and the rest after it end less than two days after its start, three at a clock change.
REACH_DAYS = 3

Constraint = Callable[[Problem, Variables, LinearBuilder], None]


class Pairs:
    """Two shifts of one worker, the earlier and the later: matrices (first, second).

    ``between``: minutes from the end of the one to the start of the other; ``span``: minutes
    from the start of the one to the end of the other.
    """

    def __init__(self, choices: Choices, first: IntArray, second: IntArray) -> None:
        start, end, day = choices.start, choices.end, choices.day
        self.between: IntArray = start[second][None, :] - end[first][:, None]
        self.span: IntArray = end[second][None, :] - start[first][:, None]
        self.same_day: BoolArray = day[first][:, None] == day[second][None, :]


def no_overlap(worker: Worker, pairs: Pairs) -> BoolArray:
    """A worker is in one place at a time."""
    return np.less(pairs.between, 0)


def one_shift_per_day(worker: Worker, pairs: Pairs) -> BoolArray:
    """Where one shift a day is allowed, two on a local day exclude each other."""
    return pairs.same_day & (worker.max_shifts_per_day == 1)


def rest(worker: Worker, pairs: Pairs) -> BoolArray:
    """Between the end of a working day and the next day's first shift lies the rest."""
    return ~pairs.same_day & np.less(pairs.between, worker.min_rest_minutes)


def day_span(worker: Worker, pairs: Pairs) -> BoolArray:
    """A working day lasts at most 24 hours minus the rest, from first start to last end."""
    return pairs.same_day & np.greater(pairs.span, DAY_MINUTES - worker.min_rest_minutes)


PAIR_RULES = (no_overlap, one_shift_per_day, rest, day_span)


def excluded(worker: Worker, choices: Choices, first: IntArray, second: IntArray) -> BoolArray:
    """Whether a pair rule excludes each of ``second`` after each of ``first``."""
    pairs = Pairs(choices, first, second)
    found: BoolArray = np.logical_or.reduce([rule(worker, pairs) for rule in PAIR_RULES])
    return found


def exclusions(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Of shifts that exclude each other by a pair rule, at most one is worked."""
    rows, columns, sizes = 0, [], []
    for index, own in _choices_by_worker(problem, v):
        for clique in _cliques(problem.workers[index], v.choices, own):
            columns.append(v.choices.column[clique])
            sizes.append(len(clique))
            rows += 1
    if rows:
        column = np.concatenate(columns)
        key = np.repeat(np.arange(rows), sizes)
        ones = np.ones(len(column), dtype=np.int64)
        model.add_rows(key, column, ones, np.full(rows, -UNBOUNDED), np.ones(rows, dtype=np.int64))


def _cliques(worker: Worker, choices: Choices, own: IntArray) -> Iterator[IntArray]:
    """Cliques of one worker's choices, a fortnight at a time, so that a year needs no more room."""
    days = choices.day[own]
    for first_day in range(int(days[0]), int(days[-1]) + 1, CHUNK_DAYS):
        near = own[(days >= first_day) & (days < first_day + CHUNK_DAYS + REACH_DAYS)]
        conflict = np.triu(excluded(worker, choices, near, near), k=1)
        # Pairs that begin in the next fortnight are its own.
        conflict[choices.day[near] >= first_day + CHUNK_DAYS] = False
        for clique in cover_by_cliques(conflict | conflict.T):
            yield near[clique]


def max_shifts_per_day(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """At most so many shifts start on one local day."""
    limit = np.array([worker.max_shifts_per_day for worker in problem.workers], dtype=np.int64)
    own = np.flatnonzero(limit[v.choices.worker] > 1)
    key = v.choices.worker[own] * problem.horizon.days + v.choices.day[own]
    model.at_most(
        key, v.choices.column[own], np.ones(len(own), dtype=np.int64), limit[v.choices.worker[own]]
    )


def max_minutes_per_week(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """An ISO week's shifts stay within the contract, hours before the horizon included."""
    limit = np.array([week_limits(problem, worker) for worker in problem.workers], dtype=np.int64)
    limit = limit.reshape(len(problem.workers), problem.horizon.num_weeks)
    week = np.array(problem.horizon.week_of_day)[v.choices.day]
    key = v.choices.worker * problem.horizon.num_weeks + week
    minutes = v.choices.end - v.choices.start
    model.at_most(key, v.choices.column, minutes, limit[v.choices.worker, week])


def max_consecutive_days(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """No run of working days is longer than allowed, the days before the horizon included."""
    for index, own in _choices_by_worker(problem, v):
        worker = problem.workers[index]
        past = {problem.horizon.day(span.start) for span in worker.past_shifts}
        if worker.max_consecutive_days >= problem.horizon.days + len(past):
            continue
        days = v.choices.day[own]
        worked = _worked_days(v, model, own, worker)
        for last in np.unique(days).tolist():
            run = np.arange(last - worker.max_consecutive_days, last + 1)
            inside = [day for day in run.tolist() if day not in past]
            if not all(day in worked for day in inside):
                continue
            column = np.concatenate([worked[day] for day in inside])
            limit = len(inside) - 1
            ones = np.ones(len(column), dtype=np.int64)
            model.add_rows(ones, column, ones, np.array([-UNBOUNDED]), np.array([limit]))


def _worked_days(
    v: Variables, model: LinearBuilder, own: IntArray, worker: Worker
) -> dict[int, IntArray]:
    """Columns whose sum says whether a day is worked: the day's shifts, or one extra Boolean."""
    days = v.choices.day[own]
    columns = {day: v.choices.column[own[days == day]] for day in np.unique(days).tolist()}
    if worker.max_shifts_per_day == 1:
        return columns
    worked = {}
    for day, shifts in columns.items():
        one = model.add_columns(np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64))
        key = np.tile(np.arange(len(shifts)), 2)
        column = np.concatenate([shifts, np.repeat(one, len(shifts))])
        sign = np.repeat(np.array([1, -1]), len(shifts))
        zero = np.zeros(len(shifts), dtype=np.int64)
        model.add_rows(key, column, sign, np.full(len(shifts), -UNBOUNDED), zero)
        worked[day] = one
    return worked


def group_balance(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Of each skill group, as many serve a queue as start a shift."""
    key = np.concatenate([v.start_keys, v.serve_keys])
    column = np.concatenate([v.choices.column, v.servings.column])
    sign = np.repeat(np.array([1, -1]), [len(v.choices.column), len(v.servings.column)])
    zero = np.zeros(len(np.unique(key)), dtype=np.int64)
    model.add_rows(key, column, sign, zero, zero)


def pins(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """A pinned shift stays, on its queue; pins that break a rule were refused before."""
    at_least: Counter[int] = Counter()
    for (worker, slot), queue in pinned_servings(problem, v.slots).items():
        choice = (v.choices.worker == worker) & (v.choices.slot == slot)
        serving = (
            (v.servings.group == v.group_of_worker[worker])
            & (v.servings.slot == slot)
            & (v.servings.queue == queue)
        )
        at_least[int(v.choices.column[choice][0])] += 1
        at_least[int(v.servings.column[serving][0])] += 1
    column = np.array(list(at_least), dtype=np.int64)
    least = np.array(list(at_least.values()), dtype=np.int64)
    ones = np.ones(len(column), dtype=np.int64)
    model.add_rows(np.arange(len(column)), column, ones, least, np.full(len(column), UNBOUNDED))


CONSTRAINTS: tuple[Constraint, ...] = (
    exclusions,
    max_shifts_per_day,
    max_minutes_per_week,
    max_consecutive_days,
    group_balance,
    pins,
)


def week_limits(problem: Problem, worker: Worker) -> list[int]:
    """Minutes a worker may still work in each ISO week of the horizon."""
    left = [worker.max_minutes_per_week] * problem.horizon.num_weeks
    first_monday = -problem.horizon.first_day.weekday()
    for span in worker.past_shifts:
        if problem.horizon.day(span.start) >= first_monday:
            left[0] -= span.end - span.start
    return [max(0, minutes) for minutes in left]


def _choices_by_worker(problem: Problem, v: Variables) -> list[tuple[int, IntArray]]:
    edges = np.searchsorted(v.choices.worker, np.arange(len(problem.workers) + 1))
    return [
        (index, np.arange(edges[index], edges[index + 1]))
        for index in range(len(problem.workers))
        if edges[index] < edges[index + 1]
    ]
