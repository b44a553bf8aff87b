"""Keys made by whoever has the machine, without a key of his own."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from api.audit.chain import add
from api.http.problems import not_found
from api.schemas.keys import NewKey
from api.security.keys import make_key
from api.security.tenants import create_tenant
from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import Key, Tenant


def create_key(
    database: Database,
    tenant_name: str,
    name: str,
    role: str,
    site_ids: list[str] | None,
    worker_id: str | None,
    days: int | None,
) -> dict[str, Any]:
    """A key for a tenant; a new tenant has its first key made with it.

    Raises ValidationError for a role or worker that a key may not have.
    """
    asked = NewKey.model_validate(
        {"name": name, "role": role, "site_ids": site_ids or None, "worker_id": worker_id}
    )
    with database.write() as session:
        named = select(Tenant).where(Tenant.name == tenant_name)
        tenant = session.scalars(named).one_or_none()
        if tenant is None:
            tenant, first, first_text = create_tenant(session, tenant_name)
            if asked.role == "admin":
                first.name, first.expires_at = asked.name, _in_days(days)
                return _made(tenant, first, first_text)
        key, text = make_key(
            tenant.id,
            asked.name,
            asked.role,
            site_ids=asked.site_ids,
            worker_id=asked.worker_id,
            expires_at=_in_days(days),
        )
        session.add(key)
        session.flush()
        facts = {"role": key.role, "site_ids": key.site_ids}
        add(session, tenant.id, "local", "human", "key.created", key.id, facts)
        return _made(tenant, key, text)


def _in_days(days: int | None) -> datetime | None:
    return None if days is None else now() + timedelta(days=days)


def _made(tenant: Tenant, key: Key, text: str) -> dict[str, Any]:
    return {"tenant": tenant.id, "id": key.id, "role": key.role, "key": text}


def list_keys(database: Database, tenant_name: str | None) -> list[dict[str, Any]]:
    """All keys, of one tenant or of all."""
    query = select(Key, Tenant).join(Tenant, Tenant.id == Key.tenant_id).order_by(Key.created_at)
    if tenant_name is not None:
        query = query.where(Tenant.name == tenant_name)
    with database.read() as session:
        return [
            {
                "tenant": tenant.name,
                "id": key.id,
                "name": key.name,
                "role": key.role,
                "expires_at": key.expires_at and key.expires_at.isoformat(),
                "revoked_at": key.revoked_at and key.revoked_at.isoformat(),
            }
            for key, tenant in session.execute(query)
        ]


def revoke_key(database: Database, key_id: str) -> dict[str, Any]:
    """End a key at once. Raises Problem if there is no such key."""
    with database.write() as session:
        key = session.get(Key, key_id)
        if key is None:
            raise not_found("key")
        if key.revoked_at is None:
            key.revoked_at = now()
            add(session, key.tenant_id, "local", "human", "key.revoked", key.id, {})
        return {"id": key.id, "revoked_at": key.revoked_at.isoformat()}
