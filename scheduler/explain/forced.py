"""The price of forcing a shift, by a second search in which it is pinned."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from scheduler.errors import NoSchedule, PinsInvalid
from scheduler.problem import Pin, Problem
from scheduler.schedule import Progress, Schedule, Shift
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve


@dataclass(frozen=True, slots=True)
class Forced:
    """What it costs to force a shift: the least and the most it can be, in cents.

    Of both searches the cost is an upper and the bound a lower limit of the best cost, and the
    best cost with the shift is never below the one without it. With both proven optimal, ``low``
    and ``high`` are the same: the difference of two optima. ``found`` is the second schedule.
    """

    low: int
    high: int
    found: Schedule

    @property
    def is_exact(self) -> bool:
        """Whether the price is proven to the cent."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Impossible:
    """No schedule holds the shift: what contradicts, in words."""

    detail: str


def force(
    problem: Problem,
    objective: int,
    bound: int,
    shift: Shift,
    parameters: Parameters = Parameters(),  # noqa: B008 - frozen
    at_most: int | None = None,
    on_progress: Callable[[Progress], None] = lambda moment: None,
    stop: threading.Event | None = None,
) -> Forced | Impossible:
    """Search again with the shift pinned, everything else free, and compare with the schedule.

    ``objective`` and ``bound`` are those of the schedule without the pin, ``at_most`` what its
    cost changes by the shift alone, all else as it is, where that is possible; in cents. Raises
    NoSchedule only when time or memory ended the search before it found anything.
    """
    pin = Pin(shift.worker, shift.queue, shift.start, shift.minutes)
    pinned = replace(problem, pins=(*problem.pins, pin))
    parameters = replace(parameters, keep_broken_pins=False)
    try:
        found = solve(pinned, parameters, on_progress, stop)
    except PinsInvalid as error:
        return Impossible(str(error))
    except NoSchedule as error:
        if not str(error).startswith("no schedule exists"):
            raise
        return Impossible(str(error))
    # A schedule with the shift is one without the pin, too, and every bound without it holds.
    low = max(0, found.bound - min(objective, found.objective))
    held = found.objective if at_most is None else min(found.objective, objective + at_most)
    high = max(low, held - bound)
    return Forced(low, high, found)
