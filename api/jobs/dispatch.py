"""How jobs find their workers: by the jobs table alone, or woken by procrastinate."""

from api.jobs import scale_out
from api.jobs.worker import Worker
from api.settings import Settings
from api.storage.database import Database


def prepare_dispatch(database: Database, settings: Settings) -> None:
    """Bring the tables that the setting needs to the installed version."""
    if settings.dispatch == "procrastinate":
        scale_out.prepare(database)


def require_dispatch(database: Database, settings: Settings) -> None:
    """Raise MigrationNeeded if the tables that the setting needs are not there."""
    if settings.dispatch == "procrastinate":
        scale_out.require_prepared(database)


def worker_of(database: Database, settings: Settings) -> Worker:
    """The worker that the setting asks for."""
    if settings.dispatch == "table":
        return Worker(database, settings)
    from api.jobs.scale_out_worker import ScaleOutWorker

    return ScaleOutWorker(database, settings)
