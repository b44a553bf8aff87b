"""What the whole site keeps: limits that workers share.

Overruled workers take their share first; only what the others add can break a limit.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from scheduler.problem import Licence, Problem
from scheduler.rules.work import instant
from scheduler.schedule import Shift

Found = Iterator[tuple[str, str]]  # worker and detail


def template_per_day(problem: Problem, shifts: Sequence[Shift]) -> Found:
    """At most so many shifts of a template, of all workers, start on one local day."""
    limits = {
        one.id: one.max_shifts_per_day
        for one in problem.shift_templates
        if one.max_shifts_per_day is not None
    }
    started: dict[tuple[str, int], list[str]] = defaultdict(list)
    for shift in sorted(shifts, key=attrgetter("start")) if limits else ():
        if shift.template in limits:
            started[shift.template, problem.horizon.day(shift.start)].append(shift.worker)
    for (template, day), workers in started.items():
        most = limits[template]
        if len(workers) > most:
            detail = f"{len(workers)} shifts of template {template!r} on day {day}, at most {most}"
            yield from _blame(problem, workers, detail)


def licences(problem: Problem, shifts: Sequence[Shift]) -> Found:
    """No interval is touched by more workers than a licence covers."""
    for licence in problem.licences:
        broken = -2
        for index, workers in sorted(_licensed(problem, licence, shifts).items()):
            found = []
            if len(workers) > licence.max_workers:
                at = instant(problem, index * problem.horizon.interval_minutes)
                detail = f"licence {licence.id!r}: {len(workers)} workers at {at}"
                found = [*_blame(problem, workers, f"{detail}, at most {licence.max_workers}")]
            if found and index != broken + 1:
                yield from found  # where the excess begins
            broken = index if found else broken


def _licensed(
    problem: Problem, licence: Licence, shifts: Sequence[Shift]
) -> dict[int, dict[str, None]]:
    """The workers on a licence in each interval that one touches, in order, each of them once."""
    length = problem.horizon.interval_minutes
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for shift in sorted(shifts, key=attrgetter("start")):
        for part in shift.served:
            if part.queue in licence.queues:
                for index in range(part.start // length, -(-part.end // length)):
                    found[index][shift.worker] = None
    return found


def _blame(problem: Problem, workers: Iterable[str], detail: str) -> Found:
    """Name the last one to start who is asked to keep rules at all."""
    asked = [worker for worker in workers if worker not in problem.overruled]
    if asked:
        yield asked[-1], detail
