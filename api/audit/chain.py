"""The audit log: each entry holds the hash of the one before, so no change stays unseen.

The hash of an entry is SHA-256 over the canonical JSON of all its fields and the hash before.
The chain holds ids, hashes and whole numbers; who a person is lies elsewhere and can be erased
without breaking it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.security.principal import Principal
from api.storage.base import now
from api.storage.tables import AuditEntry, AuditHead

ActorKind = Literal["human", "algorithm", "system"]
FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not fit, and why."""

    tenant_id: str
    number: int
    why: str


def record(
    session: Session, actor: Principal, action: str, subject: str, **facts: Any
) -> AuditEntry:
    """Add an entry for what a key's holder decided, in the transaction that does it."""
    return add(session, actor.tenant_id, actor.key_id, "human", action, subject, facts)


def add(
    session: Session,
    tenant_id: str,
    actor: str,
    actor_kind: ActorKind,
    action: str,
    subject: str,
    facts: dict[str, Any],
) -> AuditEntry:
    """Add an entry. ``facts``: text, whole numbers, booleans, lists and objects of these."""
    head = _head(session, tenant_id)
    entry = AuditEntry(
        tenant_id=tenant_id,
        number=head.number + 1,
        at=now().isoformat(timespec="microseconds"),
        actor=actor,
        actor_kind=actor_kind,
        action=action,
        subject=subject,
        facts=canonical(facts),
        previous_hash=head.hash,
        hash="",
    )
    entry.hash = entry_hash(entry)
    head.number, head.hash = entry.number, entry.hash
    session.add(entry)
    session.flush()
    return entry


def entry_hash(entry: AuditEntry) -> str:
    """The hash that an entry must have."""
    fields = {
        "tenant_id": entry.tenant_id,
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "actor_kind": entry.actor_kind,
        "action": entry.action,
        "subject": entry.subject,
        "facts": entry.facts,
        "previous_hash": entry.previous_hash,
    }
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no blanks; floats are refused, as they have many spellings."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def verify(session: Session, tenant_id: str) -> Broken | None:
    """The first broken entry of a tenant's chain, None if it is whole.

    Entries may be added meanwhile: the head that was read first has to be among what is found.
    """
    known = head_of(session, tenant_id)
    before, number = FIRST, 0
    for entry in _entries(session, tenant_id):
        number += 1
        if entry.number != number:
            return Broken(tenant_id, number, "the entry is missing")
        if entry.previous_hash != before:
            return Broken(tenant_id, number, "does not follow the entry before")
        if entry.hash != entry_hash(entry):
            return Broken(tenant_id, number, "was changed")
        before = entry.hash
        if (number, before) != known and number == known[0]:
            return Broken(tenant_id, number, "is not the one that the head names")
    if number < known[0]:
        return Broken(tenant_id, number + 1, "entries at the end are missing")
    end = head_of(session, tenant_id)
    if number > end[0]:
        return Broken(tenant_id, end[0] + 1, "the head does not know of it")
    return None


def head_of(session: Session, tenant_id: str) -> tuple[int, str]:
    """Number and hash of the last entry as they are now."""
    head = session.get(AuditHead, tenant_id, populate_existing=True)
    return (0, FIRST) if head is None else (head.number, head.hash)


def _entries(session: Session, tenant_id: str) -> Iterator[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.tenant_id == tenant_id)
    yield from session.scalars(query.order_by(AuditEntry.number).execution_options(yield_per=1000))


def _head(session: Session, tenant_id: str) -> AuditHead:
    """The end of the chain, locked until the transaction ends."""
    query = select(AuditHead).where(AuditHead.tenant_id == tenant_id).with_for_update()
    head = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if head is None:
        raise RuntimeError(f"tenant {tenant_id} has no audit head; create_tenant makes it")
    return head


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("the audit log holds no floats")
    if isinstance(value, dict):
        for one in value.values():
            _refuse_floats(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _refuse_floats(one)
