"""An update of the day, as a person sees it in a terminal or a script reads it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from api.change_terminal import change_lines
from api.intraday.page import sentence
from api.intraday.run import REPLAN
from api.intraday.update import QueueUpdate, Update
from api.outcome import print_json
from api.replanning import Replanned
from api.terminal import summary_lines
from scheduler.contract.units import amount
from scheduler.export.changes import diff_json
from scheduler.export.words import hours


def tell_update(update: Update, replanned: Replanned | None, as_json: bool, out: Path) -> None:
    """Each queue's day in a line, and what changes in the schedule."""
    if as_json:
        print_json(_document(update, replanned, out))
        return
    for one in update.queues:
        typer.echo(f"{one.queue}: {sentence(one)} {_need(one)}")
    for note in update.notes:
        typer.echo(f"note: {note}")
    typer.echo(f"folder: {out}")
    if replanned is None:
        now = update.site.horizon.instant(update.now).isoformat()
        problem = out / "problem.json"
        typer.echo(
            f"next: peakcrew replan SCHEDULE --problem {problem} --freeze-before {now} --out DIR"
        )
        return
    schedule = replanned.schedule
    for line in [
        *summary_lines(replanned.posed.problem, schedule),
        *change_lines(replanned.report),
    ]:
        typer.echo(line)
    typer.echo(f"schedule: {out / REPLAN / 'schedule.json'}")


def _need(one: QueueUpdate) -> str:
    return f"{hours(one.need_after)} worker-hours are required, {hours(one.need_before)} before."


def _document(update: Update, replanned: Replanned | None, out: Path) -> dict[str, Any]:
    document: dict[str, Any] = {
        "now": update.site.horizon.instant(update.now).isoformat(),
        "queues": [
            {
                **asdict(one),
                "need_before": one.need_before / 60,
                "need_after": one.need_after / 60,
            }
            for one in update.queues
        ],
        "notes": list(update.notes),
        "folder": str(out),
    }
    if replanned is not None:
        schedule = replanned.schedule
        document["replan"] = {
            "status": schedule.status,
            "objective": amount(schedule.objective),
            "bound": amount(schedule.bound),
            "gap": round(schedule.gap, 6),
            **diff_json(replanned.report),
        }
    return document
