"""Divide the time of given shifts among queues, by trying every way in each interval."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, product

from scheduler.pricing import interval_price, missing_value
from scheduler.problem import Problem
from scheduler.schedule import Segment, Shift
from scheduler.validation import need


def on_any_queue(problem: Problem) -> Problem:
    """The problem without policies about some queues, which blended shifts cannot have."""
    kept = (one for one in problem.policies if getattr(one, "queues", None) is None)
    return replace(problem, policies=tuple(kept))


def divided(problem: Problem, shifts: tuple[Shift, ...]) -> tuple[Shift, ...] | None:
    """The same shifts with the cheapest segments; as they are where nobody is blended.

    None where no division keeps the licences, or a shift may serve no queue.
    """
    if not problem.is_blended:
        return shifts
    length = problem.horizon.interval_minutes
    touching: dict[int, list[int]] = defaultdict(list)
    for number, shift in enumerate(shifts):
        for index in range(shift.start // length, -(-shift.end // length)):
            touching[index].append(number)
    queues: list[list[str]] = [[] for _ in shifts]
    needed = {queue.id: need(problem, queue.id) for queue in problem.queues}
    for index in sorted(touching):
        best = _best(problem, shifts, touching[index], index, needed)
        if best is None:
            return None
        for number, queue in zip(touching[index], best, strict=True):
            queues[number].append(queue)
    return tuple(_with_queues(one, own, length) for one, own in zip(shifts, queues, strict=True))


def allowed(problem: Problem, shift: Shift) -> list[str]:
    """Queues a shift may serve: by skill and template; an overruled one stays on its pin's."""
    if shift.worker in problem.overruled:
        return [shift.queue]
    skills = problem.worker_by_id[shift.worker].skills
    (template,) = (one for one in problem.shift_templates if one.id == shift.template)
    found = {one.id for one in problem.queues if one.skill in skills and template.serves(one.id)}
    return sorted(found)


def _best(
    problem: Problem,
    shifts: Sequence[Shift],
    numbers: list[int],
    index: int,
    needed: dict[str, list[int]],
) -> tuple[str, ...] | None:
    """The cheapest queues of the shifts that touch an interval."""
    working = [shifts[number] for number in numbers]
    every = product(*(allowed(problem, one) for one in working))
    lawful = (queues for queues in every if _is_licensed(problem, working, queues))
    return min(lawful, key=lambda queues: _cost(problem, working, queues, index, needed),
               default=None)  # fmt: skip


def _is_licensed(problem: Problem, working: list[Shift], queues: tuple[str, ...]) -> bool:
    """Overruled workers come first: only another one can be one too many."""
    for licence in problem.licences:
        on = {one.worker for one, queue in zip(working, queues, strict=True)
              if queue in licence.queues}  # fmt: skip
        if len(on) > licence.max_workers and on - problem.overruled:
            return False
    return True


def _cost(
    problem: Problem,
    working: list[Shift],
    queues: tuple[str, ...],
    index: int,
    needed: dict[str, list[int]],
) -> int:
    length = problem.horizon.interval_minutes
    staffed = Counter(
        queue
        for one, queue in zip(working, queues, strict=True)
        if one.start <= index * length and (index + 1) * length <= one.end
    )
    return sum(
        missing_value(problem, queue, index, staffed[queue.id])
        + interval_price(queue.overstaffing_cost, problem.horizon)
        * max(0, staffed[queue.id] - needed[queue.id][index])
        for queue in problem.queues
    )


def _with_queues(shift: Shift, queues: list[str], length: int) -> Shift:
    """One segment for each run of intervals on the same queue."""
    first = shift.start // length
    parts = []
    for queue, run in groupby(enumerate(queues, first), key=lambda one: one[1]):
        indices = [index for index, _ in run]
        start, end = indices[0] * length, (indices[-1] + 1) * length
        parts.append(Segment(max(start, shift.start), min(end, shift.end), queue))
    minutes: Counter[str] = Counter()
    for part in parts:
        minutes[part.queue] += part.end - part.start
    return replace(shift, queue=minutes.most_common(1)[0][0], segments=tuple(parts))
