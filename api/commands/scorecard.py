"""``peakcrew scorecard``: what a contact costs, by week and quarter."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.options import AsJson, Gap, Threads, TimeLimit
from api.outcome import errors, print_json

if TYPE_CHECKING:
    from api.scorecard.all_human import AllHuman
    from api.scorecard.card import Row


def scorecard(
    results: Annotated[
        list[Path], typer.Argument(help="Result folders of plan, or their scorecard.csv.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the scorecard of all of them.")
    ] = None,
    solve: Annotated[
        Path | None,
        typer.Option(metavar="SITE", help="Plan this site without its bot, to see what it saves."),
    ] = None,
    time_limit: TimeLimit = 40,
    workers: Threads = 8,
    gap: Gap = 0.001,
    as_json: AsJson = False,
) -> None:
    """Add plans up into weeks and quarters: cost per contact, bot against people, what is saved."""
    with errors(as_json):
        from api.output import result_file
        from api.scorecard.adding import added
        from api.scorecard.files import read_scorecard, write_scorecard
        from api.scorecard.showing import lines, rows_json

        rows = added([read_scorecard(path) for path in results])
        parameters = (time_limit, workers, gap)
        alone = None if solve is None else _all_human(solve, rows, parameters, quiet=as_json)
        if out is not None:
            with result_file(out) as file:
                write_scorecard(rows, file)
        if as_json:
            files = [] if out is None else [str(out)]
            found = rows_json(rows) | {"files": files}
            print_json(found if alone is None else found | {"all_human": alone.document()})
            return
        for line in lines(rows):
            typer.echo(line)
        if alone is not None:
            typer.echo(alone.words(rows[0].currency))
        if out is not None:
            typer.echo(out)


def _all_human(
    site: Path, rows: "list[Row]", search: tuple[float, int, float], *, quiet: bool
) -> "AllHuman":
    from api.checking import checked_site
    from api.scorecard.all_human import all_human
    from api.terminal import Terminal
    from scheduler.solver.parameters import Parameters

    time_limit, workers, gap = search
    parameters = Parameters(time_limit, workers, gap=gap)
    with Terminal(quiet=quiet) as terminal:
        return all_human(checked_site(site), rows, parameters, terminal.stage, terminal.progress)
