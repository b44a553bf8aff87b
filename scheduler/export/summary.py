"""The figures of the report, computed once for page and workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import numpy as np

from scheduler.export.report import QueueOutlook, Report
from scheduler.pricing import missing_value
from scheduler.problem import Queue
from scheduler.schedule import staffed


@dataclass(frozen=True, slots=True)
class WorkerLoad:
    """What one worker works over the horizon; wages in cents."""

    worker: str
    shifts: int
    minutes: int
    wages: int


def worker_loads(report: Report) -> list[WorkerLoad]:
    """Every worker's load, those without a shift included, most minutes first."""
    loads = []
    for worker in report.problem.workers:
        shifts = report.shifts_by_worker.get(worker.id, ())
        minutes, wages = sum(one.minutes for one in shifts), sum(one.cost for one in shifts)
        loads.append(WorkerLoad(worker.id, len(shifts), minutes, wages))
    return sorted(loads, key=lambda load: (-load.minutes, load.worker))


@dataclass(frozen=True, slots=True)
class UnmetRun:
    """Neighbouring intervals of one queue and local day that all lack workers; cost in cents."""

    queue: str
    day: date
    start: datetime
    end: datetime
    fewest: int
    most: int
    worker_minutes: int
    cost: int


def unmet_runs(report: Report) -> list[UnmetRun]:
    """All unmet need, the costliest run first; the costs add up to the understaffing term.

    Of a value curve they are what is forgone while somebody is missing; more is where nobody is.
    """
    counts = staffed(report.problem, report.schedule.shifts)
    runs = [
        run
        for queue in report.problem.queues
        for run in _queue_runs(report, queue, counts[queue.id])
    ]
    return sorted(runs, key=lambda run: (-run.cost, run.start, run.queue))


def _queue_runs(report: Report, queue: Queue, counts: list[int]) -> Iterator[UnmetRun]:
    horizon = report.problem.horizon
    length = horizon.interval_minutes
    missing = report.missing[queue.id]
    day = np.searchsorted(horizon.day_starts, np.arange(horizon.num_intervals) * length, "right")
    short = np.flatnonzero(missing)
    # Within a run, interval minus position is constant.
    numbered = groupby(enumerate(short), lambda pair: (pair[1] - pair[0], day[pair[1]]))
    for _, members in numbered:
        run = [int(index) for _, index in members]
        lacking = missing[run]
        yield UnmetRun(
            queue=queue.id,
            day=horizon.instant(run[0] * length).date(),
            start=horizon.instant(run[0] * length),
            end=horizon.instant((run[-1] + 1) * length),
            fewest=int(lacking.min()),
            most=int(lacking.max()),
            worker_minutes=int(lacking.sum()) * length,
            cost=sum(missing_value(report.problem, queue, index, counts[index]) for index in run),
        )


def missing_by_hour(report: Report) -> list[tuple[date, list[int]]]:
    """For each local day, missing worker-minutes in each of the 24 hours the clock shows.

    The doubled hour of an autumn night adds up in one cell; the hour that spring skips is 0.
    """
    horizon = report.problem.horizon
    length = horizon.interval_minutes
    cells = np.zeros((horizon.days, 24), dtype=np.int64)
    total = sum(report.missing.values(), np.zeros(horizon.num_intervals, dtype=np.int64))
    for index in np.flatnonzero(total):
        minute = int(index) * length
        cells[horizon.day(minute), horizon.wall_minute(minute) // 60] += total[index] * length
    return list(zip(horizon.dates, cells.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class QueueDay:
    """One queue on one local day; ``contacts`` and ``service_level`` None when not known."""

    day: date
    contacts: float | None
    busiest: float | None
    required_minutes: int
    staffed_minutes: int
    missing_minutes: int
    service_level: float | None


def queue_days(report: Report, outlook: QueueOutlook) -> list[QueueDay]:
    """A queue's picture as figures, day by day.

    ``busiest`` is the highest upper estimate of an interval. The service level is weighted by
    contacts.
    """
    horizon = report.problem.horizon
    edges = np.array(horizon.day_starts) // horizon.interval_minutes
    missing = report.missing[outlook.queue]
    days = []
    for day, start, end in zip(horizon.dates, edges, edges[1:], strict=False):
        span = slice(start, end)
        mean, high = outlook.contacts_mean, outlook.contacts_high
        days.append(
            QueueDay(
                day=day,
                contacts=None if mean is None else float(mean[span].sum()),
                busiest=None if high is None else float(high[span].max()),
                required_minutes=int(outlook.requirement[span].sum()) * horizon.interval_minutes,
                staffed_minutes=int(outlook.staffed[span].sum()) * horizon.interval_minutes,
                missing_minutes=int(missing[span].sum()) * horizon.interval_minutes,
                service_level=outlook.mean_service_level(span),
            )
        )
    return days
