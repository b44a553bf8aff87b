"""Questions about a schedule file: read it with its problem, and name what is wrong with either."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api.judging import as_judged
from api.replay import read_recorded
from api.site.cells import CellInvalid
from api.site.instants import epoch_minutes, instant
from scheduler.contract.schedule_file import read_shifts
from scheduler.contract.units import amount, cents
from scheduler.errors import ProblemInvalid
from scheduler.explain.answer import Answer
from scheduler.explain.question import QuestionInvalid, candidates
from scheduler.explain.reason import reason_json
from scheduler.explain.standing import Standing
from scheduler.horizon import Horizon
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.solver.parameters import Parameters
from scheduler.validation import violations


@dataclass(frozen=True, slots=True)
class Asked:
    """A schedule file that may be questioned, with its proof and how it was searched."""

    problem: Problem
    shifts: tuple[Shift, ...]
    objective: int
    bound: int
    parameters: Parameters

    @property
    def standing(self) -> Standing:
        """The schedule as it stands."""
        return Standing(self.problem, self.shifts)


def read_asked(schedule: Path, problem: Path | None = None) -> Asked:
    """A schedule file with the problem it was computed from, beside it unless named.

    Raises ProblemInvalid for the schedule of another problem, and for one that breaks a rule.
    """
    recorded = read_recorded(schedule, problem)
    document, shifts = read_shifts(schedule, recorded.problem)
    # The file holds the cost of each shift; what is asked about is who works when.
    shifts = tuple(replace(one, cost=0) for one in shifts)
    judged = as_judged(recorded.problem, document)
    broken = violations(judged, shifts)
    if broken:
        raise ProblemInvalid(f"{schedule}: breaks a rule, so nothing follows from it: {broken[0]}")
    objective, bound = cents(document.objective), cents(document.bound)
    return Asked(judged, shifts, objective, bound, recorded.parameters)


def asked_shifts(
    problem: Problem, worker: str, start: str, queue: str | None, template: str | None
) -> tuple[Shift, ...]:
    """The shifts that a question in text may mean.

    ``start``: ISO 8601, by the site's clock where it has no offset. Raises QuestionInvalid.
    """
    minute = _minute(problem.horizon, start)
    return candidates(problem, worker, minute, queue, template)


def answer_json(problem: Problem, found: Answer) -> dict[str, Any]:
    """An answer as ``peakcrew why --json`` and the API give it."""
    horizon = problem.horizon
    document: dict[str, Any] = {
        "worker": found.shift.worker,
        "queue": found.shift.queue,
        "template": found.shift.template,
        "start": horizon.instant(found.shift.start).isoformat(),
        "end": horizon.instant(found.shift.end).isoformat(),
        "is_assigned": found.is_assigned,
        "is_possible": found.is_possible,
        "reasons": [reason_json(one) for one in found.reasons],
    }
    if found.change is not None:
        document["change"] = {
            "cost": amount(found.cents or 0),
            "terms": {term: amount(value) for term, value in found.change.items()},
            "dropped": [one.id(horizon) for one in found.dropped],
        }
    return document


def _minute(horizon: Horizon, text: str) -> int:
    try:
        return instant(horizon.zone)(text) - epoch_minutes(horizon.start)
    except CellInvalid as error:
        raise QuestionInvalid(f"shift: {error}") from None
