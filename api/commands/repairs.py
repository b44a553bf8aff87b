"""``peakcrew repairs``: what to do about missing workers, each line solved."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from api.options import AsJson, Seed, Threads
from api.outcome import errors, print_json


def repairs(
    schedule: Annotated[Path, typer.Argument(help="Schedule file.")],
    problem: Annotated[
        Path | None, typer.Option(help="Problem file; else problem.json beside the schedule.")
    ] = None,
    site: Annotated[Path | None, typer.Option(help="Site folder, for the workers' groups.")] = None,
    top: Annotated[int, typer.Option(min=1, max=50, help="How many repairs to solve.")] = 5,
    time_limit: Annotated[
        float, typer.Option(min=0.1, max=86400, help="Seconds that each solve may take.")
    ] = 30,
    workers: Threads = 8,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option("--out", help="JSON file to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Rank the cheapest repairs of a schedule that lacks workers, each confirmed by a solve."""
    with errors(as_json):
        from contextlib import nullcontext

        from api.explaining import beside, repairs_of
        from api.export import read_report
        from api.output import result_file
        from api.terminal import Terminal
        from scheduler.explain.repairs import for_json
        from scheduler.export.words import count
        from scheduler.solver.parameters import Parameters

        with nullcontext() if out is None else result_file(out) as file:
            report = read_report(beside(schedule, problem), schedule, site)
            with Terminal(quiet=as_json) as terminal:
                parameters = Parameters(time_limit, workers, seed)
                found = repairs_of(report, top, parameters, terminal.stage)
            document = for_json(found, report.problem.currency)
            if file is not None:
                text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
                file.write_text(text, encoding="utf-8")
        if as_json:
            print_json(document)
            return
        for line in _lines(document):
            typer.echo(line)
        if not found.repairs:
            typer.echo(f"nothing to repair: {count(found.num_candidates, 'candidate')}")


def _lines(document: dict[str, object]) -> list[str]:
    """A sentence for each repair."""
    rows, currency = document["repairs"], document["currency"]
    assert isinstance(rows, list)
    return [
        f"{number}. {row['words']}: {_worth(row, str(currency))}"
        for number, row in enumerate(rows, start=1)
    ]


def _worth(row: dict[str, Any], currency: str) -> str:
    least, most = row["proven_per_week"], row["at_most_per_week"]
    if not row["is_settled"]:
        return f"not settled in the time given, at most {most:,.2f} {currency} a week"
    proof = "proven" if least == most else f"proven: {least:,.2f} to {most:,.2f}"
    return (
        f"worth {row['value_per_week']:,.2f} {currency} a week, "
        f"{row['value_per_week_and_person']:,.2f} for each person ({proof})"
    )
