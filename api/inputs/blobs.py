"""File contents by their SHA-256: kept once, never changed."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.storage.tables import Blob


def keep(session: Session, tenant_id: str, content: bytes) -> str:
    """Keep a content; returns its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    if session.get(Blob, (tenant_id, sha256)) is None:
        blob = Blob(tenant_id=tenant_id, sha256=sha256, size=len(content), content=content)
        session.merge(blob)
        session.flush()
    return sha256


def content(session: Session, tenant_id: str, sha256: str) -> bytes:
    """A content that is known to be kept."""
    return session.get_one(Blob, (tenant_id, sha256)).content


def contents(session: Session, tenant_id: str, files: Mapping[str, str]) -> dict[str, bytes]:
    """Contents by file name, of names with their SHA-256."""
    query = select(Blob).where(Blob.tenant_id == tenant_id, Blob.sha256.in_(files.values()))
    by_hash = {blob.sha256: blob.content for blob in session.scalars(query)}
    return {name: by_hash[sha256] for name, sha256 in files.items()}
