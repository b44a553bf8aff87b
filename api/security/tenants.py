"""New tenants, with the key that makes all their other keys."""

from sqlalchemy.orm import Session

from api.audit.chain import add
from api.security.keys import make_key
from api.storage.tables import AuditHead, Key, Tenant


def create_tenant(session: Session, name: str) -> tuple[Tenant, Key, str]:
    """A tenant, its first key (role admin) and that key's text, which is shown once."""
    tenant = Tenant(name=name)
    session.add(tenant)
    session.flush()
    session.add(AuditHead(tenant_id=tenant.id))
    key, text = make_key(tenant.id, "first key", "admin")
    session.add(key)
    session.flush()
    add(session, tenant.id, "system", "system", "tenant.created", tenant.id, {"key": key.id})
    return tenant, key, text
