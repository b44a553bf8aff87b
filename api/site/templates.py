"""``[[shift_templates]]`` of ``site.toml``: the shifts that may be planned."""

from typing import Annotated

from pydantic import Field

from api.site.part import Identifier, Part
from api.site.times import SpanConfig, WallClock, Weekdays


class TemplateConfig(Part):
    """A shift pattern: one length, when it may start, for which queues, and what may follow.

    Left out, ``queues``, ``weekdays`` and ``windows`` limit nothing. ``windows``: a shift lies
    inside one of them. ``max_shifts_per_day``: of all workers together, by the day of the start.
    ``forbidden_next``: templates that a worker may not start on the day after one of this.
    ``pay_percent`` of the wage is paid; below 100 it is standby.
    """

    id: Identifier
    minutes: Annotated[int, Field(ge=15, le=1440)]
    start_every_minutes: Annotated[int, Field(ge=5, le=1440)] = 30
    earliest_start: WallClock = "00:00"
    latest_start: WallClock = "23:59"
    queues: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    weekdays: Weekdays | None = None
    windows: Annotated[tuple[SpanConfig, ...], Field(min_length=1)] | None = None
    max_shifts_per_day: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    forbidden_next: tuple[Identifier, ...] = ()
    pay_percent: Annotated[int, Field(ge=0, le=100)] = 100
