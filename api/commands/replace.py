"""``peakcrew replace``: who could take over a shift."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson
from api.outcome import errors, print_json


class Absent(StrEnum):
    """What falls open: the shift alone, or all of its worker's from it on."""

    THIS = "this"
    ALL = "all"


def replace(
    schedule: Annotated[Path, typer.Argument(help="The schedule.")],
    shift: Annotated[str, typer.Option(metavar="ID", help="The shift whose worker cannot come.")],
    problem: Annotated[
        Path | None, typer.Option(help="Its problem; by default problem.json beside the schedule.")
    ] = None,
    absent: Annotated[
        Absent, typer.Option(help="Whether he misses this shift or all from it on.")
    ] = Absent.THIS,
    now: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="A shift that starts before it is refused."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Most names to print of a kind.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Rank who could take over a shift: at once, as an offer, or why not."""
    with errors(as_json):
        from api.planned import read_planned
        from api.replacing import replacement_lines, replacements_json, replacements_of

        planned = read_planned(schedule, problem)
        found = replacements_of(planned, shift, is_all=absent is Absent.ALL, now=now)
        if as_json:
            print_json(replacements_json(planned.problem, found))
            return
        for line in replacement_lines(planned.problem, found, most):
            typer.echo(line)
