"""API keys: made once, shown once, kept as a hash."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from api.security.principal import Principal
from api.storage.base import now
from api.storage.tables import Key
from api.storage.tables.access import Role

# 256 random bits need no slow hash: nobody can try them all.
SECRET_BYTES = 32
_SHAPE = re.compile(r"^pk_([0-9a-f]{24})_([A-Za-z0-9_-]{43})$")


def make_key(
    tenant_id: str,
    name: str,
    role: Role,
    *,
    site_ids: list[str] | None = None,
    worker_id: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[Key, str]:
    """A new key and the text that opens with it, which is kept nowhere."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = Key(
        tenant_id=tenant_id,
        name=name,
        role=role,
        secret_hash=secret_hash(secret),
        site_ids=site_ids,
        worker_id=worker_id,
        expires_at=expires_at,
    )
    return key, f"pk_{key.id.removeprefix('key_')}_{secret}"


def secret_hash(secret: str) -> bytes:
    """How secrets of keys and feeds are kept."""
    return hashlib.sha256(secret.encode()).digest()


def principal_of(session: Session, presented: str) -> tuple[Key, Principal] | None:
    """Whose key this is; None for one that is unknown, wrong, expired or revoked."""
    shape = _SHAPE.match(presented)
    key = session.get(Key, f"key_{shape[1]}") if shape else None
    if shape is None or key is None:
        return None
    is_right = hmac.compare_digest(key.secret_hash, secret_hash(shape[2]))
    if not is_right or key.revoked_at is not None:
        return None
    if key.expires_at is not None and key.expires_at <= now():
        return None
    sites = None if key.site_ids is None else tuple(key.site_ids)
    role: Role = key.role  # type: ignore[assignment]
    return key, Principal(key.id, key.tenant_id, key.name, role, sites, key.worker_id)
