"""``peakcrew policies``: what each declared policy changes, and what it costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.options import AsJson, StopFile
from api.outcome import errors, print_json

if TYPE_CHECKING:
    from scheduler.explain.policy_effects import PolicyEffect, Worked


def policies(
    schedule: Annotated[Path, typer.Argument(help="A schedule file, format peakcrew.schedule/1.")],
    problem: Annotated[
        Path | None,
        typer.Option(help="Its problem file; by default problem.json beside the schedule."),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(min=0.1, max=86400, help="Seconds that each search may take.")
    ] = 30,
    gap: Annotated[
        float, typer.Option(min=0, max=0.99, help="Stop a search when so much could be saved.")
    ] = 0.0,
    stop_file: StopFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare a schedule with the best one found without each of its policies."""
    with errors(as_json):
        from dataclasses import replace

        from api.asking import read_asked
        from api.stop_file import stop_event
        from api.terminal import Terminal
        from scheduler.explain.policy_effects import policy_effects

        asked = read_asked(schedule, problem)
        parameters = replace(asked.parameters, time_limit=time_limit, gap=gap)
        with stop_event(stop_file) as stop, Terminal(quiet=as_json) as terminal:
            found = list(
                policy_effects(
                    asked.problem, asked.shifts, asked.bound, parameters, terminal.progress, stop
                )
            )
        currency = asked.problem.currency
        if as_json:
            rows = [_effect_json(one) for one in found]
            print_json({"currency": currency, "policies": rows})
            return
        for one in found:
            _tell(one, currency)
        if not found:
            typer.echo("the problem has no policy with a price")


def _tell(one: "PolicyEffect", currency: str) -> None:
    from scheduler.export.words import amount, hours, percent

    least, most = amount(one.least, currency), amount(one.most, currency)
    typer.echo(f"{one.name} ({one.kind})")
    typer.echo(f"  costs {most if one.least == one.most else f'{least} to {most}'}")
    typer.echo(f"  of which {amount(one.charged, currency)} are its own price")
    for title, worked in (("with it", one.given), ("without", one.without)):
        group, against = hours(worked.group), hours(worked.against)
        typer.echo(
            f"  {title}: {amount(worked.cost, currency)} beside it, {group} hours of the group "
            f"({percent(worked.share)}), {against} hours against it"
        )


def _effect_json(one: "PolicyEffect") -> dict[str, Any]:
    from scheduler.contract.units import amount

    return {
        "name": one.name,
        "kind": one.kind,
        "charged": amount(one.charged),
        "costs_at_least": amount(one.least),
        "costs_at_most": amount(one.most),
        "with": _worked_json(one.given),
        "without": _worked_json(one.without),
    }


def _worked_json(worked: "Worked") -> dict[str, Any]:
    from scheduler.contract.units import amount

    return {
        "cost_beside": amount(worked.cost),
        "group_hours": round(worked.group / 60, 2),
        "group_share": round(worked.share, 4),
        "hours_against": round(worked.against / 60, 2),
    }
