"""Bring a database to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from api.storage.database import Database

FOLDER = Path(__file__).parent / "migrations"


class MigrationNeeded(Exception):
    """The database is not that of this version."""


def config(database: Database) -> Config:
    """Alembic's view of a database; its connection is ours, so that every pragma holds."""
    found = Config()
    found.set_main_option("script_location", str(FOLDER))
    found.attributes["engine"] = database.engine
    return found


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to a revision, or downgrade with ``-1`` or a name that lies before."""
    back = revision.startswith("-") or revision == "base"
    run = command.downgrade if back else command.upgrade
    run(config(database), revision)


def current(database: Database) -> str | None:
    """The revision that the database has; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this version of the program wants."""
    found = Config()
    found.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(found).get_current_head()


def require_current(database: Database) -> None:
    """Raise MigrationNeeded unless the database is that of this version."""
    found, wanted = current(database), newest()
    if found != wanted:
        raise MigrationNeeded(
            f"the database is at {found or 'nothing'}, this version needs {wanted}: "
            "run peakcrew migrate"
        )
