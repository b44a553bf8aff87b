"""File contents by their SHA-256: kept once, never changed."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.storage.base import now
from api.storage.tables import Blob

YOUNG = timedelta(hours=1)
INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def keep(session: Session, tenant_id: str, content: bytes) -> str:
    """Keep a content; returns its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not _is_there(session, tenant_id, sha256):
        # Of two that keep the same new content at once, the second waits and leaves it alone.
        insert = INSERTS[session.get_bind().dialect.name](Blob)
        row = {"tenant_id": tenant_id, "sha256": sha256, "size": len(content)}
        session.execute(
            insert.values(**row, content=content, created_at=now()).on_conflict_do_nothing()
        )
    return sha256


def _is_there(session: Session, tenant_id: str, sha256: str) -> bool:
    """Whether a content is kept already, and from now on wanted again.

    The janitor throws old ones away that nothing refers to; an old one is made young first.
    """
    one = (Blob.tenant_id == tenant_id, Blob.sha256 == sha256)
    at = session.scalar(select(Blob.created_at).where(*one))
    if at is None or at > now() - YOUNG:
        return at is not None
    again = update(Blob).where(*one).values(created_at=now()).returning(Blob.sha256)
    return session.scalar(again) is not None


def content(session: Session, tenant_id: str, sha256: str) -> bytes:
    """A content that is known to be kept."""
    return session.get_one(Blob, (tenant_id, sha256)).content


def contents(session: Session, tenant_id: str, files: Mapping[str, str]) -> dict[str, bytes]:
    """Contents by file name, of names with their SHA-256."""
    query = select(Blob).where(Blob.tenant_id == tenant_id, Blob.sha256.in_(files.values()))
    by_hash = {blob.sha256: blob.content for blob in session.scalars(query)}
    return {name: by_hash[sha256] for name, sha256 in files.items()}
