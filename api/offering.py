"""An open shift offered in waves: who may be asked, how likely he accepts, and when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from api.planned import Planned, minute_of
from api.replacing import free_to_replace, open_shift
from scheduler.contract.documents import Document
from scheduler.contract.reading import read_document
from scheduler.errors import ProblemInvalid
from scheduler.export.words import count, percent, short_day
from scheduler.problem import Problem
from scheduler.replan.replacements import replacements
from scheduler.replan.waves import Asked, Waves, plan_waves
from scheduler.schedule import Shift

Chance = Annotated[float, Field(ge=0, le=1)]


class AcceptanceDocument(Document):
    """How likely each worker accepts an offer; ``default`` for those who are not named."""

    default: Chance = 0.5
    workers: dict[str, Chance] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered: places of an open shift, between two instants, in waves of some minutes."""

    shift: str
    now: str
    deadline: str
    needed: int = 1
    wave_minutes: int = 30
    target: float = 0.95
    acceptance: float = 0.5
    acceptance_file: Path | None = None


def waves_of(planned: Planned, offer: Offer) -> tuple[Shift, Waves]:
    """The open shift and its waves; workers in the order of their replacement's rank.

    Raises ProblemInvalid for a shift that is past, a deadline after its start, or an acceptance
    file that names somebody unknown.
    """
    shift, horizon = open_shift(planned, offer.shift, offer.now), planned.problem.horizon
    now, deadline = minute_of(horizon, offer.now), minute_of(horizon, offer.deadline)
    if deadline > shift.start:
        raise ProblemInvalid(f"deadline: {offer.deadline} is after the shift's start")
    problem = free_to_replace(planned.problem)
    others = [one for one in planned.shifts if one != shift]
    found = replacements(problem, others, shift)
    default, own = _acceptance(problem, offer)
    ranked = [
        Asked(one.worker, own.get(one.worker, default))
        for one in (*found.of("feasible"), *found.of("offer"))
    ]
    return shift, plan_waves(ranked, offer.needed, now, deadline, offer.wave_minutes, offer.target)


def _acceptance(problem: Problem, offer: Offer) -> tuple[float, Mapping[str, float]]:
    if offer.acceptance_file is None:
        return offer.acceptance, {}
    document = read_document(offer.acceptance_file, AcceptanceDocument)
    for worker in sorted(document.workers.keys() - problem.worker_by_id.keys()):
        raise ProblemInvalid(f"{offer.acceptance_file}: workers.{worker}: is not in the problem")
    return document.default, document.workers


def waves_json(problem: Problem, shift: Shift, plan: Waves) -> dict[str, Any]:
    """The waves for a program: ``peakcrew.offers/1``."""
    instant = problem.horizon.instant
    return {
        "format": "peakcrew.offers/1",
        "shift": shift.id(problem.horizon),
        "filled": round(plan.filled, 6),
        "expected_asked": round(plan.expected_asked, 3),
        "is_enough": plan.is_enough,
        "waves": [
            {
                "start": instant(wave.start).isoformat(),
                "end": instant(wave.end).isoformat(),
                "filled": round(wave.filled, 6),
                "asked": [
                    {"worker": one.worker, "acceptance": one.acceptance} for one in wave.asked
                ],
            }
            for wave in plan.waves
        ],
    }


def wave_lines(problem: Problem, shift: Shift, plan: Waves, target: float) -> Iterator[str]:
    """The waves in a terminal."""
    start, end = (problem.horizon.instant(minute) for minute in (shift.start, shift.end))
    yield f"{short_day(start)} {start:%H:%M}-{end:%H:%M} {shift.queue}"
    for number, wave in enumerate(plan.waves, start=1):
        yield (
            f"wave {number}, {_span(problem, wave.start, wave.end)}: {_names(wave.asked)}; "
            f"then filled with {percent(wave.filled)}"
        )
    if not plan.waves:
        yield "nobody may be asked: peakcrew replace says why"
        return
    people = sum(len(wave.asked) for wave in plan.waves)
    yield (
        f"{count(people, 'worker')} at most, {plan.expected_asked:.1f} in the mean, "
        f"filled with {percent(plan.filled)} by the deadline"
    )
    if not plan.is_enough:
        yield f"that is below the target of {percent(target)}: everybody is asked"


def _span(problem: Problem, start: int, end: int) -> str:
    first, last = (problem.horizon.instant(minute) for minute in (start, end))
    return f"{short_day(first)} {first:%H:%M}-{_until(first, last)}"


def _until(first: datetime, last: datetime) -> str:
    return f"{last:%H:%M}" if last.date() == first.date() else f"{short_day(last)} {last:%H:%M}"


def _names(asked: Sequence[Asked]) -> str:
    return ", ".join(one.worker for one in asked)
