"""Pinned shifts stay, and of overruled workers nothing else does."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from scheduler.problem import Pin, Problem
from scheduler.rules.shifts import is_inside, servable, wrong_segments
from scheduler.rules.work import instant, name
from scheduler.schedule import Shift

Key = tuple[str, int, int, str]


def missing_pins(problem: Problem, shifts: Sequence[Shift]) -> Iterator[tuple[str, str]]:
    """Each pin is a shift of the schedule; blended, on whatever queues."""
    kept = {_key(problem, shift) for shift in shifts}
    for pin in problem.pins:
        if _key(problem, pin) not in kept:
            yield pin.worker, f"{pin.queue} at {instant(problem, pin.start)} was not kept"


def only_pins(problem: Problem, shifts: Sequence[Shift]) -> Iterator[tuple[str, str]]:
    """An overruled worker's shifts are his pins and no other ones, whatever rule they break.

    Blended, he serves the queues of his skills, or the pins'.
    """
    pins: dict[str, set[Key]] = defaultdict(set)
    queues: dict[str, set[str]] = defaultdict(set)
    for pin in problem.pins:
        pins[pin.worker].add(_key(problem, pin))
        queues[pin.worker].add(pin.queue)
    own = [shift for shift in shifts if shift.worker in problem.overruled]
    times = Counter(_key(problem, shift) for shift in own)
    for shift in own:
        key = _key(problem, shift)
        if key not in pins[shift.worker] or times[key] > 1:
            yield shift.worker, f"{name(problem, shift)}: overruled, but not one of the pins"
        if not is_inside(problem, shift):
            yield shift.worker, f"{name(problem, shift)}: outside the horizon"
        if problem.is_blended:
            allowed = servable(problem, shift) | queues[shift.worker]
            for detail in wrong_segments(problem, shift, allowed):
                yield shift.worker, detail


def _key(problem: Problem, one: Shift | Pin) -> Key:
    return one.worker, one.start, one.minutes, "" if problem.is_blended else one.queue
