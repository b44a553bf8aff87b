"""Small problems in the problem's own words; the clock is Berlin's, from a Monday in November.

Wall-clock times are written "2026-11-03 08:00"; amounts are cents per hour.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.horizon import Horizon
from scheduler.problem import IntArray, Pin, Problem, Queue
from scheduler.schedule import Shift
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Span, Window, Worker

MONDAY = "2026-11-02"
ZONE = "Europe/Berlin"

Offered = tuple[str, str] | tuple[str, str, int]


def make_horizon(
    start: str = MONDAY, days: int = 7, interval: int = 60, time_zone: str = ZONE
) -> Horizon:
    """Local days from a date on."""
    midnight = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(time_zone))
    return Horizon(midnight, days, interval, time_zone)


def minute(horizon: Horizon, wall: str) -> int:
    """Minute of a local time; of an hour that comes twice, the first, "... fold" the second."""
    is_second = wall.endswith(" fold")
    local = datetime.fromisoformat(wall.removesuffix(" fold"))
    return horizon.minute(local.replace(tzinfo=horizon.zone, fold=int(is_second)))


def make_queue(id: str = "refund", skill: str = "de", **more: Any) -> Queue:
    """A queue where a missing hour costs 50.00."""
    return Queue(id, skill, **({"understaffing_cost": 5000} | more))


def make_template(
    minutes: int = 240, *, id: str = "four", every: int = 60, first: str = "00:00",
    last: str = "23:59",
) -> ShiftTemplate:  # fmt: skip
    """Four hours from any full hour."""
    return ShiftTemplate(id, minutes, every, _wall(first), _wall(last))


def make_worker(
    horizon: Horizon,
    *offered: Offered,
    id: str = "ada",
    skills: Iterable[str] = ("de",),
    past: Iterable[tuple[str, str]] = (),
    **limits: Any,
) -> Worker:
    """A worker for 15.00 an hour who offers these local times."""
    windows = tuple(
        Window(minute(horizon, one[0]), minute(horizon, one[1]), *one[2:]) for one in offered
    )
    spans = tuple(Span(minute(horizon, since), minute(horizon, until)) for since, until in past)
    limits = {"hourly_cost": 1500} | limits
    return Worker(id, frozenset(skills), availability=windows, past_shifts=spans, **limits)


def make_problem(horizon: Horizon, *workers: Worker, **more: Any) -> Problem:
    """One queue that needs one worker all the time, and 4-hour shifts, unless stated otherwise."""
    queues = more.get("queues", (make_queue(),))
    always = np.ones(horizon.num_intervals, dtype=np.int64)
    parts: dict[str, Any] = {
        "currency": "EUR",
        "queues": queues,
        "shift_templates": (make_template(),),
        "requirement": {queue.id: always for queue in queues},
    } | more
    return Problem(horizon=horizon, workers=workers, **parts)


def need(horizon: Horizon, *spans: tuple[str, str, int]) -> IntArray:
    """A requirement: so many workers from one local time to another, elsewhere none."""
    found = np.zeros(horizon.num_intervals, dtype=np.int64)
    length = horizon.interval_minutes
    for since, until, count in spans:
        found[minute(horizon, since) // length : minute(horizon, until) // length] = count
    return found


def make_shift(
    problem: Problem,
    start: str,
    *,
    worker: str = "ada",
    queue: str = "refund",
    template: str = "four",
    minutes: int = 240,
) -> Shift:
    """A shift from a local time on."""
    first = minute(problem.horizon, start)
    return Shift(first, first + minutes, worker, queue, template)


def pin_of(shift: Shift) -> Pin:
    """The pin that asks for a shift."""
    return Pin(shift.worker, shift.queue, shift.start, shift.minutes)


def _wall(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
