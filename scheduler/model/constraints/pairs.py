"""What two shifts of one worker must keep: predicates on pairs, and their cliques as rows."""

from collections.abc import Callable, Iterator

import numpy as np

from scheduler.horizon import DAY_MINUTES
from scheduler.model.choices import Choices
from scheduler.model.cliques import cover_by_cliques
from scheduler.model.linear import UNBOUNDED, BoolArray, LinearBuilder
from scheduler.model.variables import Variables
from scheduler.problem import IntArray, Problem
from scheduler.worker import Worker

CHUNK_DAYS = 14
# A shift and the rest after it end less than two days after its start, three at a clock change.
REACH_DAYS = 3


class Pairs:
    """Two shifts of one worker, the earlier and the later: matrices (first, second).

    ``between``: minutes from the end of the one to the start of the other; ``span``: minutes
    from the start of the one to the end of the other.
    """

    def __init__(
        self, problem: Problem, choices: Choices, first: IntArray, second: IntArray
    ) -> None:
        own_day, other_day = choices.day[first], choices.day[second]
        self.between: IntArray = choices.start[second] - choices.end[first][:, None]
        self.span: IntArray = choices.end[second] - choices.start[first][:, None]
        self.same_day: BoolArray = own_day[:, None] == other_day
        self._next_day = own_day + 1, other_day
        self._template = choices.template[first], choices.template[second]
        self._templates = problem.shift_templates

        self._has_successions = any(one.forbidden_next for one in self._templates)

    @property
    def is_forbidden_next(self) -> BoolArray | bool:
        """Whether the one's template keeps the other's from starting on the day after it."""
        if not self._has_successions:
            return False
        forbidden = np.array(
            [[later.id in one.forbidden_next for later in self._templates]
             for one in self._templates]
        )  # fmt: skip
        next_day = self._next_day[0][:, None] == self._next_day[1][None, :]
        found: BoolArray = next_day & forbidden[np.ix_(*self._template)]
        return found


PairRule = Callable[[Worker, Pairs], BoolArray | bool]


def no_overlap(worker: Worker, pairs: Pairs) -> BoolArray:
    """A worker is in one place at a time."""
    return np.less(pairs.between, 0)


def one_shift_per_day(worker: Worker, pairs: Pairs) -> BoolArray | bool:
    """Where one shift a day is allowed, two on a local day exclude each other."""
    return worker.max_shifts_per_day == 1 and pairs.same_day


def rest(worker: Worker, pairs: Pairs) -> BoolArray:
    """Between the end of a working day and the next day's first shift lies the rest."""
    return ~pairs.same_day & np.less(pairs.between, worker.min_rest_minutes)


def day_span(worker: Worker, pairs: Pairs) -> BoolArray:
    """A working day lasts at most 24 hours minus the rest, from first start to last end."""
    return pairs.same_day & np.greater(pairs.span, DAY_MINUTES - worker.min_rest_minutes)


def forbidden_next(worker: Worker, pairs: Pairs) -> BoolArray | bool:
    """After a shift of one template some others do not start on the next local day."""
    return pairs.is_forbidden_next


def max_stretch(worker: Worker, pairs: Pairs) -> BoolArray | bool:
    """Two shifts without a break between them last at most so long together."""
    found: BoolArray | bool = False
    for most, pause in worker.stretches:
        found |= np.less(pairs.between, pause) & np.greater(pairs.span, most)
    return found


PAIR_RULES: tuple[PairRule, ...] = (
    no_overlap, one_shift_per_day, rest, day_span, forbidden_next, max_stretch
)  # fmt: skip


def excluded(
    problem: Problem, worker: Worker, choices: Choices, first: IntArray, second: IntArray
) -> BoolArray:
    """Whether a pair rule excludes each of ``second`` after each of ``first``."""
    pairs = Pairs(problem, choices, first, second)
    found = np.zeros(pairs.between.shape, dtype=bool)
    for rule in PAIR_RULES:
        found |= rule(worker, pairs)
    return found


def exclusions(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Of shifts that exclude each other by a pair rule, at most one is worked."""
    edges = np.searchsorted(v.choices.worker, np.arange(len(problem.workers) + 1)).tolist()
    rows, columns, sizes = 0, [], []
    for index, worker in enumerate(problem.workers):
        own = np.arange(edges[index], edges[index + 1])
        if not len(own) or not v.is_ruled[index]:
            continue
        for clique in _cliques(problem, worker, v.choices, own):
            columns.append(v.choices.column[clique])
            sizes.append(len(clique))
            rows += 1
    if rows:
        column = np.concatenate(columns)
        key = np.repeat(np.arange(rows), sizes)
        ones = np.ones(len(column), dtype=np.int64)
        model.add_rows(key, column, ones, np.full(rows, -UNBOUNDED), np.ones(rows, dtype=np.int64))


def _cliques(
    problem: Problem, worker: Worker, choices: Choices, own: IntArray
) -> Iterator[IntArray]:
    """Cliques of one worker's choices, a fortnight at a time, so that a year needs no more room."""
    days = choices.day[own]
    for first_day in range(int(days[0]), int(days[-1]) + 1, CHUNK_DAYS):
        near = own[(days >= first_day) & (days < first_day + CHUNK_DAYS + REACH_DAYS)]
        conflict = np.triu(excluded(problem, worker, choices, near, near), k=1)
        # Pairs that begin in the next fortnight are its own.
        conflict[choices.day[near] >= first_day + CHUNK_DAYS] = False
        for clique in cover_by_cliques(conflict | conflict.T):
            yield near[clique]
