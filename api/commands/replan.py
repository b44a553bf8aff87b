"""``peakcrew replan``: a schedule planned again, changed as little as is worth it."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import (
    AsJson,
    Gap,
    KeepBrokenPins,
    MemoryLimit,
    Reproducible,
    Seed,
    StopFile,
    Threads,
    TimeLimit,
)
from api.outcome import errors


def replan(
    schedule: Annotated[Path, typer.Argument(help="The schedule that people know of.")],
    out: Annotated[
        Path, typer.Option("--out", help="Folder for schedule, problem and difference.")
    ],
    problem: Annotated[
        Path | None,
        typer.Option(help="The new problem; by default problem.json beside the schedule."),
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option(metavar="WORKER", help="Who does not come any more; may be repeated."),
    ] = None,
    max_changes: Annotated[
        int | None, typer.Option(min=0, help="Most workers whose times may change.")
    ] = None,
    change_cost: Annotated[
        float | None,
        typer.Option(
            min=0, max=1e6, help="Price of a dropped or added shift; else an hour's median wage."
        ),
    ] = None,
    freeze_before: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="What starts before it stays as it is.")
    ] = None,
    lock_worker: Annotated[
        list[str] | None, typer.Option(help="His shifts stay as they are; may be repeated.")
    ] = None,
    lock_day: Annotated[
        list[str] | None, typer.Option(help="The day stays as it is; may be repeated.")
    ] = None,
    lock_queue: Annotated[
        list[str] | None, typer.Option(help="The queue stays as it is; may be repeated.")
    ] = None,
    drop_broken: Annotated[
        bool,
        typer.Option("--drop-broken", help="Drop locked shifts that break a rule together."),
    ] = False,
    time_limit: TimeLimit = 60,
    workers: Threads = 8,
    seed: Seed = 1,
    gap: Gap = 0.0,
    memory_limit: MemoryLimit = None,
    reproducible: Reproducible = False,
    keep_broken_pins: KeepBrokenPins = False,
    stop_file: StopFile = None,
    as_json: AsJson = False,
) -> None:
    """Plan a schedule again under new facts, and change as little as is worth it."""
    with errors(as_json):
        from api.change_terminal import tell_replanned
        from api.planned import read_planned
        from api.replanning import Asked, replan_into, terms_of
        from api.stop_file import stop_event
        from api.terminal import Terminal
        from scheduler import Parameters

        parameters = Parameters(
            time_limit, workers, seed, gap, memory_limit, reproducible, keep_broken_pins
        )
        asked = Asked(
            freeze_before, lock_worker or (), lock_day or (), lock_queue or (), absent or (),
            change_cost, max_changes, drop_broken, keep_broken_pins,
        )  # fmt: skip
        planned = read_planned(schedule, problem)
        terms = terms_of(planned.problem, asked)
        with stop_event(stop_file) as stop, Terminal(quiet=as_json) as terminal:
            replanned = replan_into(out, planned, terms, parameters, terminal.progress, stop)
        tell_replanned(replanned, as_json, out)
