"""Webhooks against a real receiver: signed, repeated, given up, sent again; and never inwards."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from api.delivery.addresses import AddressRefused, check_url, resolve
from api.delivery.dispatcher import Dispatcher
from api.delivery.outbox import announce
from api.settings import Settings
from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import OutboxEvent, WebhookEndpoint
from tests.api.delivery.receiver import Receiver, receiving
from tests.api.serving import Tester

INWARDS = {"webhook_private_hosts": ("localhost",), "webhook_allow_http": True}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def settings(tester: Tester, **more: Any) -> Settings:
    quick = {"delivery_pause_seconds": 0.01, "delivery_timeout_seconds": 1.0, **INWARDS, **more}
    return tester.settings.model_copy(update=quick)


def hook(tester: Tester, receiver: Receiver, topics: list[str] | None = None) -> WebhookEndpoint:
    with tester.database.write() as session:
        made = WebhookEndpoint(
            tenant_id=tester.tenant_id,
            url=receiver.url,
            secret="whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            topics=topics or [],
        )
        session.add(made)
    return made


def say(tester: Tester, number: int = 1, topic: str = "schedule.published") -> None:
    with tester.database.write() as session:
        announce(session, tester.tenant_id, topic, {"number": number})


def deliver(tester: Tester, **more: Any) -> None:
    """Until nothing is pending."""
    dispatcher = Dispatcher(tester.database, settings(tester, **more))
    end = time.monotonic() + 20
    while states(tester).count("pending"):
        dispatcher.step()
        assert time.monotonic() < end
        time.sleep(0.01)


def states(tester: Tester) -> list[str]:
    with tester.database.read() as session:
        return list(session.scalars(select(OutboxEvent.state)))


def test_an_event_arrives_signed(tester: Tester, receiver: Receiver) -> None:
    made = hook(tester, receiver)
    say(tester, 7)
    deliver(tester)
    headers, body = receiver.got[0]
    assert Webhook(made.secret).verify(body, headers)["data"] == {"number": 7}
    other = Webhook("whsec_" + "A" * 32)
    with pytest.raises(WebhookVerificationError):
        other.verify(body, headers)
    assert json.loads(body)["type"] == "schedule.published"
    assert states(tester) == ["delivered"]


def test_only_the_topics_that_were_asked_for(tester: Tester, receiver: Receiver) -> None:
    hook(tester, receiver, ["offer.answered"])
    say(tester)
    assert states(tester) == []


@pytest.mark.parametrize("answers", [[500], [503, 429], [302], [404, 400, 500]])
def test_what_fails_comes_again_under_the_same_id(
    tester: Tester, receiver: Receiver, answers: list[int]
) -> None:
    receiver.answers = list(answers)
    hook(tester, receiver)
    say(tester)
    deliver(tester)
    assert len(receiver.got) == len(answers) + 1
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert states(tester) == ["delivered"]


def test_a_receiver_that_hangs_is_not_waited_for(tester: Tester, receiver: Receiver) -> None:
    receiver.hangs = 3.0
    hook(tester, receiver)
    say(tester)
    begun = time.monotonic()
    deliver(tester, delivery_attempts=1, delivery_timeout_seconds=0.3)
    assert time.monotonic() - begun < 3.0
    assert states(tester) == ["dead"]
    receiver.hangs = 0.0


def test_given_up_it_is_listed_and_can_be_sent_again(tester: Tester, receiver: Receiver) -> None:
    receiver.answers = [500] * 3
    hook(tester, receiver)
    say(tester)
    deliver(tester, delivery_attempts=3)
    dead = tester.get("/v1/deliveries?state=dead").json()["items"]
    assert [(one["attempts"], one["last_error"]) for one in dead] == [(3, "status 500")]
    assert tester.get("/v1/deliveries?state=dead", "stranger").json()["items"] == []
    path = f"/v1/deliveries/{dead[0]['id']}/replay"
    assert tester.post(path, role="stranger").status_code == 404
    assert tester.post(path).status_code == 202
    assert tester.post(path).status_code == 409
    deliver(tester)
    assert states(tester) == ["delivered"]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_a_receiver_that_is_gone_gets_no_more(tester: Tester, receiver: Receiver) -> None:
    receiver.answers = [410]
    hook(tester, receiver)
    say(tester)
    deliver(tester)
    say(tester)
    assert states(tester) == ["dead"]


def test_a_redirect_is_not_followed(tester: Tester, receiver: Receiver) -> None:
    with receiving() as inner:
        receiver.answers, receiver.location = [307], inner.url
        hook(tester, receiver)
        say(tester)
        deliver(tester, delivery_attempts=1)
        assert inner.got == []
    assert states(tester) == ["dead"]


def test_a_secret_is_shown_once_and_rotates_with_overlap(
    tester: Tester, receiver: Receiver
) -> None:
    object.__setattr__(tester.client.app.state.service, "settings", settings(tester))  # type: ignore[attr-defined]
    made = tester.post("/v1/webhooks", {"url": receiver.url}).json()
    path = f"/v1/webhooks/{made['id']}"
    assert "secret" not in tester.get(path).json()
    tag = {"If-Match": tester.get(path).headers["ETag"]}
    assert tester.post(f"{path}/rotate", {}).status_code == 428
    fresh = tester.post(f"{path}/rotate", {"overlap_hours": 1}, headers=tag).json()
    say(tester)
    deliver(tester)
    headers, body = receiver.got[0]
    for secret in (made["secret"], fresh["secret"]):
        Webhook(secret).verify(body, headers)
    with tester.database.write() as session:
        session.execute(update(WebhookEndpoint).values(previous_until=now() - timedelta(seconds=1)))
    say(tester)
    deliver(tester)
    headers, body = receiver.got[1]
    Webhook(fresh["secret"]).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(body, headers)
    tag = {"If-Match": tester.get(path).headers["ETag"]}
    assert tester.call("DELETE", path, headers=tag).status_code == 204
    say(tester)
    assert len(states(tester)) == 2


def test_killed_between_sending_and_marking_it_comes_twice_and_never_not(
    tester: Tester, receiver: Receiver, database_url: str
) -> None:
    hook(tester, receiver)
    say(tester)
    receiver.hangs = 2.0
    environment = {
        **os.environ,
        "PEAKCREW_DATABASE_URL": database_url.replace("postgresql+psycopg", "postgresql"),
        "PEAKCREW_WEBHOOK_PRIVATE_HOSTS": '["localhost"]',
        "PEAKCREW_WEBHOOK_ALLOW_HTTP": "true",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "deliver"], env=environment, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + 30
    while not receiver.got and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    receiver.hangs = 0.0
    assert states(tester) == ["pending"]
    with tester.database.write() as session:  # as if the lease had run out
        session.execute(update(OutboxEvent).values(lease_until=now() - timedelta(seconds=1)))
    deliver(tester)
    assert len(receiver.got) == 2
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert states(tester) == ["delivered"]


def test_two_dispatchers_do_not_send_twice(tester: Tester, receiver: Receiver) -> None:
    import threading

    hook(tester, receiver)
    for number in range(30):
        say(tester, number)
    threads = [threading.Thread(target=deliver, args=(tester,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.got) == 30
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 30


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "https://10.0.0.7/",
        "https://192.168.1.1:8443/", "https://172.16.0.1/", "https://2130706433/", "https://0x7f.1/",
        "https://0.0.0.0/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1]/", "https://[fd00::1]/",
        "https://localhost/", "https://224.0.0.1/", "https://100.64.0.1/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        resolve(url, Settings())


@pytest.mark.parametrize(
    "url", ["http://example.com/", "ftp://example.com/", "https://", "https://a:b@example.com/"]
)
def test_urls_that_are_refused_at_once(sqlite_tester: Tester, url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url, Settings())
    assert sqlite_tester.post("/v1/webhooks", {"url": url}).status_code == 422


def test_a_private_receiver_is_refused_when_it_is_called(
    tester: Tester, receiver: Receiver
) -> None:
    """The name is looked up at each call, so one that later leads inwards is refused then."""
    hook(tester, receiver)
    say(tester)
    deliver(tester, delivery_attempts=1, webhook_private_hosts=())
    assert receiver.got == []
    assert "private network" in tester.get("/v1/deliveries").json()["items"][0]["last_error"]


def test_what_was_not_committed_is_not_sent(database: Database) -> None:
    from api.security.tenants import create_tenant

    with database.write() as session:
        tenant = create_tenant(session, "acme")[0].id
        session.add(WebhookEndpoint(tenant_id=tenant, url="https://x.test/", secret="s"))

    def fail() -> None:
        with database.write() as session:
            announce(session, tenant, "schedule.published", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as session:
        assert session.scalars(select(OutboxEvent)).all() == []
