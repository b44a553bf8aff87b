"""The command line. Heavy parts are imported inside the commands, so that help comes at once."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.options import (
    AsJson,
    Gap,
    KeepBrokenPins,
    MemoryLimit,
    OutFolder,
    Reproducible,
    Seed,
    SitePath,
    StopFile,
    Threads,
    TimeLimit,
)
from api.outcome import BAD_INPUT, DIFFERENT, errors, print_json, tell_schedule

app = typer.Typer(
    name="peakcrew",
    help="Plan the humans behind an AI help desk: forecast, bot share, proven micro-shifts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"peakcrew {version('peakcrew')}")
        raise typer.Exit


@app.callback()
def peakcrew(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Plan the humans behind an AI help desk: forecast, bot share, proven micro-shifts."""


@app.command()
def plan(
    site: SitePath,
    out: OutFolder,
    time_limit: TimeLimit = 40,
    workers: Threads = 8,
    seed: Seed = 1,
    gap: Gap = 0.001,
    memory_limit: MemoryLimit = None,
    reproducible: Reproducible = False,
    keep_broken_pins: KeepBrokenPins = False,
    stop_file: StopFile = None,
    as_json: AsJson = False,
) -> None:
    """Plan a site: forecast, staffing, proven schedule, report and lists for the workers."""
    with errors(as_json):
        from api.pipeline import plan as plan_site
        from api.stop_file import stop_event
        from api.terminal import Terminal
        from scheduler.solver.parameters import Parameters

        parameters = Parameters(
            time_limit, workers, seed, gap, memory_limit, reproducible, keep_broken_pins
        )
        with stop_event(stop_file) as stop, Terminal(quiet=as_json) as terminal:
            planned = plan_site(site, out, parameters, terminal.stage, terminal.progress, stop)
        for note in () if as_json else planned.report.notes:
            terminal.say(f"note: {note}")
        tell_schedule(planned.problem, planned.schedule, as_json, report=out / "report.html")


@app.command()
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


@app.command()
def replay(
    schedule: Annotated[Path, typer.Argument(help="A schedule file, format peakcrew.schedule/1.")],
    problem: Annotated[
        Path | None,
        typer.Option(help="Its problem file; by default problem.json beside the schedule."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Schedule file to write the second run to.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a schedule again as it was recorded; exit code 0 if the same comes out, 1 if not."""
    with errors(as_json):
        from contextlib import nullcontext

        from api.output import result_file
        from api.replay import read_recorded, run_again
        from api.terminal import Terminal

        recorded = read_recorded(schedule, problem)
        with nullcontext() if out is None else result_file(out) as file:
            with Terminal(quiet=as_json) as terminal:
                for warning in recorded.warnings:
                    terminal.say(f"warning: {warning}")
                again = run_again(recorded, terminal.progress)
            if file is not None:
                file.write_text(again.text, encoding="utf-8")
        if as_json:
            print_json(
                {
                    "is_same": not again.differences,
                    "differences": again.differences,
                    "warnings": recorded.warnings,
                }
            )
        else:
            for line in again.differences:
                typer.echo(line)
            typer.echo("different" if again.differences else "the same schedule again")
        if again.differences:
            raise typer.Exit(DIFFERENT)


@app.command()
def check(site: SitePath, as_json: AsJson = False) -> None:
    """Check a site folder and list every problem at once, each with file, line and column."""
    with errors(as_json):
        from api.checking import find_problems
        from api.site.problems import problem_lines
        from scheduler.export.words import count

        problems, notes = find_problems(site)
        if as_json:
            print_json(
                {
                    "problems": [
                        {"file": one.file, "line": one.line, "column": one.column,
                         "message": one.message}
                        for one in problems
                    ],
                    "notes": notes,
                }
            )  # fmt: skip
        else:
            for line in problem_lines(problems):
                typer.echo(line)
            for note in notes:
                typer.echo(f"note: {note}")
            total = count(len(problems), "problem")
            typer.echo(total if problems else f"{site}: can be planned")
        if problems:
            raise typer.Exit(BAD_INPUT)


@app.command()
def forecast(site: SitePath, out: OutFolder, as_json: AsJson = False) -> None:
    """Forecast a site's contacts and what of them needs people, without scheduling."""
    with errors(as_json):
        from api.forecast_files import write_forecast
        from api.forecasting import forecast_demand
        from api.output import result_folder
        from api.site.read import read_site

        with result_folder(out) as folder:
            data = read_site(site)
            found = forecast_demand(data)
            write_forecast(data, found, folder)
        share, low, high = found.bot_share()
        contacts = float(found.demand.contacts.mean(axis=1).sum())
        if as_json:
            print_json(
                {"human_contacts": contacts, "bot_share": share, "bot_share_90": [low, high]}
            )
            return
        for one in found.posteriors.values():
            typer.echo(f"{one.unique_id}: {one.status}, {one.reason}")
        typer.echo(f"the bot settles {share:.1%} of all contacts ({low:.1%} to {high:.1%})")
        typer.echo(f"{contacts:,.0f} contacts need a person: {out / 'demand.csv'}")


@app.command()
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


@app.command()
def export(
    problem: Annotated[Path, typer.Argument(help="Problem file.")],
    schedule: Annotated[Path, typer.Argument(help="Schedule file.")],
    out: OutFolder,
    site: Annotated[Path | None, typer.Option(help="Site folder, for the workers' names.")] = None,
    revision: Annotated[
        int, typer.Option(min=0, help="SEQUENCE of the calendar entries; raise it to update.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Write a schedule's report, spreadsheets and calendars again, for example after an edit."""
    with errors(as_json):
        from api.export import export_again

        paths = export_again(problem, schedule, out, site, revision)
        if as_json:
            print_json({"files": [str(path) for path in paths]})
        else:
            typer.echo(f"{len(paths)} files: {out / 'report.html'}")


def main() -> None:
    """Entry point of the ``peakcrew`` command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows a question mark instead of a traceback.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    # A stop from outside (a timeout, a container) keeps the best schedule like Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
