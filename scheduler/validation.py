"""Judge any schedule from the raw problem, without the solver or the model.

Written to be read beside the contract: each rule is the dullest loop that states it, in
``rules/``. Whatever leaves the program passed here, wherever it came from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scheduler.pricing import interval_price, missing_value
from scheduler.problem import Problem
from scheduler.rules import changes, days, minutes, pins, rests, site
from scheduler.rules import shifts as single
from scheduler.rules.backlogs import backlog_cost, work_off
from scheduler.rules.policies import policy_costs
from scheduler.rules.terms import WORKER_TERMS
from scheduler.rules.work import Work, name, work_of
from scheduler.schedule import LateWork, Shift, Shortage, staffed
from scheduler.shift_template import PAY_IN_FULL
from scheduler.worker import Worker

Shifts = Sequence[Shift]
Rule = Callable[[Work], Iterator[str]]
SiteRule = Callable[[Problem, Shifts], Iterator[tuple[str, str]]]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        single.skill, single.template, single.availability, single.segments, single.no_overlap,
        single.rest, single.day_span, days.max_shifts_per_day, days.max_shifts_by_template,
        days.forbidden_next, days.max_weekends, days.max_consecutive_days,
        days.min_consecutive_days, days.min_consecutive_days_off, days.max_consecutive_days_off,
        minutes.max_minutes_per_week, minutes.min_minutes_per_week, minutes.max_rolling_minutes,
        minutes.min_rolling_minutes, minutes.period_limits, rests.barred, rests.max_stretch,
        rests.weekly_rest,
    )
}  # fmt: skip
SITE_RULES: dict[str, SiteRule] = {
    "template_per_day": site.template_per_day,
    "licences": site.licences,
    "pin": pins.missing_pins,
    "overruled": pins.only_pins,
    "max_changed_workers": changes.max_changed_workers,
    "locked": changes.locked,
}
# Rules that working more may mend; all others, once broken, stay broken.
MENDED_BY_WORK = frozenset(
    {
        "min_consecutive_days", "min_consecutive_days_off", "max_consecutive_days_off",
        "min_minutes_per_week", "min_rolling_minutes", "pin",
        "max_changed_workers",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: which one, whose, and what happened."""

    rule: str
    worker: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule}: worker {self.worker}: {self.detail}"


def violations(problem: Problem, shifts: Shifts) -> list[Violation]:
    """Every broken rule of a schedule; an empty list means that it may be worked."""
    found = [
        Violation("known", shift.worker, f"{name(problem, shift)}: unknown worker or queue")
        for shift in shifts
        if shift.worker not in problem.worker_by_id
        or not {shift.queue, *(part.queue for part in shift.segments)} <= problem.queue_by_id.keys()
    ]
    if found:
        return found
    by_worker = _by_worker(shifts)
    for worker in problem.workers:
        own = by_worker.get(worker.id, [])
        if (own or _asks_for_work(worker)) and worker.id not in problem.overruled:
            work = work_of(problem, worker, own)
            found += [
                Violation(rule, worker.id, detail)
                for rule, broken in RULES.items()
                for detail in broken(work)
            ]
    return found + [
        Violation(rule, worker_id, detail)
        for rule, broken in SITE_RULES.items()
        for worker_id, detail in broken(problem, shifts)
    ]


def costs(problem: Problem, shifts: Shifts) -> dict[str, int]:
    """What a schedule costs in cents, by term; the sum is the objective."""
    counts = staffed(problem, tuple(shifts))
    by_worker = _by_worker(shifts)
    works = [work_of(problem, worker, by_worker.get(worker.id, ())) for worker in problem.workers]
    terms = {name: sum(map(term, works)) for name, term in WORKER_TERMS.items()}
    return {
        "wages": terms.pop("wages"),
        "unworked_minimum": terms.pop("unworked_minimum"),
        "understaffing": _understaffing_cost(problem, counts, is_standby=False),
        "overstaffing": _overstaffing_cost(problem, counts),
        **terms,
        **_no_show_cost(problem, counts),
        **_late_work_cost(problem, counts),
        **policy_costs(problem, shifts),
    }


