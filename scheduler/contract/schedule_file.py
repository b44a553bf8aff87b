"""``peakcrew.schedule/1``: written from a schedule, and its shifts read back."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scheduler.contract.documents import ScheduleDocument
from scheduler.contract.parts import span_json
from scheduler.contract.reading import read_document
from scheduler.contract.units import amount, cents
from scheduler.horizon import Horizon
from scheduler.offers import is_offer
from scheduler.problem import Problem
from scheduler.schedule import Schedule, Segment, Shift, Shortage

SCHEDULE_FORMAT = "peakcrew.schedule/1"


def read_shifts(path: Path, problem: Problem) -> tuple[ScheduleDocument, tuple[Shift, ...]]:
    """Read a schedule file and its shifts on the problem's clock."""
    document = read_document(path, ScheduleDocument)
    minute = problem.horizon.minute
    shifts = tuple(
        Shift(
            minute(one.start), minute(one.end), one.worker, one.queue, one.template,
            cents(one.cost),
            tuple(Segment(minute(part.start), minute(part.end), part.queue)
                  for part in one.segments),
        )
        for one in document.shifts
    )  # fmt: skip
    return document, shifts


def schedule_json(
    problem: Problem, schedule: Schedule, prices: Sequence[Mapping[str, object]] | None = None
) -> str:
    """The schedule as ``peakcrew.schedule/1`` text; ``prices`` of the dearest hours, if known."""
    horizon = problem.horizon
    document = {
        "format": SCHEDULE_FORMAT,
        "status": schedule.status,
        "currency": problem.currency,
        "objective": amount(schedule.objective),
        "bound": amount(schedule.bound),
        "gap": round(schedule.gap, 6),
        "solve_seconds": round(schedule.solve_seconds, 3),
        "costs": {term: amount(value) for term, value in schedule.costs.items()},
        "shifts": [_shift_json(problem, shift) for shift in schedule.shifts],
        "understaffing": [_shortage_json(horizon, one) for one in schedule.understaffing],
        **_late_json(problem, schedule),
        "violations": [],
        **({} if prices is None else {"prices": prices}),
        "history": [
            {
                "seconds": round(moment.seconds, 2),
                "stage": moment.stage,
                "cost": None if moment.cost is None else amount(moment.cost),
                "bound": None if moment.bound is None else amount(moment.bound),
            }
            for moment in schedule.history
        ],
        "run": dict(schedule.run),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _late_json(problem: Problem, schedule: Schedule) -> dict[str, Any]:
    """Work that is not done when due; the key is there where some work may wait."""
    if not problem.backlogs:
        return {}
    instant = problem.horizon.instant
    late = [
        {"queue": one.queue, "due": instant(one.due).isoformat(), "minutes": one.minutes}
        for one in schedule.late_work
    ]
    return {"late_work": late}


def _shift_json(problem: Problem, shift: Shift) -> dict[str, Any]:
    horizon = problem.horizon
    document: dict[str, Any] = {
        "id": shift.id(horizon),
        "worker": shift.worker,
        "queue": shift.queue,
        "template": shift.template,
        **span_json(horizon, shift),
        "minutes": shift.minutes,
        "cost": amount(shift.cost),
    }
    if is_offer(problem.worker_by_id[shift.worker], shift):
        document["offer"] = True
    if shift.segments:
        document["segments"] = [
            {"queue": part.queue, **span_json(horizon, part)} for part in shift.segments
        ]
    return document


def _shortage_json(horizon: Horizon, one: Shortage) -> dict[str, Any]:
    return {
        "queue": one.queue,
        "start": horizon.instant(one.start).isoformat(),
        "workers": one.workers,
    }
