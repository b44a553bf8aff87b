"""What differs from the schedule that people know, and where nothing may differ."""

from collections.abc import Iterator, Sequence, Set

from scheduler.pricing import lost_hours_cost
from scheduler.problem import Problem
from scheduler.rules.pins import pinned_template
from scheduler.rules.work import Work, name
from scheduler.schedule import Shift

Found = Iterator[tuple[str, str]]  # worker and detail


def num_changes(work: Work) -> int:
    """Shifts of the previous schedule that a worker loses, and others that he gets."""
    before = work.problem.previous_times.get(work.worker.id, frozenset())
    return len(before ^ {(shift.start, shift.end) for shift in work.shifts})


def changes(work: Work) -> int:
    """Each shift that a worker loses or gets, at one price, and what is owed to him for it."""
    price = work.problem.weights.change
    return (price * num_changes(work) if price else 0) + _owed(work)


def _owed(work: Work) -> int:
    """Pay for shifts that a worker did not have, and for hours that he had and loses for good."""
    problem, worker = work.problem, work.worker
    if not problem.previous or not (worker.added_shift_cost or worker.lost_hour_cost):
        return 0
    before = problem.previous_times.get(worker.id, frozenset())
    now = {(shift.start, shift.end) for shift in work.shifts}
    lost = sum(end - start for start, end in before) - sum(end - start for start, end in now)
    return worker.added_shift_cost * len(now - before) + lost_hours_cost(problem, worker, lost)


def changed_workers(problem: Problem, shifts: Sequence[Shift]) -> list[str]:
    """Workers whose times are not those of the previous schedule, in the problem's order."""
    times: dict[str, set[tuple[int, int]]] = {}
    for shift in shifts:
        times.setdefault(shift.worker, set()).add((shift.start, shift.end))
    return [
        worker.id
        for worker in problem.workers
        if times.get(worker.id, set()) != problem.previous_times.get(worker.id, frozenset())
    ]


def is_changed(problem: Problem, worker: str, shifts: Sequence[Shift]) -> bool:
    """Whether a worker's times are not those of the previous schedule; all his shifts are given."""
    before = problem.previous_times.get(worker, frozenset())
    return {(shift.start, shift.end) for shift in shifts} != before


def over_budget(problem: Problem, changed: int) -> str | None:
    """What is wrong with so many changed workers; None if as many may change."""
    most = problem.max_changed_workers
    if most is None or changed <= most:
        return None
    return f"{changed} workers' shifts change, at most {most}"


def max_changed_workers(problem: Problem, shifts: Sequence[Shift]) -> Found:
    """At most so many workers' times change; overruled workers take their share first."""
    changed = [] if problem.max_changed_workers is None else changed_workers(problem, shifts)
    asked = [worker for worker in changed if worker not in problem.overruled]
    detail = over_budget(problem, len(changed))
    if detail is not None and asked:
        yield asked[-1], detail


def locked(problem: Problem, shifts: Sequence[Shift]) -> Found:
    """In locked times, of locked workers and on locked queues only pinned shifts are worked."""
    held = [
        shift
        for shift in shifts
        if problem.locks.hold(shift.worker, shift.queue, shift.start)
        and shift.worker not in problem.overruled
    ]
    kept = _pinned(problem, {shift.worker for shift in held})
    for shift in held:
        if _key(problem, shift) not in kept:
            yield shift.worker, f"{name(problem, shift)}: is locked, and this is not a pin"


def _pinned(problem: Problem, workers: Set[str]) -> set[tuple[str, int, int, str, str]]:
    """Worker, start, length, queue and template of their pins; blended, the queue is free."""
    if not workers:
        return set()
    return {
        (pin.worker, pin.start, pin.minutes, "" if problem.is_blended else pin.queue, one.id)
        for pin in problem.pins
        if pin.worker in workers and (one := pinned_template(problem, pin)) is not None
    }


def _key(problem: Problem, shift: Shift) -> tuple[str, int, int, str, str]:
    queue = "" if problem.is_blended else shift.queue
    return shift.worker, shift.start, shift.minutes, queue, shift.template
