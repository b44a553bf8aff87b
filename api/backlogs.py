"""Human demand of deferrable queues -> work that may wait, for the optimiser to place."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from api.site.config import QueueConfig
from api.site.site import Site
from api.staffing import allowance, queue_work
from scheduler.backlog import Backlog
from scheduler.contract.units import cents
from scheduler.problem import IntArray, Problem
from scheduler.staffing.backlog import due_interval, due_of_waiting
from scheduler.staffing.requirement import scheduled_minutes

if TYPE_CHECKING:
    from api.forecasting import DemandForecast

FloatArray = npt.NDArray[np.float64]


def site_backlogs(site: Site, forecast: "DemandForecast") -> dict[str, Backlog]:
    """The work of every deferrable queue that may wait, in minutes of scheduled workers.

    A queue that asks for ``min_workers`` while open keeps its requirement: it wants people there,
    not work done.
    """
    return {
        queue.id: _backlog(site, forecast, row, queue)
        for row, queue in enumerate(site.config.queues)
        if queue.work == "deferrable" and not queue.min_workers
    }


def backlog_notes(problem: Problem) -> list[str]:
    """How to read the need and the cost of queues whose work may wait."""
    told = [queue for queue in problem.backlogs if queue in problem.requirement]
    if not told:
        return []
    return [
        f"planned as work that may wait: {', '.join(told)}. Their requirement is shown for "
        "information; what is not done in time is the price of late work"
    ]


def _backlog(site: Site, forecast: "DemandForecast", row: int, queue: QueueConfig) -> Backlog:
    length, is_open = site.config.interval_minutes, forecast.is_open[row]
    factor = forecast.demand.handle_factor[row]
    minutes = scheduled_minutes(queue_work(queue), factor, length, allowance(site, queue))
    deadline = round((queue.deadline_hours or 0) * 60)
    due_at = due_interval(is_open, deadline, length)
    # What comes after the last opening is due beyond this horizon, and nobody can do it here.
    is_ours = due_at < len(is_open)
    paths = np.where(is_ours, forecast.demand.contacts[row] * minutes, 0.0)
    arriving = _planned(paths, site.config.staffing.planning_quantile)
    due = np.zeros(len(is_open), dtype=np.int64)
    np.add.at(due, due_at[is_ours], arriving[is_ours])
    waiting = opening_minutes(site, forecast, row, queue)
    at = due_of_waiting(
        np.array([one.arrived for one in site.backlog if one.queue == queue.id], dtype=np.int64),
        is_open, deadline, length,
    )  # fmt: skip
    np.add.at(due, at[(at >= 0) & (at < len(is_open))], waiting[(at >= 0) & (at < len(is_open))])
    price = queue.understaffing_cost_per_hour
    overdue, left = queue.overdue_cost_per_hour_per_day, queue.left_over_cost_per_hour
    return Backlog(
        arriving=arriving,
        due=due,
        done_per_worker=np.where(is_open, length, 0).astype(np.int64),
        opening=int(waiting[at >= 0].sum()),
        overdue=int(waiting[at < 0].sum()),
        overdue_cost=cents(price if overdue is None else overdue),
        left_over_cost=cents(price if left is None else left),
    )


def opening_minutes(
    site: Site, forecast: "DemandForecast", row: int, queue: QueueConfig
) -> IntArray:
    """Minutes of scheduled workers in each row of the queue's opening backlog."""
    factor = np.array([forecast.demand.handle_factor[row].mean()])
    length = site.config.interval_minutes
    minutes = scheduled_minutes(queue_work(queue), factor, length, allowance(site, queue))
    own = [one.contacts for one in site.backlog if one.queue == queue.id]
    found: IntArray = np.round(np.array(own, dtype=np.float64) * minutes[0]).astype(np.int64)
    return found


def _planned(paths: FloatArray, quantile: float | None) -> IntArray:
    """Whole minutes per interval whose sum from the start on is the mean path's, or a quantile's.

    A quantile of sums over time: what comes in hours that lie apart is seldom high together, so
    work that may wait needs a smaller buffer than each interval by itself.
    """
    so_far = np.cumsum(paths, axis=1)
    planned = so_far.mean(axis=0) if quantile is None else np.quantile(so_far, quantile, axis=0)
    whole = np.floor(planned + 0.5).astype(np.int64)
    found: IntArray = np.diff(whole, prepend=0)
    return found
