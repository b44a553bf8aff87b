"""``peakcrew validate``: a schedule judged without any solver."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson
from api.outcome import BAD_INPUT, errors, print_json


def validate(
    problem: Annotated[Path, typer.Argument(help="Problem file.")],
    schedule: Annotated[Path, typer.Argument(help="Schedule file to judge.")],
    as_json: AsJson = False,
) -> None:
    """Judge a schedule against its problem, without any solver."""
    with errors(as_json):
        from api.judging import judge
        from scheduler.contract.units import amount
        from scheduler.export.words import count

        found = judge(problem, schedule)
        if as_json:
            print_json(
                {
                    "violations": found.violations,
                    "costs": {key: amount(value) for key, value in found.costs.items()},
                    **({"kept_pins": found.kept_pins} if found.kept_pins else {}),
                }
            )
        else:
            for line in found.kept_pins:
                typer.echo(f"warning: kept against a rule: {line}")
            for line in found.violations:
                typer.echo(line)
            cost = amount(sum(found.costs.values()))
            typer.echo(
                count(len(found.violations), "violation")
                if found.violations
                else f"valid: {found.num_shifts} shifts, cost {cost:,.2f} {found.currency}"
            )
        if found.violations:
            raise typer.Exit(BAD_INPUT)
