"""``peakcrew fairness``: who got how much of what he offered."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.options import AsJson
from api.outcome import errors, print_json


def fairness(
    schedule: Annotated[Path, typer.Argument(help="Schedule file.")],
    problem: Annotated[
        Path | None, typer.Option(help="Problem file; else problem.json beside the schedule.")
    ] = None,
    site: Annotated[Path | None, typer.Option(help="Site folder, for the workers' groups.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell who got how much: hours, unpopular hours, wishes, per group, worst-off, Gini."""
    with errors(as_json):
        from api.explaining import beside
        from api.export import read_report
        from scheduler.explain.fairness import fairness as share
        from scheduler.export.explained import fairness_sentence

        report = read_report(beside(schedule, problem), schedule, site)
        found = share(report.problem, report.schedule.shifts, report.dimensions)
        if as_json:
            print_json(_document(found))
            return
        typer.echo(fairness_sentence(found))
        for name, value in found.ginis.items():
            typer.echo(f"Gini of {name}: {value:.3f}")
        for one in found.groups:
            typer.echo(
                f"{one.dimension} {one.group}: {one.workers} workers, "
                f"{one.mean_minutes / 60:.1f} hours on average, "
                f"{_percent(one.share)} of what they offered"
            )
        for worker in found.worst_off():
            typer.echo(
                f"worst-off {worker.worker}: {worker.minutes / 60:.1f} of "
                f"{worker.offered / 60:.1f} hours ({_percent(worker.share)})"
            )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _document(found: Any) -> dict[str, Any]:
    from scheduler.export.explained import share_columns, share_row

    columns = [name for name in share_columns() if name != "name"]

    def row(one: Any) -> dict[str, Any]:
        cells = dict(zip(share_columns(), share_row(one, ""), strict=True))
        return {name: cells[name] for name in columns}

    return {
        "gini": {name: round(value, 4) for name, value in found.ginis.items()},
        "groups": [
            {
                "dimension": one.dimension,
                "group": one.group,
                "workers": one.workers,
                "mean_hours": round(one.mean_minutes / 60, 2),
                "share": None if one.share is None else round(one.share, 4),
                "requests": one.requests,
                "granted": one.granted,
            }
            for one in found.groups
        ],
        "worst_off": [one.worker for one in found.worst_off()],
        "workers": [row(one) for one in found.workers],
    }
