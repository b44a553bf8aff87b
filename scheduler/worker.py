"""A person who may be scheduled: skills, contract limits, offered times, wishes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from scheduler.errors import ProblemInvalid
from scheduler.horizon import DAY_MINUTES, WEEK_MINUTES
from scheduler.soft_limit import SoftLimit

HALF_DAY_MINUTES = 4 * 60  # the longest shift that counts as half a day


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open minutes ``[start, end)``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ProblemInvalid(f"span [{self.start}, {self.end}): the end is not after the start")


@dataclass(frozen=True, slots=True)
class Window(Span):
    """A time a worker offers, with his preference from -2 (rather not) to +2 (gladly)."""

    preference: int = 0

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        if not -2 <= self.preference <= 2:
            raise ProblemInvalid(f"preference {self.preference}: -2 to 2 is needed")


@dataclass(frozen=True, slots=True)
class Request(Span):
    """A wish about shifts that start inside the span, of one template or of any.

    A positive weight asks for at least one such shift, a negative one asks for none; what is
    not granted costs its points once, however many shifts stand against it.
    """

    weight: int
    template: str | None = None

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        if not self.weight or abs(self.weight) > 100:
            raise ProblemInvalid(f"request weight {self.weight}: -100 to 100 without 0 is needed")


@dataclass(frozen=True, slots=True)
class RollingLimit:
    """Least and most minutes in any so many consecutive local days.

    Minutes count by a shift's start day. The most holds in every window that ends inside the
    horizon, days before it included; the least in every window that lies inside the horizon.
    Minutes below the least cost ``shortfall_cost`` cents per hour, or are forbidden if None.
    """

    days: int
    min_minutes: int = 0
    max_minutes: int | None = None
    shortfall_cost: int | None = None

    def __post_init__(self) -> None:
        if self.days < 1 or self.min_minutes < 0 or (self.shortfall_cost or 0) < 0:
            raise ProblemInvalid("a rolling limit is negative, or spans no day")
        if self.max_minutes is not None and self.max_minutes < self.min_minutes:
            raise ProblemInvalid("a rolling limit's least minutes exceed its most")


@dataclass(frozen=True, slots=True)
class Bar(Span):
    """A time in which a rule lets a worker do nothing; ``rule`` is that rule's id."""

    rule: str = ""


@dataclass(frozen=True, slots=True)
class PeriodLimit:
    """Most work here on the local days ``first`` to ``last`` of the horizon, both included.

    ``most`` counts minutes or half days, by a shift's start day; a shift of up to four hours is
    half a day, a longer one a whole one. What goes beyond it costs ``excess_cost`` cents per hour
    (minutes only), or is forbidden if None. ``rule`` is the id of the rule that sets it.
    """

    first: int
    last: int
    most: int
    unit: Literal["minutes", "half_days"] = "minutes"
    excess_cost: int | None = None
    rule: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first or self.most < 0 or (self.excess_cost or 0) < 0:
            raise ProblemInvalid("a period limit is negative, or ends before it begins")
        if self.unit == "half_days" and self.excess_cost is not None:
            raise ProblemInvalid("a period limit in half days has no price")

    def used(self, minutes: int) -> int:
        """What a shift of so many minutes uses of the limit."""
        if self.unit == "minutes":
            return minutes
        return 1 if minutes <= HALF_DAY_MINUTES else 2


