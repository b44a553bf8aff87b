"""One schedule in the figures by which schedules are compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from scheduler.explain.fairness import gini
from scheduler.export.report import Report
from scheduler.export.summary import queue_days, worker_loads


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One queue on one local day, in worker-minutes."""

    day: date
    queue: str
    required: int
    staffed: int
    missing: int


@dataclass(frozen=True, slots=True)
class Cover:
    """What a schedule does with its problem, in worker-minutes.

    ``hours`` are the minutes of every worker of the pool, idle ones included. ``service_level``
    is the share of contacts expected to be answered in time, None without a forecast.
    """

    days: tuple[DayFigures, ...]
    hours: tuple[int, ...]
    service_level: float | None = None

    @property
    def required(self) -> int:
        """Worker-minutes needed."""
        return sum(one.required for one in self.days)

    @property
    def missing(self) -> int:
        """Worker-minutes needed and not staffed."""
        return sum(one.missing for one in self.days)

    @property
    def covered(self) -> int:
        """Worker-minutes needed and staffed."""
        return self.required - self.missing

    @property
    def missing_by_queue(self) -> dict[str, int]:
        """Worker-minutes missing on each queue."""
        found: dict[str, int] = {}
        for one in self.days:
            found[one.queue] = found.get(one.queue, 0) + one.missing
        return found

    @property
    def by_day(self) -> dict[date, tuple[int, int, int]]:
        """Worker-minutes required, staffed and missing on each day, all queues together."""
        found: dict[date, tuple[int, int, int]] = {}
        for one in self.days:
            required, staffed, missing = found.get(one.day, (0, 0, 0))
            found[one.day] = (
                required + one.required, staffed + one.staffed, missing + one.missing
            )  # fmt: skip
        return found

    @property
    def spread(self) -> tuple[int, int]:
        """Minutes below which a tenth of the pool lies, and above which another tenth lies."""
        low, high = np.quantile(self.hours, [0.1, 0.9], method="inverted_cdf")
        return int(low), int(high)

    @property
    def gini(self) -> float:
        """How unequally the hours are spread over the pool, from 0, all alike, to 1."""
        return gini(self.hours)


@dataclass(frozen=True, slots=True)
class Figures:
    """A schedule to compare; amounts in cents, times in minutes.

    ``bound`` is the proven least that any schedule of its problem costs. ``cover`` is None for
    a schedule file without its problem.
    """

    name: str
    currency: str
    objective: int
    bound: int
    costs: Mapping[str, int]
    shifts: int
    minutes: int
    workers: int
    cover: Cover | None = None

    @property
    def gap(self) -> float:
        """Share of the cost that could at most still be saved."""
        saving = self.objective - self.bound
        return saving / self.objective if self.objective > 0 else 0.0


def figures_of(name: str, report: Report, service_level: float | None) -> Figures:
    """The figures of a schedule with its problem."""
    schedule = report.schedule
    loads = worker_loads(report)
    days = tuple(
        DayFigures(
            one.day, outlook.queue, one.required_minutes, one.staffed_minutes, one.missing_minutes
        )
        for outlook in report.outlooks
        for one in queue_days(report, outlook)
    )
    return Figures(
        name=name,
        currency=report.problem.currency,
        objective=schedule.objective,
        bound=schedule.bound,
        costs=schedule.costs,
        shifts=len(schedule.shifts),
        minutes=sum(load.minutes for load in loads),
        workers=len(report.shifts_by_worker),
        cover=Cover(days, tuple(load.minutes for load in loads), service_level) if loads else None,
    )
