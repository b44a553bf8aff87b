"""A site and its schedule -> all that a simulation needs."""

from collections.abc import Sequence

import numpy as np

from api.forecasting import DemandForecast
from api.showing import STANDBY, no_show_rate
from api.site.problems import InputProblem, SiteInvalid
from api.site.site import Site
from api.staffing import queue_work
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.simulation.replication import Operation, QueueDemand
from scheduler.simulation.turnout import Crew, StandbyTeam, crew


def check_fits(site: Site, problem: Problem, shifts: Sequence[Shift]) -> None:
    """Refuse a schedule of other days, queues or workers than the site's, with SiteInvalid."""
    found = []
    if problem.horizon != site.horizon:
        found.append(InputProblem("site.toml", None, None, "horizon: not the schedule's"))
    if missing := sorted({one.id for one in site.config.queues} - set(problem.queue_by_id)):
        message = f"queue {missing[0]}: the schedule does not know it"
        found.append(InputProblem("site.toml", None, None, message))
    if strangers := sorted({one.worker for one in shifts} - {row.id for row in site.workers}):
        message = f"worker {strangers[0]} has a shift in the schedule and no row"
        found.append(InputProblem("workers.csv", None, None, message))
    if found:
        raise SiteInvalid(found)


def operation(
    site: Site, problem: Problem, shifts: Sequence[Shift], forecast: DemandForecast
) -> Operation:
    """The site's queues with their demand paths, and the schedule's shifts with who comes."""
    return Operation(
        tuple(_queue(site, forecast, row) for row in range(len(site.config.queues))),
        _crew(site, problem, shifts),
        site.config.interval_minutes,
        site.config.staffing.shrinkage,
    )


def _queue(site: Site, forecast: DemandForecast, row: int) -> QueueDemand:
    demand, bot = forecast.demand, site.config.bot
    streams = demand.direct[row], demand.escalated[row], demand.bounced[row]
    return QueueDemand(
        queue_work(site.config.queues[row]),
        forecast.is_open[row],
        np.stack(streams, axis=1),
        np.array([1.0, bot.escalated_aht_factor, bot.bounced_aht_factor]),
        _waiting(site, site.config.queues[row].id),
    )


def _waiting(site: Site, queue: str) -> tuple[float, ...]:
    """Seconds that each contact of the opening backlog has waited when the horizon begins."""
    own = (row for row in site.backlog if row.queue == queue)
    return tuple(-60.0 * row.arrived for row in own for _ in range(row.contacts))


def _crew(site: Site, problem: Problem, shifts: Sequence[Shift]) -> Crew:
    show_rates = {row.id: 1.0 - no_show_rate(site, row) for row in site.workers}
    standby = site.config.staffing.standby
    answer_rate = 1.0 if standby is None else standby.answer_rate
    return crew(problem, shifts, show_rates, _teams(site, problem), answer_rate)


def _teams(site: Site, problem: Problem) -> list[StandbyTeam]:
    """Standby fills the dearest empty place of its skill first."""
    live = [queue for queue in site.config.queues if queue.work != "deferrable"]
    ordered = sorted(live, key=lambda one: -one.understaffing_cost_per_hour)
    return [
        StandbyTeam(name, tuple(one.id for one in ordered if STANDBY + one.skill == name))
        for name in problem.queue_by_id
        if name.startswith(STANDBY)
    ]
