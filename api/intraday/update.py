"""The forecast and the need of the day's rest, given what has come so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.backlogs import site_backlogs
from api.forecasting import DemandForecast, forecast_demand
from api.planning import build_problem
from api.site.config import QueueConfig
from api.site.problems import InputProblem, SiteInvalid
from api.site.site import Site
from api.staffing import required_workers, worker_values
from scheduler.errors import ProblemInvalid
from scheduler.problem import IntArray, Problem
from scheduler.staffing.standby import Curve

FloatArray = npt.NDArray[np.float64]
# Share of the simulated days beyond which a day so far is too odd to be chance.
ODD = 0.001


@dataclass(frozen=True)
class Update:
    """A day re-forecast at ``now``, a minute of the horizon.

    ``before`` is the forecast without what came, ``after`` with it. ``actual`` (queues,
    intervals) are the contacts that came, nan where nothing is known. ``problem`` has the new
    need; ``old_need`` is what it was.
    """

    site: Site
    now: int
    before: DemandForecast
    after: DemandForecast
    actual: FloatArray
    problem: Problem
    old_need: Mapping[str, IntArray]

    @property
    def day(self) -> slice:
        """The intervals of today."""
        horizon = self.site.horizon
        today = horizon.day(self.now)
        start, end = horizon.day_starts[today : today + 2]
        return slice(start // horizon.interval_minutes, end // horizon.interval_minutes)

    @property
    def rest(self) -> slice:
        """The intervals of today that are not over."""
        return slice(self.now // self.site.horizon.interval_minutes, self.day.stop)

    @property
    def queues(self) -> tuple["QueueUpdate", ...]:
        """What today says of each queue."""
        return tuple(_queue_update(self, row) for row in range(len(self.before.queues)))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a planner should know of the numbers."""
        return tuple(note for one in self.queues for note in _notes(one))


@dataclass(frozen=True, slots=True)
class QueueUpdate:
    """One queue today, contacts in all and worker-minutes.

    ``came`` of the ``known`` intervals, ``expected`` for the same ones, ``share_below`` of the
    simulated days had fewer; ``open_unknown`` open intervals that are over have no count.
    ``rest_*``: of the intervals that are not over; ``need_*``: of all that may still change.
    """

    queue: str
    came: int
    known: int
    expected: float
    share_below: float
    open_unknown: int
    rest_before: float
    rest_after: float
    need_before: int
    need_after: int


def updated(site: Site, actuals: pd.DataFrame, now: int, problem: Problem | None = None) -> Update:
    """Re-forecast the day of ``now`` from what has come, and state the need anew.

    ``problem`` is the one in force, None for the site's own. Its requirement changes from the
    first interval that begins at or after ``now`` to the end of the day, for deferrable queues
    until what comes today is due; every other interval, and everything else, stays. Work that may
    wait is all stated anew.

    Raises SiteInvalid for a site that brings its requirement, ProblemInvalid for a problem of
    other days or queues.
    """
    if site.requirement is not None:
        message = "the site states its need; an intraday forecast needs history.csv instead"
        raise SiteInvalid([InputProblem("requirement.csv", None, None, message)])
    before = forecast_demand(site)
    after = forecast_demand(site, actuals)
    if problem is None:
        problem = build_problem(
            site,
            required_workers(site, before),
            worker_values(site, before),
            site_backlogs(site, before),
        )
    _check_same(site, problem)
    fresh = required_workers(site, after)
    need = {
        queue.id: _changed_need(site, queue, now, problem.requirement[queue.id], fresh[queue.id])
        for queue in site.config.queues
        if queue.id in problem.requirement
    }
    backlogs = site_backlogs(site, after)
    changed = replace(
        problem,
        backlogs={queue: backlogs.get(queue, old) for queue, old in problem.backlogs.items()},
        requirement={**problem.requirement, **need},
        coverage_value={**problem.coverage_value, **_changed_values(site, problem, after, now)},
    )
    return Update(
        site, now, before, after, _seen(site, before, actuals), changed, problem.requirement
    )


