"""Migrations and models agree, on both databases, forwards and back."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from api.security.tenants import create_tenant
from api.storage.base import Base
from api.storage.database import Database
from api.storage.migrate import MigrationNeeded, config, current, migrate, newest, require_current


def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    command.check(config(database))
    assert set(inspect(database.engine).get_table_names()) >= set(Base.metadata.tables)


def test_all_the_way_back_and_forth(database: Database) -> None:
    migrate(database, "base")
    assert current(database) is None
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    migrate(database)
    assert current(database) == newest()
    command.check(config(database))


def test_a_step_back_and_forth_keeps_rows_and_triggers(database: Database) -> None:
    with database.write() as session:
        create_tenant(session, "acme")
    migrate(database, "-1")
    assert current(database) != newest()
    migrate(database)
    with database.read() as session:
        assert session.execute(text("SELECT name FROM tenants")).scalar_one() == "acme"
    with pytest.raises(DBAPIError, match="only ever added to"), database.write() as session:
        session.execute(text("DELETE FROM audit"))


def test_a_database_of_another_version_is_refused(database: Database) -> None:
    require_current(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(MigrationNeeded, match="peakcrew migrate"):
        require_current(database)


def test_an_empty_database_is_refused(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'new' / 'peakcrew.db'}")
    with pytest.raises(MigrationNeeded, match="nothing"):
        require_current(empty)
    empty.close()
