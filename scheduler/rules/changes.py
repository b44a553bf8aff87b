"""What differs from the schedule that people know, and where nothing may differ."""

from collections.abc import Iterator, Sequence

from scheduler.pricing import lost_hours_cost
from scheduler.problem import Locks, Problem
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


def max_changed_workers(problem: Problem, shifts: Sequence[Shift]) -> Found:
    """At most so many workers' times change; overruled workers take their share first."""
    most = problem.max_changed_workers
    changed = [] if most is None else changed_workers(problem, shifts)
    asked = [worker for worker in changed if worker not in problem.overruled]
    if most is not None and len(changed) > most and asked:
        yield asked[-1], f"{len(changed)} workers' shifts change, at most {most}"


def locked(problem: Problem, shifts: Sequence[Shift]) -> Found:
    """In locked times, of locked workers and on locked queues only pinned shifts are worked."""
    locks, kept = problem.locks, _pinned(problem)
    for shift in shifts:
        if (
            locks.hold(shift.worker, shift.queue, shift.start)
            and shift.worker not in problem.overruled
            and _key(problem, shift) not in kept
        ):
            yield shift.worker, f"{name(problem, shift)}: is locked, and this is not a pin"


def _pinned(problem: Problem) -> set[tuple[str, int, int, str, str]]:
    """Worker, start, length, queue and template of each pin; blended, the queue is free."""
    if problem.locks == Locks():
        return set()
    return {
        (pin.worker, pin.start, pin.minutes, "" if problem.is_blended else pin.queue, one.id)
        for pin in problem.pins
        if (one := pinned_template(problem, pin)) is not None
    }


def _key(problem: Problem, shift: Shift) -> tuple[str, int, int, str, str]:
    queue = "" if problem.is_blended else shift.queue
    return shift.worker, shift.start, shift.minutes, queue, shift.template
