"""The files on disk: ``peakcrew.problem/1`` in, ``peakcrew.schedule/1`` out.

Amounts in the files are in the currency's unit with two decimals, instants are ISO 8601 with
an offset, ids are strings, unknown keys are refused. This is the one place that converts.
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import available_timezones

import numpy as np
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from scheduler.errors import ProblemInvalid, SchedulerError
from scheduler.positions import Position, locate, locate_constant, locate_repeated_key
from scheduler.problem import (
    WEEK_MINUTES,
    Horizon,
    Pin,
    Problem,
    Queue,
    ShiftTemplate,
    Span,
    Weights,
    Window,
    Worker,
)
from scheduler.schedule import Schedule, Shift, Shortage

PROBLEM_FORMAT = "peakcrew.problem/1"
SCHEDULE_FORMAT = "peakcrew.schedule/1"

Id = Annotated[str, Field(min_length=1, max_length=200)]
Amount = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Minutes = Annotated[int, Field(ge=0, le=10**6)]
D = TypeVar("D", bound=BaseModel)
WallClock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Document(BaseModel):
    """A JSON object of which every key is known and every type is exact."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class QueueDocument(Document):
    """A queue and its prices."""

    id: Id
    skill: Id
    understaffing_cost_per_hour: Amount
    overstaffing_cost_per_hour: Amount = 0.0


class TemplateDocument(Document):
    """A shift pattern."""

    id: Id
    minutes: Annotated[int, Field(ge=1, le=1440)]
    start_every_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    earliest_start: WallClock = "00:00"
    latest_start: WallClock = "23:59"


class WindowDocument(Document):
    """A time a worker offers."""

    start: AwareDatetime
    end: AwareDatetime
    preference: Annotated[int, Field(ge=-2, le=2)] = 0


class SpanDocument(Document):
    """A time that was worked."""

    start: AwareDatetime
    end: AwareDatetime


class WorkerDocument(Document):
    """A worker with his contract's limits."""

    id: Id
    skills: list[Id]
    hourly_cost: Amount
    min_minutes_per_week: Minutes = 0
    max_minutes_per_week: Minutes = WEEK_MINUTES
    max_shifts_per_day: Annotated[int, Field(ge=0, le=24)] = 1
    max_consecutive_days: Annotated[int, Field(ge=0, le=10_000)] = 6
    min_rest_minutes: Annotated[int, Field(ge=0, le=1440)] = 660
    availability: list[WindowDocument] = Field(default_factory=list)
    past_shifts: list[SpanDocument] = Field(default_factory=list)


class PinDocument(Document):
    """A shift that must stay."""

    worker: Id
    queue: Id
    start: AwareDatetime
    minutes: Annotated[int, Field(ge=1, le=1440)]


class ObjectiveDocument(Document):
    """Prices of the soft terms, per hour."""

    preference: Amount = 0.0
    fairness: Amount = 0.0


class ProblemDocument(Document):
    """The whole file."""

    format: Literal["peakcrew.problem/1"]
    time_zone: str
    start: AwareDatetime
    days: Annotated[int, Field(ge=1, le=400)]
    interval_minutes: Literal[15, 30, 60]
    currency: Annotated[str, Field(min_length=1, max_length=10)]
    queues: list[QueueDocument]
    shift_templates: list[TemplateDocument]
    requirement: dict[str, list[Annotated[int, Field(ge=0, le=10**6)]]] = Field(
        default_factory=dict
    )
    coverage_value: dict[str, list[list[Amount]]] | None = None
    workers: list[WorkerDocument]
    pins: list[PinDocument] = Field(default_factory=list)
    objective: ObjectiveDocument | None = None


class ShiftDocument(Document):
    """A shift as written; only what the validator needs is read back."""

    id: Id
    worker: Id
    queue: Id
    template: Id
    start: AwareDatetime
    end: AwareDatetime
    minutes: int
    cost: Finite


class RunDocument(BaseModel):
    """The run record as read back; only what the exports use is judged."""

    model_config = ConfigDict(extra="allow", frozen=True)

    finished: AwareDatetime | None = None


class ScheduleDocument(BaseModel):
    """A schedule file as read back; keys of other versions are carried, not judged."""

    model_config = ConfigDict(extra="allow", frozen=True)

    format: Literal["peakcrew.schedule/1"]
    objective: Finite
    bound: Finite
    costs: dict[str, Finite]
    shifts: list[ShiftDocument]
    solve_seconds: Finite = 0.0
    run: RunDocument = RunDocument()


def cents(amount: float) -> int:
    """Cents of an amount in the currency's unit, rounded half up on its decimal text."""
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def amount(value: int) -> float:
    """Amount in the currency's unit of integer cents."""
    return value / 100


def read_problem(path: Path) -> Problem:
    """Read a problem file; raises ProblemInvalid with file, line, column and field."""
    document = _read(path, ProblemDocument)
    try:
        return _problem(document)
    except ProblemInvalid as error:
        raise type(error)(f"{path}: {error}") from None


