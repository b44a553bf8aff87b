"""``peakcrew.problem/1``: read into a problem, and written from one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import numpy as np

from scheduler.contract.backlog_part import backlog_json, to_backlogs
from scheduler.contract.change_part import change_keys, to_locks, to_previous
from scheduler.contract.documents import ObjectiveDocument, ProblemDocument, TemplateDocument
from scheduler.contract.parts import span_json, to_queue, to_span, to_template
from scheduler.contract.policy_part import policy_json, to_policies
from scheduler.contract.reading import read_document
from scheduler.contract.units import amount, cents, clock, wall_minutes
from scheduler.contract.worker_part import to_worker, worker_json
from scheduler.errors import ProblemInvalid
from scheduler.horizon import Horizon
from scheduler.problem import Licence, Pin, Problem, UnpopularHours, Weights
from scheduler.shift_template import PAY_IN_FULL, ShiftTemplate

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
    return Problem(
        horizon=horizon,
        currency=document.currency,
        queues=tuple(map(to_queue, document.queues)),
        shift_templates=tuple(_template(horizon, one) for one in document.shift_templates),
        workers=tuple(to_worker(horizon, one) for one in document.workers),
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
        weights=_weights(document.objective or ObjectiveDocument()),
        licences=tuple(
            Licence(one.id, frozenset(one.queues), one.max_workers) for one in document.licences
        ),
        unpopular_hours=tuple(
            UnpopularHours(frozenset(one.weekdays), wall_minutes(one.first), wall_minutes(one.last))
            for one in document.unpopular_hours
        ),
        is_blended=document.blended,
        policies=to_policies(document),
        previous=to_previous(horizon, document),
        max_changed_workers=document.max_changed_workers,
        locks=to_locks(horizon, document),
        backlogs=to_backlogs(document),
    )


def _template(horizon: Horizon, one: TemplateDocument) -> ShiftTemplate:
    try:
        windows = tuple(to_span(horizon, window) for window in one.windows or ())
    except ProblemInvalid as error:
        raise ProblemInvalid(f"shift template {one.id}: {error}") from None
    return replace(
        to_template(one),
        queues=None if one.queues is None else frozenset(one.queues),
        weekdays=None if one.weekdays is None else frozenset(one.weekdays),
        windows=None if one.windows is None else windows,
        max_shifts_per_day=one.max_shifts_per_day,
        forbidden_next=frozenset(one.forbidden_next),
        pay_percent=one.pay_percent,
    )


def _weights(one: ObjectiveDocument) -> Weights:
    return Weights(
        preference=cents(one.preference),
        fairness=cents(one.fairness),
        request=cents(one.request),
        desired_hours=cents(one.desired_hours),
        unpopular=cents(one.unpopular_hours),
        is_normalised=one.normalise,
        change=cents(one.change),
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
            _template_json(problem.horizon, template) for template in problem.shift_templates
        ],
        "requirement": {queue: values.tolist() for queue, values in problem.requirement.items()},
        "workers": [worker_json(problem.horizon, worker) for worker in problem.workers],
        "pins": [
            {
                "worker": pin.worker,
                "queue": pin.queue,
                "start": instant(pin.start).isoformat(),
                "minutes": pin.minutes,
            }
            for pin in problem.pins
        ],
        "objective": _objective_json(problem.weights),
        **_later_keys(problem),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _later_keys(problem: Problem) -> dict[str, Any]:
    """What a problem may leave out, in the file only if it is there."""
    keys: dict[str, Any] = {
        "coverage_value": {
            queue: [[amount(value) for value in curve] for curve in curves]
            for queue, curves in problem.coverage_value.items()
        },
        "backlogs": {queue: backlog_json(one) for queue, one in problem.backlogs.items()},
        "licences": [
            {"id": one.id, "queues": sorted(one.queues), "max_workers": one.max_workers}
            for one in problem.licences
        ],
        "unpopular_hours": [
            {
                "weekdays": sorted(one.weekdays),
                "from": clock(one.first),
                "until": clock(one.last),
            }
            for one in problem.unpopular_hours
        ],
        "blended": problem.is_blended,
        "policies": [policy_json(one) for one in problem.policies],
        **change_keys(problem),
    }
    most = problem.max_changed_workers
    capped = {} if most is None else {"max_changed_workers": most}
    return {key: value for key, value in keys.items() if value} | capped


def _template_json(horizon: Horizon, one: ShiftTemplate) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": one.id,
        "minutes": one.minutes,
        "start_every_minutes": one.start_every,
        "earliest_start": clock(one.earliest_start),
        "latest_start": clock(one.latest_start),
    }
    if one.queues is not None:
        document["queues"] = sorted(one.queues)
    if one.weekdays is not None:
        document["weekdays"] = sorted(one.weekdays)
    if one.windows is not None:
        document["windows"] = [span_json(horizon, window) for window in one.windows]
    if one.max_shifts_per_day is not None:
        document["max_shifts_per_day"] = one.max_shifts_per_day
    if one.forbidden_next:
        document["forbidden_next"] = sorted(one.forbidden_next)
    if one.pay_percent != PAY_IN_FULL:
        document["pay_percent"] = one.pay_percent
    return document


def _objective_json(weights: Weights) -> dict[str, Any]:
    later = {
        "request": amount(weights.request),
        "desired_hours": amount(weights.desired_hours),
        "unpopular_hours": amount(weights.unpopular),
        "normalise": weights.is_normalised,
        "change": amount(weights.change),
    }
    return {
        "preference": amount(weights.preference),
        "fairness": amount(weights.fairness),
        **{key: value for key, value in later.items() if value},
    }
