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
    redial: Annotated[
        float, typer.Option(min=0, max=0.95, help="Share of those who hang up who call again.")
    ] = 0.0,
    redial_minutes: Annotated[
        float, typer.Option(min=0.1, max=1440, help="Minutes after which they do, on average.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Simulate a schedule contact by contact, beside what it predicted."""
    with errors(as_json):
        from api.output import check_output
        from api.simulation.figures import rows
        from api.simulation.files import FILES, document, write_simulation
        from api.simulation.page import lines
        from api.simulation.run import Asked, run

        check_output(out, FILES)
        asked = Asked(replications, seed, actuals, problem, redial, redial_minutes)
        simulation = run(site, schedule, asked)
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
