"""The shape of both files: every key, its type and its range."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from scheduler.horizon import WEEK_MINUTES
from scheduler.soft_limit import Kind

Id = Annotated[str, Field(min_length=1, max_length=200)]
Amount = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Minutes = Annotated[int, Field(ge=0, le=10**6)]
Count = Annotated[int, Field(ge=0, le=10**6)]
WorkMinutes = Annotated[int, Field(ge=0, le=10**9)]
Days = Annotated[int, Field(ge=1, le=10_000)]
Weekday = Annotated[int, Field(ge=1, le=7)]
WallClock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _not_zero(weight: int) -> int:
    if not weight:
        raise PydanticCustomError("zero", "expected any weight but 0")
    return weight


class Document(BaseModel):
    """A JSON object of which every key is known and every type is exact."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class QueueDocument(Document):
    """A queue and its prices."""

    id: Id
    skill: Id
    understaffing_cost_per_hour: Amount
    overstaffing_cost_per_hour: Amount = 0.0


class SpanDocument(Document):
    """A time from an instant to another."""

    start: AwareDatetime
    end: AwareDatetime


class TemplateDocument(Document):
    """A shift pattern."""

    id: Id
    minutes: Annotated[int, Field(ge=1, le=1440)]
    start_every_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    earliest_start: WallClock = "00:00"
    latest_start: WallClock = "23:59"
    queues: list[Id] | None = None
    weekdays: list[Weekday] | None = None
    windows: list[SpanDocument] | None = None
    max_shifts_per_day: Count | None = None
    forbidden_next: list[Id] = Field(default_factory=list)
    pay_percent: Annotated[int, Field(ge=0, le=100)] = 100


class WindowDocument(SpanDocument):
    """A time a worker offers."""

    preference: Annotated[int, Field(ge=-2, le=2)] = 0


class RequestDocument(SpanDocument):
    """A wish for a shift, or with a negative weight for none."""

    weight: Annotated[int, Field(ge=-100, le=100), AfterValidator(_not_zero)]
    template: Id | None = None


class RollingLimitDocument(Document):
    """Least and most minutes in any so many days."""

    days: Days
    min_minutes: Minutes = 0
    max_minutes: Minutes | None = None
    shortfall_cost_per_hour: Amount | None = None


class BarDocument(SpanDocument):
    """A time in which a rule lets a worker do nothing."""

    rule: Annotated[str, Field(max_length=200)] = ""


class PeriodLimitDocument(Document):
    """Most work on some local days, from the first to the last."""

    first: date
    last: date
    max_minutes: Minutes | None = None
    max_half_days: Count | None = None
    excess_cost_per_hour: Amount | None = None
    rule: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _has_one_limit(self) -> Self:
        if (self.max_minutes is None) == (self.max_half_days is None):
            raise PydanticCustomError("limit", "expected either max_minutes or max_half_days")
        return self


class SoftLimitDocument(Document):
    """A limit that may be passed at a price."""

    kind: Kind
    limit: Annotated[int, Field(ge=0, le=WEEK_MINUTES)]
    cost: Amount
    rule: Annotated[str, Field(max_length=200)] = ""


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
    min_minutes_hard: bool = False
    min_consecutive_days: Days = 1
    min_consecutive_days_off: Days = 1
    max_consecutive_days_off: Count | None = None
    max_weekends: Count | None = None
    rolling_limits: list[RollingLimitDocument] = Field(default_factory=list)
    max_shifts_by_template: dict[Id, Count] = Field(default_factory=dict)
    external_shifts: list[SpanDocument] = Field(default_factory=list)
    desired_minutes_per_week: Minutes | None = None
    requests: list[RequestDocument] = Field(default_factory=list)
    firm_from: AwareDatetime | None = None
    barred: list[BarDocument] = Field(default_factory=list)
    min_weekly_rest_minutes: Annotated[int, Field(ge=1440, le=WEEK_MINUTES)] | None = None
    max_stretch_minutes: Annotated[int, Field(ge=1, le=WEEK_MINUTES)] | None = None
    min_break_minutes: Annotated[int, Field(ge=1, le=1440)] = 1
    period_limits: list[PeriodLimitDocument] = Field(default_factory=list)
    soft_limits: list[SoftLimitDocument] = Field(default_factory=list)
    long_stretch_minutes: Annotated[int, Field(ge=1, le=WEEK_MINUTES)] | None = None
    long_break_minutes: Annotated[int, Field(ge=1, le=1440)] = 1
    added_shift_cost: Amount = 0.0
    lost_hour_cost: Amount = 0.0


class PinDocument(Document):
    """A shift that must stay."""

    worker: Id
    queue: Id
    start: AwareDatetime
    minutes: Annotated[int, Field(ge=1, le=1440)]


class PreviousDocument(PinDocument):
    """A shift of the schedule that people know of."""

    template: Id


class LicenceDocument(Document):
    """At most so many workers at once on some queues."""

    id: Id
    queues: list[Id]
    max_workers: Count


class UnpopularHoursDocument(Document):
    """Wall-clock hours that nobody likes; the same time twice is the whole day."""

    weekdays: list[Weekday]
    first: Annotated[WallClock, Field(alias="from")]
    last: Annotated[WallClock, Field(alias="until")]


class ObjectiveDocument(Document):
    """Prices of the soft terms: per hour, of a request per point."""

    preference: Amount = 0.0
    fairness: Amount = 0.0
    request: Amount = 0.0
    desired_hours: Amount = 0.0
    unpopular_hours: Amount = 0.0
    normalise: bool = False
    change: Amount = 0.0


class PolicyDocument(Document):
    """A declared policy; which keys a kind needs is checked as it is read."""

    name: Id
    kind: Literal["priority", "new_starters", "spread"]
    price_per_hour: Amount
    workers: list[Id] = Field(default_factory=list)
    minutes: Minutes | None = None
    groups: dict[Id, list[Id]] = Field(default_factory=dict)
    max_share: Annotated[float, Field(ge=0, le=1)] | None = None
    queues: list[Id] | None = None


class BacklogDocument(Document):
    """Work of a queue that may wait, in worker-minutes."""

    arriving_minutes: list[WorkMinutes]
    due_minutes: list[WorkMinutes]
    minutes_per_worker: list[Annotated[int, Field(ge=0, le=60)]]
    opening_minutes: WorkMinutes = 0
    overdue_minutes: WorkMinutes = 0
    overdue_cost_per_hour_per_day: Amount = 0.0
    left_over_cost_per_hour: Amount = 0.0


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
    backlogs: dict[str, BacklogDocument] = Field(default_factory=dict)
    workers: list[WorkerDocument]
    pins: list[PinDocument] = Field(default_factory=list)
    objective: ObjectiveDocument | None = None
    licences: list[LicenceDocument] = Field(default_factory=list)
    unpopular_hours: list[UnpopularHoursDocument] = Field(default_factory=list)
    blended: bool = False
    policies: list[PolicyDocument] = Field(default_factory=list)
    previous: list[PreviousDocument] = Field(default_factory=list)
    max_changed_workers: Count | None = None
    locked_times: list[SpanDocument] = Field(default_factory=list)
    locked_workers: list[Id] = Field(default_factory=list)
    locked_queues: list[Id] = Field(default_factory=list)


class SegmentDocument(SpanDocument):
    """A part of a blended shift on one queue."""

    queue: Id


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
    offer: bool = False
    segments: list[SegmentDocument] = Field(default_factory=list)


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
