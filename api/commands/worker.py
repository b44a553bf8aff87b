"""``peakcrew worker``: does the service's jobs."""

from typing import Annotated

import typer

from api.service_errors import service_errors


def worker(
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when no job waits.")
    ] = False,
) -> None:
    """Do the service's jobs, one at a time; run as many of these as there are cores for."""
    with service_errors():
        from api.http.logs import set_up_logs
        from api.jobs.dispatch import require_dispatch, worker_of
        from api.settings import Settings
        from api.storage.database import Database
        from api.storage.migrate import require_current

        settings = Settings()
        set_up_logs(settings)
        database = Database(settings.url, pool_size=1)
        require_current(database)
        require_dispatch(database, settings)
        one = worker_of(database, settings)
        one.close_on_signals()
        one.work(until_idle)
