"""How a command ends: what it prints, and its exit code. Never a traceback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import typer

from api.packages import PackagesMixed, check_packages

FAULT = 1
DIFFERENT = 1
BAD_INPUT = 2
NO_SCHEDULE = 3
INTERRUPTED = 130


@contextmanager
def errors(as_json: bool) -> Iterator[None]:
    """Name what is wrong and leave with the exit code of the contract."""
    try:
        check_packages()
    except PackagesMixed as error:
        leave(str(error), BAD_INPUT, as_json)
    from api.output import OutputRefused
    from api.site.problems import SiteInvalid
    from forecasts.errors import ForecastError
    from scheduler.errors import NoSchedule, ProblemInvalid, SchedulerError

    try:
        yield
    except (SiteInvalid, ProblemInvalid, OutputRefused, ForecastError) as error:
        leave(str(error), BAD_INPUT, as_json)
    except BrokenPipeError:
        raise  # whoever reads has enough, and typer ends quietly
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        leave(f"{place}{error.strerror or error}", BAD_INPUT, as_json)
    except NoSchedule as error:
        leave(str(error), NO_SCHEDULE, as_json)
    except SchedulerError as error:
        leave(f"internal fault: {error}", FAULT, as_json)
    except KeyboardInterrupt:
        leave("interrupted, nothing was written", INTERRUPTED, as_json)


def tell_schedule(problem: Any, schedule: Any, as_json: bool, **files: Path) -> None:
    """The schedule in a few lines or as JSON, and where it was written."""
    from api.terminal import summary_lines
    from scheduler.contract.units import amount

    kept = schedule.run.get("kept_pins", [])
    if as_json:
        print_json(
            {
                "status": schedule.status,
                "stop_reason": schedule.run["stop_reason"],
                "objective": amount(schedule.objective),
                "bound": amount(schedule.bound),
                "gap": round(schedule.gap, 6),
                "costs": {term: amount(value) for term, value in schedule.costs.items()},
                "shifts": len(schedule.shifts),
                "solve_seconds": round(schedule.solve_seconds, 2),
                **({"kept_pins": kept} if kept else {}),
                **{name: str(path) for name, path in files.items()},
            }
        )
        return
    for line in kept:
        typer.echo(f"warning: kept against a rule: {line}", err=True)
    for line in summary_lines(problem, schedule):
        typer.echo(line)
    for name, path in files.items():
        typer.echo(f"{name.replace('_', ' ')}: {path}")


def print_json(document: dict[str, Any]) -> None:
    """One JSON document on one line."""
    # ASCII, so that the terminal's encoding can neither change nor refuse a letter.
    typer.echo(json.dumps(document))


def leave(message: str, code: int, as_json: bool) -> NoReturn:
    """End the command with a message and an exit code."""
    if as_json:
        print_json({"error": message.splitlines()})
    else:
        typer.echo(message, err=True)
    raise typer.Exit(code)
