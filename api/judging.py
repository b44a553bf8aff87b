"""Judge a schedule file against its problem file, without any solver."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scheduler.contract.documents import ScheduleDocument
from scheduler.contract.problem_file import read_problem
from scheduler.contract.schedule_file import read_shifts
from scheduler.contract.units import amount, cents
from scheduler.problem import Problem
from scheduler.solver.pins import overrule
from scheduler.validation import costs, violations


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a schedule, what was broken knowingly, and what it costs if valid."""

    num_shifts: int
    currency: str
    violations: list[str]
    kept_pins: list[str]
    costs: Mapping[str, int]


def judge(problem: Path, schedule: Path) -> Judgement:
    """Every rule that a schedule breaks; an objective that its shifts do not cost is one too."""
    stated = read_problem(problem)
    document, shifts = read_shifts(schedule, stated)
    judged = as_judged(stated, document)
    broken = list(map(str, violations(judged, shifts)))
    terms = {} if broken else costs(judged, shifts)
    objective = sum(terms.values())
    if not broken and objective != cents(document.objective):
        broken.append(
            f"objective: the file says {document.objective:.2f}, "
            f"its shifts cost {amount(objective):.2f}"
        )
    kept = list(map(str, violations(stated, shifts))) if judged.overruled and not broken else []
    return Judgement(len(shifts), stated.currency, broken, kept, terms)


def as_judged(problem: Problem, document: ScheduleDocument) -> Problem:
    """The problem that a schedule was judged by: it may keep pins that break a rule."""
    kept = (document.run.model_extra or {}).get("kept_pins")
    return overrule(problem) if kept else problem
