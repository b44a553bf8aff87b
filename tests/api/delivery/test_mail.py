"""E-mails through a real SMTP server: right people, right language, nothing about others."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from api.delivery.dispatcher import Dispatcher
from api.delivery.words import WORDS
from api.languages import LANGUAGES
from api.storage.base import now
from api.storage.tables import OutboxEvent, Person
from tests.api.schedules.test_publication import late
from tests.api.serving import Tester
from tests.api.versions import bring_to, make_site, make_version, shift
from tests.postgres import free_port


class Inbox:
    """What arrived."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.letters.append(found)
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    one = Inbox()
    controller = Controller(one, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield one, controller.port
    controller.stop()


def send(tester: Tester, port: int) -> None:
    known = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_starttls": False}
    dispatcher = Dispatcher(tester.database, tester.settings.model_copy(update=known))
    while dispatcher.step():
        pass


def know(tester: Tester, worker: str, **values: Any) -> None:
    with tester.database.write() as session:
        session.execute(update(Person).where(Person.worker_id == worker).values(**values))


def text(letter: EmailMessage) -> str:
    return str(letter.get_content())


def test_who_is_concerned_is_told_in_his_language(tester: Tester, inbox: tuple[Inbox, int]) -> None:
    box, port = inbox
    site = make_site(tester)
    know(tester, "W1", email="w1@example.com", language="de", name="Zoë Ünal")
    know(tester, "W2", email="w2@example.com", language="sv")
    path = make_version(tester, site, [shift("W1", 0, 8), shift("W2", 1, 8), shift("W3", 2, 8)])
    bring_to(tester, path, "published")
    send(tester, port)
    letters = {str(one["To"]): one for one in box.letters}
    assert set(letters) == {"w1@example.com", "w2@example.com"}
    german = text(letters["w1@example.com"])
    assert "Guten Tag Zoë Ünal" in german
    assert "11. Jan." in german
    assert "08:00 – 12:00" in german
    assert "nästa pass" in text(letters["w2@example.com"])
    for worker, letter in (("W2", german), ("W1", text(letters["w2@example.com"]))):
        assert worker not in letter
    assert letters["w1@example.com"]["Subject"] == WORDS["subject.schedule.published"]["de"]


def test_cancelled_shifts_and_offers_are_in_it(tester: Tester, inbox: tuple[Inbox, int]) -> None:
    box, port = inbox
    site = make_site(tester)
    know(tester, "W1", email="w1@example.com")
    know(tester, "W2", email="w2@example.com")
    bring_to(
        tester, make_version(tester, site, [shift("W1", 0, 8), shift("W1", 4, 8)]), "published"
    )
    send(tester, port)
    box.letters.clear()
    second = make_version(tester, site, [shift("W1", 0, 8), shift("W2", 0, 8)])
    bring_to(tester, second, "approved")
    late(tester, second, hours_before=10, firm=24)
    send(tester, port)
    letters = {str(one["To"]): text(one) for one in box.letters}
    assert "CANCELLED" in letters["w1@example.com"]
    assert "additional" in letters["w2@example.com"]
    assert "answer until" in letters["w2@example.com"]


def test_nobody_who_was_erased_is_written_to(tester: Tester, inbox: tuple[Inbox, int]) -> None:
    box, port = inbox
    site = make_site(tester)
    know(tester, "W1", email="w1@example.com")
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 8)]), "published")
    know(tester, "W1", erased_at=now())
    send(tester, port)
    assert box.letters == []
    with tester.database.read() as session:
        assert session.scalars(select(OutboxEvent.state)).all() == ["dead"]


@pytest.mark.parametrize("address", ["a@b.c\nBcc: x@y.z", "nobody", "a@b.c, x@y.z", ""])
def test_an_address_cannot_carry_headers(
    tester: Tester, inbox: tuple[Inbox, int], address: str
) -> None:
    box, port = inbox
    site = make_site(tester)
    know(tester, "W1", email=address)
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 8)]), "published")
    send(tester, port)
    assert box.letters == []


def test_without_a_server_it_is_tried_again(tester: Tester) -> None:
    site = make_site(tester)
    know(tester, "W1", email="w1@example.com")
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 8)]), "published")
    Dispatcher(tester.database, tester.settings).step()
    with tester.database.read() as session:
        event = session.scalars(select(OutboxEvent)).one()
    assert (event.state, event.attempts) == ("pending", 1)
    assert event.next_attempt_at > now()


@pytest.mark.parametrize("key", WORDS)
def test_every_text_is_there_in_every_language(key: str) -> None:
    assert set(WORDS[key]) == set(LANGUAGES)
    assert all(WORDS[key].values())
