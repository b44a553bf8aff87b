"""How the service's commands end: a sentence and an exit code, never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from api.outcome import BAD_INPUT, FAULT, errors


@contextmanager
def service_errors(as_json: bool = False) -> Iterator[None]:
    """As ``errors``, and for wrong settings, and a database that is away or of another version."""
    with errors(as_json):
        from pydantic import ValidationError
        from sqlalchemy.exc import SQLAlchemyError

        from api.http.problems import Problem
        from api.storage.migrate import MigrationNeeded

        try:
            yield
        except ValidationError as error:
            for one in error.errors():
                place = "_".join(str(part) for part in one["loc"])
                # A setting is named as it is set; the rest are options of the command.
                name = f"PEAKCREW_{place.upper()}: " if place and error.title == "Settings" else ""
                typer.echo(f"{name}{one['msg']}", err=True)
            raise typer.Exit(BAD_INPUT) from error
        except (MigrationNeeded, Problem) as error:
            typer.echo(str(getattr(error, "detail", error)), err=True)
            raise typer.Exit(BAD_INPUT) from error
        except SQLAlchemyError as error:
            # The text of the error may hold the address of the database with its password.
            typer.echo(f"the database does not answer: {type(error).__name__}", err=True)
            raise typer.Exit(FAULT) from error
