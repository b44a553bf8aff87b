"""Entries of the audit log as they are shown and exported."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.audit.chain import Broken, verify
from api.storage.tables import AuditEntry, Tenant

FIELDS = (
    "number",
    "at",
    "actor",
    "actor_kind",
    "action",
    "subject",
    "facts",
    "previous_hash",
    "hash",
)


def entries_of(
    tenant_id: str,
    action: str | None = None,
    subject: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Select[AuditEntry]:
    """A tenant's entries; from an instant, to before another."""
    query = select(AuditEntry).where(AuditEntry.tenant_id == tenant_id)
    if action is not None:
        query = query.where(AuditEntry.action == action)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    if start is not None:
        query = query.where(AuditEntry.at >= _as_kept(start))
    if end is not None:
        query = query.where(AuditEntry.at < _as_kept(end))
    return query


def _as_kept(at: datetime) -> str:
    """An instant in the letters of the log, which sort as instants do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def entry_fields(entry: AuditEntry) -> dict[str, Any]:
    """An entry as JSON; its facts as an object again."""
    fields = {name: getattr(entry, name) for name in FIELDS}
    return {**fields, "facts": json.loads(entry.facts)}


def tenants(session: Session, name: str | None) -> list[Tenant]:
    """All tenants, or the one of a name."""
    query = select(Tenant).order_by(Tenant.created_at)
    if name is not None:
        query = query.where(Tenant.name == name)
    return list(session.scalars(query))


def exported(session: Session, tenant: Tenant) -> Iterator[str]:
    """A tenant's whole chain as JSON lines."""
    query = entries_of(tenant.id).order_by(AuditEntry.number)
    for entry in session.scalars(query.execution_options(yield_per=1000)):
        fields = {"tenant_id": tenant.id, **entry_fields(entry)}
        yield json.dumps(fields, sort_keys=True, ensure_ascii=False)


def checked(session: Session, tenant_id: str, noted: tuple[int, str] | None) -> Broken | None:
    """The first entry that is broken, or that is not the one of which the hash was noted.

    Whoever rewrites the whole log makes a chain that fits; only what was noted elsewhere shows it.
    """
    broken = verify(session, tenant_id)
    if broken is not None or noted is None:
        return broken
    number, digest = noted
    entry = session.get(AuditEntry, (tenant_id, number))
    if entry is None or entry.hash != digest:
        return Broken(tenant_id, number, "is not the entry whose hash was noted")
    return None
