"""File contents that nothing refers to any longer."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.storage.tables import Blob, Forecast, ScheduleVersion, SiteInput, Tenant
from api.upkeep.rows import count

# Whoever keeps a content has it young again, and his transaction ends long before this is over.
YOUNG = timedelta(days=1)
AT_ONCE = 500
HOLDERS: tuple[Any, ...] = (SiteInput, ScheduleVersion, Forecast)


def drop_blobs(session: Session, at: datetime) -> int:
    """Contents of no input, version or forecast; returns how many."""
    tenants = session.scalars(select(Tenant.id).order_by(Tenant.id)).all()
    return sum(_drop_of_tenant(session, tenant_id, at - YOUNG) for tenant_id in tenants)


def _drop_of_tenant(session: Session, tenant_id: str, before: datetime) -> int:
    old = (Blob.tenant_id == tenant_id, Blob.created_at < before)
    hashes = set(session.scalars(select(Blob.sha256).where(*old)))
    for holder in HOLDERS:
        for files in session.scalars(select(holder.files).where(holder.tenant_id == tenant_id)):
            hashes.difference_update(files.values())
    loose = sorted(hashes)
    # Asked again whether they are old: somebody may have kept one in this very moment.
    return sum(
        count(session, delete(Blob).where(*old, Blob.sha256.in_(loose[begin : begin + AT_ONCE])))
        for begin in range(0, len(loose), AT_ONCE)
    )
