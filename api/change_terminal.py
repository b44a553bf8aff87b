"""What changed between two schedules, as a person sees it in a terminal."""

from collections.abc import Iterator
from pathlib import Path

import typer

from api.outcome import print_json
from api.replanning import Replanned
from api.terminal import summary_lines
from scheduler.export.changes import ChangeReport, diff_json
from scheduler.export.words import amount, count, short_day
from scheduler.horizon import Horizon
from scheduler.schedule import Shift

MOST_LINES = 40


def tell_replanned(replanned: Replanned, as_json: bool, out: Path) -> None:
    """The new schedule in a few lines and every change, or all of it as JSON."""
    posed, schedule = replanned.posed, replanned.schedule
    kept = schedule.run.get("kept_pins", [])
    dropped = [f"{pin.worker} on {pin.queue}" for pin in posed.broken]
    if as_json:
        print_json(
            {
                "status": schedule.status,
                "stop_reason": schedule.run["stop_reason"],
                "gap": round(schedule.gap, 6),
                "solve_seconds": round(schedule.solve_seconds, 2),
                **({"kept_pins": kept} if kept else {}),
                **({"dropped_locked": dropped} if dropped else {}),
                **diff_json(replanned.report),
                "folder": str(out),
            }
        )
        return
    for line in kept:
        typer.echo(f"warning: kept against a rule: {line}", err=True)
    for line in dropped:
        typer.echo(f"warning: locked, but dropped as it breaks a rule: {line}", err=True)
    for line in [*summary_lines(posed.problem, schedule), *change_lines(replanned.report)]:
        typer.echo(line)
    typer.echo(f"folder: {out}")


def tell_changes(report: ChangeReport, as_json: bool, **files: Path) -> None:
    """Every change, or all of it as JSON."""
    if as_json:
        print_json({**diff_json(report), **{name: str(path) for name, path in files.items()}})
        return
    for line in change_lines(report):
        typer.echo(line)
    for name, path in files.items():
        typer.echo(f"{name}: {path}")


def change_lines(report: ChangeReport) -> Iterator[str]:
    """Counts, cost before and after, and one line for each change."""
    found = report.difference
    if report.num_lost:
        yield f"{count(report.num_lost, 'shift')} could not stay"
    yield (
        f"{count(len(report.changed_workers), 'worker')} changed"
        + (" beside that; " if report.num_lost else "; ")
        + f"in all {found.count('dropped')} dropped, {found.count('added')} added, "
        f"{found.count('moved')} moved, {found.num_kept} kept, "
        f"{found.count('queue')} of them on another queue"
    )
    for term, before, after in report.terms:
        if before != after:
            yield _cost_line(term, before, after, report.currency)
    yield _cost_line("cost", report.total_before, report.total_after, report.currency)
    for one in found.changes[:MOST_LINES]:
        reason = report.reasons.get(one.before) if one.before else None
        yield (
            f"  {one.worker}  {one.kind:<8}{_times(report.horizon, one.before, one.after)}"
            + (f"  ({reason})" if reason else "")
        )
    if len(found.changes) > MOST_LINES:
        yield f"  and {len(found.changes) - MOST_LINES} more"


def _cost_line(term: str, before: int, after: int, currency: str) -> str:
    sign = "+" if after >= before else ""
    return (
        f"{term.replace('_', ' ')}: {amount(before, currency)} before, "
        f"{amount(after, currency)} after ({sign}{amount(after - before, currency)})"
    )


def _times(horizon: Horizon, before: Shift | None, after: Shift | None) -> str:
    return " -> ".join(_time(horizon, one) for one in (before, after) if one is not None)


def _time(horizon: Horizon, shift: Shift) -> str:
    start, end = horizon.instant(shift.start), horizon.instant(shift.end)
    return f"{short_day(start)} {start:%H:%M}-{end:%H:%M} {shift.queue}"
