"""Sessions: whole or nothing, one writer at a time, instants in UTC."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import StatementError

from api.security.tenants import create_tenant
from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import AuditHead, Key, Tenant
from tests.postgres import cluster, sqlalchemy_url


def test_a_failed_block_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            session.add(Tenant(name="acme"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as session:
        assert session.scalars(select(Tenant)).all() == []


def test_instants_come_back_in_utc(database: Database) -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2026, 10, 25, 2, 30, tzinfo=there)
    with database.write() as session:
        session.add(Tenant(name="acme", created_at=at))
    with database.read() as session:
        found = session.scalars(select(Tenant)).one().created_at
    assert found == at
    assert found.utcoffset() == timedelta(0)


def test_a_naive_instant_is_a_fault(database: Database) -> None:
    query = select(Tenant).where(Tenant.created_at < datetime(2026, 1, 1))
    with database.read() as session, pytest.raises(StatementError, match="without a zone"):
        session.scalars(query)


def test_a_snapshot_does_not_move(database: Database) -> None:
    count = select(func.count()).select_from(Tenant)
    with database.snapshot() as session:
        before = session.scalar(count)
        with database.write() as other:
            other.add(Tenant(name="acme"))
        assert session.scalar(count) == before == 0
    with database.read() as session:
        assert session.scalar(count) == 1


def test_a_database_that_was_away_in_a_pause_is_not_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.storage.database.PING_AFTER_SECONDS", 0.0)
    with cluster() as server:
        database = Database(sqlalchemy_url(server.create("away")))
        for _ in range(2):
            with database.read() as session:
                assert session.execute(text("SELECT 1")).scalar_one() == 1
            server.stop("immediate")
            server.start()
        with database.write() as session:
            assert session.execute(text("SELECT 1")).scalar_one() == 1
        database.close()


def test_no_update_is_lost_between_writers(database: Database) -> None:
    with database.write() as session:
        tenant = create_tenant(session, "acme")[0]
        start = session.get_one(AuditHead, tenant.id).number

    def count() -> None:
        for _ in range(20):
            with database.write() as session:
                head = session.scalars(
                    select(AuditHead).where(AuditHead.tenant_id == tenant.id).with_for_update()
                ).one()
                head.number += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.get_one(AuditHead, tenant.id).number == start + 80


def test_a_reader_does_not_wait_for_the_writer(database: Database) -> None:
    with database.write() as session:
        create_tenant(session, "acme")
    with database.write() as writer:
        writer.execute(update(Tenant).values(name="renamed"))
        with database.read() as reader:
            assert reader.scalars(select(Tenant.name)).one() == "acme"


def test_sqlite_keeps_what_was_acknowledged(database: Database) -> None:
    if not database.is_sqlite:
        with database.read() as session:
            assert session.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
        return
    with database.read() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert session.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_a_key_goes_with_its_tenant(database: Database) -> None:
    with database.write() as session:
        create_tenant(session, "acme")
    with database.read() as session:
        assert session.scalars(select(Key)).one().created_at <= now().astimezone(UTC)
