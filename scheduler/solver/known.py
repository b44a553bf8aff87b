"""The schedule that people know, as the first one of a search: as far as it may still be worked."""

from collections import defaultdict

from scheduler.model.blend import blend
from scheduler.pricing import wage
from scheduler.problem import Problem
from scheduler.rules.pins import pinned_template
from scheduler.schedule import Shift
from scheduler.validation import violations

ROUNDS = 5  # of taking back what breaks a rule; after them a search does better

Place = tuple[str, int, int]  # worker, start and end


def known_schedule(problem: Problem) -> tuple[Shift, ...] | None:
    """The previous schedule with all pins, without what breaks a rule now; None if it still does.

    Of a worker who breaks a rule the last shift that is not pinned goes first.
    """
    if not problem.previous:
        return None
    pinned = _pinned(problem)
    shifts = {**_previous(problem), **pinned}
    for _ in range(ROUNDS):
        found = tuple(sorted(shifts.values()))
        found = blend(problem, found) if problem.is_blended else found
        named = {one.worker for one in violations(problem, found)}
        if not named:
            return found
        free: dict[str, list[Place]] = defaultdict(list)
        for place in shifts:
            if place[0] in named and place not in pinned:
                free[place[0]].append(place)
        for places in free.values():
            del shifts[max(places, key=lambda place: place[1])]
    return None


def _previous(problem: Problem) -> dict[Place, Shift]:
    templates = {one.id for one in problem.shift_templates}
    return {
        (one.worker, one.start, one.end): _shift(
            problem, one.worker, one.queue, one.template, one.start, one.end
        )
        for one in problem.previous
        if one.worker in problem.worker_by_id
        and one.worker not in problem.overruled
        and one.queue in problem.queue_by_id
        and one.template in templates
    }


def _pinned(problem: Problem) -> dict[Place, Shift]:
    found = {}
    for pin in problem.pins:
        template, end = pinned_template(problem, pin), pin.start + pin.minutes
        if template is not None:
            found[pin.worker, pin.start, end] = _shift(
                problem, pin.worker, pin.queue, template.id, pin.start, end
            )
    return found


def _shift(problem: Problem, worker: str, queue: str, template: str, start: int, end: int) -> Shift:
    percent = next(one.pay_percent for one in problem.shift_templates if one.id == template)
    cost = wage(problem.worker_by_id[worker], end - start, percent)
    return Shift(start, end, worker, queue, template, cost)
