"""All that is kept on one worker, as JSON."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.inputs.tables import rows_of
from api.schemas.subject import InputOfSubject, SubjectDocument
from api.site.read import TABLES
from api.storage.base import Base
from api.storage.tables import (
    Assignment,
    AuditEntry,
    Feed,
    FeedEvent,
    Key,
    Offer,
    OutboxEvent,
    Person,
    ReviewRequest,
    ScheduleVersion,
    SiteInput,
)
from api.trace.entries import entry_fields
from scheduler.contract.units import amount

ABOUT_WORKERS = tuple(name for name, columns in TABLES.items() if "worker_id" in columns.known)
SHOWN: dict[type[Base], tuple[str, ...]] = {
    FeedEvent: ("uid", "queue", "start_at", "end_at", "is_cancelled", "sequence", "changed_at"),
    Offer: ("id", "kind", "state", "queue", "start_at", "end_at", "before_start_at",
            "before_end_at", "expires_at", "answered_at", "created_at"),
    ReviewRequest: ("id", "version_id", "shift", "text", "state", "created_at", "due_at",
                    "decided_at", "decided_by", "answer"),
    Feed: ("id", "created_at", "revoked_at"),
    Key: ("id", "name", "role", "created_at", "expires_at", "revoked_at", "last_used_at"),
    OutboxEvent: ("id", "topic", "state", "payload", "created_at", "delivered_at"),
}  # fmt: skip


def subject_data(session: Session, person: Person) -> SubjectDocument:
    """Everything about a worker: what was handed in, planned, told, asked, and decided."""
    site_id, worker_id = person.site_id, person.worker_id

    def own(table: type[Any]) -> Select[Any]:
        return select(table).where(table.site_id == site_id, table.worker_id == worker_id)

    lists = {
        "shifts": _shown(session, FeedEvent, own(FeedEvent).order_by(FeedEvent.start_at)),
        "offers": _shown(session, Offer, own(Offer).order_by(Offer.created_at)),
        "reviews": _shown(session, ReviewRequest, own(ReviewRequest)),
        "feeds": _shown(session, Feed, own(Feed)),
        "keys": [_fields(key, SHOWN[Key]) for key in _keys(session, person)],
        "messages": _shown(
            session, OutboxEvent, select(OutboxEvent).where(OutboxEvent.recipient == person.id)
        ),
    }
    subjects = [str(row["id"]) for rows in lists.values() for row in rows if "id" in row]
    return SubjectDocument(
        worker_id=worker_id,
        site_id=site_id,
        name=person.name,
        email=person.email,
        language=person.language,
        known_since=person.created_at,
        inputs=_inputs(session, person),
        assignments=_assignments(session, person),
        audit=_audit(session, person, [person.id, *subjects]),
        **lists,
    )


def _shown(session: Session, table: type[Any], query: Select[Any]) -> list[dict[str, Any]]:
    return [_fields(row, SHOWN[table]) for row in session.scalars(query)]


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _keys(session: Session, person: Person) -> list[Key]:
    query = select(Key).where(Key.tenant_id == person.tenant_id, Key.worker_id == person.worker_id)
    return [key for key in session.scalars(query) if (key.site_ids or [""])[0] == person.site_id]


def _inputs(session: Session, person: Person) -> list[InputOfSubject]:
    """His rows in every table of each state; a table that is as in the state before is left out."""
    query = select(SiteInput).where(SiteInput.site_id == person.site_id)
    before: dict[str, list[dict[str, str]]] = {}
    found = []
    for state in session.scalars(query.order_by(SiteInput.number)):
        tables = {name: _rows(session, state, name, person.worker_id) for name in ABOUT_WORKERS}
        changed = {name: rows for name, rows in tables.items() if rows != before.get(name, [])}
        before = tables
        if changed:
            known = {"id": state.id, "number": state.number, "created_at": state.created_at}
            found.append(InputOfSubject(**known, tables=changed))
    return found


def _rows(session: Session, state: SiteInput, name: str, worker_id: str) -> list[dict[str, str]]:
    return list(rows_of(session, state, name, {"worker_id": worker_id})[:])


def _assignments(session: Session, person: Person) -> list[dict[str, Any]]:
    """Shifts in all versions, with how far each version came."""
    query = (
        select(Assignment, ScheduleVersion.state)
        .join(ScheduleVersion, ScheduleVersion.id == Assignment.version_id)
        .where(Assignment.site_id == person.site_id, Assignment.worker_id == person.worker_id)
        .order_by(Assignment.start_at, Assignment.id)
    )
    names = ("version_id", "shift_id", "queue", "template", "start_at", "end_at", "minutes")
    return [
        {**_fields(row, names), "cost": amount(row.cost), "state": state}
        for row, state in session.execute(query)
    ]


def _audit(session: Session, person: Person, subjects: list[str]) -> list[dict[str, Any]]:
    query = select(AuditEntry).where(
        AuditEntry.tenant_id == person.tenant_id, AuditEntry.subject.in_(subjects)
    )
    return [entry_fields(one) for one in session.scalars(query.order_by(AuditEntry.number))]
