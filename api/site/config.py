"""``site.toml``: what a planner states about a site, checked field by field."""

from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from api.site.licences import LicenceConfig
from api.site.part import CalendarDate, Identifier, Money, Part, Share, Switch
from api.site.policies import PolicyConfig
from api.site.references import refuse_strangers
from api.site.rolling import RollingLimitConfig
from api.site.rules import RulesConfig
from api.site.showing import NoShowGroup, StandbyConfig
from api.site.templates import TemplateConfig
from api.site.times import CLOCK
from api.site.unpopular import UnpopularHoursConfig
from scheduler.rules.rulebook import profile_names

Seconds = Annotated[float, Field(gt=0, le=7 * 86_400, allow_inf_nan=False)]
# "07:00-23:00"; the end may be "24:00".
OpenSpan = Annotated[str, Field(pattern=rf"^{CLOCK}-({CLOCK}|24:00)$")]


def _known_zone(key: str) -> str:
    if key not in available_timezones():
        raise ValueError("expected a time zone like Europe/Berlin")
    return key


def _known_profile(name: str) -> str:
    if name not in profile_names():
        raise ValueError(f"expected one of {', '.join(profile_names())}")
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class HorizonConfig(Part):
    """Which local days are planned."""

    start: CalendarDate
    days: Annotated[int, Field(ge=1, le=371)]


class OpeningHours(Part):
    """When contacts are served, per weekday and on public holidays; an empty list is closed."""

    mon: tuple[OpenSpan, ...] = ("00:00-24:00",)
    tue: tuple[OpenSpan, ...] = ("00:00-24:00",)
    wed: tuple[OpenSpan, ...] = ("00:00-24:00",)
    thu: tuple[OpenSpan, ...] = ("00:00-24:00",)
    fri: tuple[OpenSpan, ...] = ("00:00-24:00",)
    sat: tuple[OpenSpan, ...] = ("00:00-24:00",)
    sun: tuple[OpenSpan, ...] = ("00:00-24:00",)
    holidays: tuple[OpenSpan, ...] | None = None  # None: a holiday is like its weekday

    @model_validator(mode="after")
    def _spans_run_forward(self) -> Self:
        for day in type(self).model_fields:
            for span in getattr(self, day) or ():
                start, end = span.split("-")
                if end <= start:
                    raise ValueError(f"{day}: {span} ends before it starts")
        return self


class QueueConfig(Part):
    """A queue ``category|language|channel``, its work and its promise to customers."""

    id: Identifier
    skill: Identifier
    work: Literal["live", "chat", "deferrable"] = "live"
    # A list gives the handle time at 1, 2, ... chats at once; its length is then the concurrency.
    aht_seconds: Seconds | Annotated[tuple[Seconds, ...], Field(min_length=1, max_length=10)]
    patience_seconds: Seconds | None = None
    service_level: Annotated[float, Field(gt=0, lt=1)] = 0.8
    threshold_seconds: Annotated[float, Field(ge=0, le=86_400)] = 20
    service_level_definition: Literal["offered", "answered", "either", "virtual"] = "offered"
    concurrency: Annotated[int, Field(ge=1, le=10)] = 1
    deadline_hours: Annotated[float, Field(gt=0, le=24 * 14)] | None = None
    max_occupancy: Annotated[float, Field(gt=0, le=1)] = 0.9
    min_workers: Annotated[int, Field(ge=0, le=10_000)] = 0  # while open
    understaffing_cost_per_hour: Money = 60.0
    overstaffing_cost_per_hour: Money = 0.0
    # Deferrable work that is late; None: as understaffing_cost_per_hour.
    overdue_cost_per_hour_per_day: Money | None = None
    left_over_cost_per_hour: Money | None = None
    # What customers' trouble costs; [staffing] plan_on = "value" plans on it.
    waiting_cost_per_hour: Money = 0.0
    abandonment_cost: Money = 0.0
    missed_cost: Money = 0.0  # per contact not answered within the threshold
    opening_hours: OpeningHours | None = None  # None: the site's
    # Of a queue that has no history yet.
    expected_contacts_per_week: Annotated[float, Field(gt=0, le=1e7)] | None = None
    like: Identifier | None = None  # another queue, whose shape it has
    like_share: Annotated[float, Field(gt=0, le=100)] | None = None  # of that queue's contacts

    @property
    def is_foretold(self) -> bool:
        """Whether it can be forecast without a history."""
        return self.expected_contacts_per_week is not None or self.like_share is not None

    @property
    def is_priced(self) -> bool:
        """Whether customers' trouble costs anything, in work that is valued by the interval."""
        prices = self.waiting_cost_per_hour, self.abandonment_cost, self.missed_cost
        return self.work != "deferrable" and any(prices)

    @property
    def category(self) -> str:
        """First part of the id."""
        return self.id.split("|")[0]

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.work == "deferrable" and self.deadline_hours is None:
            raise ValueError("deadline_hours is needed for deferrable work")
        if isinstance(self.aht_seconds, tuple) and self.work != "chat":
            raise ValueError("a list of aht_seconds is for chat only")
        if self.concurrency > 1 and self.work != "chat":
            raise ValueError("concurrency above 1 is for chat only")
        if self.like_share is not None and self.expected_contacts_per_week is not None:
            raise ValueError("like_share: expected_contacts_per_week says how many come already")
        if self.like is None and self.like_share is not None:
            raise ValueError("like_share: needs like, the queue of whose contacts it is a share")
        if self.like is not None and not self.is_foretold:
            raise ValueError("like: needs like_share or expected_contacts_per_week")
        if self.abandonment_cost and self.patience_seconds is None:
            raise ValueError("abandonment_cost: nobody hangs up without patience_seconds")
        if self.work == "deferrable" and self.service_level_definition != "offered":
            raise ValueError("service_level_definition is not for deferrable work")
        return self


