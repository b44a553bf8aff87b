"""A site in memory, with one worker, to be planned under any rules on any days."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from api.planning import build_problem
from api.rules.site_rules import SiteRules
from api.site.calendars import Period
from api.site.config import SiteConfig
from api.site.site import Site, WorkerRow
from api.site.standing import Standing
from scheduler.horizon import Horizon
from scheduler.problem import Problem
from scheduler.worker import Span, Window, Worker

ROW = WorkerRow(
    id="x",
    name="X",
    skills=("chat",),
    contract="part",
    status="student",
    region="DE-BE",
    hourly_cost=1500,
    min_minutes_per_week=0,
    max_minutes_per_week=40 * 60,
)
QUEUE = {"id": "refund|de|chat", "skill": "chat", "aht_seconds": 300}
FOUR = {"id": "four", "minutes": 240, "start_every_minutes": 60}


def law_site(
    *,
    profile: str = "de",
    start: str = "2026-12-21",
    days: int = 14,
    rules: dict[str, Any] | None = None,
    templates: tuple[dict[str, Any], ...] = (FOUR,),
    standing: dict[str, Any] | None = None,
    calendars: dict[str, tuple[Period, ...]] | None = None,
    config: dict[str, Any] | None = None,
    **row: Any,
) -> Site:
    """One queue and one worker who is always there."""
    stated = SiteConfig.model_validate(
        {
            "name": "law",
            "time_zone": "Europe/Berlin",
            "country": "DE",
            "region": "BE",
            "currency": "EUR",
            "interval_minutes": 60,
            "rule_profile": profile,
            "rules": rules or {},
            "horizon": {"start": start, "days": days},
            "shift_templates": list(templates),
            "queues": [QUEUE],
            **(config or {}),
        }
    )
    zone = ZoneInfo(stated.time_zone)
    horizon = Horizon(
        datetime.fromisoformat(start).replace(tzinfo=zone), days, 60, stated.time_zone
    )
    whole = (Window(0, horizon.num_minutes),)
    worker = replace(
        ROW, **({"availability": whole, "standing": Standing(**(standing or {}))} | row)
    )
    return Site(
        path=Path("law"),
        config=stated,
        horizon=horizon,
        workers=(worker,),
        calendars=calendars or {},
    )


def problem_of(site: Site) -> Problem:
    """The problem, with one worker needed all the time."""
    need = np.ones(site.horizon.num_intervals, dtype=np.int64)
    return build_problem(site, {QUEUE["id"]: need})  # type: ignore[dict-item]


def worker_of(**site: Any) -> Worker:
    """The worker as the optimiser gets him."""
    return problem_of(law_site(**site)).workers[0]


def rules_of(**site: Any) -> tuple[SiteRules, WorkerRow]:
    """The rules and the row."""
    found = law_site(**site)
    return SiteRules(found), found.workers[0]


def barred_days(site: Site, rule: str) -> set[str]:
    """The local days that a rule bars as a whole."""
    horizon = site.horizon
    return {
        horizon.instant(bar.start).date().isoformat()
        for bar in problem_of(site).workers[0].barred
        if bar.rule == rule
    }


def minute(site: Site, wall: str) -> int:
    """The minute of a local time."""
    return site.horizon.minute(datetime.fromisoformat(wall).replace(tzinfo=site.horizon.zone))


def span(site: Site, start: str, end: str) -> Span:
    """A span between two local times."""
    return Span(minute(site, start), minute(site, end))
