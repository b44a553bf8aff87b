"""``peakcrew simulate``: a schedule put to the test, contact by contact."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson, OutFolder, SitePath
from api.outcome import errors, print_json


def simulate(
    site: SitePath,
    schedule: Annotated[Path, typer.Argument(help="Schedule file, its problem beside it.")],
    out: OutFolder,
    replications: Annotated[
        int, typer.Option(min=2, max=10_000, help="Possible courses to simulate.")
    ] = 100,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the draws.")] = 1,
    actuals: Annotated[
        Path | None,
        typer.Option(help="Contacts that really came, like history.csv, instead of the forecast."),
    ] = None,
    problem: Annotated[
        Path | None, typer.Option(help="Problem file, where it is not beside the schedule.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Simulate a schedule contact by contact, beside what it predicted."""
    with errors(as_json):
        from api.simulation.figures import rows
        from api.simulation.files import document, write_simulation
        from api.simulation.page import lines
        from api.simulation.run import Asked, run

        simulation = run(site, schedule, Asked(replications, seed, actuals, problem))
        found = rows(simulation)
        paths = write_simulation(simulation, found, out)
        if as_json:
            print_json(
                document(simulation, [row for row in found if row.day is None])
                | {"files": [str(path) for path in paths]}
            )
            return
        for line in lines(found):
            typer.echo(line)
        for path in paths:
            typer.echo(path)
