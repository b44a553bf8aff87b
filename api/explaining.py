"""A report with what explains it: prices of hours, and what was solved beside the schedule."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from api.site.site import WorkerRow
from scheduler.errors import ProblemInvalid
from scheduler.explain.policy_effects import policy_effects
from scheduler.explain.prices import CoveragePrices, coverage_prices
from scheduler.explain.reasons import ReasonsReport, reasons_report
from scheduler.explain.repairs import RepairList, find_repairs
from scheduler.explain.standing import Standing
from scheduler.export.report import Report
from scheduler.problem import Problem
from scheduler.solver.parameters import Parameters
from scheduler.solver.pins import overrule

OnStage = Callable[[str], None]
PRICE_SECONDS = 60.0
# A search that was ended for these reasons leaves neither time nor memory for another solve.
ENDED = {"stopped": "the search was stopped", "memory_limit": "the memory limit was reached"}


def explained(
    report: Report,
    parameters: Parameters,
    num_repairs: int,
    on_stage: OnStage,
    with_policies: bool = False,
    stop: threading.Event | None = None,
) -> Report:
    """The report with reasons, prices and, if they are asked for, repairs and policies' effects."""
    on_stage("reasoning")
    report = replace(report, reasons=_reasons(report))
    ended = ENDED.get(str(report.schedule.run.get("stop_reason")))
    if ended is not None:
        return replace(
            report,
            prices_note=f"There are no prices: {ended}.",
            policies_note=f"What each policy changes is not known: {ended}.",
        )
    report = _with_policies(report, parameters, on_stage, stop) if with_policies else report
    on_stage("pricing the hours")
    prices = coverage_prices(as_planned(report), PRICE_SECONDS)
    if prices is None:
        note = f"There are no prices: they took longer than {PRICE_SECONDS:.0f} seconds."
        return replace(report, prices_note=note)
    priced = replace(report, prices=prices)
    if not num_repairs:
        return priced
    return replace(priced, repairs=_repairs(priced, prices, num_repairs, parameters, on_stage))


def _with_policies(
    report: Report, parameters: Parameters, on_stage: OnStage, stop: threading.Event | None
) -> Report:
    """The report with what each policy changes; each is one more search."""
    found = policy_effects(
        as_planned(report), report.schedule.shifts, report.schedule.bound,
        _closed(report, parameters), on_stage=on_stage, stop=stop,
    )  # fmt: skip
    return replace(report, policy_effects=tuple(found))


def _closed(report: Report, parameters: Parameters) -> Parameters:
    """Solved to the end, or an effect would drown in what each search leaves open."""
    return replace(parameters, gap=0.0, keep_broken_pins=bool(kept_pins(report)))


def _reasons(report: Report) -> ReasonsReport:
    return reasons_report(Standing(as_planned(report), report.schedule.shifts))


def repairs_of(
    report: Report, num_repairs: int, parameters: Parameters, on_stage: OnStage
) -> RepairList:
    """The repairs of a schedule; ProblemInvalid if its hours cannot be priced in time."""
    on_stage("pricing the hours")
    prices = coverage_prices(as_planned(report), PRICE_SECONDS)
    if prices is None:
        raise ProblemInvalid(f"the hours could not be priced in {PRICE_SECONDS:.0f} seconds")
    return _repairs(report, prices, num_repairs, parameters, on_stage)


def _repairs(
    report: Report, prices: CoveragePrices, number: int, parameters: Parameters, on_stage: OnStage
) -> RepairList:
    closed = _closed(report, parameters)
    groups = report.dimensions.get("contract")
    return find_repairs(
        as_planned(report), report.schedule, prices, number, closed, groups, on_stage
    )


def as_planned(report: Report) -> Problem:
    """The problem as the schedule was planned: workers with kept pins are overruled."""
    return overrule(report.problem) if kept_pins(report) else report.problem


def kept_pins(report: Report) -> Sequence[str]:
    """Rules that pins break and that were overruled for them."""
    found: Sequence[str] = report.schedule.run.get("kept_pins", ())
    return found


def dimensions(rows: Sequence[WorkerRow]) -> Mapping[str, Mapping[str, str]]:
    """The groups that a site's workers belong to, by what they are told apart."""
    return {
        "contract": {row.id: row.contract for row in rows},
        "status": {row.id: row.status for row in rows},
        "region": {row.id: row.region for row in rows},
    }


def beside(schedule: Path, problem: Path | None) -> Path:
    """The problem file of a schedule: the one that was named, or the one in its folder."""
    return schedule.with_name("problem.json") if problem is None else problem
