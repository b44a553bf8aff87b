"""Pins, judged alone: when they keep the rules among themselves, they can all be kept."""

from dataclasses import replace

from scheduler.errors import PinsInvalid
from scheduler.problem import Pin, Problem
from scheduler.rules.pins import pinned_template
from scheduler.schedule import Segment, Shift
from scheduler.shift_template import ShiftTemplate
from scheduler.solver.pin_conflicts import explained
from scheduler.validation import MENDED_BY_WORK, Violation, violations


def check_pins(problem: Problem) -> None:
    """Refuse pins that break a rule.

    Raises PinsInvalid, which names each of them and the fewest pins that contradict each other.
    """
    broken = broken_pins(problem)
    if broken:
        raise explained(problem, broken, broken_pins)


def overrule(problem: Problem) -> Problem:
    """The problem with pins that break a rule kept: their workers work the pins and no more.

    Raises PinsInvalid for pins that cannot be kept by overruling workers' rules.
    """
    pinned = frozenset(pin.worker for pin in problem.pins)
    while broken := broken_pins(problem):
        # What concerns nobody in particular concerns everybody who is pinned.
        named = pinned.intersection(one.worker for one in broken) or pinned
        if named <= problem.overruled:
            raise PinsInvalid("pins cannot be kept:\n" + "\n".join(map(str, broken)))
        problem = replace(problem, overruled=problem.overruled | named)
    return problem


def broken_pins(problem: Problem) -> list[Violation]:
    """Every rule that the pins break, whatever else is worked.

    Raises PinsInvalid for a pin of a length that no shift template has.
    """
    shifts = tuple(sorted(_pinned_shift(problem, index) for index in range(len(problem.pins))))
    return [one for one in violations(problem, shifts) if one.rule not in MENDED_BY_WORK]


def _pinned_shift(problem: Problem, index: int) -> Shift:
    pin = problem.pins[index]
    template = pinned_template(problem, pin)
    if template is None:
        raise PinsInvalid(f"pins[{index}].minutes: no shift template has {pin.minutes} minutes")
    end = pin.start + pin.minutes
    if not problem.is_blended:
        return Shift(pin.start, end, pin.worker, pin.queue, template.id)
    queue = _free_queue(problem, pin, template)
    return Shift(
        pin.start, end, pin.worker, queue, template.id, segments=(Segment(pin.start, end, queue),)
    )


def _free_queue(problem: Problem, pin: Pin, template: ShiftTemplate) -> str:
    """A queue that a blended pin can serve; the pinned one if it can, or has to."""
    if pin.worker in problem.overruled:
        return pin.queue
    skills = problem.worker_by_id[pin.worker].skills
    able = [one.id for one in problem.queues if one.skill in skills and template.serves(one.id)]
    return pin.queue if pin.queue in able or not able else able[0]
