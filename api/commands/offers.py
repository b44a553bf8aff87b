"""``peakcrew offers``: whom to offer an open shift, and when."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson
from api.outcome import errors, print_json


def offers(
    schedule: Annotated[Path, typer.Argument(help="The schedule.")],
    shift: Annotated[str, typer.Option(metavar="ID", help="The shift that is open.")],
    now: Annotated[str, typer.Option(metavar="INSTANT", help="When the first wave is sent.")],
    deadline: Annotated[str, typer.Option(metavar="INSTANT", help="When it must be filled.")],
    problem: Annotated[
        Path | None, typer.Option(help="Its problem; by default problem.json beside the schedule.")
    ] = None,
    needed: Annotated[int, typer.Option(min=1, help="Places of such a shift to fill.")] = 1,
    wave_minutes: Annotated[int, typer.Option(min=1, help="Time to answer.")] = 30,
    target: Annotated[
        float, typer.Option(min=0.01, max=0.999999, help="Probability of filling them all.")
    ] = 0.95,
    acceptance: Annotated[
        float, typer.Option(min=0, max=1, help="Probability that somebody accepts.")
    ] = 0.5,
    acceptance_file: Annotated[
        Path | None,
        typer.Option(help='JSON instead: {"default": 0.5, "workers": {"w017": 0.8}}.'),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Plan offer waves for an open shift: the fewest people who fill it in time."""
    with errors(as_json):
        from api.offering import Offer, wave_lines, waves_json, waves_of
        from api.planned import read_planned

        planned = read_planned(schedule, problem)
        offer = Offer(
            shift, now, deadline, needed, wave_minutes, target, acceptance, acceptance_file
        )
        found, plan = waves_of(planned, offer)
        if as_json:
            print_json(waves_json(planned.problem, found, plan))
            return
        for line in wave_lines(planned.problem, found, plan, target):
            typer.echo(line)
