"""A question about one worker and one shift, checked before it is answered."""

from collections.abc import Iterable
from difflib import get_close_matches

from scheduler.errors import ProblemInvalid
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Span


class QuestionInvalid(ProblemInvalid):
    """A question about nobody, or about a shift that cannot exist; the message says which."""


def candidates(
    problem: Problem, worker: str, start: int, queue: str | None = None, template: str | None = None
) -> tuple[Shift, ...]:
    """Every shift that the question may mean: one per template that starts then and queue.

    ``start`` in minutes of the horizon. Raises QuestionInvalid for an unknown worker, queue or
    template, a time outside the planned days, or one at which no template starts.
    """
    _check_known("worker", worker, problem.worker_by_id)
    if queue is not None:
        _check_known("queue", queue, problem.queue_by_id)
    templates = {one.id: one for one in problem.shift_templates}
    if template is not None:
        _check_known("template", template, templates)
    _check_inside(problem, start)
    asked = [one for id, one in templates.items() if template in (None, id)]
    starting = _starting(problem, asked, start)
    found = tuple(
        Shift(start, start + one.minutes, worker, id, one.id)
        for one in starting
        for id in problem.queue_by_id
        if queue in (None, id) and one.serves(id)
    )
    if not found:
        names = ", ".join(one.id for one in starting)
        raise QuestionInvalid(f"queue {queue!r}: is not served by what starts then: {names}")
    return found


def _check_known(kind: str, id: str, known: Iterable[str]) -> None:
    ids = list(known)
    if id not in ids:
        near = get_close_matches(id, ids, n=3)
        hint = f"; there is {', '.join(map(repr, near))}" if near else ""
        raise QuestionInvalid(f"{kind} {id!r}: is not in the problem{hint}")


def _check_inside(problem: Problem, start: int) -> None:
    horizon = problem.horizon
    if 0 <= start < horizon.num_minutes:
        return
    side = "before" if start < 0 else "after"
    first, last = (horizon.instant(one).isoformat() for one in (0, horizon.num_minutes))
    raise QuestionInvalid(
        f"shift {horizon.instant(start).isoformat()}: lies {side} the planned days, "
        f"{first} to {last}"
    )


def _starting(problem: Problem, asked: list[ShiftTemplate], start: int) -> list[ShiftTemplate]:
    """The templates that may start at a time; each step says why none is left."""
    horizon, label = problem.horizon, problem.horizon.instant(start).isoformat()
    on_grid = [one for one in asked if one.starts_at(horizon.wall_minute(start))]
    if not on_grid:
        raise QuestionInvalid(f"shift {label}: no template starts then{_nearest(problem, start)}")
    ending = [one for one in on_grid if start + one.minutes <= horizon.num_minutes]
    if not ending:
        raise QuestionInvalid(f"shift {label}: would end after the planned days")
    weekday = horizon.instant(start).isoweekday()
    open_then = [one for one in ending if one.allows(Span(start, start + one.minutes), weekday)]
    if not open_then:
        names = ", ".join(one.id for one in ending)
        raise QuestionInvalid(f"shift {label}: {names} is not worked at this time")
    return open_then


def _nearest(problem: Problem, start: int) -> str:
    """The next starts of any template before and after a time, of the same two days."""
    starts = [
        next((minute for minute in minutes if _starts(problem, minute)), None)
        for minutes in (range(start, start - 1441, -1), range(start, start + 1441))
    ]
    named = [problem.horizon.instant(one).isoformat() for one in starts if one is not None]
    return f"; the nearest starts are {' and '.join(named)}" if named else ""


def _starts(problem: Problem, minute: int) -> bool:
    if not 0 <= minute < problem.horizon.num_minutes:
        return False
    wall = problem.horizon.wall_minute(minute)
    return any(one.starts_at(wall) for one in problem.shift_templates)
