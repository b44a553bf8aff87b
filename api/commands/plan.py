"""``peakcrew plan``: a site folder to a folder of results."""

from typing import Annotated

import typer

from api.options import (
    AsJson,
    Gap,
    KeepBrokenPins,
    MemoryLimit,
    OutFolder,
    Reproducible,
    Seed,
    SitePath,
    StopFile,
    Threads,
    TimeLimit,
)
from api.outcome import errors, tell_schedule


def plan(
    site: SitePath,
    out: OutFolder,
    time_limit: TimeLimit = 40,
    workers: Threads = 8,
    seed: Seed = 1,
    gap: Gap = 0.001,
    memory_limit: MemoryLimit = None,
    reproducible: Reproducible = False,
    keep_broken_pins: KeepBrokenPins = False,
    stop_file: StopFile = None,
    repairs: Annotated[
        int,
        typer.Option(
            min=0, max=50, help="Try so many repairs of missing workers; each is one more solve."
        ),
    ] = 0,
    policy_effects: Annotated[
        bool,
        typer.Option(
            "--policy-effects",
            help="Show what each declared policy changes; each is one more solve.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Plan a site: forecast, staffing, proven schedule, report and lists for the workers."""
    with errors(as_json):
        from api.pipeline import plan as plan_site
        from api.stop_file import stop_event
        from api.terminal import Terminal
        from scheduler.solver.parameters import Parameters

        parameters = Parameters(
            time_limit, workers, seed, gap, memory_limit, reproducible, keep_broken_pins
        )
        with stop_event(stop_file) as stop, Terminal(quiet=as_json) as terminal:
            planned = plan_site(
                site, out, parameters, terminal.stage, terminal.progress, stop, repairs,
                policy_effects,
            )  # fmt: skip
        for note in () if as_json else planned.report.notes:
            terminal.say(f"note: {note}")
        tell_schedule(planned.problem, planned.schedule, as_json, report=out / "report.html")
