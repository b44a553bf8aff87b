"""``peakcrew replay``: the same run again."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson
from api.outcome import DIFFERENT, errors, print_json


def replay(
    schedule: Annotated[Path, typer.Argument(help="A schedule file, format peakcrew.schedule/1.")],
    problem: Annotated[
        Path | None,
        typer.Option(help="Its problem file; by default problem.json beside the schedule."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Schedule file to write the second run to.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a schedule again as it was recorded; exit code 0 if the same comes out, 1 if not."""
    with errors(as_json):
        from contextlib import nullcontext

        from api.output import result_file
        from api.replay import read_recorded, run_again
        from api.terminal import Terminal

        recorded = read_recorded(schedule, problem)
        with nullcontext() if out is None else result_file(out) as file:
            with Terminal(quiet=as_json) as terminal:
                for warning in recorded.warnings:
                    terminal.say(f"warning: {warning}")
                again = run_again(recorded, terminal.progress)
            if file is not None:
                file.write_text(again.text, encoding="utf-8")
        if as_json:
            print_json(
                {
                    "is_same": not again.differences,
                    "differences": again.differences,
                    "warnings": recorded.warnings,
                }
            )
        else:
            for line in again.differences:
                typer.echo(line)
            typer.echo("different" if again.differences else "the same schedule again")
        if again.differences:
            raise typer.Exit(DIFFERENT)
