"""Keys that were good a moment ago."""

import time
from datetime import timedelta

from sqlalchemy import event, update

from api.security.known_keys import KNOWN_SECONDS, KnownKeys
from api.security.principal import Principal
from api.storage.base import now
from api.storage.tables import Key
from tests.api.serving import Tester

WHO = Principal("key_1", "tenant_1", "someone", "planner")


def test_what_is_kept_is_known_until_one_is_revoked() -> None:
    known = KnownKeys()
    assert known.get("pk_a") is None
    known.keep("pk_a", WHO, None, known.epoch)
    assert known.get("pk_a") is WHO
    assert known.get("pk_b") is None
    known.forget()
    assert known.get("pk_a") is None


def test_a_key_looked_up_before_one_was_revoked_is_not_kept() -> None:
    known = KnownKeys()
    epoch = known.epoch
    known.forget()
    known.keep("pk_a", WHO, None, epoch)
    assert known.get("pk_a") is None


def test_an_expired_key_is_not_known() -> None:
    known = KnownKeys()
    known.keep("pk_a", WHO, now() - timedelta(seconds=1), known.epoch)
    known.keep("pk_b", WHO, now() + timedelta(minutes=1), known.epoch)
    assert known.get("pk_a") is None
    assert known.get("pk_b") is WHO


def test_the_database_is_asked_once(tester: Tester) -> None:
    asked: list[str] = []
    engine = tester.database.reading
    event.listen(engine, "before_cursor_execute", lambda *it: asked.append(it[2]))
    for _ in range(3):
        assert tester.get("/v1/sites", "planner").status_code == 200
    assert sum("FROM keys" in one for one in asked) == 1


def test_a_key_revoked_by_another_process_is_out_after_a_moment(tester: Tester) -> None:
    key = tester.key("planner")
    headers = {"Authorization": f"Bearer {key}"}
    assert tester.client.get("/v1/sites", headers=headers).status_code == 200
    with tester.database.write() as session:
        session.execute(update(Key).values(revoked_at=now()))
    time.sleep(KNOWN_SECONDS + 0.1)
    assert tester.client.get("/v1/sites", headers=headers).status_code == 401
