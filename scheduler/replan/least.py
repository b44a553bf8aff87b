"""How many workers' times have to change at least, told without a search."""

from collections import defaultdict
from dataclasses import replace

from scheduler.errors import NoSchedule
from scheduler.problem import Problem
from scheduler.rules.changes import changed_workers
from scheduler.rules.work import work_of
from scheduler.schedule import Shift
from scheduler.solver.known import known_schedule
from scheduler.validation import RULES


def check_cap(problem: Problem) -> None:
    """Refuse a cap on changed workers that the rules leave no room for.

    Raises NoSchedule with the number that is needed, and one that is enough where it is known.
    """
    most = problem.max_changed_workers
    if most is None:
        return
    needed = must_change(problem)
    if len(needed) > most:
        without_cap = replace(problem, max_changed_workers=None)
        known = known_schedule(without_cap)
        enough = None if known is None else len(changed_workers(without_cap, known))
        words = "" if enough is None else f", {enough} enough"
        raise NoSchedule(
            f"max changes {most}: at least {len(needed)} needed{words}: "
            + ", ".join(needed[:10])
            + (" ..." if len(needed) > 10 else "")
        )


def must_change(problem: Problem) -> list[str]:
    """Workers whose previous shifts break a rule now, or who are pinned on another shift."""
    own: dict[str, list[Shift]] = defaultdict(list)
    for one in problem.previous:
        own[one.worker].append(Shift(one.start, one.end, one.worker, one.queue, one.template))
    pinned: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for pin in problem.pins:
        pinned[pin.worker].add((pin.start, pin.start + pin.minutes))
    return [
        worker.id
        for worker in problem.workers
        if not pinned[worker.id] <= problem.previous_times.get(worker.id, frozenset())
        or (worker.id not in problem.overruled and _is_broken(problem, worker.id, own[worker.id]))
    ]


def _is_broken(problem: Problem, worker: str, own: list[Shift]) -> bool:
    """Whether a rule of the worker is broken; blended, the segments are not known and not asked."""
    if any(one.queue not in problem.queue_by_id for one in own):
        return True
    work = work_of(problem, problem.worker_by_id[worker], own)
    rules = (rule for name, rule in RULES.items() if not problem.is_blended or name != "segments")
    return any(any(rule(work)) for rule in rules)
