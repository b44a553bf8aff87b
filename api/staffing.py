"""Human demand -> workers required, and what a schedule's staffing will achieve."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.showing import offered_no_show_rate
from api.site.config import QueueConfig
from api.site.site import Site
from scheduler.contract.units import cents
from scheduler.problem import IntArray, Problem
from scheduler.staffing.requirement import (
    Allowance,
    QueueWork,
    expected_service_level,
    requirement,
)
from scheduler.staffing.standby import Curve
from scheduler.staffing.value import Prices, coverage_value

if TYPE_CHECKING:
    from api.forecasting import DemandForecast

FloatArray = npt.NDArray[np.float64]


def required_workers(site: Site, forecast: "DemandForecast") -> dict[str, IntArray]:
    """Workers per queue and interval that keep each queue's promise for the planned demand."""
    return _workers(site, forecast, sending)


def present_workers(site: Site, forecast: "DemandForecast") -> dict[str, IntArray]:
    """Workers who must be there for it: as required, with nothing added for no-shows."""
    return _workers(
        site, forecast, lambda site, queue: replace(sending(site, queue), no_show_rate=0.0)
    )


def _workers(
    site: Site, forecast: "DemandForecast", allow: Callable[[Site, QueueConfig], Allowance]
) -> dict[str, IntArray]:
    quantile = site.config.staffing.planning_quantile
    found = {}
    for row, queue in enumerate(site.config.queues):
        paths = forecast.demand.contacts[row]
        planned = paths.mean(axis=0) if quantile is None else np.quantile(paths, quantile, axis=0)
        found[queue.id] = requirement(
            queue_work(queue),
            planned,
            forecast.demand.handle_factor[row],
            forecast.is_open[row],
            site.config.interval_minutes,
            allow(site, queue),
        )
    return found


def worker_values(site: Site, forecast: "DemandForecast") -> dict[str, tuple[Curve, ...]]:
    """Value curves of the queues that are planned on them, in cents per hour and interval."""
    if site.config.staffing.plan_on != "value":
        return {}
    return {
        queue.id: coverage_value(
            queue_work(queue),
            queue_prices(queue),
            forecast.demand.contacts[row].astype(np.float64),
            forecast.demand.handle_factor[row],
            forecast.is_open[row],
            site.config.interval_minutes,
            allowance(site, queue),
        )
        for row, queue in enumerate(site.config.queues)
        if queue.is_priced
    }


def queue_prices(queue: QueueConfig) -> Prices:
    """What trouble costs on a queue, in cents."""
    return Prices(
        cents(queue.waiting_cost_per_hour),
        cents(queue.abandonment_cost),
        cents(queue.missed_cost),
        cents(queue.understaffing_cost_per_hour),
    )


def value_notes(problem: Problem) -> list[str]:
    """How to read the need and the cost of queues that are planned on value curves."""
    valued = [one for one in problem.coverage_value if one in problem.requirement]
    if not valued:
        return []
    return [
        f"planned on value curves: {', '.join(valued)}. Their requirement is shown for "
        "information; missing is who would save at least an hour of the least wage, and the price "
        "of unmet need is what customers' trouble is expected to cost"
    ]


def stated_workers(site: Site) -> dict[str, IntArray]:
    """The planner's own requirement on the horizon's intervals; what is not stated is 0."""
    length = site.config.interval_minutes
    found = {
        queue.id: np.zeros(site.horizon.num_intervals, dtype=np.int64)
        for queue in site.config.queues
    }
    if site.requirement is not None:
        for queue_id, rows in site.requirement.groupby("unique_id"):
            since = (rows["ds"] - pd.Timestamp(site.horizon.start)).dt.total_seconds()
            interval = (since // 60 // length).astype(np.int64)
            found[str(queue_id)][interval] = rows["workers"].to_numpy(dtype=np.int64)
    return found


def service_levels(
    site: Site, forecast: "DemandForecast", staffed: dict[str, list[int]]
) -> dict[str, FloatArray]:
    """Expected share of contacts answered in time, per queue and interval."""
    return {
        queue.id: expected_service_level(
            queue_work(queue),
            forecast.demand.contacts[row].astype(np.float64),
            forecast.demand.handle_factor[row],
            forecast.is_open[row],
            np.array(staffed[queue.id], dtype=np.int64),
            site.config.interval_minutes,
            allowance(site, queue),
            sum(one.contacts for one in site.backlog if one.queue == queue.id),
        )
        for row, queue in enumerate(site.config.queues)
    }


def queue_work(queue: QueueConfig) -> QueueWork:
    """The staffing's view of a queue."""
    aht = queue.aht_seconds if isinstance(queue.aht_seconds, tuple) else (queue.aht_seconds,)
    return QueueWork(
        queue.id,
        queue.work,
        aht,
        concurrency=max(queue.concurrency, len(aht)),
        patience_seconds=queue.patience_seconds,
        service_level=queue.service_level,
        threshold_seconds=queue.threshold_seconds,
        service_level_definition=queue.service_level_definition,
        deadline_minutes=None if queue.deadline_hours is None else round(queue.deadline_hours * 60),
        max_occupancy=queue.max_occupancy,
        min_workers=queue.min_workers,
    )


def allowance(site: Site, queue: QueueConfig) -> Allowance:
    """The staffing's view of no-shows and shrinkage."""
    staffing = site.config.staffing
    rate = offered_no_show_rate(site, queue)
    return Allowance(rate, staffing.no_show_confidence, staffing.shrinkage)


def sending(site: Site, queue: QueueConfig) -> Allowance:
    """What the requirement allows for: not for no-shows where standby is called instead."""
    if site.config.staffing.standby is None or queue.work == "deferrable":
        return allowance(site, queue)
    return replace(allowance(site, queue), no_show_rate=0.0)
