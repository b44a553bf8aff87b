"""The glue: site -> forecast -> demand -> problem -> schedule -> files."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from api.backlogs import backlog_notes, site_backlogs
from api.checking import checked_site
from api.explaining import dimensions, explained
from api.output import result_folder
from api.planning import build_problem
from api.policies import policy_notes
from api.rules.notes import rule_notes, rule_warnings
from api.rules.record import rules_json, rules_sha256
from api.scorecard.card import Row, card
from api.scorecard.files import NAME as SCORECARD
from api.scorecard.files import write_scorecard
from api.scorecard.ledger import ledger
from api.scorecard.showing import score_board
from api.showing import is_asked, site_turnouts, turnout_csv, turnout_note
from api.site.site import Site
from api.staffing import (
    present_workers,
    required_workers,
    service_levels,
    stated_workers,
    value_notes,
    worker_values,
)
from scheduler.contract.problem_file import problem_json
from scheduler.contract.schedule_file import schedule_json
from scheduler.explain.files import write_reasons
from scheduler.explain.prices import dearest_json
from scheduler.export.files import write_exports
from scheduler.export.report import QueueOutlook, Report
from scheduler.problem import IntArray, Problem
from scheduler.schedule import Progress, Schedule, staffed
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve
from scheduler.staffing.requirement import service_level_total
from scheduler.staffing.showing import Turnout

if TYPE_CHECKING:
    from api.forecasting import DemandForecast

OnStage = Callable[[str], None]
OnProgress = Callable[[Progress], None]
BAND = "5 % to 95 % of the simulated futures"


@dataclass(frozen=True)
class Planned:
    """A planned site: what went in, what came out, and what the report shows."""

    site: Site
    problem: Problem
    schedule: Schedule
    report: Report
    forecast: "DemandForecast | None"
    scorecard: Sequence[Row] = ()


def plan(
    path: Path,
    out: Path,
    parameters: Parameters = Parameters(),  # noqa: B008 - frozen
    on_stage: OnStage = lambda stage: None,
    on_progress: OnProgress = lambda moment: None,
    stop: threading.Event | None = None,
    num_repairs: int = 0,
    with_policies: bool = False,
) -> Planned:
    """Plan a site folder and write every file of the result into ``out``.

    ``num_repairs``: so many repairs of missing workers are solved for the report;
    ``with_policies``: so is the site without each of its policies. The folder appears as a whole
    or not at all. Raises SiteInvalid for bad input.
    """
    with result_folder(out) as folder:
        on_stage("reading the site")
        site = checked_site(path, parameters.keep_broken_pins)
        planned = plan_site(site, parameters, on_stage, on_progress, stop)
        report = explained(planned.report, parameters, num_repairs, on_stage, with_policies, stop)
        planned = replace(planned, report=report)
        on_stage("writing the files")
        write_plan(planned, folder)
    return planned


def plan_site(
    site: Site,
    parameters: Parameters = Parameters(),  # noqa: B008 - frozen
    on_stage: OnStage = lambda stage: None,
    on_progress: OnProgress = lambda moment: None,
    stop: threading.Event | None = None,
) -> Planned:
    """Plan a site that was read, without writing anything."""
    forecast = None
    if site.requirement is None:
        # Imported here: a planner who brings the requirement need not wait for the forecast.
        from api.forecasting import forecast_demand

        on_stage("forecasting")
        forecast = forecast_demand(site)
        on_stage("staffing")
    problem, requirement = site_problem(site, forecast)
    on_stage("scheduling")
    schedule = solve(problem, parameters, on_progress, stop)
    schedule = replace(
        schedule, run={**schedule.run, "rules_sha256": rules_sha256(site)}
    )  # fmt: skip
    on_stage("judging the schedule")
    report = build_report(site, problem, schedule, requirement, forecast)
    if forecast is None:
        return Planned(site, problem, schedule, report, forecast)
    rows = card(ledger(site, problem, schedule.shifts, forecast))
    report = replace(report, scorecard=score_board(rows))
    return Planned(site, problem, schedule, report, forecast, rows)


def site_problem(
    site: Site, forecast: "DemandForecast | None"
) -> tuple[Problem, dict[str, IntArray]]:
    """What the optimiser gets for a forecast, or for a stated need, and the requirement in it."""
    if forecast is None:
        requirement = stated_workers(site)
        return build_problem(site, requirement), requirement
    requirement = required_workers(site, forecast)
    values, backlogs = worker_values(site, forecast), site_backlogs(site, forecast)
    return build_problem(site, requirement, values, backlogs), requirement


def build_report(
    site: Site,
    problem: Problem,
    schedule: Schedule,
    requirement: Mapping[str, IntArray],
    forecast: "DemandForecast | None",
) -> Report:
    """The schedule beside the demand it answers."""
    counts = staffed(problem, schedule.shifts)
    report = Report(
        site_name=site.config.name,
        problem=problem,
        schedule=schedule,
        outlooks=tuple(
            QueueOutlook(queue.id, requirement[queue.id], np.array(counts[queue.id]))
            for queue in problem.queues
            if queue.id in requirement
        ),
        names={row.id: row.name for row in site.workers},
        dimensions=dimensions(site.workers),
        notes=(
            *site.notes,
            *rule_notes(site),
            *rule_warnings(site, schedule.shifts),
            *policy_notes(site),
            *value_notes(problem),
            *backlog_notes(problem),
        ),
        band=BAND,
    )
    if forecast is None:
        return report
    return _with_forecast(_with_turnouts(report, site, forecast), site, forecast, counts)


def _with_turnouts(report: Report, site: Site, forecast: "DemandForecast") -> Report:
    found = plan_turnouts(site, report.problem, report.schedule, forecast)
    return replace(report, notes=(*report.notes, turnout_note(site, found))) if found else report


def plan_turnouts(
    site: Site, problem: Problem, schedule: Schedule, forecast: "DemandForecast"
) -> list[Turnout]:
    """The chance that enough come, per interval with need; nothing where everybody comes."""
    if not is_asked(site):
        return []
    return site_turnouts(site, problem, schedule.shifts, present_workers(site, forecast))


def _with_forecast(
    report: Report, site: Site, forecast: "DemandForecast", counts: dict[str, list[int]]
) -> Report:
    levels = service_levels(site, forecast, counts)
    contacts = forecast.demand.contacts
    mean = contacts.mean(axis=1)
    low, high = np.quantile(contacts, [0.05, 0.95], axis=1)
    outlooks = tuple(
        replace(
            outlook,
            contacts_mean=mean[row],
            contacts_low=low[row],
            contacts_high=high[row],
            service_level=levels[outlook.queue],
        )
        for row, outlook in enumerate(report.outlooks)
    )
    share, share_low, share_high = forecast.bot_share()
    every_level = np.concatenate([levels[queue.id] for queue in site.config.queues])
    return replace(
        report,
        outlooks=outlooks,
        human_contacts=float(mean.sum()),
        bot_share=share,
        bot_share_low=share_low,
        bot_share_high=share_high,
        service_level=service_level_total(mean.ravel(), every_level),
        notes=(*report.notes, *forecast.notes),
    )


def write_plan(planned: Planned, folder: Path) -> None:
    """All files of contract 4.3 into an existing folder."""
    (folder / "problem.json").write_text(problem_json(planned.problem), encoding="utf-8")
    (folder / "rules.json").write_text(rules_json(planned.site), encoding="utf-8")
    known = planned.report.prices
    prices = None if known is None else dearest_json(planned.problem, known)
    schedule = schedule_json(planned.problem, planned.schedule, prices)
    (folder / "schedule.json").write_text(schedule, encoding="utf-8")
    if planned.forecast is not None:
        from api.forecast_files import write_forecast

        write_forecast(planned.site, planned.forecast, folder)
        write_scorecard(planned.scorecard, folder / SCORECARD)
        args = planned.site, planned.problem, planned.schedule, planned.forecast
        if found := plan_turnouts(*args):
            text = turnout_csv(planned.problem, found)
            (folder / "turnout.csv").write_text(text, encoding="utf-8")
    write_exports(planned.report, folder)
    write_reasons(planned.problem, planned.schedule, folder, planned.report.reasons)
