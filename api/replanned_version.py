"""A recorded schedule of a site, planned again with every file that a plan has.

What needs the forecast's futures is left out: a re-plan draws none.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api.backlogs import backlog_notes
from api.explaining import dimensions, explained
from api.export import outlooks
from api.output import result_folder
from api.planned import read_planned
from api.policies import policy_notes
from api.replanning import OWN_NAMES, Asked, Replanned, replan, terms_of, write_replanned
from api.rules.notes import rule_notes, rule_warnings
from api.site.read import read_site
from api.site.site import Site
from api.staffing import value_notes
from scheduler.explain.files import write_reasons
from scheduler.explain.prices import dearest_json
from scheduler.export.files import write_exports
from scheduler.export.report import Report
from scheduler.solver.best import OnProgress
from scheduler.solver.parameters import Parameters

OnStage = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A schedule file with its problem beside it, and the folder of the site it was made for."""

    schedule: Path
    site: Path


def replan_recorded(
    recorded: Recorded,
    out: Path,
    asked: Asked,
    parameters: Parameters,
    on_stage: OnStage,
    on_progress: OnProgress,
    stop: threading.Event | None = None,
) -> tuple[Replanned, Report]:
    """Plan a schedule again and write all files into ``out``, or nothing at all.

    Raises ProblemInvalid for a worker, queue or day that the schedule's problem does not have,
    and what ``replan`` raises.
    """
    on_stage("reading the schedule")
    planned = read_planned(recorded.schedule, None)
    terms = terms_of(planned.problem, asked)
    site = read_site(recorded.site)
    with result_folder(out, own=OWN_NAMES) as folder:
        on_stage("scheduling")
        replanned = replan(planned, terms, parameters, on_progress, stop)
        report = report_of(site, replanned)
        report = explained(report, parameters, 0, on_stage, stop=stop)
        on_stage("writing the files")
        _write(replanned, report, folder)
    return replanned, report


def report_of(site: Site, replanned: Replanned) -> Report:
    """The new schedule beside the need it answers, with the site's names and notes."""
    problem, schedule = replanned.posed.problem, replanned.schedule
    return Report(
        site_name=site.config.name,
        problem=problem,
        schedule=schedule,
        outlooks=outlooks(problem, schedule.shifts),
        names={row.id: row.name for row in site.workers},
        dimensions=dimensions(site.workers),
        notes=(
            *_notes(site),
            *site.notes,
            *rule_notes(site),
            *rule_warnings(site, schedule.shifts),
            *policy_notes(site),
            *value_notes(problem),
            *backlog_notes(problem),
        ),
    )


def _notes(site: Site) -> list[str]:
    found = ["planned again with few changes: diff.html shows them"]
    if site.requirement is None:
        found.append("the forecast is shown in the report of the plan that this came from")
    return found


def _write(replanned: Replanned, report: Report, folder: Path) -> None:
    known, problem = report.prices, report.problem
    write_replanned(replanned, folder, None if known is None else dearest_json(problem, known))
    write_exports(report, folder)
    write_reasons(problem, report.schedule, folder, report.reasons)
