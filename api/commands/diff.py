"""``peakcrew diff``: what changed from one schedule to another."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson
from api.outcome import errors


def diff(
    before: Annotated[Path, typer.Argument(help="A schedule; its problem.json lies beside it.")],
    after: Annotated[Path, typer.Argument(help="Another one of the same site.")],
    problem: Annotated[
        Path | None, typer.Option(help="The problem of both, instead of those beside them.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for diff.csv, diff.json and diff.html.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell two schedules apart: what was dropped, added and moved, and what each costs."""
    with errors(as_json):
        from api.change_terminal import tell_changes
        from api.output import result_folder
        from api.planned import read_planned
        from api.replanning import OWN_NAMES, compare
        from scheduler.export.changes import write_changes

        report = compare(read_planned(before, problem), read_planned(after, problem))
        if out is None:
            tell_changes(report, as_json)
            return
        with result_folder(out, own=OWN_NAMES) as folder:
            write_changes(report, folder)
        tell_changes(report, as_json, folder=out)