def read_shifts(path: Path, problem: Problem) -> tuple[ScheduleDocument, tuple[Shift, ...]]:
    """Read a schedule file and its shifts on the problem's clock."""
    document = _read(path, ScheduleDocument)
    minute = problem.horizon.minute
    shifts = tuple(
        Shift(minute(one.start), minute(one.end), one.worker, one.queue, one.template,
              cents(one.cost))
        for one in document.shifts
    )  # fmt: skip
    return document, shifts


def _read(path: Path, kind: type[D]) -> D:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ProblemInvalid(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ProblemInvalid(f"{path}: not UTF-8 text at byte {error.start}") from None
    try:
        _refuse_doubtful(text)
        return kind.model_validate_json(text)
    except json.JSONDecodeError as error:
        raise ProblemInvalid(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from None
    except _Doubtful as error:
        raise ProblemInvalid(f"{path}{_place(error.position)}: {error}") from None
    except RecursionError:
        raise ProblemInvalid(f"{path}: nested too deeply") from None
    except ValidationError as error:
        raise ProblemInvalid("\n".join(_messages(path, text, error))) from None
    except ValueError:
        raise ProblemInvalid(f"{path}: a number has too many digits") from None


def _messages(path: Path, text: str, error: ValidationError) -> list[str]:
    problems = error.errors(include_url=False)
    positions = locate(text, [problem["loc"] for problem in problems[:20]])
    lines = []
    for problem, position in zip(problems, positions, strict=False):
        where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in problem["loc"])
        field = f"{where.lstrip('.')}: " if where else ""
        lines.append(f"{path}{_place(position)}: {field}{_plain(problem)}")
    if len(problems) > len(lines):
        lines.append(f"{path}: and {len(problems) - len(lines)} more")
    return lines


def _place(position: Position | None) -> str:
    return f":{position[0]}:{position[1]}" if position else ""


def _plain(problem: Mapping[str, Any]) -> str:
    words = {
        "missing": "is missing",
        "extra_forbidden": "is not a known key",
    }
    if problem["type"] in words:
        return words[problem["type"]]
    found = str(problem.get("input"))[:60]
    return f"{str(problem['msg']).replace('Input should be', 'expected').strip()}, found {found!r}"


class _Doubtful(SchedulerError):
    """JSON that parsers read in different ways, and where."""

    def __init__(self, message: str, position: Position | None) -> None:
        super().__init__(message)
        self.position = position


def _refuse_doubtful(text: str) -> None:
    """Refuse duplicate keys and NaN or Infinity, which JSON readers treat differently."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            names = [name for name, _ in items]
            twice = next(name for name in names if names.count(name) > 1)
            where = locate_repeated_key(text, twice)
            raise _Doubtful(f"the key {twice!r} stands twice in one object", where)
        return found

    def constant(name: str) -> float:
        raise _Doubtful(f"{name} is not a number", locate_constant(text, name))

    json.loads(text, object_pairs_hook=pairs, parse_constant=constant)


def _problem(document: ProblemDocument) -> Problem:
    if document.time_zone not in available_timezones():
        raise ProblemInvalid(f"time_zone: {document.time_zone!r} is not a known zone")
    horizon = Horizon(document.start, document.days, document.interval_minutes, document.time_zone)
    objective = document.objective or ObjectiveDocument()
    return Problem(
        horizon=horizon,
        currency=document.currency,
        queues=tuple(
            Queue(
                one.id,
                one.skill,
                cents(one.understaffing_cost_per_hour),
                cents(one.overstaffing_cost_per_hour),
            )
            for one in document.queues
        ),
        shift_templates=tuple(
            ShiftTemplate(
                one.id,
                one.minutes,
                one.start_every_minutes,
                wall_minutes(one.earliest_start),
                wall_minutes(one.latest_start),
            )
            for one in document.shift_templates
        ),
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


def wall_minutes(clock: str) -> int:
    """Minute of the day of "HH:MM"."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


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
                "earliest_start": _clock(template.earliest_start),
                "latest_start": _clock(template.latest_start),
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


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def sha256(text: str) -> str:
    """Fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def schedule_json(problem: Problem, schedule: Schedule) -> str:
    """The schedule as ``peakcrew.schedule/1`` text."""
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
        "shifts": [_shift_json(horizon, shift) for shift in schedule.shifts],
        "understaffing": [_shortage_json(horizon, one) for one in schedule.understaffing],
        "violations": [],
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


def _shift_json(horizon: Horizon, shift: Shift) -> dict[str, Any]:
    return {
        "id": shift.id(horizon),
        "worker": shift.worker,
        "queue": shift.queue,
        "template": shift.template,
        "start": horizon.instant(shift.start).isoformat(),
        "end": horizon.instant(shift.end).isoformat(),
        "minutes": shift.minutes,
        "cost": amount(shift.cost),
    }


def _shortage_json(horizon: Horizon, one: Shortage) -> dict[str, Any]:
    return {
        "queue": one.queue,
        "start": horizon.instant(one.start).isoformat(),
        "workers": one.workers,
    }
