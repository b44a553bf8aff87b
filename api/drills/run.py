"""A site, a schedule and a drill -> what happens, and what could be done about it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from api.drills.drill import Drill, drilled
from api.drills.side import Side, side
from api.drills.standing_by import OnCall, Posts, on_call, posts
from api.forecasting import forecast_demand
from api.pipeline import plan_site, site_problem
from api.planned import read_planned
from api.site.site import Site
from scheduler.errors import ProblemInvalid
from scheduler.problem import Problem
from scheduler.replan.difference import Difference, difference
from scheduler.replan.pose import Terms, pose
from scheduler.schedule import Progress, Shift
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve


@dataclass(frozen=True)
class Replanned:
    """The schedule planned again, known so many minutes before the drill begins."""

    notice_minutes: int
    side: Side
    difference: Difference


@dataclass(frozen=True)
class Drilled:
    """A drill on a site: the same schedule before and after, planned again, and with standby.

    ``intervals`` are those of the drill.
    """

    site: Site
    drill: Drill
    intervals: slice
    before: Side
    after: Side
    replanned: tuple[Replanned, ...]
    posts: tuple[Posts, ...]
    on_call: OnCall | None


@dataclass(frozen=True, slots=True)
class Ways:
    """How a drill is run: on which schedule, with what notices in minutes, and how to search."""

    schedule: Path | None
    notices: Sequence[int]
    parameters: Parameters
    on_stage: Callable[[str], None] = lambda stage: None
    on_progress: Callable[[Progress], None] = lambda moment: None
    stop: threading.Event | None = None


def run_drill(site: Site, drill: Drill, ways: Ways) -> Drilled:
    """Forecast the drill, hold the schedule against it, and plan again for each notice.

    Raises ProblemInvalid for a schedule of another site or of other days.
    """
    before = _before(site, ways)
    ways.on_stage("forecasting the drill")
    other = drilled(site, drill)
    forecast = forecast_demand(other)
    planned_on = forecast
    if drill.share_quantile is not None:
        planned_on = forecast_demand(other, share_quantile=drill.share_quantile)
    # The rules, people and prices of the schedule's own problem; only the need is the drill's.
    problem = _with_need(before.problem, site_problem(other, planned_on)[0])
    after = side(site, problem, before.shifts, forecast)
    length = site.config.interval_minutes
    intervals = slice(drill.times.start // length, drill.times.end // length)
    return Drilled(
        site, drill, intervals, before, after,
        tuple(_replanned(site, drill, after, notice, ways) for notice in ways.notices),
        tuple(posts(site, before, after, intervals)),
        on_call(site, after, intervals),
    )  # fmt: skip


def _before(site: Site, ways: Ways) -> Side:
    """The schedule in the future that is expected without the drill."""
    if ways.schedule is None:
        planned = plan_site(site, ways.parameters, ways.on_stage, ways.on_progress, ways.stop)
        assert planned.forecast is not None
        return side(site, planned.problem, planned.schedule.shifts, planned.forecast)
    path = ways.schedule / "schedule.json" if ways.schedule.is_dir() else ways.schedule
    known = read_planned(path, None)
    _check_same(site, known.problem, path)
    ways.on_stage("forecasting")
    forecast = forecast_demand(site)
    problem = _with_need(known.problem, site_problem(site, forecast)[0])
    return side(site, problem, known.shifts, forecast)


def _check_same(site: Site, problem: Problem, path: Path) -> None:
    if problem.horizon != site.horizon:
        raise ProblemInvalid(f"{path}: is not a schedule of the days of {site.path}")
    if not {queue.id for queue in site.config.queues} <= problem.queue_by_id.keys():
        raise ProblemInvalid(f"{path}: has not the queues of {site.path}; is it another site's?")


def _with_need(problem: Problem, other: Problem) -> Problem:
    """A problem with the need of another one of the same site."""
    return replace(
        problem,
        requirement=other.requirement,
        coverage_value=other.coverage_value,
        backlogs=other.backlogs,
    )


def _replanned(site: Site, drill: Drill, after: Side, notice: int, ways: Ways) -> Replanned:
    """What starts before the drill is known of stays as it is."""
    ways.on_stage(f"planning again, known {notice / 60:g} hours before")
    terms = Terms(before=max(0, drill.times.start - notice), if_broken="keep")
    posed = pose(after.problem, after.shifts, terms)
    schedule = solve(posed.problem, ways.parameters, ways.on_progress, ways.stop)
    shifts: tuple[Shift, ...] = schedule.shifts
    found = difference(site.horizon, after.shifts, shifts)
    return Replanned(notice, side(site, after.problem, shifts, after.forecast), found)
