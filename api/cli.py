"""The command line. Heavy parts are imported inside the commands, so that help comes at once."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from api.packages import PackagesMixed, check_packages

app = typer.Typer(
    name="peakcrew",
    help="Plan the humans behind an AI help desk: forecast, bot share, proven micro-shifts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

BAD_INPUT = 2
FAULT = 1

SitePath = Annotated[Path, typer.Argument(help="Folder of the site (site.toml and tables).")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for the result.")]
TimeLimit = Annotated[
    float, typer.Option(min=0.1, max=86400, help="Seconds the optimiser may search.")
]
Threads = Annotated[int, typer.Option(min=1, max=256, help="Solver threads.")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the search.")]
Gap = Annotated[
    float, typer.Option(min=0, max=0.99, help="Stop when at most this share could be saved.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON, for scripts.")]


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
    as_json: AsJson = False,
) -> None:
    """Plan a site: forecast, staffing, proven schedule, report and lists for the workers."""
    with _errors(as_json):
        from api.pipeline import plan as plan_site
        from api.terminal import Terminal
        from scheduler.solver.parameters import Parameters

        with Terminal(quiet=as_json) as terminal:
            planned = plan_site(
                site,
                out,
                Parameters(time_limit, workers, seed, gap),
                terminal.stage,
                terminal.progress,
            )
        for note in () if as_json else planned.report.notes:
            terminal.say(f"note: {note}")
        _tell_schedule(planned.problem, planned.schedule, as_json, report=out / "report.html")


@app.command()
def solve(
    problem: Annotated[Path, typer.Argument(help="A problem file, format peakcrew.problem/1.")],
    out: Annotated[Path, typer.Option("--out", help="Schedule file to write.")],
    time_limit: TimeLimit = 60,
    workers: Threads = 8,
    seed: Seed = 1,
    gap: Gap = 0.0,
    as_json: AsJson = False,
) -> None:
    """Solve a problem file: the bare optimiser."""
    with _errors(as_json):
        from api.output import OutputRefused, result_file
        from api.terminal import Terminal
        from scheduler import Parameters
        from scheduler import solve as find
        from scheduler.contract.problem_file import read_problem
        from scheduler.contract.schedule_file import schedule_json

        if out.resolve() == problem.resolve():
            raise OutputRefused(f"{out}: is the problem itself; choose another file")
        with result_file(out) as file:
            data = read_problem(problem)
            with Terminal(quiet=as_json) as terminal:
                schedule = find(data, Parameters(time_limit, workers, seed, gap), terminal.progress)
            file.write_text(schedule_json(data, schedule), encoding="utf-8")
        _tell_schedule(data, schedule, as_json, schedule_file=out)


@app.command()
def check(site: SitePath, as_json: AsJson = False) -> None:
    """Check a site folder and list every problem at once, each with file, line and column."""
    with _errors(as_json):
        from api.checking import find_problems
        from api.site.problems import problem_lines
        from scheduler.export.words import count

        problems, notes = find_problems(site)
        if as_json:
            _print_json(
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
    with _errors(as_json):
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
            _print_json(
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
    with _errors(as_json):
        from scheduler.contract.problem_file import read_problem
        from scheduler.contract.schedule_file import read_shifts
        from scheduler.contract.units import amount, cents
        from scheduler.export.words import count
        from scheduler.validation import costs, violations

        data = read_problem(problem)
        document, shifts = read_shifts(schedule, data)
        broken = [str(one) for one in violations(data, shifts)]
        terms = {} if broken else costs(data, shifts)
        objective = sum(terms.values())
        if not broken and objective != cents(document.objective):
            broken.append(
                f"objective: the file says {document.objective:.2f}, "
                f"its shifts cost {amount(objective):.2f}"
            )
        if as_json:
            _print_json(
                {
                    "violations": broken,
                    "costs": {key: amount(value) for key, value in terms.items()},
                }
            )
        else:
            for line in broken:
                typer.echo(line)
            typer.echo(
                count(len(broken), "violation")
                if broken
                else f"valid: {len(shifts)} shifts, cost {amount(objective):,.2f} {data.currency}"
            )
        if broken:
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
    with _errors(as_json):
        from api.export import export_again

        paths = export_again(problem, schedule, out, site, revision)
        if as_json:
            _print_json({"files": [str(path) for path in paths]})
        else:
            typer.echo(f"{len(paths)} files: {out / 'report.html'}")


def _tell_schedule(problem: Any, schedule: Any, as_json: bool, **files: Path) -> None:
    from api.terminal import summary_lines
    from scheduler.contract.units import amount

    if as_json:
        _print_json(
            {
                "status": schedule.status,
                "objective": amount(schedule.objective),
                "bound": amount(schedule.bound),
                "gap": round(schedule.gap, 6),
                "costs": {term: amount(value) for term, value in schedule.costs.items()},
                "shifts": len(schedule.shifts),
                "solve_seconds": round(schedule.solve_seconds, 2),
                **{name: str(path) for name, path in files.items()},
            }
        )
        return
    for line in summary_lines(problem, schedule):
        typer.echo(line)
    for name, path in files.items():
        typer.echo(f"{name.replace('_', ' ')}: {path}")


def _print_json(document: dict[str, Any]) -> None:
    # ASCII, so that the terminal's encoding can neither change nor refuse a letter.
    typer.echo(json.dumps(document))


@contextmanager
def _errors(as_json: bool) -> Iterator[None]:
    """Name what is wrong and leave with the exit code of the contract; never a traceback."""
    try:
        check_packages()
    except PackagesMixed as error:
        _leave(str(error), BAD_INPUT, as_json)
    from api.output import OutputRefused
    from api.site.problems import SiteInvalid
    from forecasts.errors import ForecastError
    from scheduler.errors import ProblemInvalid, SchedulerError

    try:
        yield
    except (SiteInvalid, ProblemInvalid, OutputRefused, ForecastError) as error:
        _leave(str(error), BAD_INPUT, as_json)
    except BrokenPipeError:
        raise  # whoever reads has enough, and typer ends quietly
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _leave(f"{place}{error.strerror or error}", BAD_INPUT, as_json)
    except SchedulerError as error:
        _leave(f"internal fault: {error}", FAULT, as_json)
    except KeyboardInterrupt:
        _leave("interrupted, nothing was written", 130, as_json)


def _leave(message: str, code: int, as_json: bool) -> NoReturn:
    if as_json:
        _print_json({"error": message.splitlines()})
    else:
        typer.echo(message, err=True)
    raise typer.Exit(code)


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
