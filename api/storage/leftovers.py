"""What was deleted, also gone from where databases keep it a while longer."""

import sqlite3

from sqlalchemy import text
from sqlalchemy.engine import make_url

from api.storage.database import Database

WAIT_SECONDS = 5.0
# Tables that an erasure changes.
TABLES = (
    "people",
    "site_inputs",
    "blobs",
    "schedule_versions",
    "review_requests",
    "outbox",
    "keys",
    "idempotency",
)


def drop_leftovers(database: Database) -> bool:
    """Throw old states of rows away; False if somebody was still reading them.

    SQLite: the log of changes is carried over into the file and emptied; the file itself holds
    nothing that was deleted (``secure_delete``). PostgreSQL: VACUUM. Back-ups are not reached.
    """
    if database.is_sqlite:
        return _empty_log(str(make_url(database.url).database))
    with database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text(f"VACUUM {', '.join(TABLES)}"))
    return True


def _empty_log(path: str) -> bool:
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS)
    try:
        is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return not is_busy
