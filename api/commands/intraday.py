"""``peakcrew intraday``: what came so far, and what to do about the rest of the day."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson, Gap, OutFolder, Seed, SitePath, StopFile, Threads, TimeLimit
from api.outcome import errors


def intraday(
    site: SitePath,
    actuals: Annotated[Path, typer.Option(help="Contacts so far: unique_id,ds,y.")],
    now: Annotated[str, typer.Option(metavar="INSTANT", help="Until when the contacts count.")],
    out: OutFolder,
    schedule: Annotated[
        Path | None,
        typer.Option(help="The schedule in force; what has not started is planned again."),
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, help="Days that may change, today included; the rest stays.")
    ] = 1,
    max_changes: Annotated[
        int | None, typer.Option(min=0, help="Most workers whose times may change.")
    ] = None,
    change_cost: Annotated[
        float | None,
        typer.Option(
            min=0, max=1e6, help="Price of a dropped or added shift; else an hour's median wage."
        ),
    ] = None,
    time_limit: TimeLimit = 20,
    workers: Threads = 8,
    seed: Seed = 1,
    gap: Gap = 0.001,
    stop_file: StopFile = None,
    as_json: AsJson = False,
) -> None:
    """Re-forecast the rest of a day from the contacts so far, and plan it again."""
    with errors(as_json):
        from api.intraday.run import Change, run_intraday
        from api.intraday.told import tell_update
        from api.stop_file import stop_event
        from api.terminal import Terminal
        from scheduler.solver.parameters import Parameters

        change = None
        if schedule is not None:
            parameters = Parameters(time_limit, workers, seed, gap)
            change = Change(schedule, parameters, days, max_changes, change_cost)
        with stop_event(stop_file) as stop, Terminal(quiet=as_json) as terminal:
            update, replanned = run_intraday(
                site, actuals, now, out, change, terminal.stage, terminal.progress, stop
            )
        tell_update(update, replanned, as_json, out)
