"""Keys: made once, good until they expire or are revoked, and never across tenants."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.security.keys import make_key, principal_of
from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import Key
from tests.api.serving import Tester


def test_the_text_of_a_key_is_kept_nowhere(tester: Tester) -> None:
    made = tester.post("/v1/keys", {"name": "for the planner", "role": "planner"}).json()
    secret = made["key"].rsplit("_", 1)[1]
    with tester.database.read() as session:
        rows = session.scalars(select(Key)).all()
    assert all(secret not in repr(row) for row in rows)
    assert "key" not in tester.get("/v1/keys").json()["items"][0]


def test_a_revoked_key_is_out_at_once(tester: Tester) -> None:
    made = tester.post("/v1/keys", {"name": "x", "role": "admin"}).json()
    tester.keys["new"] = made["key"]
    assert tester.get("/v1/keys", "new").status_code == 200
    assert tester.call("DELETE", f"/v1/keys/{made['id']}").status_code == 204
    assert tester.get("/v1/keys", "new").status_code == 401


@pytest.mark.parametrize("seconds", [-1, 3600])
def test_a_key_expires(tester: Tester, seconds: int) -> None:
    tester.keys["short"] = tester.key("admin", expires_at=now() + timedelta(seconds=seconds))
    expected = 401 if seconds < 0 else 200
    assert tester.get("/v1/keys", "short").status_code == expected


@pytest.mark.parametrize("role", ["planner", "approver", "auditor"])
def test_only_admins_make_keys(tester: Tester, role: str) -> None:
    answer = tester.post("/v1/keys", {"name": "x", "role": "admin"}, role)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_another_tenant_has_other_keys(tester: Tester) -> None:
    mine = {one["id"] for one in tester.get("/v1/keys").json()["items"]}
    theirs = {one["id"] for one in tester.get("/v1/keys", "stranger").json()["items"]}
    assert mine
    assert theirs
    assert not mine & theirs
    taken = tester.call("DELETE", f"/v1/keys/{mine.pop()}", "stranger")
    assert (taken.status_code, taken.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "role": "king"},
        {"name": "x", "role": "worker"},
        {"name": "x", "role": "planner", "worker_id": "w1"},
        {"name": "", "role": "planner"},
        {"name": "x\x07", "role": "planner"},
        {"name": "x", "role": "planner", "power": 9000},
        {"name": 5, "role": "planner"},
        {"name": "x", "role": "planner", "expires_at": "2030-01-01T00:00:00"},
    ],
)
def test_a_wrong_key_is_refused_by_field(sqlite_tester: Tester, body: dict[str, object]) -> None:
    answer = sqlite_tester.post("/v1/keys", body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "presented",
    ["", "pk_", "pk_0_x", "pk_" + "0" * 24 + "_" + "a" * 43, "Basic x", "pk_ä", "x" * 5000],
)
def test_what_is_no_key_is_401(sqlite_tester: Tester, presented: str) -> None:
    headers = {"Authorization": f"Bearer {presented}".encode()}
    answer = sqlite_tester.client.get("/v1/keys", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_secret_of_a_known_key(database: Database) -> None:
    from api.security.tenants import create_tenant

    with database.write() as session:
        tenant = create_tenant(session, "acme")[0]
        key, text = make_key(tenant.id, "x", "admin")
        session.add(key)
        session.flush()
        wrong = text[:-1] + ("A" if text[-1] != "A" else "B")
        assert principal_of(session, text) is not None
        assert principal_of(session, wrong) is None
