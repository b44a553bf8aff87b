"""``peakcrew migrate``: bring the database to this version."""

from typing import Annotated

import typer

from api.options import AsJson
from api.service_errors import service_errors


def migrate(
    revision: Annotated[
        str, typer.Option("--to", help="A revision; -1 is one step back.")
    ] = "head",
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether it is needed (exit code 2).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the service's database to the tables of this version."""
    with service_errors(as_json):
        from api.jobs import dispatch
        from api.outcome import print_json
        from api.settings import Settings
        from api.storage import migrate as steps
        from api.storage.database import Database

        settings = Settings()
        database = Database(settings.url)
        if check:
            steps.require_current(database)
            dispatch.require_dispatch(database, settings)
        else:
            steps.migrate(database, revision)
            dispatch.prepare_dispatch(database, settings)
        found = steps.current(database)
        if as_json:
            print_json({"revision": found})
        else:
            typer.echo(f"the database is at {found or 'nothing'}")
