"""Why each worker does not cover each uncovered need: one reason for every pair, counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scheduler.explain.codes import meanings
from scheduler.explain.possible import as_worked
from scheduler.explain.reason import Reason
from scheduler.explain.sampled import MOST_WORKERS, Sample, sampled
from scheduler.explain.standing import Standing
from scheduler.explain.uncovered import Lack, UncoveredShifts, lacks_of, uncovered_shifts
from scheduler.explain.words import change_in_words
from scheduler.problem import IntArray, Problem
from scheduler.schedule import Shift
from scheduler.validation import RULES
from scheduler.worker import Worker

# From the reason that comes nearest to working the shift to the one that is furthest off. All
# codes that are not named here lie between the two groups.
NEAREST = (
    "cost.would_save", "need_met.no_shortage", "cost.exceeds_value", "offer.needs_acceptance",
    "template_per_day.taken", "licences.taken", "max_changed_workers.budget_used",
    "locked.not_pinned", "pin.must_stay",
)  # fmt: skip
FURTHEST = (
    "availability.too_short", "availability.not_offered", "segments.wrong_queue",
    "skill.missing", "overruled.only_pins",
)  # fmt: skip
PRICED = frozenset(NEAREST[:3])
GENERIC = ("own_shifts", "needs_more_work", "past_work", "work_elsewhere", "contract")
EVERY = dict.fromkeys([*meanings(), *(f"{rule}.{cause}" for rule in RULES for cause in GENERIC)])
ORDER = (*NEAREST, *(code for code in EVERY if code not in (*NEAREST, *FURTHEST)), *FURTHEST)
RANK: Mapping[str, int] = {code: rank for rank, code in enumerate(ORDER)}
NOWHERE = len(ORDER)  # no shift of any template would cover it


@dataclass(frozen=True, slots=True)
class Near:
    """The shift by which a worker comes nearest to covering a need, and why it is not worked."""

    shift: Shift
    code: str
    cents: int | None = None


@dataclass(frozen=True, slots=True)
class LackReasons:
    """An uncovered need with the workers counted by the reason that comes nearest to covering it.

    ``nearest``: those who come nearest, cheapest first.
    """

    lack: Lack
    counts: Mapping[str, int]
    nearest: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True)
class ReasonsReport:
    """Reasons for every worker and uncovered shift, counted by need and by worker.

    ``rank[queue]``: the first reason of each worker (row) and uncovered shift (column), as an
    index of ``ORDER``; ``of_worker``: how often each stands against one worker. ``sample``: what
    was asked where that is not all; None where it is.
    """

    shifts: tuple[UncoveredShifts, ...]
    lacks: tuple[LackReasons, ...]
    of_worker: Mapping[str, Mapping[str, int]]
    rank: Mapping[str, IntArray] = field(default_factory=dict)
    sample: Sample | None = None


def first_reason(standing: Standing, candidate: Shift) -> Near:
    """The first reason against one more shift, or its price if nothing forbids it."""
    candidate = as_worked(standing.problem, candidate)
    code = standing.first_code(candidate)
    if code is not None:
        return Near(candidate, code)
    priced = price_reason(standing, candidate)
    return Near(candidate, priced.code, sum(standing.price(candidate).values()))


def price_reason(standing: Standing, candidate: Shift) -> Reason:
    """What one more shift would cost more than it saves, where nothing forbids it."""
    change = standing.price(candidate)
    cents, saved = sum(change.values()), change.get("coverage", 0)
    if cents < 0:
        cause = ("cost", "would_save")
    else:
        cause = ("cost", "exceeds_value") if saved < 0 else ("need_met", "no_shortage")
    detail = f"all else as it is, the cost changes by {change_in_words(change)}"
    return Reason(*cause, candidate.worker, "priced", detail)


def reasons_report(
    standing: Standing, most_near: int = 3, most_workers: int = MOST_WORKERS
) -> ReasonsReport:
    """Reasons for every worker and uncovered shift of a schedule; above ``most_workers`` a sample.

    What most workers lack, skill and offered time, is asked of all shifts at once, the rest
    shift by shift of the validator's rules.
    """
    problem = standing.problem
    lacks, sample = lacks_of(problem, standing.shifts), None
    if len(problem.workers) > most_workers:
        lacks, tables, sample = sampled(problem, lacks)
    else:
        tables = uncovered_shifts(problem, lacks)
    rank, cents = _ranks(standing, tables)
    of_worker = {
        worker.id: _counted(np.concatenate([rank[one.queue][row] for one in tables] or [[]]))
        for row, worker in enumerate(problem.workers)
    }
    found = []
    for table in tables:
        own = [one for one in lacks if one.queue == table.queue]
        for index, lack in enumerate(own):
            covers = (table.first_lack <= index) & (index < table.last_lack)
            found.append(
                _of_lack(problem, table, lack, np.flatnonzero(covers), rank, cents, most_near)
            )
    return ReasonsReport(tuple(tables), tuple(found), of_worker, rank, sample)


def _ranks(
    standing: Standing, tables: Sequence[UncoveredShifts]
) -> tuple[dict[str, IntArray], dict[str, IntArray]]:
    """First reason and price of each worker and uncovered shift, per queue."""
    problem = standing.problem
    size = len(problem.workers)
    rank = {one.queue: np.empty((size, len(one.start)), dtype=np.int64) for one in tables}
    cents = {one.queue: np.zeros((size, len(one.start)), dtype=np.int64) for one in tables}
    for row, worker in enumerate(problem.workers):
        for table in tables:
            own = rank[table.queue][row]
            own[:] = _by_offer(problem, worker, table)
            for column in np.flatnonzero(own == NOWHERE).tolist():
                near = first_reason(standing, table.shift(problem, column, worker.id))
                own[column] = RANK[near.code]
                cents[table.queue][row, column] = near.cents or 0
    return rank, cents


def _by_offer(problem: Problem, worker: Worker, table: UncoveredShifts) -> IntArray:
    """What skill and offered time say to each shift; NOWHERE where they say nothing against it."""
    if worker.id in problem.overruled:
        return np.full(len(table.start), RANK["overruled.only_pins"])
    skill = problem.queue_by_id[table.queue].skill
    if skill not in worker.skills:
        code = "segments.wrong_queue" if problem.is_blended else "skill.missing"
        return np.full(len(table.start), RANK[code])
    starts = np.array([one.start for one in worker.availability], dtype=np.int64)
    ends = np.array([one.end for one in worker.availability], dtype=np.int64)
    start, end = table.start[:, None], table.end[:, None]
    touches = ((starts < end) & (start < ends)).any(axis=1)
    holds = ((starts <= start) & (end <= ends)).any(axis=1)
    not_offered, too_short = RANK["availability.not_offered"], RANK["availability.too_short"]
    return np.where(holds, NOWHERE, np.where(touches, too_short, not_offered)).astype(np.int64)


def _of_lack(
    problem: Problem,
    table: UncoveredShifts,
    lack: Lack,
    columns: IntArray,
    rank: Mapping[str, IntArray],
    cents: Mapping[str, IntArray],
    most_near: int,
) -> LackReasons:
    """Of each worker the shift that comes nearest to covering a need."""
    if not len(columns):
        return LackReasons(lack, {})
    own, price = rank[table.queue][:, columns], cents[table.queue][:, columns]
    best, rows = np.lexsort((price, own), axis=1)[:, 0], np.arange(len(own))
    least, least_price = own[rows, best], price[rows, best]
    nearest = tuple(
        Near(
            table.shift(problem, int(columns[best[row]]), problem.workers[row].id),
            ORDER[least[row]],
            int(least_price[row]) if ORDER[least[row]] in PRICED else None,
        )
        for row in np.lexsort((least_price, least))[:most_near].tolist()
        if least[row] < RANK[FURTHEST[0]]
    )
    return LackReasons(lack, _counted(least), nearest)


def _counted(ranks: IntArray) -> dict[str, int]:
    """How often each reason occurs, the most frequent first."""
    counts = Counter(ORDER[int(rank)] for rank in ranks if rank != NOWHERE)
    return dict(counts.most_common())
