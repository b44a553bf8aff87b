"""A site as read: its configuration and its tables, checked and typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from api.site.adjustments import AdjustmentRow
from api.site.backlog import BacklogRow
from api.site.calendars import Period
from api.site.config import SiteConfig
from api.site.standing import NOTHING_STATED, Standing
from api.site.terms import USUAL_TERMS, Terms
from scheduler.horizon import Horizon
from scheduler.problem import Pin
from scheduler.worker import Request, Span, Window


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One row of ``workers.csv`` with his windows; money in cents, limits in minutes.

    A limit that the file leaves empty is None: the rule profile's value holds. ``line`` is where
    the row begins in the file.
    """

    id: str
    name: str
    skills: tuple[str, ...]
    contract: str
    status: str
    region: str
    hourly_cost: int
    min_minutes_per_week: int
    max_minutes_per_week: int
    max_shifts_per_day: int | None = None
    max_consecutive_days: int | None = None
    min_rest_minutes: int | None = None
    started_on: date | None = None
    availability: tuple[Window, ...] = ()
    past_shifts: tuple[Span, ...] = ()
    external_shifts: tuple[Span, ...] = ()
    standing: Standing = NOTHING_STATED
    terms: Terms = USUAL_TERMS
    requests: tuple[Request, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a planner handed in.

    Frames (``ds``, ``start``, ``end`` are UTC instants):
    ``history`` unique_id, ds, y - ``bot_outcomes`` unique_id, ds, offered, resolved, escalated,
    bounced, bot_version (csat_bot, csat_human, served_by_human, returned_to_human when given) -
    ``events`` start, end, kind, unique_id ("" for all queues), factor - ``requirement`` unique_id,
    ds, workers, with a row for each queue and interval of the horizon. ``history`` ends before the
    horizon's start. A file that is absent is None.
    ``notes`` are treatments worth telling that are no errors.
    """

    path: Path
    config: SiteConfig
    horizon: Horizon
    workers: tuple[WorkerRow, ...]
    history: pd.DataFrame | None = None
    bot_outcomes: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    requirement: pd.DataFrame | None = None
    pins: tuple[Pin, ...] = ()
    calendars: Mapping[str, tuple[Period, ...]] = field(default_factory=dict)
    adjustments: tuple[AdjustmentRow, ...] = ()
    backlog: tuple[BacklogRow, ...] = ()
    notes: tuple[str, ...] = field(default=())
