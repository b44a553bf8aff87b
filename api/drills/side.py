"""One future with one schedule: what people get, how it is answered, who is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.forecasting import DemandForecast
from api.site.site import Site
from api.staffing import service_levels
from scheduler.problem import IntArray, Problem
from scheduler.schedule import Shift, staffed
from scheduler.staffing.requirement import service_level_total
from scheduler.validation import costs, shortages

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Side:
    """A forecast answered by shifts; arrays have one value per interval.

    ``levels``: expected share answered in time by queue. ``missing``: workers missing by queue.
    ``costs`` in cents by term, under the need of this future.
    """

    forecast: DemandForecast
    problem: Problem
    shifts: tuple[Shift, ...]
    levels: Mapping[str, FloatArray]
    missing: Mapping[str, IntArray]
    costs: Mapping[str, int]


def side(site: Site, problem: Problem, shifts: Sequence[Shift], forecast: DemandForecast) -> Side:
    """How a schedule does in a future; ``problem`` has the need of that future."""
    length = problem.horizon.interval_minutes
    missing = {
        queue: np.zeros(problem.horizon.num_intervals, dtype=np.int64) for queue in forecast.queues
    }
    for one in shortages(problem, tuple(shifts)):
        if one.queue in missing:
            missing[one.queue][one.start // length] += one.workers
    levels = service_levels(site, forecast, staffed(problem, tuple(shifts)))
    return Side(forecast, problem, tuple(shifts), levels, missing, costs(problem, shifts))


@dataclass(frozen=True, slots=True)
class Figures:
    """Some queues over some intervals: contacts for people with 5 % and 95 %, and what follows.

    ``service_level`` None where nothing comes; ``missing_minutes`` of workers.
    """

    contacts: float
    low: float
    high: float
    bot_resolved: float
    service_level: float | None
    missing_minutes: int


def figures(of: Side, queues: Sequence[str], intervals: slice) -> Figures:
    """The figures of a side for some queues and intervals."""
    rows = [of.forecast.queues.index(queue) for queue in queues]
    demand = of.forecast.demand
    contacts = demand.contacts[rows][:, :, intervals]
    paths = contacts.sum(axis=(0, 2), dtype=np.int64)
    resolved = demand.bot_resolved[rows][:, :, intervals].sum(axis=(0, 2), dtype=np.int64)
    levels = np.concatenate([of.levels[queue][intervals] for queue in queues])
    level = service_level_total(contacts.mean(axis=1).ravel(), levels)
    low, high = np.quantile(paths, [0.05, 0.95])
    missing = sum(int(of.missing[queue][intervals].sum()) for queue in queues)
    return Figures(
        float(paths.mean()), float(low), float(high), float(resolved.mean()),
        None if np.isnan(level) else level, missing * of.problem.horizon.interval_minutes,
    )  # fmt: skip
