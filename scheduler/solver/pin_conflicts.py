"""Pins that cannot be kept together: the fewest of them, and the rules that stand between."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scheduler.errors import PinsInvalid
from scheduler.problem import Pin, Problem
from scheduler.rules.work import instant
from scheduler.validation import Violation

MOST_CONFLICTS = 5
MOST_CONFIRMED = 12  # pins of a set; each of them is left out once, which takes a solve

Broken = Callable[[Problem], list[Violation]]


@dataclass(frozen=True, slots=True)
class PinConflict:
    """Pins that cannot be kept together, while all but any one of them can.

    ``rules``: those that they break together. ``is_confirmed``: a solve without an objective
    found no schedule with all of them, and one without each of them; None where nobody asked.
    """

    pins: tuple[Pin, ...]
    rules: tuple[str, ...]
    is_confirmed: bool | None = None

    def in_words(self, problem: Problem) -> str:
        """The pins, the rules, and whether a solver agrees."""
        pins = "; ".join(
            f"{pin.worker} on {pin.queue} at {instant(problem, pin.start)}" for pin in self.pins
        )
        confirmed = ", confirmed by a solve without costs" if self.is_confirmed else ""
        return f"{pins}: cannot be kept under {', '.join(self.rules)}{confirmed}"


def pin_conflicts(problem: Problem, broken: Broken) -> list[PinConflict]:
    """Smallest sets of contradictory pins, no pin in two of them, the worst few.

    ``broken`` tells what the pins of a problem break, whatever else is worked.
    """
    found: list[PinConflict] = []
    left = list(problem.pins)
    while len(found) < MOST_CONFLICTS and (names := broken(_with(problem, left))):
        fewest = _fewest(problem, _suspects(problem, left, names[0], broken), broken)
        rules = dict.fromkeys(one.rule for one in broken(_with(problem, fewest)))
        found.append(PinConflict(tuple(fewest), tuple(rules)))
        left = [pin for pin in left if not any(pin is one for one in fewest)]
    return found


def confirmed(problem: Problem, conflict: PinConflict) -> PinConflict:
    """The conflict with the answer of solves without an objective, if its pins can be asked about.

    A pin that breaks a rule all by itself is no choice in the model, so there is nothing to ask;
    nor is there for two pins of one worker for one time, which are one choice.
    """
    times = {(pin.worker, pin.start, pin.minutes) for pin in conflict.pins}
    if not 1 < len(times) == len(conflict.pins) <= MOST_CONFIRMED:
        return conflict
    # Imported here: only a contradiction needs a solver.
    from scheduler.solver.contradictions import bare_of, is_possible

    def is_kept(pins: Sequence[Pin]) -> bool | None:
        return is_possible(bare_of(_with(problem, pins)))

    smaller = ([one for one in conflict.pins if one is not pin] for pin in conflict.pins)
    agrees = is_kept(conflict.pins) is False and all(is_kept(pins) for pins in smaller)
    return replace(conflict, is_confirmed=agrees)


def _suspects(
    problem: Problem, pins: Sequence[Pin], one: Violation, broken: Broken
) -> Sequence[Pin]:
    """The pins of the worker who is named if they suffice, or else all."""
    own = [pin for pin in pins if pin.worker == one.worker]
    return own if broken(_with(problem, own)) else pins


def _fewest(problem: Problem, pins: Sequence[Pin], broken: Broken) -> list[Pin]:
    """A smallest part of the pins that cannot be kept: leave out many at once, then fewer."""
    left, size = list(pins), max(1, len(pins) // 2)
    while True:
        at = 0
        while at < len(left):
            fewer = left[:at] + left[at + size :]
            if broken(_with(problem, fewer)):
                left = fewer
            else:
                at += size
        if size == 1:
            return left
        size = max(1, size // 2)


def _with(problem: Problem, pins: Sequence[Pin]) -> Problem:
    return replace(problem, pins=tuple(pins))


def explained(problem: Problem, names: Sequence[Violation], broken: Broken) -> PinsInvalid:
    """The error that names each broken rule and the smallest sets of pins that contradict."""
    conflicts = [confirmed(problem, one) for one in pin_conflicts(problem, broken)]
    sets = [one.in_words(problem) for one in conflicts if len(one.pins) > 1]
    lines = ["pins break rules:", *map(str, names)]
    if sets:
        lines += ["smallest sets of pins that contradict each other:", *sets]
    return PinsInvalid("\n".join(lines))
