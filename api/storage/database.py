"""How the tables are reached: a session to read with, and one to write with."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

SQLITE_PRAGMAS = (
    # Readers never wait for the writer, and what was answered "accepted" survives a power cut.
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
    # What is deleted is overwritten: who was erased is in no page of the file.
    "PRAGMA secure_delete=ON",
)
PING_AFTER_SECONDS = 1.0
_WRITES, _ASIDE = "peakcrew_writes", "peakcrew_aside"


class Database:
    """One database, SQLite or PostgreSQL, used alike.

    SQLite is for one machine. It lets one writer in at a time, and whoever begins to write with
    a read loses against another at once, without waiting; so each writing session begins as
    one, and those of one process queue up fairly before they get that far.

    PostgreSQL has connections for reads apart: without transactions, whose begin and end are a
    journey each. At most four times ``pool_size`` connections in all.
    """

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = self.reading = _sqlite(url, pool_size)
        else:
            self.engine = _postgresql(url, pool_size, "READ COMMITTED")
            self.reading = _postgresql(url, pool_size, "AUTOCOMMIT")
        self._one_writer = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing; each statement may see a newer state."""
        # Closed without a rollback of its own, which would empty every row that was read.
        with Session(self.reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that changes nothing and sees one state from beginning to end."""
        with Session(self.engine, expire_on_commit=False) as session:
            if not self.is_sqlite:  # where each transaction is a snapshot
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are there as a whole when the block ends, or not at all."""
        with self._one_writer, Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={_WRITES: True})
            yield session
            session.commit()

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self.reading.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self.reading.dispose()


def _sqlite(url: str, pool_size: int) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=2 * pool_size, max_overflow=2 * pool_size)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver would begin transactions by itself, and not as writing ones.
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: str, pool_size: int, isolation: IsolationLevel) -> Engine:
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=pool_size, isolation_level=isolation,
        pool_reset_on_return=None if isolation == "AUTOCOMMIT" else "rollback",
    )  # fmt: skip
    event.listen(engine, "checkin", _put_aside)
    event.listen(engine, "checkout", _ping_after_a_pause)
    return engine


def _put_aside(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_ASIDE] = time.monotonic()


def _ping_after_a_pause(connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
    """A database that was away meanwhile is noticed before a request is.

    Not with every use, as the pool would do by itself: that is one more journey for each.
    """
    if time.monotonic() - record.info.get(_ASIDE, time.monotonic()) < PING_AFTER_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as error:
        raise InvalidatePoolError from error
