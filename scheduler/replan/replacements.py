"""Who could take over a shift: ranked by what it costs, wished and fair, or why not.

No solver is asked: the rules are the validator's, and the cost is the difference that its terms
make. So one shift of a thousand workers takes a fraction of a second.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scheduler.explain.possible import reasons_against
from scheduler.explain.reason import Reason
from scheduler.pricing import interval_price, missing_value, wage
from scheduler.problem import Problem, Queue
from scheduler.rules.backlogs import backlog_cost
from scheduler.rules.policies import policy_costs
from scheduler.rules.shifts import template_of, window_of
from scheduler.rules.terms import WORKER_TERMS
from scheduler.rules.work import Work, week, work_of
from scheduler.schedule import Shift, staffed
from scheduler.validation import need
from scheduler.worker import Worker

Verdict = Literal["feasible", "offer", "forbidden"]
VERDICTS: tuple[Verdict, ...] = ("feasible", "offer", "forbidden")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A worker for an open shift.

    ``extra_cost``: cents that the schedule's cost rises by when he works it, its cover left out;
    None where he may not. ``preference``: of the window that holds it, -2 to 2. ``minutes``: what
    he works in the shift's week with it, and ``minutes_left`` what his contract leaves then.
    """

    worker: str
    verdict: Verdict
    extra_cost: int | None
    preference: int
    minutes: int
    minutes_left: int
    reasons: tuple[Reason, ...] = ()

    @property
    def rank(self) -> tuple[int, int, int, float, int, str]:
        """The cheapest first; then who likes it more, has less of his week, and more left."""
        total = max(1, self.minutes + self.minutes_left)
        return (
            VERDICTS.index(self.verdict),
            self.extra_cost or 0,
            -self.preference,
            self.minutes / total,
            -self.minutes_left,
            self.worker,
        )


@dataclass(frozen=True, slots=True)
class Replacements:
    """An open shift, and everybody else in the order in which to ask.

    ``cover_value``: cents that it saves to have it worked, whoever does.
    """

    shift: Shift
    cover_value: int
    candidates: tuple[Candidate, ...]

    def of(self, verdict: Verdict) -> tuple[Candidate, ...]:
        """Candidates of one verdict, in order."""
        return tuple(one for one in self.candidates if one.verdict == verdict)


def replacements(problem: Problem, shifts: Iterable[Shift], open_shift: Shift) -> Replacements:
    """Rank all workers but the one who had the shift.

    ``shifts``: everything else that is worked, without the open shift. Limits that workers share
    are those of the place that is now free, so they are not asked again.
    """
    others = tuple(shifts)
    near = [one for one in others if one.start < open_shift.end and open_shift.start < one.end]
    own: dict[str, list[Shift]] = defaultdict(list)
    for one in others:
        own[one.worker].append(one)
    found = [
        _candidate(problem, worker, own[worker.id], near, open_shift)
        for worker in problem.workers
        if worker.id != open_shift.worker
    ]
    ranked = tuple(sorted(found, key=lambda one: one.rank))
    # What waits depends on everybody before and after.
    beside = others if problem.backlogs else near
    return Replacements(open_shift, cover_value(problem, beside, open_shift), ranked)


def _candidate(
    problem: Problem, worker: Worker, own: list[Shift], near: Sequence[Shift], shift: Shift
) -> Candidate:
    taken = _taken_over(problem, worker, shift)
    reasons = reasons_against(problem, worker, own, taken)
    if any(one.severity == "forbidden" for one in reasons):
        return Candidate(worker.id, "forbidden", None, 0, 0, 0, reasons)
    before, after = (work_of(problem, worker, some) for some in (own, [*own, taken]))
    window = window_of(worker, taken)
    minutes = _week_minutes(after, taken)
    return Candidate(
        worker.id,
        "offer" if reasons else "feasible",
        _extra_cost(before, after) + _policy_cost(problem, own, near, taken),
        window.preference if window else 0,
        minutes,
        max(0, worker.max_minutes_per_week - minutes),
        reasons,
    )


def _taken_over(problem: Problem, worker: Worker, shift: Shift) -> Shift:
    template = template_of(problem, shift)
    percent = 100 if template is None else template.pay_percent
    return replace(shift, worker=worker.id, cost=wage(worker, shift.minutes, percent))


def _extra_cost(before: Work, after: Work) -> int:
    """What one more shift adds to the worker's terms of the cost."""
    return sum(term(after) - term(before) for term in WORKER_TERMS.values())


def _policy_cost(
    problem: Problem, own: Sequence[Shift], near: Sequence[Shift], taken: Shift
) -> int:
    """What it adds to the declared policies, which only he and those beside him can tell."""
    if not problem.policies:
        return 0
    some = list(dict.fromkeys([*near, *own]))
    before, after = (policy_costs(problem, one) for one in (some, [*some, taken]))
    return sum(after.values()) - sum(before.values())


def _week_minutes(work: Work, shift: Shift) -> int:
    """Minutes of the shift's week, here, before and elsewhere."""
    its_week = week(work.problem, work.problem.horizon.day(shift.start))
    return sum(
        minutes
        for is_own in (True, False)
        for day, minutes in work.minutes_by_day(is_own=is_own).items()
        if week(work.problem, day) == its_week
    )


def cover_value(problem: Problem, near: Sequence[Shift], shift: Shift) -> int:
    """Cents of understaffing less overstaffing that a shift saves beside those of its time.

    Of late work too, where ``near`` are all other shifts.
    """
    length = problem.horizon.interval_minutes
    without, covered = staffed(problem, tuple(near)), staffed(problem, (*near, shift))
    touched = range(shift.start // length, -(-shift.end // length))
    queues = {part.queue for part in shift.served}
    late = sum(
        backlog_cost(problem, queue, without[queue.id])
        - backlog_cost(problem, queue, covered[queue.id])
        for queue in problem.queues
        if queue.id in queues & problem.backlogs.keys()
    )
    return late + sum(
        _short_or_over(problem, queue, index, without[queue.id][index])
        - _short_or_over(problem, queue, index, covered[queue.id][index])
        for queue in problem.queues
        if queue.id in queues
        for index in touched
    )


def _short_or_over(problem: Problem, queue: Queue, index: int, workers: int) -> int:
    cost = missing_value(problem, queue, index, workers)
    if queue.overstaffing_cost and queue.id not in problem.backlogs:
        price = interval_price(queue.overstaffing_cost, problem.horizon)
        cost += price * max(0, workers - need(problem, queue.id)[index])
    return cost
