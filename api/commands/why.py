"""``peakcrew why``: why a worker works a shift, or what forbids it, or what it would cost."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.options import AsJson, StopFile
from api.outcome import errors, print_json

if TYPE_CHECKING:
    from api.asking import Asked
    from scheduler.explain.answer import Answer
    from scheduler.explain.forced import Forced, Impossible


def why(
    schedule: Annotated[Path, typer.Argument(help="A schedule file, format peakcrew.schedule/1.")],
    worker: Annotated[str, typer.Option(help="Id of the worker.")],
    shift: Annotated[str, typer.Option(help="Start of the shift, such as 2026-12-28T18:00.")],
    queue: Annotated[
        str | None, typer.Option(help="Its queue; by default the one that it fits best.")
    ] = None,
    template: Annotated[
        str | None, typer.Option(help="Its template; by default the one that fits best.")
    ] = None,
    problem: Annotated[
        Path | None,
        typer.Option(help="Its problem file; by default problem.json beside the schedule."),
    ] = None,
    resolve: Annotated[
        bool,
        typer.Option(
            "--resolve/--quick",
            help="Search again with the shift forced, or answer at once with all else kept.",
        ),
    ] = True,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.1, max=86400, help="Seconds to search; by default as recorded."),
    ] = None,
    gap: Annotated[
        float | None,
        typer.Option(min=0, max=0.99, help="Gap that is good enough; by default as recorded."),
    ] = None,
    stop_file: StopFile = None,
    as_json: AsJson = False,
) -> None:
    """Why a worker works a shift; or the rule that forbids it; or the price of forcing it."""
    with errors(as_json):
        from api.asking import answer_json, asked_shifts, read_asked
        from scheduler.explain.answer import answer

        asked = read_asked(schedule, problem)
        shifts = asked_shifts(asked.problem, worker, shift, queue, template)
        found = answer(asked.standing, shifts)
        if not as_json:
            _tell(asked, found)
        forced = None
        if resolve and found.is_possible and not found.is_assigned:
            forced = _force(asked, found, time_limit, gap, stop_file, as_json)
        if as_json:
            print_json(answer_json(asked.problem, found) | _forced_json(asked, forced))
        elif forced is not None:
            _tell_forced(asked, forced)


def _force(
    asked: "Asked",
    found: "Answer",
    time_limit: float | None,
    gap: float | None,
    stop_file: Path | None,
    as_json: bool,
) -> "Forced | Impossible":
    """The second search, with the recorded parameters unless others are asked for."""
    from dataclasses import replace

    from api.stop_file import stop_event
    from api.terminal import Terminal
    from scheduler.explain.forced import force

    parameters = asked.parameters
    if time_limit is not None:
        parameters = replace(parameters, time_limit=time_limit)
    if gap is not None:
        parameters = replace(parameters, gap=gap)
    with stop_event(stop_file) as stop, Terminal(quiet=as_json) as terminal:
        return force(
            asked.problem, asked.objective, asked.bound, found.shift, parameters, found.cents,
            terminal.progress, stop,
        )  # fmt: skip


def _tell(asked: "Asked", found: "Answer") -> None:
    from scheduler.explain.words import change_in_words
    from scheduler.rules.work import name

    state = "works" if found.is_assigned else "does not work"
    typer.echo(f"{found.shift.worker} {state} {name(asked.problem, found.shift)}")
    for reason in found.reasons:
        typer.echo(f"  {reason.severity:<9} {reason}")
    if found.dropped and found.change is not None:
        given_up = "; ".join(name(asked.problem, one) for one in found.dropped)
        typer.echo(f"  instead of {given_up}: the cost changes by {change_in_words(found.change)}")


def _tell_forced(asked: "Asked", forced: "Forced | Impossible") -> None:
    from scheduler.contract.units import amount
    from scheduler.explain.forced import Impossible

    if isinstance(forced, Impossible):
        typer.echo(f"  forbidden: no schedule holds it: {forced.detail}")
        return
    currency, found = asked.problem.currency, forced.found
    low, high = amount(forced.low), amount(forced.high)
    price = f"{low:,.2f}" if forced.is_exact else f"between {low:,.2f} and {high:,.2f}"
    typer.echo(f"  forcing it, everything else free, costs {price} {currency}")
    again = f"cost {amount(found.objective):,.2f}, bound {amount(found.bound):,.2f}"
    before = f"cost {amount(asked.objective):,.2f}, bound {amount(asked.bound):,.2f}"
    typer.echo(f"  (searched again: {again}; without it: {before})")
    if found.objective < asked.objective:
        typer.echo("  (the second search is cheaper even so: the schedule was not the best one)")


def _forced_json(asked: "Asked", forced: "Forced | Impossible | None") -> dict[str, Any]:
    from scheduler.contract.units import amount
    from scheduler.explain.forced import Impossible

    if forced is None:
        return {}
    if isinstance(forced, Impossible):
        return {"forced": {"is_possible": False, "detail": forced.detail.splitlines()}}
    return {
        "forced": {
            "is_possible": True,
            "price_low": amount(forced.low),
            "price_high": amount(forced.high),
            "objective": amount(forced.found.objective),
            "bound": amount(forced.found.bound),
            "objective_without": amount(asked.objective),
            "bound_without": amount(asked.bound),
        }
    }
