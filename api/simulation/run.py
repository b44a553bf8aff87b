"""A schedule file simulated on its site, and what it predicted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.forecasting import DemandForecast, forecast_demand
from api.intraday.actuals import read_actuals
from api.planned import Planned, read_planned
from api.simulation.operation import check_fits, operation
from api.site.instants import span_text
from api.site.problems import InputProblem, SiteInvalid
from api.site.read import read_site
from api.site.site import Site
from api.staffing import service_levels
from scheduler.problem import IntArray
from scheduler.schedule import staffed
from scheduler.simulation.queue import Redial
from scheduler.simulation.replication import replicate
from scheduler.simulation.result import QueueResult

FloatArray = npt.NDArray[np.float64]
# What is added up of a queue's result, in the order of ``Simulation.sums``.
SUMS = (
    "offered", "judged", "answered", "in_time", "abandoned", "waiting_seconds", "busy_seconds",
    "present_seconds",
)  # fmt: skip
LONG_WAIT = 0.9


@dataclass(frozen=True, slots=True)
class Asked:
    """What to simulate: ``replications`` possible courses, drawn from ``seed``.

    ``actuals``: contacts that really came, a file like ``history.csv``; then the volume is known,
    and only what becomes of it is drawn. ``problem``: where it is not beside the schedule.
    ``redial``: share of those who hang up who call again, after ``redial_minutes`` on average.
    """

    replications: int = 100
    seed: int = 1
    actuals: Path | None = None
    problem: Path | None = None
    redial: float = 0.0
    redial_minutes: float = 10.0


@dataclass(frozen=True)
class Simulation:
    """Every replication by queue and day, beside what the schedule predicted.

    ``sums`` (R, Q, D, S) as ``SUMS`` names them; ``long_waits`` (R, Q + 1, D + 1) seconds that
    nine of ten contacts do not wait longer than, the last row over all live work and chats, the
    last column over all days. ``predicted`` (Q, D, 2): contacts expected, and of them in time.
    """

    site: Site
    asked: Asked
    days: tuple[date, ...]
    sums: FloatArray
    long_waits: FloatArray
    predicted: FloatArray


def run(path: Path, schedule: Path, asked: Asked) -> Simulation:
    """Simulate a schedule on its site. Raises SiteInvalid or ProblemInvalid for bad input."""
    site = read_site(path)
    planned = read_planned(schedule, asked.problem)
    check_fits(site, planned.problem, planned.shifts)
    forecast = forecast_demand(site)
    met = forecast if asked.actuals is None else forecast_demand(site, _came(asked.actuals, site))
    days = day_of_interval(site)
    redial = Redial(asked.redial, asked.redial_minutes * 60.0) if asked.redial else None
    setting = replace(operation(site, planned.problem, planned.shifts, met), redial=redial)
    sums, waits = [], []
    for number in range(asked.replications):
        results = replicate(setting, number, asked.seed)
        sums.append(_by_day(results, days))
        waits.append(_long_waits(site, results, days))
    return Simulation(
        site, asked, site.horizon.dates, np.stack(sums), np.stack(waits),
        predicted(site, planned, forecast),
    )  # fmt: skip


def _came(path: Path, site: Site) -> pd.DataFrame:
    """Contacts that really came; a file of other days is refused."""
    came = read_actuals(path, site, None)
    first, last = (pd.Timestamp(site.horizon.instant(n)) for n in (0, site.horizon.num_minutes))
    if not ((came["ds"] >= first) & (came["ds"] < last)).any():
        message = f"holds no contacts of {span_text(site.horizon)}"
        raise SiteInvalid([InputProblem(str(path), None, None, message)])
    return came


def day_of_interval(site: Site) -> IntArray:
    """The local day of each interval."""
    starts = np.array(site.horizon.day_starts)
    minutes = np.arange(site.horizon.num_intervals) * site.horizon.interval_minutes
    return np.searchsorted(starts, minutes, side="right") - 1


def predicted(site: Site, planned: Planned, forecast: DemandForecast) -> FloatArray:
    """Contacts expected, and of them in time, per queue and day: (Q, D, 2)."""
    days = day_of_interval(site)
    levels = service_levels(site, forecast, staffed(planned.problem, planned.shifts))
    expected = forecast.demand.contacts.mean(axis=1)
    found = np.zeros((len(levels), site.horizon.days, 2))
    for row, level in enumerate(levels.values()):
        contacts = np.where(np.isnan(level), 0.0, expected[row])
        for column, values in enumerate((contacts, contacts * np.nan_to_num(level))):
            found[row, :, column] = np.bincount(days, values, site.horizon.days)
    return found


def _by_day(results: Mapping[str, QueueResult], days: IntArray) -> FloatArray:
    """The sums of each queue and day, (Q, D, S)."""
    found = [
        [np.bincount(days, getattr(result, name)) for name in SUMS] for result in results.values()
    ]
    return np.array(found).swapaxes(1, 2)


def _long_waits(site: Site, results: Mapping[str, QueueResult], days: IntArray) -> FloatArray:
    """Nine of ten contacts wait no longer; nan without contacts. (Q + 1, D + 1)."""
    all_live = [
        (results[queue.id].waits, days[results[queue.id].came_in])
        for queue in site.config.queues
        if queue.work != "deferrable"
    ]
    rows = [(one.waits, days[one.came_in]) for one in results.values()]
    rows.append(_joined(all_live))
    return np.array([_quantiles(*row, site.horizon.days) for row in rows])


def _joined(parts: list[tuple[FloatArray, IntArray]]) -> tuple[FloatArray, IntArray]:
    none = np.zeros(0), np.zeros(0, dtype=np.int64)
    waits, day = zip(*parts, none, strict=True)
    return np.concatenate(waits), np.concatenate(day)


def _quantiles(waits: FloatArray, day: IntArray, num_days: int) -> list[float]:
    parts = [*(waits[day == one] for one in range(num_days)), waits]
    return [float(np.quantile(one, LONG_WAIT)) if len(one) else float("nan") for one in parts]
