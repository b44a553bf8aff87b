"""``peakcrew batch``: many sites under many scenarios."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.options import AsJson, Gap, MemoryLimit, OutFolder, Reproducible, Seed, Threads, TimeLimit
from api.outcome import FAULT, INTERRUPTED, errors, leave, print_json

if TYPE_CHECKING:
    from api.batch.checkpoint import Checkpoint
    from api.batch.run import Effort, OnEnd
    from api.batch.unit import Unit

OnStage = Callable[[str], None]
Work = Callable[[OnStage, "OnEnd"], "list[Checkpoint]"]
LOCAL_ONLY = ("parallel", "workers", "memory_limit")
LATER = "what was handed in goes on there; start the same command again to fetch it"


def batch(
    context: typer.Context,
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
    service: Annotated[
        str,
        typer.Option(
            envvar="PEAKCREW_SERVICE_URL", metavar="URL",
            help="Let the workers of this service plan, not this machine; "
            "its key is in PEAKCREW_API_KEY.",
        ),
    ] = "",
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
) -> None:  # fmt: skip
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
            if service:
                _refuse_local_only(context)
            planned = units(sites, read_scenarios(scenario or []), parameters)
            if service:
                found = _by_service(planned, out, service, as_json)
            else:
                found = _here(planned, out, Effort(parallel, workers, memory_limit), as_json)
        _tell(found, out, as_json)
        if any(one.state == "failed" for one in found):
            raise typer.Exit(FAULT)


def _refuse_local_only(context: typer.Context) -> None:
    """Options about this machine mean nothing to a service: its workers have their own."""
    from scheduler.errors import ProblemInvalid

    for name in LOCAL_ONLY:
        source = context.get_parameter_source(name)
        if source is not None and source.name != "DEFAULT":
            option = name.replace("_", "-")
            raise ProblemInvalid(
                f"--{option}: is for plans made on this machine; with --service (or "
                "PEAKCREW_SERVICE_URL) the service's own settings hold"
            )


def _here(planned: "list[Unit]", out: Path, effort: "Effort", as_json: bool) -> "list[Checkpoint]":
    """Do the units in processes of this machine."""
    import threading

    from api.batch.run import run

    closing = threading.Event()

    def work(on_stage: OnStage, on_end: "OnEnd") -> "list[Checkpoint]":
        try:
            return run(planned, out, effort, on_end, closing)
        except KeyboardInterrupt:
            closing.set()
            raise

    return _shown(work, planned, out, as_json)


def _by_service(planned: "list[Unit]", out: Path, url: str, as_json: bool) -> "list[Checkpoint]":
    """Have the units done by the service, which goes on however this command ends."""
    from api.batch.asking import check
    from api.batch.by_service import run
    from api.batch.remote import KEY, ServiceAway, connected

    def work(on_stage: OnStage, on_end: "OnEnd") -> "list[Checkpoint]":
        with connected(url, os.environ.get(KEY, "")) as remote:
            return run(planned, out, remote, on_stage, on_end)

    check(planned, out)
    try:
        found = _shown(work, planned, out, as_json)
    except ServiceAway as error:
        leave(f"{error}\n{LATER}", FAULT, as_json)
    except KeyboardInterrupt:
        leave(f"interrupted; {LATER}", INTERRUPTED, as_json)
    keys = {unit.name: unit.key for unit in planned}
    if num_others := sum(one.state == "done" and one.key != keys[one.name] for one in found):
        typer.echo(
            f"warning: {num_others} plans are not of these files by these versions of Peakcrew and "
            "OR-Tools: the service has others, and is asked again next time",
            err=True,
        )
    return found


def _shown(work: Work, planned: "list[Unit]", out: Path, as_json: bool) -> "list[Checkpoint]":
    """Do the units under a progress bar, and write the tables."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from api.batch.tables import write_tables

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as progress:
        task = progress.add_task("plans", total=len(planned))

        def on_stage(text: str) -> None:
            progress.update(task, description=text)

        def on_end(one: "Checkpoint") -> None:
            progress.update(task, advance=1, description=f"{one.site}, {one.scenario}")

        found = work(on_stage, on_end)
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
