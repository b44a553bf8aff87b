"""The outbox: what is to be told is written in the transaction that decides it.

So nothing is told that did not happen, and nothing that happened stays untold.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.storage.tables import OutboxEvent, Person, WebhookEndpoint


def announce(session: Session, tenant_id: str, topic: str, payload: dict[str, Any]) -> None:
    """Tell every webhook of the tenant that wants the topic."""
    query = select(WebhookEndpoint).where(
        WebhookEndpoint.tenant_id == tenant_id, WebhookEndpoint.disabled_at.is_(None)
    )
    for hook in session.scalars(query):
        if not hook.topics or topic in hook.topics:
            _put(session, tenant_id, "webhook", topic, hook.id, payload)


def write_to(
    session: Session,
    site_id: str,
    worker_ids: Iterable[str],
    topic: str,
    payload: dict[str, Any],
) -> None:
    """Write an e-mail to those of the workers whose address is known."""
    query = select(Person).where(
        Person.site_id == site_id,
        Person.worker_id.in_(list(worker_ids)),
        Person.email.is_not(None),
        Person.erased_at.is_(None),
    )
    for person in session.scalars(query):
        about = {**payload, "worker_id": person.worker_id}
        _put(session, person.tenant_id, "email", topic, person.id, about)


def _put(
    session: Session,
    tenant_id: str,
    channel: str,
    topic: str,
    recipient: str,
    payload: dict[str, Any],
) -> None:
    session.add(
        OutboxEvent(
            tenant_id=tenant_id, channel=channel, topic=topic, recipient=recipient, payload=payload
        )
    )
