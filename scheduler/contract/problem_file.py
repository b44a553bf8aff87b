"""``peakcrew.problem/1``: read into a problem, and written from one."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import numpy as np

from scheduler.contract.documents import ObjectiveDocument, ProblemDocument, WorkerDocument
from scheduler.contract.parts import to_queue, to_template
from scheduler.contract.reading import read_document
from scheduler.contract.units import amount, cents, clock
from scheduler.errors import ProblemInvalid
from scheduler.horizon import Horizon
from scheduler.problem import Pin, Problem, Weights
from scheduler.worker import Span, Window, Worker

PROBLEM_FORMAT = "peakcrew.problem/1"


def read_problem(path: Path) -> Problem:
    """Read a problem file; raises ProblemInvalid with file, line, column and field."""
    document = read_document(path, ProblemDocument)
    try:
        return _problem(document)
    except ProblemInvalid as error:
        raise type(error)(f"{path}: {error}") from None


def _problem(document: ProblemDocument) -> Problem:
    if document.time_zone not in available_timezones():
        raise ProblemInvalid(f"time_zone: {document.time_zone!r} is not a known zone")
    horizon = Horizon(document.start, document.days, document.interval_minutes, document.time_zone)
    objective = document.objective or ObjectiveDocument()
    return Problem(
        horizon=horizon,
        currency=document.currency,
        queues=tuple(map(to_queue, document.queues)),
        shift_templates=tuple(map(to_template, document.shift_templates)),
        workers=tuple(_worker(horizon, one) for one in document.workers),
        requirement={
            queue: np.asarray(values, dtype=np.int64)
            for queue, values in document.requirement.items()
        },
        coverage_value={
            queue: tuple(tuple(cents(value) for value in curve) for curve in curves)
            for queue, curves in (document.coverage_value or {}).items()
        },
        pins=tuple(
            Pin(one.worker, one.queue, horizon.minute(one.start), one.minutes)
            for one in document.pins
        ),
        weights=Weights(cents(objective.preference), cents(objective.fairness)),
    )


def _worker(horizon: Horizon, one: WorkerDocument) -> Worker:
    try:
        windows = [
            Window(horizon.minute(window.start), horizon.minute(window.end), window.preference)
            for window in one.availability
        ]
        past = [
            Span(horizon.minute(span.start), horizon.minute(span.end)) for span in one.past_shifts
        ]
    except ProblemInvalid as error:
        raise ProblemInvalid(f"worker {one.id}: {error}") from None
    return Worker(
        id=one.id,
        skills=frozenset(one.skills),
        hourly_cost=cents(one.hourly_cost),
        min_minutes_per_week=one.min_minutes_per_week,
        max_minutes_per_week=one.max_minutes_per_week,
        max_shifts_per_day=one.max_shifts_per_day,
        max_consecutive_days=one.max_consecutive_days,
        min_rest_minutes=one.min_rest_minutes,
        availability=clip(windows, horizon.num_minutes),
        past_shifts=tuple(past),
    )


def clip(windows: list[Window], end: int) -> tuple[Window, ...]:
    """Windows cut to the horizon; what lies outside it is left out."""
    return tuple(
        Window(max(window.start, 0), min(window.end, end), window.preference)
        for window in windows
        if window.start < end and window.end > 0
    )


def problem_json(problem: Problem) -> str:
    """The problem as ``peakcrew.problem/1`` text; equal problems give equal text."""
    instant = problem.horizon.instant
    document = {
        "format": PROBLEM_FORMAT,
        "time_zone": problem.horizon.time_zone,
        "start": instant(0).isoformat(),
        "days": problem.horizon.days,
        "interval_minutes": problem.horizon.interval_minutes,
        "currency": problem.currency,
        "queues": [
            {
                "id": queue.id,
                "skill": queue.skill,
                "understaffing_cost_per_hour": amount(queue.understaffing_cost),
                "overstaffing_cost_per_hour": amount(queue.overstaffing_cost),
            }
            for queue in problem.queues
        ],
        "shift_templates": [
            {
                "id": template.id,
                "minutes": template.minutes,
                "start_every_minutes": template.start_every,
                "earliest_start": clock(template.earliest_start),
                "latest_start": clock(template.latest_start),
            }
            for template in problem.shift_templates
        ],
        "requirement": {queue: values.tolist() for queue, values in problem.requirement.items()},
        "workers": [_worker_json(problem, worker) for worker in problem.workers],
        "pins": [
            {
                "worker": pin.worker,
                "queue": pin.queue,
                "start": instant(pin.start).isoformat(),
                "minutes": pin.minutes,
            }
            for pin in problem.pins
        ],
        "objective": {
            "preference": amount(problem.weights.preference),
            "fairness": amount(problem.weights.fairness),
        },
    }
    if problem.coverage_value:
        document["coverage_value"] = {
            queue: [[amount(value) for value in curve] for curve in curves]
            for queue, curves in problem.coverage_value.items()
        }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _worker_json(problem: Problem, worker: Worker) -> dict[str, Any]:
    instant = problem.horizon.instant
    return {
        "id": worker.id,
        "skills": sorted(worker.skills),
        "hourly_cost": amount(worker.hourly_cost),
        "min_minutes_per_week": worker.min_minutes_per_week,
        "max_minutes_per_week": worker.max_minutes_per_week,
        "max_shifts_per_day": worker.max_shifts_per_day,
        "max_consecutive_days": worker.max_consecutive_days,
        "min_rest_minutes": worker.min_rest_minutes,
        "availability": [
            {
                "start": instant(window.start).isoformat(),
                "end": instant(window.end).isoformat(),
                "preference": window.preference,
            }
            for window in worker.availability
        ],
        "past_shifts": [
            {"start": instant(span.start).isoformat(), "end": instant(span.end).isoformat()}
            for span in worker.past_shifts
        ],
    }
