"""What people could agree to loosen: each limit with the rules it silences and how it reads.

A lift is asked for, never taken: law, contract and consent are the planner's to check. None goes
beyond 48 hours a week or below ten hours of rest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scheduler.schedule import Shift
from scheduler.worker import Window, Worker

MOST_WEEKLY_MINUTES = 48 * 60
LEAST_REST_MINUTES = 10 * 60
# What a rule's id must hold so that a permit can lift it; exams and minors' nights stay barred.
PERMIT_WORDS = ("sunday", "holiday")


@dataclass(frozen=True, slots=True)
class Lift:
    """A limit of a worker that stands against a shift and may be loosened.

    ``rules``: the validator's rules that speak for it. ``change``: the worker after it, with room
    for these shifts. ``words``: the sentence, with ``{who}`` for the workers and ``{hours}`` for
    the length of a shift and ``{when}`` for its time. ``is_for_all``: asked for once, whomever it
    concerns. ``is_offer``: changes what he offers.
    """

    kind: str
    rules: frozenset[str]
    change: Callable[[Worker, Sequence[Shift]], Worker]
    words: str
    is_for_all: bool = False
    is_offer: bool = False


def _longer_week(worker: Worker, shifts: Sequence[Shift]) -> Worker:
    longer = worker.max_minutes_per_week + max(shift.minutes for shift in shifts)
    most = max(worker.max_minutes_per_week, min(longer, MOST_WEEKLY_MINUTES))
    return replace(worker, max_minutes_per_week=most)


def _second_shift(worker: Worker, shifts: Sequence[Shift]) -> Worker:
    return replace(worker, max_shifts_per_day=worker.max_shifts_per_day + 1)


def _shorter_rest(worker: Worker, shifts: Sequence[Shift]) -> Worker:
    return replace(worker, min_rest_minutes=min(worker.min_rest_minutes, LEAST_REST_MINUTES))


def _longer_run(worker: Worker, shifts: Sequence[Shift]) -> Worker:
    return replace(worker, max_consecutive_days=worker.max_consecutive_days + 1)


def _wider_offer(worker: Worker, shifts: Sequence[Shift]) -> Worker:
    windows = list(worker.availability)
    for shift in shifts:
        near = [one for one in windows if one.start < shift.end and shift.start < one.end]
        windows = [one for one in windows if one not in near]
        start = min(shift.start, *(one.start for one in near), shift.start)
        end = max(shift.end, *(one.end for one in near), shift.end)
        liking = min((one.preference for one in near), default=0)
        windows.append(Window(start, end, liking))
    return replace(worker, availability=tuple(sorted(windows, key=lambda one: one.start)))


def _with_permit(worker: Worker, shifts: Sequence[Shift]) -> Worker:
    lifted = {
        bar.rule
        for bar in worker.barred
        for shift in shifts
        if bar.start < shift.end
        and shift.start < bar.end
        and any(word in bar.rule for word in PERMIT_WORDS)
    }
    return replace(worker, barred=tuple(bar for bar in worker.barred if bar.rule not in lifted))


LIFTS = (
    Lift(
        "weekly_maximum",
        frozenset({"max_minutes_per_week"}),
        _longer_week,
        "let {who} work up to {hours} hours more a week",
    ),
    Lift(
        "second_shift",
        frozenset({"max_shifts_per_day"}),
        _second_shift,
        "let {who} start one shift more on a day",
    ),
    Lift(
        "shorter_rest",
        frozenset({"rest", "day_span"}),
        _shorter_rest,
        "with consent, let {who} rest 10 hours between working days",
    ),
    Lift(
        "longer_run",
        frozenset({"max_consecutive_days"}),
        _longer_run,
        "let {who} work one day more in a row",
    ),
    Lift(
        "wider_offer",
        frozenset({"availability"}),
        _wider_offer,
        "ask {who} to offer {when} too",
        is_offer=True,
    ),
    Lift(
        "permit",
        frozenset({"barred"}),
        _with_permit,
        "get the permit to work on Sundays and holidays, of use to {who}",
        is_for_all=True,
    ),
)
