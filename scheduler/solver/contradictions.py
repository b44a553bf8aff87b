"""Why there is no schedule: which rules of whom exclude each other.

Nobody has to work unless a rule says so, so a problem without any schedule contradicts itself.
Each worker with such a rule is asked alone first, with nothing needed; then all of them together
under the limits of the site. Rules are left out one by one until every one that remains is
needed for the contradiction.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from scheduler.errors import SolverFailed
from scheduler.horizon import WEEK_MINUTES
from scheduler.model.build import build
from scheduler.model.linear import Linear
from scheduler.problem import IntArray, Problem, Weights
from scheduler.solver.cp_sat import SearchParameters, search
from scheduler.solver.limits import StopReason
from scheduler.solver.pin_conflicts import pin_conflicts
from scheduler.validation import Violation
from scheduler.worker import Window, Worker

QUESTION_SECONDS = 5.0
ALL_SECONDS = 60.0
MOST_NAMED = 5
SEEDS = (1, 2)  # CP-SAT has called models infeasible that were not: it is asked twice

Relaxations = Mapping[str, Callable[[Problem], Problem]]


def explain(problem: Problem, reason: StopReason) -> str:
    """What contradicts, in words for the planner; or that only time or memory was missing."""
    deadline = time.monotonic() + ALL_SECONDS
    bare = bare_of(problem)
    named: list[str] = []
    for worker in bare.workers:
        alone = _with_workers(bare, (worker,))
        if time.monotonic() > deadline or len(named) == MOST_NAMED:
            break
        if is_possible(alone) is False:
            named.append(f"worker {worker.id}: {_contradiction(alone)}")
    if named:
        return "no schedule exists:\n" + "\n".join(named)
    return _explain_together(bare, reason)


def _contradiction(alone: Problem) -> str:
    """The fewest rules of one worker that exclude each other, and of his pins the fewest."""
    rules = _needed(alone, WORKER_RULES)
    if "pins" not in rules:
        return _in_words(rules)
    conflicts = pin_conflicts(alone, partial(_names_if_impossible, rules=rules[:-1]))
    return "\n  ".join([_in_words(rules), *(one.in_words(alone) for one in conflicts)])


def _names_if_impossible(problem: Problem, rules: list[str]) -> list[Violation]:
    """What the pins of one worker break, as far as a solve without costs can tell."""
    if is_possible(problem) is not False:
        return []
    worker = problem.workers[0].id
    return [Violation(rule, worker, "cannot be kept with the pins") for rule in rules or ["pins"]]


def bare_of(problem: Problem) -> Problem:
    """Only the workers who have to work, with nothing needed and nothing priced."""
    bare = replace(
        problem, requirement={}, coverage_value={}, backlogs={}, weights=Weights(), policies=()
    )
    pinned = {pin.worker for pin in problem.pins}
    if problem.max_changed_workers is not None:
        pinned |= problem.previous_times.keys()  # to drop a shift may be a change too many
    return _with_workers(
        bare,
        tuple(one for one in problem.workers if one.id in pinned or _has_to_work(one)),
    )


def _has_to_work(worker: Worker) -> bool:
    return (
        (worker.is_min_hard and worker.min_minutes_per_week > 0)
        or worker.max_consecutive_days_off is not None
        or (worker.min_consecutive_days > 1 and bool(worker.past_shifts))
        or any(one.min_minutes and one.shortfall_cost is None for one in worker.rolling_limits)
    )


def _with_workers(problem: Problem, workers: tuple[Worker, ...]) -> Problem:
    ids = {worker.id for worker in workers}
    return replace(
        problem,
        workers=workers,
        pins=tuple(pin for pin in problem.pins if pin.worker in ids),
        overruled=problem.overruled & ids,
    )


def _explain_together(bare: Problem, reason: StopReason) -> str:
    """Everybody can be scheduled alone: do the limits of the site forbid it, or was it time?"""
    if is_possible(bare) is False:
        limits = ", ".join(_needed(bare, _site_rules(bare)))
        return f"no schedule exists: each worker has one alone, but not all of them under {limits}"
    words = {
        "time_limit": "in the time given; a longer time limit may help",
        "memory_limit": "within the memory limit; a higher one may help",
        "stopped": "before the search was stopped",
    }
    return "no schedule was found " + words.get(reason, "before the search failed")


def is_possible(problem: Problem) -> bool | None:
    """Whether any schedule keeps the hard rules; None if that did not show in time."""
    return is_feasible(build(problem).linear)


def is_feasible(linear: Linear) -> bool | None:
    """Whether a model has any solution, whatever it costs; None if that did not show in time."""
    priceless = replace(linear, cost=np.zeros_like(linear.cost))
    found: list[IntArray] = []
    for seed in SEEDS:
        limits = SearchParameters(QUESTION_SECONDS, workers=1, seed=seed, stop_at=2**62)
        try:
            search(priceless, limits, found.append)
        except SolverFailed:
            continue
        return True if found else None
    return False


def _needed(problem: Problem, rules: Relaxations) -> list[str]:
    """A smallest set of these rules that cannot be kept together: without any of them, it can."""
    needed = []
    for name, leave_out in rules.items():
        without = leave_out(problem)
        if is_possible(without) is False:
            problem = without
        else:
            needed.append(name)
    return needed


def _in_words(rules: list[str]) -> str:
    """What asks for work comes last among the rules, and first in the sentence."""
    *others, asked = rules or ["what all rules ask for together"]
    return f"{asked} cannot be kept" + (f" together with {', '.join(others)}" if others else "")


def _each_worker(**changes: Any) -> Callable[[Problem], Problem]:
    """Leaves a rule out by changing every worker."""

    def leave_out(problem: Problem) -> Problem:
        workers = tuple(replace(worker, **changes) for worker in problem.workers)
        return replace(problem, workers=workers)

    return leave_out


def _offer_everything(problem: Problem) -> Problem:
    whole = (Window(0, problem.horizon.num_minutes),)
    return _each_worker(availability=whole)(problem)


def _teach_everything(problem: Problem) -> Problem:
    return _each_worker(skills=frozenset(queue.skill for queue in problem.queues))(problem)


def _free_successions(problem: Problem) -> Problem:
    templates = tuple(replace(one, forbidden_next=frozenset()) for one in problem.shift_templates)
    return replace(problem, shift_templates=templates)


# What is left out first is named last: what was worked before or elsewhere, then what was agreed.
WORKER_RULES: Relaxations = {
    "skills": _teach_everything,
    "past_shifts": _each_worker(past_shifts=()),
    "external_shifts": _each_worker(external_shifts=()),
    "forbidden_next": _free_successions,
    "max_shifts_by_template": _each_worker(max_shifts_by_template={}),
    "max_shifts_per_day": _each_worker(max_shifts_per_day=24),
    "max_weekends": _each_worker(max_weekends=None),
    "min_rest_minutes": _each_worker(min_rest_minutes=0),
    "max_consecutive_days": _each_worker(max_consecutive_days=10_000),
    "max_minutes_per_week": _each_worker(max_minutes_per_week=WEEK_MINUTES),
    "min_consecutive_days_off": _each_worker(min_consecutive_days_off=1),
    "max_consecutive_days_off": _each_worker(max_consecutive_days_off=None),
    "min_consecutive_days": _each_worker(min_consecutive_days=1),
    "barred": _each_worker(barred=()),
    "max_stretch_minutes": _each_worker(max_stretch_minutes=None),
    "long_stretch_minutes": _each_worker(long_stretch_minutes=None),
    "min_weekly_rest_minutes": _each_worker(min_weekly_rest_minutes=None),
    "period_limits": _each_worker(period_limits=()),
    "availability": _offer_everything,
    "rolling_limits": _each_worker(rolling_limits=()),
    "min_minutes_per_week": _each_worker(is_min_hard=False),
    "pins": lambda problem: replace(problem, pins=()),
}


def _site_rules(problem: Problem) -> Relaxations:
    """Each limit that several workers share."""
    licences = {
        f"licence {one.id}": partial(_without_licence, id=one.id) for one in problem.licences
    }
    caps = {
        f"max_shifts_per_day of {one.id}": partial(_without_cap, id=one.id)
        for one in problem.shift_templates
        if one.max_shifts_per_day is not None
    }
    changes = {} if problem.max_changed_workers is None else {"max_changed_workers": _without_limit}
    return licences | caps | changes


def _without_limit(problem: Problem) -> Problem:
    return replace(problem, max_changed_workers=None)


def _without_licence(problem: Problem, id: str) -> Problem:
    return replace(problem, licences=tuple(one for one in problem.licences if one.id != id))


def _without_cap(problem: Problem, id: str) -> Problem:
    templates = tuple(
        replace(one, max_shifts_per_day=None) if one.id == id else one
        for one in problem.shift_templates
    )
    return replace(problem, shift_templates=templates)