@dataclass(frozen=True, slots=True)
class Worker:
    """A person who may be scheduled: skills, contract limits, offered times, wishes.

    ``past_shifts`` end at or before the horizon's start (negative minutes); they count for
    rest, weekly and rolling limits, runs of days, successions and weekends.
    ``external_shifts`` are worked for somebody else, at or after the horizon's start: they
    count as working time and working days, but are neither paid nor wanted here, and no limit
    on shifts, weekends or templates counts them.
    ``min_minutes_per_week`` not worked are paid (decision 0004), or forbidden if
    ``is_min_hard``.
    Against a schedule that people know, ``added_shift_cost`` cents are owed for each shift that he
    did not have, and ``lost_hour_cost`` for each hour that he had and does not get back.
    A working day is a local day on which a shift starts. A run of working days or days off that
    reaches past a known edge is judged as far as it is known: what it may exceed binds at once,
    what it must reach does not bind while the run may go on outside the horizon. The days
    before the horizon are known from the first past shift on.
    """

    id: str
    skills: frozenset[str]
    hourly_cost: int
    min_minutes_per_week: int = 0
    max_minutes_per_week: int = WEEK_MINUTES
    max_shifts_per_day: int = 1
    max_consecutive_days: int = 6
    min_rest_minutes: int = 11 * 60
    availability: tuple[Window, ...] = ()
    past_shifts: tuple[Span, ...] = ()
    is_min_hard: bool = False
    min_consecutive_days: int = 1
    min_consecutive_days_off: int = 1
    max_consecutive_days_off: int | None = None
    max_weekends: int | None = None
    rolling_limits: tuple[RollingLimit, ...] = ()
    max_shifts_by_template: Mapping[str, int] = field(default_factory=dict)
    external_shifts: tuple[Span, ...] = ()
    desired_minutes_per_week: int | None = None
    requests: tuple[Request, ...] = ()
    firm_from: int | None = None
    barred: tuple[Bar, ...] = ()
    min_weekly_rest_minutes: int | None = None
    max_stretch_minutes: int | None = None
    min_break_minutes: int = 1
    period_limits: tuple[PeriodLimit, ...] = ()
    soft_limits: tuple[SoftLimit, ...] = ()
    long_stretch_minutes: int | None = None
    long_break_minutes: int = 1
    added_shift_cost: int = 0
    lost_hour_cost: int = 0

    def __post_init__(self) -> None:
        if min(self.added_shift_cost, self.lost_hour_cost) < 0:
            raise ProblemInvalid(f"worker {self.id}: the price of a change is negative")
        if self.hourly_cost < 0:
            raise ProblemInvalid(f"worker {self.id}: hourly_cost is negative")
        if not 0 <= self.min_minutes_per_week <= self.max_minutes_per_week:
            raise ProblemInvalid(
                f"worker {self.id}: 0 <= min_minutes_per_week <= max_minutes_per_week is needed"
            )
        if not 0 <= self.min_rest_minutes <= DAY_MINUTES:
            raise ProblemInvalid(f"worker {self.id}: min_rest_minutes must be 0 to 1440")
        self._check_counts()
        self._check_apart("availability windows", self.availability)
        self._check_apart("external shifts", self.external_shifts)
        self._check_rests()

    def _check_rests(self) -> None:
        weekly = self.min_weekly_rest_minutes
        if weekly is not None and not DAY_MINUTES <= weekly <= WEEK_MINUTES:
            raise ProblemInvalid(
                f"worker {self.id}: min_weekly_rest_minutes must be {DAY_MINUTES} to {WEEK_MINUTES}"
            )
        breaks = self.min_break_minutes, self.long_break_minutes
        if min(*breaks, self.max_stretch_minutes or 1, self.long_stretch_minutes or 1) < 1:
            raise ProblemInvalid(f"worker {self.id}: a stretch and a break last at least a minute")

    @property
    def priced_limits(self) -> tuple[SoftLimit, ...]:
        """Soft limits that cost something and that no rule keeps anyway."""
        return tuple(one for one in self.soft_limits if one.cost and not self._keeps(one))

    def _keeps(self, one: SoftLimit) -> bool:
        if one.kind == "days_in_a_row":
            return one.limit >= self.max_consecutive_days
        if one.kind == "weeks_without_rest":
            return one.limit <= (self.min_weekly_rest_minutes or 0)
        return one.limit <= self.min_rest_minutes

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """Longest block of shifts, in minutes, and the time between two that ends a block."""
        stated = (
            (self.max_stretch_minutes, self.min_break_minutes),
            (self.long_stretch_minutes, self.long_break_minutes),
        )
        return tuple((most, pause) for most, pause in stated if most is not None)

    def _check_counts(self) -> None:
        limits = [
            self.max_shifts_per_day,
            self.max_consecutive_days,
            self.max_weekends or 0,
            self.desired_minutes_per_week or 0,
            *self.max_shifts_by_template.values(),
        ]
        if min(limits) < 0:
            raise ProblemInvalid(f"worker {self.id}: a limit is negative")
        if self.min_consecutive_days < 1 or self.min_consecutive_days_off < 1:
            raise ProblemInvalid(f"worker {self.id}: a run of days is at least 1 long")
        if self.min_consecutive_days > max(1, self.max_consecutive_days):
            raise ProblemInvalid(
                f"worker {self.id}: min_consecutive_days <= max_consecutive_days is needed"
            )
        most_off = self.max_consecutive_days_off
        if most_off is not None and most_off < self.min_consecutive_days_off:
            raise ProblemInvalid(
                f"worker {self.id}: min_consecutive_days_off <= max_consecutive_days_off is needed"
            )

    def _check_apart(self, what: str, spans: tuple[Span, ...]) -> None:
        ordered = sorted(spans, key=lambda span: span.start)
        for before, after in pairwise(ordered):
            if after.start < before.end:
                raise ProblemInvalid(f"worker {self.id}: {what} overlap")
