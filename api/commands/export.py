"""``peakcrew export``: a schedule's files written again."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson, OutFolder
from api.outcome import errors, print_json


def export(
    problem: Annotated[Path, typer.Argument(help="Problem file.")],
    schedule: Annotated[Path, typer.Argument(help="Schedule file.")],
    out: OutFolder,
    site: Annotated[Path | None, typer.Option(help="Site folder, for the workers' names.")] = None,
    revision: Annotated[
        int, typer.Option(min=0, help="SEQUENCE of the calendar entries; raise it to update.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Write a schedule's report, spreadsheets and calendars again, for example after an edit."""
    with errors(as_json):
        from api.export import export_again

        paths = export_again(problem, schedule, out, site, revision)
        if as_json:
            print_json({"files": [str(path) for path in paths]})
        else:
            typer.echo(f"{len(paths)} files: {out / 'report.html'}")
