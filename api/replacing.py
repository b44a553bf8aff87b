"""A sick call: which shifts fall open, who could take them over, and how that is told."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from api.planned import Planned, minute_of
from scheduler.contract.parts import span_json
from scheduler.contract.units import amount
from scheduler.errors import ProblemInvalid
from scheduler.explain.reason import reason_json
from scheduler.export.words import amount as in_words
from scheduler.export.words import count, hours, short_day
from scheduler.problem import Problem
from scheduler.replan.pose import unlocked
from scheduler.replan.replacements import VERDICTS, Candidate, Replacements, replacements
from scheduler.schedule import Shift

HEADINGS = {"feasible": "now", "offer": "as an offer", "forbidden": "not"}


def replacements_of(
    planned: Planned, id: str, *, is_all: bool = False, now: str | None = None
) -> list[Replacements]:
    """Who could take over a shift, or each of its worker's shifts from it on.

    Raises ProblemInvalid for a shift that is not in the schedule or has begun.
    """
    shift = open_shift(planned, id, now)
    problem = free_to_replace(planned.problem)
    open_shifts = [shift]
    if is_all:
        later = [one for one in planned.shifts if one.worker == shift.worker]
        open_shifts = sorted(one for one in later if one.start >= shift.start)
    others = [one for one in planned.shifts if one not in open_shifts]
    return [replacements(problem, others, one) for one in open_shifts]


def open_shift(planned: Planned, id: str, now: str | None) -> Shift:
    """The shift of an id, if it lies ahead."""
    shift, horizon = planned.shift(id), planned.problem.horizon
    if now is not None and shift.start < minute_of(horizon, now):
        begun = horizon.instant(shift.start).isoformat(timespec="minutes")
        raise ProblemInvalid(f"shift {id}: began at {begun}, before {now}; it is past")
    return shift


def free_to_replace(problem: Problem) -> Problem:
    """The problem without locks and price of a change: a sick call has to be answered."""
    return replace(unlocked(problem), weights=replace(problem.weights, change=0))


def replacements_json(problem: Problem, found: Sequence[Replacements]) -> dict[str, Any]:
    """Every candidate for a program: ``peakcrew.replacements/1``."""
    return {
        "format": "peakcrew.replacements/1",
        "currency": problem.currency,
        "open": [
            {
                "shift": one.shift.id(problem.horizon),
                "worker": one.shift.worker,
                "queue": one.shift.queue,
                **span_json(problem.horizon, one.shift),
                "cover_value": amount(one.cover_value),
                **{
                    verdict: [_candidate_json(each) for each in one.of(verdict)]
                    for verdict in VERDICTS
                },
            }
            for one in found
        ],
    }


def _candidate_json(one: Candidate) -> dict[str, Any]:
    if one.verdict == "forbidden":
        return {"worker": one.worker, "reasons": [reason_json(each) for each in one.reasons]}
    return {
        "worker": one.worker,
        "extra_cost": amount(one.extra_cost or 0),
        "preference": one.preference,
        "minutes_in_week": one.minutes,
        "minutes_left": one.minutes_left,
        **({"reasons": [reason_json(each) for each in one.reasons]} if one.reasons else {}),
    }


def replacement_lines(problem: Problem, found: Sequence[Replacements], most: int) -> Iterator[str]:
    """The ranking in a terminal, one open shift after the other."""
    for one in found:
        yield f"{_times(problem, one.shift)}, open without {one.shift.worker}"
        yield f"covering it saves {in_words(one.cover_value, problem.currency)}"
        for verdict in ("feasible", "offer"):
            ranked = one.of(verdict)
            yield f"{HEADINGS[verdict]}: {count(len(ranked), 'worker')}"
            yield from (_line(problem, rank, each) for rank, each in enumerate(ranked[:most], 1))
            if len(ranked) > most:
                yield f"  and {len(ranked) - most} more"
        yield from _forbidden_lines(one.of("forbidden"))


def _line(problem: Problem, rank: int, one: Candidate) -> str:
    extra = in_words(one.extra_cost or 0, problem.currency)
    return (
        f"  {rank:>2}. {one.worker}  {extra}, wish {one.preference:+d}, "
        f"{hours(one.minutes)} h in the week, {hours(one.minutes_left)} h left"
    )


def _forbidden_lines(forbidden: Sequence[Candidate]) -> Iterator[str]:
    """How many may not, by their first reason."""
    yield f"not: {count(len(forbidden), 'worker')}"
    reasons = Counter(one.reasons[0].code for one in forbidden)
    for code, number in reasons.most_common():
        yield f"  {number:>4} {code}"


def _times(problem: Problem, shift: Shift) -> str:
    start, end = (problem.horizon.instant(minute) for minute in (shift.start, shift.end))
    return f"{short_day(start)} {start:%H:%M}-{end:%H:%M} {shift.queue}"
