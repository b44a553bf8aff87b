"""Migrations and models agree, on both databases, forwards and back."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

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


def test_one_step_back_and_forth_with_rows_in_it(database: Database) -> None:
    from api.security.tenants import create_tenant

    with database.write() as session:
        create_tenant(session, "acme")
    if newest() != "0001":  # back from the first step, nothing would be left
        migrate(database, "-1")
        migrate(database)
        with database.read() as session:
            assert session.execute(text("SELECT name FROM tenants")).scalar_one() == "acme"


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
