"""What people could agree to loosen: each limit with the rules it silences and how it reads.

A lift is asked for, never taken: law, contract and consent are the planner's to check. None goes
beyond 48 hours a week or below ten hours of rest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from scheduler.export.words import long_day
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.worker import Bar, Span, Window, Worker

MOST_WEEKLY_MINUTES = 48 * 60
LEAST_REST_MINUTES = 10 * 60
# What a rule's id must hold so that a permit can lift it; exams and minors' nights stay barred.
PERMIT_WORDS = ("sunday", "holiday")
SUNDAY = 7


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


def _with_permit(rule: str, day: Span, worker: Worker, shifts: Sequence[Shift]) -> Worker:
    kept = (bar for bar in worker.barred if not _is_bar_of(bar, rule, day))
    return replace(worker, barred=tuple(kept))


def _is_bar_of(bar: Bar, rule: str, day: Span) -> bool:
    return bar.rule == rule and day.start <= max(0, bar.start) < day.end


def _longer_period(rule: str, worker: Worker, shifts: Sequence[Shift]) -> Worker:
    """Room for one shift more in each period of the rule; where more is priced, nothing changes."""
    longest = max(shift.minutes for shift in shifts)
    limits = (
        replace(limit, most=limit.most + limit.used(longest))
        if limit.rule == rule and limit.excess_cost is None
        else limit
        for limit in worker.period_limits
    )
    return replace(worker, period_limits=tuple(limits))


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
)


def lifts_of(problem: Problem) -> list[Lift]:
    """Everything that may be loosened: what contracts state, permits by date, limits by rule."""
    return [*LIFTS, *_permits(problem), *_longer_periods(problem)]


def _permits(problem: Problem) -> Iterator[Lift]:
    """For each day that a rule on Sundays or holidays bars, the permit to work on it."""
    horizon, edges = problem.horizon, problem.horizon.day_starts
    bars = {bar for worker in problem.workers for bar in worker.barred}
    days = {
        (horizon.day(max(0, bar.start)), bar.rule)
        for bar in bars
        if bar.start < horizon.num_minutes and _is_permitted(bar.rule)
    }
    for day, rule in sorted(days):
        date = horizon.dates[day]
        kind = "Sunday" if date.isoweekday() == SUNDAY else "holiday"
        yield Lift(
            "permit",
            frozenset({"barred"}),
            partial(_with_permit, rule, Span(edges[day], edges[day + 1])),
            f"get a {kind} permit for {long_day(date)} ({_literal(rule)}), of use to {{who}}",
            is_for_all=True,
        )


def _literal(text: str) -> str:
    """A text that stays as it is when the words of a lift are filled in."""
    return text.replace("{", "{{").replace("}", "}}")


def _is_permitted(rule: str) -> bool:
    return any(word in rule for word in PERMIT_WORDS)


def _longer_periods(problem: Problem) -> Iterator[Lift]:
    """For each rule that limits work between two dates, one shift more in each such period."""
    limits = {limit for worker in problem.workers for limit in worker.period_limits}
    for rule in sorted({limit.rule for limit in limits if limit.excess_cost is None}):
        by = _literal(rule) or "a limit between two dates"
        yield Lift(
            "period_limit",
            frozenset({"period_limits"}),
            partial(_longer_period, rule),
            f"let {{who}} work up to {{hours}} hours more than {by} allows",
        )
