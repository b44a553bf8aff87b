"""The audit log: added to by many at once, and every change of the past is seen."""

import json
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.audit.chain import Broken, add, canonical, verify
from api.security.tenants import create_tenant
from api.storage.append_only import protect, unprotect
from api.storage.database import Database


@pytest.fixture
def tenant(database: Database) -> str:
    with database.write() as session:
        return create_tenant(session, "acme")[0].id


def fill(database: Database, tenant: str, num: int) -> None:
    for number in range(num):
        with database.write() as session:
            add(session, tenant, "key_1", "human", "site.changed", "site_1", {"n": number})


def found(database: Database, tenant: str) -> Broken | None:
    with database.snapshot() as session:
        return verify(session, tenant)


def test_a_chain_that_nobody_touched_is_whole(database: Database, tenant: str) -> None:
    fill(database, tenant, 5)
    assert found(database, tenant) is None


def test_many_writers_make_one_chain(database: Database, tenant: str) -> None:
    threads = [threading.Thread(target=fill, args=(database, tenant, 10)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found(database, tenant) is None
    with database.snapshot() as session:
        assert session.execute(text("SELECT count(*) FROM audit")).scalar_one() == 51


def test_the_database_refuses_changes(database: Database, tenant: str) -> None:
    for change in ("UPDATE audit SET facts = '{}'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="only ever added to"), database.write() as session:
            session.execute(text(change))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE audit SET facts = '[]' WHERE number = 4", "was changed"),
        ("UPDATE audit SET actor = 'key_2' WHERE number = 4", "was changed"),
        ("DELETE FROM audit WHERE number = 4", "is missing"),
        ("DELETE FROM audit WHERE number >= 4", "at the end are missing"),
    ],
)
def test_a_change_past_the_triggers_is_named(
    database: Database, tenant: str, change: str, why: str
) -> None:
    fill(database, tenant, 6)
    with database.engine.begin() as connection:
        unprotect(connection)
        connection.execute(text(change))
        protect(connection)
    broken = found(database, tenant)
    assert broken is not None
    assert broken.number == 4
    assert why in broken.why


def test_rewriting_one_entry_whole_breaks_the_next(database: Database, tenant: str) -> None:
    """Whoever also makes the hash anew is found at the entry that follows."""
    from api.audit.chain import entry_hash
    from api.storage.tables import AuditEntry

    fill(database, tenant, 6)
    with database.engine.begin() as connection:
        unprotect(connection)
    with database.write() as session:
        entry = session.get_one(AuditEntry, (tenant, 4))
        entry.facts = "{}"
        entry.hash = entry_hash(entry)
    broken = found(database, tenant)
    assert broken == Broken(tenant, 5, "does not follow the entry before")


def test_facts_are_canonical() -> None:
    assert canonical({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'
    assert json.loads(canonical({"a": [1, None, True]})) == {"a": [1, None, True]}
    with pytest.raises(TypeError, match="no floats"):
        canonical({"a": [0.1]})