class BotConfig(Part):
    """What the bot may do, and what its failures cost."""

    sensitive_categories: tuple[Identifier, ...] = ()
    max_offered_share: Share = 0.95
    escalated_aht_factor: Annotated[float, Field(ge=0.1, le=10)] = 1.2
    bounced_aht_factor: Annotated[float, Field(ge=0.1, le=10)] = 1.4
    half_life_days: Annotated[float, Field(gt=0, le=3650)] = 21.0
    # What the weekly review asks of it.
    bounce_limit: Share = 0.15  # of offered contacts
    csat_margin: Share = 0.05
    baseline_return_share: Annotated[float, Field(ge=0, le=0.9)] = 0.0  # whoever served them
    substitution_ratio: Annotated[float, Field(ge=0, le=1)] = 1.0  # of resolved contacts
    decide_at: Annotated[float, Field(gt=0.5, lt=1)] = 0.8
    min_days_between_changes: Annotated[int, Field(ge=0, le=366)] = 14
    hold_out_share: Annotated[float, Field(ge=0, le=0.5)] = 0.05
    # What its maker charges, for the scorecard.
    cost_per_contact: Money = 0.0  # per contact that it is offered
    cost_per_resolved: Money = 0.0


class ForecastConfig(Part):
    """How the future is simulated."""

    num_paths: Annotated[int, Field(ge=50, le=5000)] = 400
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    layers_off: tuple[Identifier, ...] = ()  # of adjustments.csv


class StaffingConfig(Part):
    """How demand becomes workers."""

    # None: the mean of the demand paths; else this quantile of each interval.
    planning_quantile: Annotated[float, Field(gt=0, lt=1)] | None = None
    no_show_rate: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    no_show_confidence: Annotated[float, Field(gt=0, lt=1)] = 0.8
    shrinkage: Annotated[float, Field(ge=0, le=0.8)] = 0.0
    # What arrives while closed is answered evenly over so many open hours.
    carry_over_hours: Annotated[float, Field(ge=0.25, le=24)] = 4.0
    # The first group that a worker is in holds, no_show_rate where he is in none.
    no_show_groups: tuple[NoShowGroup, ...] = ()
    standby: StandbyConfig | None = None
    # Queues with prices of customers' trouble: for their promise, or for what a worker saves.
    plan_on: Literal["requirement", "value"] = "requirement"


class ScorecardConfig(Part):
    """What the scorecard has to be told."""

    # Of what the site serves; None: nothing is said about revenue.
    revenue_per_week: Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)] | None = None
    full_time_hours: Annotated[float, Field(gt=0, le=168)] = 40.0


class ObjectiveConfig(Part):
    """Weights of the soft terms; 0 switches one off.

    ``normalise``: preferences count against the worker's own mean, and the requests of one
    worker together at most so much, so that neither always asking nor never asking pays.
    """

    preference_cost_per_hour: Money = 0.0
    fairness_cost_per_hour: Money = 0.0
    request_cost_per_point: Money = 0.0
    desired_hours_cost_per_hour: Money = 0.0
    unpopular_cost_per_hour: Money = 0.0
    normalise: Switch = False


class SiteConfig(Part):
    """The whole of ``site.toml``."""

    name: Identifier
    time_zone: TimeZone
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    region: str | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    interval_minutes: Literal[15, 30, 60] = 30
    rule_profile: Annotated[str, AfterValidator(_known_profile)] = "eu"
    rules: RulesConfig = RulesConfig()
    horizon: HorizonConfig
    opening_hours: OpeningHours = OpeningHours()
    # Corrections of the country's list: a listed holiday on which the site is as busy as ever.
    ignored_holidays: tuple[date, ...] = ()
    added_holidays: tuple[date, ...] = ()
    shift_templates: Annotated[tuple[TemplateConfig, ...], Field(min_length=1)]
    queues: Annotated[tuple[QueueConfig, ...], Field(min_length=1)]
    bot: BotConfig = BotConfig()
    forecast: ForecastConfig = ForecastConfig()
    staffing: StaffingConfig = StaffingConfig()
    scorecard: ScorecardConfig = ScorecardConfig()
    objective: ObjectiveConfig = ObjectiveConfig()
    policies: tuple[PolicyConfig, ...] = ()
    blended: Switch = False  # a worker may serve another queue in each interval of his shift
    licences: tuple[LicenceConfig, ...] = ()
    unpopular_hours: tuple[UnpopularHoursConfig, ...] = ()
    rolling_limits: tuple[RollingLimitConfig, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.time_zone)

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        refuse_strangers(self)
        return self
