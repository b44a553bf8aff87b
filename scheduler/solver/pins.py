"""Pins, judged alone: when they keep the rules among themselves, a schedule with them exists."""

from scheduler.errors import PinsInvalid
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.validation import violations


def check_pins(problem: Problem) -> None:
    """Refuse pins that break a rule; what is left of the rules can then always be kept."""
    shifts = tuple(sorted(_pinned_shift(problem, index) for index in range(len(problem.pins))))
    broken = [one for one in violations(problem, shifts) if one.rule != "pin"]
    if broken:
        raise PinsInvalid("pins break rules:\n" + "\n".join(map(str, broken)))


def _pinned_shift(problem: Problem, index: int) -> Shift:
    pin = problem.pins[index]
    alike = [one for one in problem.shift_templates if one.minutes == pin.minutes]
    if not alike:
        raise PinsInvalid(f"pins[{index}].minutes: no shift template has {pin.minutes} minutes")
    wall = problem.horizon.wall_minute(pin.start)
    template = next((one for one in alike if one.starts_at(wall)), alike[0])
    return Shift(pin.start, pin.start + pin.minutes, pin.worker, pin.queue, template.id)