def may_change(site: Site, queue: QueueConfig, now: int) -> slice:
    """The intervals whose need is stated anew."""
    horizon = site.horizon
    end = horizon.day_starts[horizon.day(now) + 1]
    if queue.work == "deferrable" and queue.deadline_hours is not None:
        end = min(horizon.num_minutes, end + round(queue.deadline_hours * 60))
    return slice(-(-now // horizon.interval_minutes), end // horizon.interval_minutes)


def _changed_need(
    site: Site, queue: QueueConfig, now: int, old: IntArray, fresh: IntArray
) -> IntArray:
    need, span = old.copy(), may_change(site, queue, now)
    need[span] = fresh[span]
    return need


def _changed_values(
    site: Site, problem: Problem, after: DemandForecast, now: int
) -> dict[str, tuple[Curve, ...]]:
    """The value curves of the problem with those of the new forecast where need may change."""
    fresh, found = worker_values(site, after), {}
    for queue in site.config.queues:
        if queue.id in fresh and queue.id in problem.coverage_value:
            span, old = may_change(site, queue, now), problem.coverage_value[queue.id]
            found[queue.id] = (*old[: span.start], *fresh[queue.id][span], *old[span.stop :])
    return found


def _check_same(site: Site, problem: Problem) -> None:
    ours, theirs = site.horizon, problem.horizon
    if (ours.start, ours.days, ours.interval_minutes) != (
        theirs.start, theirs.days, theirs.interval_minutes
    ):  # fmt: skip
        raise ProblemInvalid("the schedule's problem plans other days than the site")
    known = problem.queue_by_id.keys()
    for queue in site.config.queues:
        if queue.id not in known:
            raise ProblemInvalid(f"the schedule's problem has no queue {queue.id!r}")


def _seen(site: Site, forecast: DemandForecast, actuals: pd.DataFrame) -> FloatArray:
    table = actuals.pivot(index="unique_id", columns="ds", values="y")
    found = table.reindex(index=list(forecast.queues), columns=forecast.ds)
    return found.to_numpy(dtype=np.float64)


def _queue_update(update: Update, row: int) -> QueueUpdate:
    before, after = update.before.volume[row], update.after.volume[row]
    queue = update.site.config.queues[row]
    today = np.zeros(before.shape[1], dtype=np.bool_)
    today[update.day] = True
    known = today & ~np.isnan(update.actual[row])
    came = float(update.actual[row, known].sum())
    totals = before[:, known].sum(axis=1)
    is_over = today & (np.arange(len(today)) < update.rest.start)
    span, length = may_change(update.site, queue, update.now), update.site.config.interval_minutes
    old, new = update.old_need.get(queue.id), update.problem.requirement.get(queue.id)
    return QueueUpdate(
        queue=queue.id,
        came=round(came),
        known=int(known.sum()),
        expected=float(totals.mean()),
        share_below=float((totals < came).mean() + (totals == came).mean() / 2),
        open_unknown=int((is_over & ~known & update.before.is_open[row]).sum()),
        rest_before=float(before[:, update.rest].sum(axis=1).mean()),
        rest_after=float(after[:, update.rest].sum(axis=1).mean()),
        need_before=0 if old is None else int(old[span].sum()) * length,
        need_after=0 if new is None else int(new[span].sum()) * length,
    )


def _notes(one: QueueUpdate) -> list[str]:
    notes = []
    if one.open_unknown:
        notes.append(
            f"{one.queue}: {one.open_unknown} open intervals that are over have no row; "
            "they say nothing (0 contacts are written as 0)"
        )
    if one.known and not ODD <= one.share_below <= 1 - ODD:
        notes.append(
            f"{one.queue}: {one.came:,} contacts where {one.expected:,.0f} were expected is "
            "further off than the simulated days: an outage, or an event of your own? State it "
            "in events.csv and run this again"
        )
    return notes
