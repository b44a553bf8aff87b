"""A small desk over the autumn clock change, with and without a forecast."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from scheduler import validation
from scheduler.export.report import QueueOutlook, Report
from scheduler.horizon import Horizon
from scheduler.problem import Problem, Queue
from scheduler.schedule import Schedule, Shift, staffed
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Window, Worker

RUN = {
    "problem_sha256": "0" * 64,
    "versions": {"peakcrew": "0.1.0", "ortools": "9.15"},
    "seed": 1,
    "parameters": {"time_limit": 60},
    "started": "2026-10-20T08:00:00+00:00",
    "finished": "2026-10-20T08:00:42.500000+00:00",
}
QUEUES = ("refund|sv|chat", "complaint|de|voice")

# From interval, to interval, workers: Saturday 10:00-14:00, Sunday from the first 02:00 to 05:00.
Need = tuple[tuple[int, int, int], ...]
NEED: Need = ((20, 28, 2), (52, 60, 1))
Make = Callable[..., Report]


@pytest.fixture(scope="session")
def berlin() -> Horizon:
    """Saturday 24 and Sunday 25 October 2026; the second has 25 hours."""
    start = datetime(2026, 10, 24, tzinfo=ZoneInfo("Europe/Berlin"))
    return Horizon(start, 2, 30, "Europe/Berlin")


@pytest.fixture(scope="session")
def make_report(berlin: Horizon) -> Make:
    """Builds a report from shifts and from what differs."""

    def make(
        shifts: tuple[Shift, ...] | None = None,
        workers: tuple[str, ...] = ("w1", "w2", "w3"),
        names: Mapping[str, str] | None = None,
        queues: tuple[str, str] = QUEUES,
        bound_below: int = 1240,
        forecast: bool = True,
        need: Need = NEED,
        **more: Any,
    ) -> Report:
        problem = _problem(berlin, workers, queues, need)
        chosen = _shifts(workers, queues) if shifts is None else shifts
        costs = validation.costs(problem, chosen)
        objective = sum(costs.values())
        schedule = Schedule(
            chosen, "feasible", objective, objective - bound_below, costs,
            validation.shortages(problem, chosen), 12.5, (), RUN,
        )  # fmt: skip
        if forecast:
            more = {"human_contacts": 250.0, "bot_share": 0.617, "bot_share_low": 0.58,
                    "bot_share_high": 0.652, "service_level": 0.823, **more}  # fmt: skip
        outlooks = tuple(_outlook(problem, chosen, queue, forecast) for queue in queues)
        known = {"w1": "Åsa Öberg"} if names is None else names
        return Report("Returns desk", problem, schedule, outlooks, known, **more)

    return make


@pytest.fixture(scope="session")
def report(make_report: Make) -> Report:
    """Four shifts, one of them in the doubled hour, and some need that nobody covers."""
    return make_report()


def _problem(
    horizon: Horizon, workers: tuple[str, ...], queues: tuple[str, str], need: Need
) -> Problem:
    requirement = np.zeros(horizon.num_intervals, dtype=np.int64)
    for start, end, count in need:
        requirement[start:end] = count
    window = (Window(0, horizon.num_minutes),)
    return Problem(
        horizon,
        "EUR",
        tuple(Queue(queue, queue, 6000, 100) for queue in queues),
        (ShiftTemplate("four", 240, 30, 0, 1410),),
        tuple(Worker(one, frozenset(queues), 1550, availability=window) for one in workers),
        dict.fromkeys(queues, requirement),
    )


def _shifts(workers: tuple[str, ...], queues: tuple[str, str]) -> tuple[Shift, ...]:
    first, second, third = workers[:3]
    return (
        Shift(600, 840, first, queues[0], "four", 6200),
        Shift(600, 840, second, queues[1], "four", 6200),
        # Minute 1650 is the second 02:30 of the night, minute 1590 the first.
        Shift(1650, 1890, first, queues[0], "four", 6200),
        Shift(1590, 1830, third, queues[1], "four", 6200),
    )


def _outlook(
    problem: Problem, shifts: tuple[Shift, ...], queue: str, forecast: bool
) -> QueueOutlook:
    requirement = problem.requirement[queue]
    counts = np.array(staffed(problem, shifts)[queue])
    if not forecast:
        return QueueOutlook(queue, requirement, counts)
    mean = requirement.astype(np.float64) * 3.125
    level = np.where(mean > 0, 0.8, np.nan)
    return QueueOutlook(queue, requirement, counts, mean, mean * 0.7, mean * 1.3, level)
