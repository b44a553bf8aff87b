"""The way of a version to the workers, and what of a late change is theirs to decide."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.schedules.publication import publish
from api.schedules.terms import Terms, terms_of
from api.security.principal import Principal
from api.storage.base import now
from api.storage.tables import FeedEvent, Offer, OutboxEvent, ScheduleVersion, WebhookEndpoint
from tests.api.serving import Tester
from tests.api.versions import MONDAY, TINY, bring_to, make_site, make_version, shift, step

Told = dict[str, list[tuple[float, bool, int]]]


def told(tester: Tester) -> Told:
    """By worker: hours after Monday, cancelled or not, sequence."""
    found: Told = {}
    with tester.database.read() as session:
        for one in session.scalars(select(FeedEvent).order_by(FeedEvent.start_at)):
            hours = (one.start_at - MONDAY) / timedelta(hours=1)
            found.setdefault(one.worker_id, []).append((hours, one.is_cancelled, one.sequence))
    return found


def test_from_draft_to_the_workers(tester: Tester) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8), shift("W2", 1, 8)])
    bring_to(tester, path, "published")
    found = tester.get(path).json()
    assert (found["proposed_by"], found["approved_by"]) == ("P. Planner", "A. Approver")
    assert found["consent_reference"] == "BV 7"
    assert told(tester) == {"W1": [(8, False, 0)], "W2": [(32, False, 0)]}


def test_the_next_version_supersedes_and_only_changes_are_told(tester: Tester) -> None:
    site = make_site(tester)
    first = make_version(tester, site, [shift("W1", 0, 8), shift("W2", 1, 8), shift("W3", 2, 8)])
    bring_to(tester, first, "published")
    second = make_version(tester, site, [shift("W1", 0, 8), shift("W2", 1, 10), shift("W4", 3, 8)])
    bring_to(tester, second, "approved")
    answer = step(tester, second, "publish", "planner").json()
    assert answer["changes"] == {"kept": 1, "moved": 1, "dropped": 1, "added": 1}
    assert tester.get(first).json()["state"] == "superseded"
    assert told(tester) == {
        "W1": [(8, False, 0)],
        "W2": [(34, False, 1)],
        "W3": [(56, True, 1)],
        "W4": [(80, False, 0)],
    }
    compared = tester.get(f"{second}/changes?since=1").json()
    assert {one["kind"] for one in compared["changes"]} == {"moved", "dropped", "added"}
    assert compared["num_kept"] == 1


def test_a_shift_that_comes_back_is_the_same_event(tester: Tester) -> None:
    site = make_site(tester)
    for shifts in ([shift("W1", 0, 8)], [], [shift("W1", 0, 8)]):
        bring_to(tester, make_version(tester, site, shifts), "published")
    assert told(tester) == {"W1": [(8, False, 2)]}


def test_published_again_unchanged_nobody_is_told_anything(tester: Tester) -> None:
    site = make_site(tester)
    for _ in range(3):
        bring_to(tester, make_version(tester, site, [shift("W1", 0, 8)]), "published")
    assert told(tester) == {"W1": [(8, False, 0)]}


@pytest.mark.parametrize(
    ("state", "action", "allowed"),
    [
        ("draft", "approve", ["propose"]),
        ("draft", "publish", ["propose"]),
        ("draft", "withdraw", ["propose"]),
        ("proposed", "publish", ["approve", "reject"]),
        ("published", "propose", ["withdraw"]),
        ("published", "publish", ["withdraw"]),
    ],
)
def test_steps_that_a_state_does_not_allow(
    tester: Tester, state: str, action: str, allowed: list[str]
) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    if state != "draft":
        bring_to(tester, path, state)
    bodies: dict[str, Any] = {"withdraw": {"reason": "x"}, "publish": None}
    answer = step(tester, path, action, "admin", bodies.get(action, {"person": "x"}))
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_state")
    assert answer.json()["allowed"] == allowed
    assert tester.get(path).json()["state"] == state


def test_whoever_proposed_cannot_approve(tester: Tester) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    assert step(tester, path, "propose", "admin", {"person": "x"}).status_code == 200
    answer = step(tester, path, "approve", "admin", {"person": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "four_eyes")


@pytest.mark.parametrize(
    ("role", "status"), [("planner", 403), ("auditor", 403), ("approver", 200)]
)
def test_who_may_approve(tester: Tester, role: str, status: int) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    bring_to(tester, path, "proposed")
    body = {"person": "x", "consent_reference": "BV 1"}
    assert step(tester, path, "approve", role, body).status_code == status


def test_rejected_it_is_a_draft_again(tester: Tester) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    bring_to(tester, path, "approved")
    answer = step(tester, path, "reject", "approver", {"reason": "too many nights"}).json()
    assert (answer["state"], answer["approved_by"]) == ("draft", None)
    assert answer["reason"] == "too many nights"


def test_withdrawn_its_shifts_to_come_are_cancelled(tester: Tester) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    bring_to(tester, path, "published")
    assert step(tester, path, "withdraw", "planner", {"reason": "fire"}).status_code == 200
    assert told(tester) == {"W1": [(8, True, 1)]}


def test_days_are_in_force_once(tester: Tester) -> None:
    site = make_site(tester)
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 8)]), "published")
    other = make_version(tester, site, [shift("W1", 3, 8)], first=MONDAY.date() + timedelta(days=3))
    bring_to(tester, other, "approved")
    answer = step(tester, other, "publish", "planner")
    assert (answer.status_code, answer.json()["code"]) == (409, "days_taken")
    later = make_version(tester, site, [shift("W1", 7, 8)], first=MONDAY.date() + timedelta(days=7))
    bring_to(tester, later, "published")


def test_a_stale_etag_and_none(tester: Tester) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    body = {"person": "x"}
    assert tester.post(f"{path}/propose", body).status_code == 428
    stale = tester.post(f"{path}/propose", body, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["current"]) == (412, '"1"')


def test_the_works_council_is_asked_where_the_rules_ask_for_it(tester: Tester) -> None:
    import re

    profile = re.search(r'rule_profile = "\w+"', TINY["site.toml"])
    assert profile is not None
    path = make_version(tester, make_site(tester, **{profile[0]: 'rule_profile = "de"'}), [])
    bring_to(tester, path, "proposed")
    answer = step(tester, path, "approve", "approver", {"person": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "consent_needed")
    stated = {"person": "x", "consent_reference": "BV Dienstplan 2026/4"}
    assert step(tester, path, "approve", "approver", stated).status_code == 200


def test_notice_follows_the_rules_of_the_site() -> None:
    files = {name: text.encode() for name, text in TINY.items()}
    assert terms_of(files, now()).firm_from == {}


def late(tester: Tester, path: str, hours_before: float, firm: float) -> int:
    """Publish so many hours before Monday 08:00, with ``firm`` hours of notice; offers made."""
    at = MONDAY + timedelta(hours=8 - hours_before)
    terms = Terms(False, {f"W{n}": at + timedelta(hours=firm) for n in range(1, 6)})
    schedule, number = path.split("/")[3], int(path.rsplit("/", 1)[1])
    with tester.database.write() as session:
        version = session.scalars(
            select(ScheduleVersion).where(
                ScheduleVersion.schedule_id == schedule, ScheduleVersion.number == number
            )
        ).one()
        asking = Principal("key_x", tester.tenant_id, "x", "planner")
        return publish(session, asking, version, terms, at).offers


def test_a_change_after_the_deadline_is_an_offer(tester: Tester) -> None:
    site = make_site(tester)
    bring_to(
        tester, make_version(tester, site, [shift("W1", 0, 8), shift("W2", 0, 8)]), "published"
    )
    second = make_version(tester, site, [shift("W2", 0, 9), shift("W3", 0, 8), shift("W4", 3, 8)])
    bring_to(tester, second, "approved")
    assert late(tester, second, hours_before=10, firm=24) == 3
    assert told(tester) == {
        "W1": [(8, False, 0)],
        "W2": [(8, False, 0)],
        "W4": [(80, False, 0)],
    }
    offers = {one["worker_id"]: one for one in tester.get("/v1/offers").json()["items"]}
    assert {worker: one["kind"] for worker, one in offers.items()} == {
        "W1": "dropped", "W2": "moved", "W3": "added",
    }  # fmt: skip
    for worker, given in (("W1", "accept"), ("W2", "accept"), ("W3", "decline")):
        answer = tester.post(f"/v1/offers/{offers[worker]['id']}/{given}")
        assert answer.status_code == 200, answer.text
    assert told(tester) == {
        "W1": [(8, True, 1)],
        "W2": [(9, False, 1)],
        "W4": [(80, False, 0)],
    }
    again = tester.post(f"/v1/offers/{offers['W1']['id']}/decline")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_state")


def test_what_is_past_is_left_alone(tester: Tester) -> None:
    site = make_site(tester)
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 8)]), "published")
    second = make_version(tester, site, [shift("W2", 0, 8), shift("W2", 4, 8)])
    bring_to(tester, second, "approved")
    assert late(tester, second, hours_before=-2, firm=0) == 0
    assert told(tester) == {"W1": [(8, False, 0)], "W2": [(104, False, 0)]}


def test_open_offers_lapse_with_their_version(tester: Tester) -> None:
    site = make_site(tester)
    first = make_version(tester, site, [shift("W1", 0, 8)])
    bring_to(tester, first, "approved")
    assert late(tester, first, hours_before=10, firm=24) == 1
    bring_to(tester, make_version(tester, site, []), "published")
    offer = tester.get("/v1/offers").json()["items"][0]
    assert offer["state"] == "lapsed"
    assert tester.post(f"/v1/offers/{offer['id']}/accept").status_code == 409


def test_a_worker_answers_for_himself_only(tester: Tester) -> None:
    site = make_site(tester)
    path = make_version(tester, site, [shift("W1", 0, 8), shift("W2", 0, 8)])
    bring_to(tester, path, "approved")
    late(tester, path, hours_before=10, firm=24)
    tester.keys["W1"] = tester.key("worker", site_ids=[site], worker_id="W1")
    mine = tester.get("/v1/offers", "W1").json()["items"]
    assert [one["worker_id"] for one in mine] == ["W1"]
    with tester.database.read() as session:
        theirs = session.scalars(select(Offer.id).where(Offer.worker_id == "W2")).one()
    assert tester.post(f"/v1/offers/{theirs}/accept", role="W1").status_code == 404
    assert tester.post(f"/v1/offers/{mine[0]['id']}/accept", role="W1").status_code == 200
    assert tester.post(f"/v1/offers/{theirs}/accept", role="auditor").status_code == 403
    assert tester.get("/v1/schedules", "W1").status_code == 403


def test_a_publication_is_in_the_outbox_with_what_it_did(tester: Tester) -> None:
    with tester.database.write() as session:
        for topics in ([], ["schedule.published"], ["offer.answered"]):
            session.add(
                WebhookEndpoint(
                    tenant_id=tester.tenant_id, url="https://x.test/", secret="s", topics=topics
                )
            )
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    bring_to(tester, path, "published")
    with tester.database.read() as session:
        events = session.scalars(select(OutboxEvent)).all()
    assert [(one.channel, one.topic) for one in events] == [("webhook", "schedule.published")] * 2


def test_publishing_twice_with_one_key_is_done_once(tester: Tester) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    bring_to(tester, path, "approved")
    headers = {"Idempotency-Key": "p1", "If-Match": tester.get(path).headers["ETag"]}
    first, again = (
        tester.post(f"{path}/publish", None, "planner", headers=headers) for _ in range(2)
    )
    assert (first.status_code, again.content) == (200, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
