"""Requests for a review: asked by a worker, answered by a named person, in time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from api.delivery.mail import compose
from api.storage.base import now
from api.storage.tables import (
    AuditEntry,
    OutboxEvent,
    Person,
    ReviewRequest,
    ScheduleVersion,
    WebhookEndpoint,
)
from tests.api.serving import Tester
from tests.api.versions import bring_to, make_site, make_version, shift

TEXT = "Why do I always get the nights?"
ANSWER = {"person": "P. Planner", "outcome": "changed", "answer": "You are right; we changed it."}


@pytest.fixture
def site(tester: Tester) -> str:
    site = make_site(tester)
    for worker in ("W1", "W2"):
        tester.keys[worker] = tester.key("worker", site_ids=[site], worker_id=worker)
    return site


def ask(tester: Tester, role: str = "W1", **more: Any) -> Any:
    return tester.post("/v1/reviews", {"text": TEXT, **more}, role)


def decide(tester: Tester, path: str, role: str = "planner", **changes: Any) -> Any:
    headers = {"If-Match": tester.get(path).headers["ETag"]}
    return tester.post(f"{path}/decide", {**ANSWER, **changes}, role, headers=headers)


def test_from_the_question_to_the_answer(tester: Tester, site: str) -> None:
    with tester.database.write() as session:
        session.execute(
            update(Person).where(Person.worker_id == "W1").values(email="w@example.com")
        )
        session.add(WebhookEndpoint(tenant_id=tester.tenant_id, url="https://x", secret="s"))
    asked = ask(tester)
    assert asked.status_code == 201, asked.text
    path = asked.headers["Location"]
    made = asked.json()
    assert (made["state"], made["worker_id"], made["is_overdue"]) == ("open", "W1", False)
    with tester.database.read() as session:
        row = session.get_one(ReviewRequest, made["id"])
        days = (row.due_at - row.created_at) / timedelta(days=1)
    assert days == pytest.approx(tester.settings.review_days, abs=0.01)
    assert [one["id"] for one in tester.get("/v1/reviews", "planner").json()["items"]] == [
        made["id"]
    ]
    done = decide(tester, path)
    assert done.status_code == 200, done.text
    mine = tester.get(path, "W1").json()
    assert (mine["state"], mine["answer"]) == ("changed", ANSWER["answer"])
    assert mine["decided_by"] == ANSWER["person"]
    again = decide(tester, path)
    assert (again.status_code, again.json()["code"]) == (409, "illegal_state")
    with tester.database.read() as session:
        events = session.scalars(select(OutboxEvent)).all()
        assert sorted((one.channel, one.topic) for one in events) == [
            ("email", "review.decided"),
            ("webhook", "review.decided"),
            ("webhook", "review.requested"),
        ]
        letter = next(compose(session, one, now()) for one in events if one.channel == "email")
        told = [str(one.payload) for one in events]
        told += session.scalars(select(AuditEntry.facts))
    assert letter is not None
    assert "answered your request" in letter.text
    assert not any(TEXT in one or ANSWER["answer"] in one or "Planner" in one for one in told)


def test_what_is_overdue(tester: Tester, site: str) -> None:
    late, in_time = (ask(tester).json()["id"] for _ in range(2))
    with tester.database.write() as session:
        row = session.get_one(ReviewRequest, late)
        row.due_at = now() - timedelta(hours=1)
    found = tester.get("/v1/reviews?overdue=true", "planner").json()["items"]
    assert [(one["id"], one["is_overdue"]) for one in found] == [(late, True)]
    rest = tester.get("/v1/reviews?overdue=false", "planner").json()["items"]
    assert [one["id"] for one in rest] == [in_time]
    assert decide(tester, f"/v1/reviews/{late}").status_code == 200
    assert tester.get("/v1/reviews?overdue=true", "planner").json()["items"] == []
    entry = tester.get("/v1/audit?action=review.decided", "auditor").json()["items"][0]
    assert entry["facts"]["is_late"] is True


def test_what_a_request_may_be_about(tester: Tester, site: str) -> None:
    path = make_version(tester, site, [shift("W1", 0, 8), shift("W2", 0, 8)])
    with tester.database.read() as session:
        version = session.scalars(select(ScheduleVersion.id)).one()
    assert ask(tester, version_id=version).status_code == 404  # a draft is no decision
    bring_to(tester, path, "published")
    uids = {
        worker: tester.get("/v1/me/shifts", worker).json()["shifts"][0]["uid"]
        for worker in ("W1", "W2")
    }
    found = ask(tester, version_id=version, shift_uid=uids["W1"]).json()
    assert (found["version_id"], found["shift"]["uid"]) == (version, uids["W1"])
    assert ask(tester, shift_uid=uids["W2"]).status_code == 404
    for wrong in ({"text": ""}, {"text": "x" * 4001}, {"version_id": "x"}, {"worker_id": "W2"}):
        assert ask(tester, **wrong).status_code == 422


def test_who_sees_and_who_answers(tester: Tester, site: str) -> None:
    path = ask(tester).headers["Location"]
    assert ask(tester, "planner").status_code == 403
    assert tester.get(path, "W2").status_code == 404
    assert tester.get("/v1/reviews", "W2").json()["items"] == []
    assert tester.get(path, "stranger").status_code == 404
    for role, status in (("W1", 403), ("auditor", 403), ("approver", 200)):
        assert decide(tester, path, role).status_code == status, role


def test_the_answer_has_an_etag_and_a_person(tester: Tester, site: str) -> None:
    path = ask(tester).headers["Location"]
    assert tester.post(f"{path}/decide", ANSWER, "planner").status_code == 428
    stale = {"If-Match": '"9"'}
    assert tester.post(f"{path}/decide", ANSWER, "planner", headers=stale).status_code == 412
    for wrong in ({"person": ""}, {"outcome": "open"}, {"answer": " "}):
        assert decide(tester, path, **wrong).status_code == 422
