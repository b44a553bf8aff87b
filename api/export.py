"""Files on disk -> a report that can be written again."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from api.explaining import dimensions, explained
from api.judging import as_judged
from api.output import result_folder
from api.scorecard.files import NAME as SCORECARD
from api.scorecard.files import is_of
from api.site.read import read_site
from scheduler.contract.documents import RunDocument
from scheduler.contract.problem_file import read_problem
from scheduler.contract.schedule_file import read_shifts
from scheduler.contract.units import amount, cents
from scheduler.errors import ProblemInvalid
from scheduler.explain.files import write_reasons
from scheduler.export.files import write_exports
from scheduler.export.report import QueueOutlook, Report
from scheduler.pricing import wage
from scheduler.problem import Problem
from scheduler.schedule import Schedule, Shift, staffed
from scheduler.solver.parameters import Parameters
from scheduler.validation import costs, late_work, required, shortages, violations

FORECAST_FILES: tuple[str, ...] = ("forecast.csv", "demand.csv", "layers.csv")


def export_again(
    problem: Path, schedule: Path, out: Path, site: Path | None, revision: int
) -> tuple[Path, ...]:
    """Write a schedule's exports and its two source files into ``out``; the paths written.

    A plan's own folder keeps its forecast, as that does not depend on the schedule, and its
    scorecard, if that is still the schedule's.
    """
    report = explained(read_report(problem, schedule, site), Parameters(), 0, lambda stage: None)
    is_same_plan = problem.resolve().parent == out.resolve()
    kept = FORECAST_FILES if is_same_plan else ()
    if is_same_plan and is_of(out, report.schedule.costs):
        kept += (SCORECARD,)
    with result_folder(out, kept) as folder:
        paths = write_exports(report, folder, revision)
        paths += write_reasons(report.problem, report.schedule, folder, report.reasons)
        sources = {"problem.json": problem, "schedule.json": schedule}
        rules = problem.parent / "rules.json"
        if rules.is_file():  # what a plan was made under stands beside its problem
            sources["rules.json"] = rules
        for name, source in sources.items():
            shutil.copyfile(source, folder / name)
    return (
        *(out / name for name in sources),
        *(out / path.relative_to(folder) for path in paths),
    )


def read_report(problem_path: Path, schedule_path: Path, site_path: Path | None) -> Report:
    """A problem and a schedule as a report; costs and cover are worked out anew.

    Raises ProblemInvalid when the schedule breaks a rule of the problem, or states a bound that
    cannot be the problem's.
    """
    problem = read_problem(problem_path)
    document, shifts = read_shifts(schedule_path, problem)
    broken = violations(as_judged(problem, document), shifts)
    if broken:
        raise ProblemInvalid(f"{schedule_path}: " + "\n".join(map(str, broken)))
    priced = tuple(_priced(problem, shift) for shift in shifts)
    terms = costs(problem, priced)
    objective = sum(terms.values())
    bound = cents(document.bound)
    if bound > objective:
        # Shown as it stands it would pass for a proof.
        raise ProblemInvalid(
            f"{schedule_path}: bound: {document.bound:.2f} lies above the cost of the shifts, "
            f"{amount(objective):.2f}: not this problem's"
        )
    schedule = Schedule(
        shifts=priced,
        status="optimal" if bound == objective else "feasible",
        objective=objective,
        bound=bound,
        costs=terms,
        understaffing=shortages(problem, priced),
        solve_seconds=document.solve_seconds,
        run=_run(document.run),
        late_work=late_work(problem, priced),
    )
    site = None if site_path is None else read_site(site_path)
    return Report(
        site_name=site.config.name if site else problem_path.stem,
        problem=problem,
        schedule=schedule,
        outlooks=outlooks(problem, priced),
        names={row.id: row.name for row in site.workers} if site else {},
        dimensions=dimensions(site.workers) if site else {},
    )


def outlooks(problem: Problem, shifts: tuple[Shift, ...]) -> tuple[QueueOutlook, ...]:
    """Need and staffing of each queue, workers per interval, where no forecast is at hand."""
    counts = staffed(problem, shifts)
    return tuple(
        QueueOutlook(queue.id, np.array(required(problem, queue.id)), np.array(counts[queue.id]))
        for queue in problem.queues
    )


def _run(document: RunDocument) -> dict[str, Any]:
    record = dict(document.model_extra or {})
    if document.finished is not None:
        record["finished"] = document.finished.isoformat(timespec="seconds")
    return record


def _priced(problem: Problem, shift: Shift) -> Shift:
    percent = problem.pay_percent(shift.template)
    cost = wage(problem.worker_by_id[shift.worker], shift.minutes, percent)
    return replace(shift, cost=cost)
