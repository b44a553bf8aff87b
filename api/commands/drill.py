"""``peakcrew drill``: what if the bot fails."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson, Gap, OutFolder, Seed, SitePath, StopFile, Threads, TimeLimit
from api.outcome import errors, print_json


class DrillKind(StrEnum):
    """What happens to the bot."""

    down = "bot-down"
    degraded = "bot-degraded"
    new_version = "new-version"


def drill(
    site: SitePath,
    kind: Annotated[DrillKind, typer.Option(help="What happens to the bot.")],
    start: Annotated[
        str, typer.Option("--from", metavar="T", help="First instant; a date is its midnight.")
    ],
    end: Annotated[
        str, typer.Option("--to", metavar="T", help="When it is over; a date is its midnight.")
    ],
    out: OutFolder,
    share: Annotated[
        float | None,
        typer.Option(
            min=0, max=1,
            help="What is left: of what it is offered (bot-down, else 0) or resolves "
            "(bot-degraded, else 0.5).",
        ),
    ] = None,
    schedule: Annotated[
        Path | None, typer.Option(help="Result folder or schedule to hold against it; else plan.")
    ] = None,
    notice: Annotated[
        list[float] | None,
        typer.Option(
            min=0, max=10_000, metavar="HOURS",
            help="Plan again, known so many hours before; may be repeated.",
        ),
    ] = None,
    time_limit: TimeLimit = 40,
    workers: Threads = 8,
    seed: Seed = 1,
    gap: Gap = 0.001,
    stop_file: StopFile = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Let the bot fail for a while: what people get, whether the schedule holds, what helps."""
    with errors(as_json):
        from api.checking import checked_site
        from api.drills.drill import read_drill
        from api.drills.files import FILES, drill_document, lines, write_drill
        from api.drills.run import Ways, run_drill
        from api.output import check_output
        from api.stop_file import stop_event
        from api.terminal import Terminal
        from scheduler.solver.parameters import Parameters

        check_output(out, FILES)
        known = checked_site(site)
        asked = read_drill(known, kind.value, start, end, share)
        notices = tuple(round(60 * one) for one in notice or ())
        parameters = Parameters(time_limit, workers, seed, gap)
        with stop_event(stop_file) as stop, Terminal(quiet=as_json) as terminal:
            ways = Ways(schedule, notices, parameters, terminal.stage, terminal.progress, stop)
            found = run_drill(known, asked, ways)
            paths = write_drill(found, out)
        if as_json:
            print_json(drill_document(found) | {"files": [str(path) for path in paths]})
            return
        for line in (*lines(found), *paths):
            typer.echo(line)
