"""``peakcrew batch``: many sites under many scenarios."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.options import AsJson, Gap, MemoryLimit, OutFolder, Reproducible, Seed, Threads, TimeLimit
from api.outcome import FAULT, errors, print_json

if TYPE_CHECKING:
    from api.batch.checkpoint import Checkpoint
    from api.batch.run import Effort
    from api.batch.unit import Unit


def batch(
    out: OutFolder,
    sites: Annotated[
        list[Path] | None, typer.Argument(help="Folders of sites.", show_default=False)
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            help="base, or NAME:option=value,... with options of `peakcrew scenario`; "
            "default: base, 20 % more contacts, the bot down on the first day."
        ),
    ] = None,
    parallel: Annotated[int, typer.Option(min=1, max=256, help="Plans at the same time.")] = 1,
    time_limit: TimeLimit = 40,
    workers: Threads = 8,
    seed: Seed = 1,
    gap: Gap = 0.001,
    memory_limit: MemoryLimit = None,
    reproducible: Reproducible = False,
    status: Annotated[
        bool, typer.Option("--status", help="Only say how far the batch in --out is.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Plan many sites under many scenarios. Started again, it goes on where it was ended."""
    with errors(as_json):
        from api.batch import checkpoint
        from api.batch.run import Effort, check_folder
        from api.batch.scenarios import read_scenarios
        from api.batch.unit import units

        if status:
            found = checkpoint.read_all(out)
        else:
            if not sites:
                raise typer.BadParameter("name the folders of the sites to plan")
            check_folder(out)
            parameters = {
                "time_limit": time_limit,
                "gap": gap,
                "seed": seed,
                "reproducible": reproducible,
                "keep_broken_pins": False,
            }
            planned = units(sites, read_scenarios(scenario or []), parameters)
            found = _run(planned, out, Effort(parallel, workers, memory_limit), as_json)
        _tell(found, out, as_json)
        if any(one.state == "failed" for one in found):
            raise typer.Exit(FAULT)


def _run(planned: "list[Unit]", out: Path, effort: "Effort", as_json: bool) -> "list[Checkpoint]":
    """Do the units under a progress bar, and write the tables even if it is ended early."""
    import threading

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from api.batch.run import run
    from api.batch.tables import write_tables

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    closing = threading.Event()
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as progress:
        task = progress.add_task("plans", total=len(planned))

        def on_end(one: "Checkpoint") -> None:
            progress.update(task, advance=1, description=f"{one.site}, {one.scenario}")

        try:
            found = run(planned, out, effort, on_end, closing)
        except KeyboardInterrupt:
            closing.set()
            raise
    write_tables(found, out)
    return found


def _tell(found: "list[Checkpoint]", out: Path, as_json: bool) -> None:
    from api.batch.tables import row

    failed = [one for one in found if one.state == "failed"]
    if as_json:
        print_json(
            {
                "done": len(found) - len(failed),
                "failed": len(failed),
                "units": list(map(row, found)),
            }
        )
        return
    for one in failed:
        detail = str((one.error or {}).get("detail")).splitlines()[0]
        typer.echo(f"failed: {one.site}, {one.scenario}: {detail}", err=True)
    typer.echo(f"{len(found) - len(failed)} done, {len(failed)} failed: {out / 'index.html'}")