def shortages(problem: Problem, shifts: Shifts) -> tuple[Shortage, ...]:
    """Workers missing, per queue and interval: see ``missed``. Nobody is missing on standby."""
    counts = staffed(problem, tuple(shifts))
    length = problem.horizon.interval_minutes
    return tuple(
        Shortage(queue.id, index * length, needed - counts[queue.id][index])
        for queue in problem.queues
        for index, needed in enumerate(missed(problem, queue.id))
        if needed > counts[queue.id][index] and queue.id not in problem.standby_queues
    )


def late_work(problem: Problem, shifts: Shifts) -> tuple[LateWork, ...]:
    """Work that is not done when due, by queue and the interval in which it is due."""
    if not problem.backlogs:
        return ()
    counts, length = staffed(problem, tuple(shifts)), problem.horizon.interval_minutes
    return tuple(
        LateWork(queue.id, (index + 1) * length, minutes)
        for queue in problem.queues
        if queue.id in problem.backlogs
        for index, minutes in enumerate(
            work_off(problem.backlogs[queue.id], counts[queue.id]).missed
        )
        if minutes
    )


def need(problem: Problem, queue: str) -> list[int]:
    """Workers needed in each interval: the requirement, or those that a value curve pays for."""
    if queue in problem.coverage_value:
        return [
            sum(interval_price(value, problem.horizon) > 0 for value in curve)
            for curve in problem.coverage_value[queue]
        ]
    if queue in problem.requirement and queue not in problem.backlogs:
        return [int(workers) for workers in problem.requirement[queue]]
    return [0] * problem.horizon.num_intervals


def missed(problem: Problem, queue: str) -> list[int]:
    """Workers who are missing where they are not there: the requirement, or the worthwhile.

    A value curve goes on to workers who save a few cents. Missing is who would save at least what
    an hour of the cheapest worker with the skill costs; without such a worker, whoever saves
    anything.
    """
    if queue not in problem.coverage_value:
        return need(problem, queue)
    skill = problem.queue_by_id[queue].skill
    least = min((one.hourly_cost for one in problem.workers if skill in one.skills), default=0)
    pays = [one.pay_percent for one in problem.shift_templates if one.serves(queue)]
    paid = least * min(pays, default=PAY_IN_FULL)
    return [
        sum(
            value * PAY_IN_FULL >= paid and interval_price(value, problem.horizon) > 0
            for value in curve
        )
        for curve in problem.coverage_value[queue]
    ]


def required(problem: Problem, queue: str) -> list[int]:
    """Workers to show as required: as stated, for information beside a value curve too."""
    if queue in problem.requirement:
        return [int(workers) for workers in problem.requirement[queue]]
    return missed(problem, queue)


def _understaffing_cost(problem: Problem, counts: dict[str, list[int]], *, is_standby: bool) -> int:
    return sum(
        missing_value(problem, queue, index, counts[queue.id][index])
        for queue in problem.queues
        if (queue.id in problem.standby_queues) == is_standby
        for index in range(problem.horizon.num_intervals)
    )


def _no_show_cost(problem: Problem, counts: dict[str, list[int]]) -> dict[str, int]:
    """The expected loss by no-shows that standby leaves open, where there is standby."""
    if not problem.standby_queues:
        return {}
    return {"no_shows": _understaffing_cost(problem, counts, is_standby=True)}


def _late_work_cost(problem: Problem, counts: dict[str, list[int]]) -> dict[str, int]:
    """What is done too late or not at all of work that may wait, where there is such work."""
    if not problem.backlogs:
        return {}
    return {
        "late_work": sum(
            backlog_cost(problem, queue, counts[queue.id])
            for queue in problem.queues
            if queue.id in problem.backlogs
        )
    }


def _overstaffing_cost(problem: Problem, counts: dict[str, list[int]]) -> int:
    return sum(
        interval_price(queue.overstaffing_cost, problem.horizon)
        * max(0, counts[queue.id][index] - needed)
        for queue in problem.queues
        if queue.overstaffing_cost and queue.id not in problem.backlogs
        for index, needed in enumerate(need(problem, queue.id))
    )


def _by_worker(shifts: Shifts) -> dict[str, list[Shift]]:
    found: dict[str, list[Shift]] = defaultdict(list)
    for shift in shifts:
        found[shift.worker].append(shift)
    return found


def _asks_for_work(worker: Worker) -> bool:
    """Whether a worker without a shift may break a rule."""
    return (
        worker.is_min_hard
        or worker.min_consecutive_days > 1
        or worker.max_consecutive_days_off is not None
        or any(limit.min_minutes for limit in worker.rolling_limits)
    )
