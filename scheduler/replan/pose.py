"""An old schedule and a new problem -> the problem of changing as little as is worth it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median_low
from typing import Literal

from scheduler.errors import PinsInvalid, ProblemInvalid
from scheduler.horizon import Horizon
from scheduler.problem import Locks, Pin, Previous, Problem
from scheduler.replan.absence import away
from scheduler.replan.lost import Lost, lost_shifts
from scheduler.schedule import Shift
from scheduler.solver.pins import broken_pins
from scheduler.worker import Span

NOTHING = Locks()


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a schedule is planned again.

    ``before``: what starts before this minute is over or promised. ``locks``: what else stays as
    it is. ``absent``: who does not come to shifts that start from ``before`` on. ``change_cost``:
    cents per change; None for the problem's own price, or else an hour of the median wage.
    ``max_changed``: cap on changed workers. ``if_broken``: locked shifts that break a rule
    together are refused, or the last of them go, or the search may keep them.
    """

    before: int = 0
    locks: Locks = NOTHING
    absent: frozenset[str] = frozenset()
    change_cost: int | None = None
    max_changed: int | None = None
    if_broken: Literal["refuse", "drop", "keep"] = "refuse"


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem to solve; ``kept`` could all stay but for ``broken``, ``lost`` cannot."""

    problem: Problem
    kept: tuple[Shift, ...]
    lost: tuple[Lost, ...]
    broken: tuple[Pin, ...]


def pose(problem: Problem, shifts: Sequence[Shift], terms: Terms) -> Posed:
    """State what stays, what is locked and what a change costs.

    Raises ProblemInvalid when nothing is left to plan, PinsInvalid when locked shifts break a
    rule together and are not to be dropped.
    """
    problem = unlocked(problem)
    lost = lost_shifts(problem, shifts, terms.absent, terms.before)
    gone = {one.shift for one in lost}
    kept = tuple(shift for shift in shifts if shift not in gone)
    problem = _without_absent(problem, kept, terms)
    locks = replace(terms.locks, times=_times(problem.horizon, terms))
    stated = tuple(pin for pin in problem.pins if not _is_lost(pin, gone))
    change = _change_cost(problem, terms)
    problem = replace(
        frozen(replace(problem, pins=stated), kept, locks),
        previous=tuple(
            Previous(one.worker, one.queue, one.template, one.start, one.minutes) for one in kept
        ),
        weights=replace(problem.weights, change=change),
        max_changed_workers=terms.max_changed,
    )
    problem, broken = _without_broken(problem, frozenset(stated), terms)
    return Posed(problem, kept, lost, broken)


def frozen(problem: Problem, shifts: Iterable[Shift], locks: Locks) -> Problem:
    """The problem with locks: shifts of the schedule in a locked place are pinned there.

    The problem's own pins stay as they are.
    """
    pins = list(problem.pins)
    held = {(pin.worker, pin.start) for pin in pins}
    pins += [
        Pin(one.worker, one.queue, one.start, one.minutes)
        for one in shifts
        if locks.hold(one.worker, one.queue, one.start) and (one.worker, one.start) not in held
    ]
    return replace(problem, pins=tuple(pins), locks=locks)


def unlocked(problem: Problem) -> Problem:
    """The problem as it was before a re-plan: without what is known, locks, and their pins."""
    known = {(one.worker, one.start, one.minutes, one.queue) for one in problem.previous}
    pins = tuple(
        pin
        for pin in problem.pins
        if (pin.worker, pin.start, pin.minutes, pin.queue) not in known
        or not problem.locks.hold(pin.worker, pin.queue, pin.start)
    )
    return replace(problem, pins=pins, previous=(), locks=Locks(), max_changed_workers=None)


def days_as_times(horizon: Horizon, days: Iterable[int]) -> tuple[Span, ...]:
    """Local days as spans of minutes."""
    starts = horizon.day_starts
    return tuple(Span(starts[day], starts[day + 1]) for day in sorted(set(days)))


def _without_absent(problem: Problem, kept: Sequence[Shift], terms: Terms) -> Problem:
    """Who is absent has no time any more; that stays so when it is planned once more."""
    workers = tuple(
        away(worker, terms.before, [one for one in kept if one.worker == worker.id])
        if worker.id in terms.absent
        else worker
        for worker in problem.workers
    )
    return replace(problem, workers=workers)


def _times(horizon: Horizon, terms: Terms) -> tuple[Span, ...]:
    if terms.before >= horizon.num_minutes:
        raise ProblemInvalid("freeze: the planned days are over by then, nothing is left to plan")
    frozen_time = (Span(0, terms.before),) if terms.before > 0 else ()
    return (*frozen_time, *terms.locks.times)


def _is_lost(pin: Pin, gone: set[Shift]) -> bool:
    return any((one.worker, one.start, one.minutes) == (pin.worker, pin.start, pin.minutes)
               for one in gone)  # fmt: skip


def _change_cost(problem: Problem, terms: Terms) -> int:
    if terms.change_cost is not None:
        return terms.change_cost
    wages = [worker.hourly_cost for worker in problem.workers]
    return problem.weights.change or (median_low(wages) if wages else 0)


def _without_broken(
    problem: Problem, stated: frozenset[Pin], terms: Terms
) -> tuple[Problem, tuple[Pin, ...]]:
    """Of each worker whose pins break a rule the last locked one goes, until none does."""
    dropped: list[Pin] = []
    while terms.if_broken != "keep" and (broken := broken_pins(problem)):
        last: dict[str, Pin] = {}
        for pin in problem.pins:
            if pin not in stated and any(one.worker == pin.worker for one in broken):
                last[pin.worker] = max(pin, last.get(pin.worker, pin), key=lambda one: one.start)
        if not last:
            break  # the planner's own pins: the search names them, or keeps them if it is asked to
        if terms.if_broken == "refuse":
            raise PinsInvalid(
                "locked shifts break rules; unlock them, or have them dropped or kept:\n"
                + "\n".join(map(str, broken))
            )
        dropped += last.values()
        gone = set(last.values())
        problem = replace(problem, pins=tuple(pin for pin in problem.pins if pin not in gone))
    return problem, tuple(dropped)
