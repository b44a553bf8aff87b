"""Which shifts of an old schedule may no longer be worked at all, whatever else is planned."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.problem import Problem
from scheduler.rules.work import work_of
from scheduler.schedule import Shift
from scheduler.validation import MENDED_BY_WORK, RULES
from scheduler.worker import Worker


@dataclass(frozen=True, slots=True)
class Lost:
    """A shift that cannot stay, and why in a few words."""

    shift: Shift
    reason: str


def lost_shifts(
    problem: Problem, shifts: Sequence[Shift], absent: frozenset[str], since: int
) -> tuple[Lost, ...]:
    """Shifts that start at ``since`` or later of who is absent, and those the problem forbids.

    A shift is forbidden when it alone breaks a rule of its worker: he is gone, has no time any
    more or not the skill. What only several shifts together break is for a search to mend.
    """
    found: list[Lost] = []
    by_worker: dict[str, list[Shift]] = defaultdict(list)
    for shift in shifts:
        if shift.worker in absent and shift.start >= since:
            found.append(Lost(shift, "absent"))
        elif unknown := _unknown(problem, shift):
            found.append(Lost(shift, unknown))
        else:
            by_worker[shift.worker].append(shift)
    for worker, own in by_worker.items():
        found += _forbidden(problem, problem.worker_by_id[worker], own)
    return tuple(sorted(found, key=lambda one: one.shift))


def _unknown(problem: Problem, shift: Shift) -> str:
    if shift.worker not in problem.worker_by_id:
        return "the worker is gone"
    queues = {shift.queue, *(part.queue for part in shift.segments)}
    return "" if queues <= problem.queue_by_id.keys() else "the queue is gone"


def _forbidden(problem: Problem, worker: Worker, own: Sequence[Shift]) -> Iterator[Lost]:
    if not _broken(problem, worker, own):
        return  # the whole keeps the rules, so each of them does
    for shift in own:
        if broken := _broken(problem, worker, [shift]):
            yield Lost(shift, broken)


def _broken(problem: Problem, worker: Worker, own: Sequence[Shift]) -> str:
    """The first rule that some shifts break and that more work cannot mend; empty if none."""
    work = work_of(problem, worker, own)
    asked = {rule: check for rule, check in RULES.items() if rule not in MENDED_BY_WORK}
    return next((rule for rule, check in asked.items() if any(check(work))), "")
