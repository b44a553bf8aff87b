"""Pinned shifts stay, and of overruled workers nothing else does."""

from collections import Counter
from collections.abc import Iterator, Sequence

from scheduler.problem import Pin, Problem
from scheduler.rules.shifts import is_inside, wrong_segments
from scheduler.rules.work import instant, name
from scheduler.schedule import Shift
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Span

Key = tuple[str, int, int, str, str]


def missing_pins(problem: Problem, shifts: Sequence[Shift]) -> Iterator[tuple[str, str]]:
    """Each pin is a shift of the schedule; blended, on whatever queues."""
    kept = {_key(problem, shift, shift.template) for shift in shifts} if problem.pins else set()
    for pin in problem.pins:
        if _pin_key(problem, pin) not in kept:
            yield pin.worker, f"{pin.queue} at {instant(problem, pin.start)} was not kept"


def only_pins(problem: Problem, shifts: Sequence[Shift]) -> Iterator[tuple[str, str]]:
    """An overruled worker's shifts are his pins and no other ones, whatever rule they break.

    Blended or not, each stays on the queue of its pin.
    """
    if not problem.overruled:
        return
    pins = {_pin_key(problem, pin) for pin in problem.pins}
    own = [shift for shift in shifts if shift.worker in problem.overruled]
    times = Counter((shift.worker, shift.start, shift.end) for shift in own)
    for shift in own:
        if _key(problem, shift, shift.template) not in pins:
            yield shift.worker, f"{name(problem, shift)}: overruled, but not one of the pins"
        if times[shift.worker, shift.start, shift.end] > 1:
            yield shift.worker, f"{name(problem, shift)}: two pins for the same time"
        if not is_inside(problem, shift):
            yield shift.worker, f"{name(problem, shift)}: outside the horizon"
        if problem.is_blended:
            for detail in wrong_segments(problem, shift, {shift.queue}):
                yield shift.worker, detail


def pinned_template(problem: Problem, pin: Pin) -> ShiftTemplate | None:
    """The template that a pin means: the first of its length that may start there and serves it.

    Where none does all of that, the first that may at least start there, or has the length.
    """
    alike = [one for one in problem.shift_templates if one.minutes == pin.minutes]
    wall = problem.horizon.wall_minute(pin.start)
    day = problem.horizon.day(pin.start)
    span = Span(pin.start, pin.start + pin.minutes)
    on_grid = [one for one in alike if one.starts_at(wall)]
    allowed = [
        one
        for one in on_grid
        if 0 <= day < problem.horizon.days
        and one.allows(span, problem.horizon.dates[day].isoweekday())
    ]
    serving = [one for one in allowed if one.serves(pin.queue)]
    return next(iter([*serving, *allowed, *on_grid, *alike]), None)


def _pin_key(problem: Problem, pin: Pin) -> Key:
    template = pinned_template(problem, pin)
    return _key(problem, pin, "" if template is None else template.id)


def _key(problem: Problem, one: Shift | Pin, template: str) -> Key:
    is_free = problem.is_blended and one.worker not in problem.overruled
    return one.worker, one.start, one.minutes, "" if is_free else one.queue, template
