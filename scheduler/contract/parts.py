"""Queues, shift templates and spans as files state them: amounts, clock times, instants."""

from datetime import datetime
from typing import Protocol

from scheduler.contract.units import cents, wall_minutes
from scheduler.horizon import Horizon
from scheduler.problem import Queue
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Span


class StatedQueue(Protocol):
    """A queue with prices per hour in the currency's unit."""

    @property
    def id(self) -> str: ...
    @property
    def skill(self) -> str: ...
    @property
    def understaffing_cost_per_hour(self) -> float: ...
    @property
    def overstaffing_cost_per_hour(self) -> float: ...


class StatedTemplate(Protocol):
    """A shift template with starts as "HH:MM"."""

    @property
    def id(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def start_every_minutes(self) -> int: ...
    @property
    def earliest_start(self) -> str: ...
    @property
    def latest_start(self) -> str: ...


class StatedSpan(Protocol):
    """A time between two instants."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...


class Minutes(Protocol):
    """A time between two minutes of a horizon."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def to_queue(stated: StatedQueue) -> Queue:
    """The queue in cents."""
    return Queue(
        stated.id,
        stated.skill,
        cents(stated.understaffing_cost_per_hour),
        cents(stated.overstaffing_cost_per_hour),
    )


def to_template(stated: StatedTemplate) -> ShiftTemplate:
    """The template in minutes of the day."""
    return ShiftTemplate(
        stated.id,
        stated.minutes,
        stated.start_every_minutes,
        wall_minutes(stated.earliest_start),
        wall_minutes(stated.latest_start),
    )


def to_span(horizon: Horizon, stated: StatedSpan) -> Span:
    """The span in minutes of the horizon."""
    return Span(horizon.minute(stated.start), horizon.minute(stated.end))


def span_json(horizon: Horizon, span: Minutes) -> dict[str, str]:
    """A span as two instants with the site's offset."""
    return {
        "start": horizon.instant(span.start).isoformat(),
        "end": horizon.instant(span.end).isoformat(),
    }
