"""``peakcrew solve``: the bare optimiser."""

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
from api.outcome import errors, tell_schedule


def solve(
    problem: Annotated[Path, typer.Argument(help="A problem file, format peakcrew.problem/1.")],
    out: Annotated[Path, typer.Option("--out", help="Schedule file to write.")],
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
    """Solve a problem file: the bare optimiser."""
    with errors(as_json):
        from api.output import OutputRefused, result_file
        from api.stop_file import stop_event
        from api.terminal import Terminal
        from scheduler import Parameters
        from scheduler import solve as find
        from scheduler.contract.problem_file import read_problem
        from scheduler.contract.schedule_file import schedule_json

        if out.resolve() == problem.resolve():
            raise OutputRefused(f"{out}: is the problem itself; choose another file")
        parameters = Parameters(
            time_limit, workers, seed, gap, memory_limit, reproducible, keep_broken_pins
        )
        with stop_event(stop_file) as stop, result_file(out) as file:
            data = read_problem(problem)
            with Terminal(quiet=as_json) as terminal:
                schedule = find(data, parameters, terminal.progress, stop)
            file.write_text(schedule_json(data, schedule), encoding="utf-8")
        tell_schedule(data, schedule, as_json, schedule_file=out)
