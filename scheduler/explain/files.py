"""``reasons.json`` and ``reasons.csv``: why need stays uncovered and who works what, and why."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scheduler.contract.units import amount
from scheduler.explain.assigned import why_assigned
from scheduler.explain.codes import meanings
from scheduler.explain.reason import reason_json
from scheduler.explain.reasons import (
    LackReasons,
    Near,
    ReasonsReport,
    price_reason,
    reasons_report,
)
from scheduler.explain.standing import Standing
from scheduler.export.text import RFC4180, write_csv
from scheduler.horizon import Horizon
from scheduler.problem import Problem
from scheduler.schedule import Schedule, Shift
from scheduler.solver.pins import overrule

FORMAT = "peakcrew.reasons/1"
COLUMNS = ("queue", "start", "end", "missing_hours", "code", "workers", "meaning")


def write_reasons(
    problem: Problem, schedule: Schedule, out: Path, known: ReasonsReport | None = None
) -> tuple[Path, ...]:
    """Write both files into the existing folder ``out``; the paths written, in order.

    Of a large pool they hold a sample of the needs and no shifts: ``peakcrew why`` answers single
    questions.
    ``known``: the reasons, if they were worked out already. Of workers whose pins were kept
    against a rule it is said that they work these and no more.
    """
    judged = overrule(problem) if schedule.run.get("kept_pins") else problem
    standing = Standing(judged, schedule.shifts)
    report = known if known and judged is problem else reasons_report(standing)
    as_json, as_csv = out / "reasons.json", out / "reasons.csv"
    as_json.write_text(_in_lines(reasons_json(standing, report)), encoding="utf-8")
    write_csv(as_csv, COLUMNS, _rows(problem.horizon, report), RFC4180)
    return as_json, as_csv


def reasons_json(standing: Standing, report: ReasonsReport) -> dict[str, Any]:
    """The reasons as ``peakcrew.reasons/1``: by need, by worker and by shift, and the codes."""
    needs = [_lack_json(standing, one) for one in report.lacks]
    told_shifts = () if report.sample else standing.shifts
    shifts = [_shift_json(standing, shift) for shift in told_shifts]
    told = [*shifts, *(near for need in needs for near in need["nearest"])]
    used = {reason["code"] for one in told for reason in one["reasons"]}
    used |= {code for one in report.lacks for code in one.counts}
    used |= {code for counts in report.of_worker.values() for code in counts}
    return {
        "format": FORMAT,
        "currency": standing.problem.currency,
        **({} if report.sample is None else {"sample": asdict(report.sample)}),
        "needs": needs,
        "workers": [
            {
                "worker": worker.id,
                "shifts": len(standing.of_worker[worker.id]),
                "minutes": sum(one.minutes for one in standing.of_worker[worker.id]),
                "uncovered_shifts": dict(report.of_worker[worker.id]),
            }
            for worker in standing.problem.workers
        ],
        "shifts": shifts,
        "codes": {code: meaning for code, meaning in meanings().items() if code in used},
    }


def _in_lines(document: dict[str, Any]) -> str:
    """JSON with a line for each element of a list: half the size of an indented one."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list):
            lines = ",\n ".join(json.dumps(one, ensure_ascii=False) for one in value)
            parts.append(f'"{key}": [\n {lines}\n]')
        else:
            parts.append(f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lack_json(standing: Standing, one: LackReasons) -> dict[str, Any]:
    horizon = standing.problem.horizon
    return {
        "queue": one.lack.queue,
        "start": horizon.instant(one.lack.start).isoformat(),
        "end": horizon.instant(one.lack.end).isoformat(),
        "missing_hours": round(one.lack.missing / 60, 2),
        "missing_workers": one.lack.most,
        "workers": dict(one.counts),
        "nearest": [_near_json(standing, near) for near in one.nearest],
    }


def _near_json(standing: Standing, near: Near) -> dict[str, Any]:
    """The shift by which a worker comes nearest, with all that stands against it."""
    horizon = standing.problem.horizon
    reasons = standing.reasons(near.shift)
    if near.cents is not None:
        reasons = (*reasons, price_reason(standing, near.shift))
    return {
        "worker": near.shift.worker,
        "start": horizon.instant(near.shift.start).isoformat(),
        "end": horizon.instant(near.shift.end).isoformat(),
        "price": None if near.cents is None else amount(near.cents),
        "reasons": [reason_json(one) for one in reasons],
    }


def _shift_json(standing: Standing, shift: Shift) -> dict[str, Any]:
    """A shift of the schedule, why its worker has it, and what it covers is worth."""
    return {
        "id": shift.id(standing.problem.horizon),
        "worker": shift.worker,
        "worth": amount(standing.cover.with_one_less(shift)),
        "reasons": [reason_json(one) for one in why_assigned(standing, shift)],
    }


def _rows(horizon: Horizon, report: ReasonsReport) -> list[list[Any]]:
    words = meanings()
    return [
        [
            one.lack.queue, horizon.instant(one.lack.start), horizon.instant(one.lack.end),
            round(one.lack.missing / 60, 2), code, workers, words.get(code, ""),
        ]
        for one in report.lacks
        for code, workers in one.counts.items()
    ]  # fmt: skip
