"""The audit log: read it, note its end, verify it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audit.chain import head_of
from api.http.paging import PageQuery, numbered_page, page_query
from api.http.problems import Problem
from api.http.service import Auditor, Serving
from api.http.strict import StrictRoute
from api.schemas.audit import (
    AuditDocument,
    AuditHeadDocument,
    AuditPage,
    BrokenDocument,
    VerifiedDocument,
)
from api.schemas.base import Instant
from api.security.principal import Principal
from api.storage.tables import AuditEntry
from api.trace.entries import checked, entries_of, entry_fields

router = APIRouter(prefix="/v1/audit", tags=["trace"], route_class=StrictRoute)


@router.get("", operation_id="list_audit")
def list_audit(
    asking: Auditor,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    action: Annotated[str | None, Query(max_length=60)] = None,
    subject: Annotated[str | None, Query(max_length=40)] = None,
    start: Annotated[Instant | None, Query(alias="from")] = None,
    end: Annotated[Instant | None, Query(alias="to")] = None,
) -> AuditPage:
    """Who or what decided, oldest first; from an instant, to before another."""
    query = entries_of(_tenant(asking), action, subject, start, end)
    with serving.database.read() as session:
        found = numbered_page(session, query, AuditEntry.number, wanted)
        items = [AuditDocument.model_validate(entry_fields(row)) for row in found.rows]
    return AuditPage(items=items, next_cursor=found.next_cursor)


@router.get("/head", operation_id="read_audit_head")
def head(asking: Auditor, serving: Serving) -> AuditHeadDocument:
    """The end of the chain, to be noted where the operator of the database cannot change it."""
    with serving.database.snapshot() as session:
        number, digest = head_of(session, _tenant(asking))
    return AuditHeadDocument(number=number, hash=digest)


@router.get("/verify", operation_id="verify_audit")
def verify(asking: Auditor, serving: Serving) -> VerifiedDocument:
    """Compute every hash again and name the first entry that does not fit."""
    with serving.database.snapshot() as session:
        broken = checked(session, _tenant(asking), None)
        number, digest = head_of(session, asking.tenant_id)
    return VerifiedDocument(
        is_whole=broken is None,
        head=AuditHeadDocument(number=number, hash=digest),
        broken=None if broken is None else BrokenDocument(number=broken.number, why=broken.why),
    )


def _tenant(asking: Principal) -> str:
    """The chain is one for all sites, so a key for some of them does not open it."""
    if asking.site_ids is not None:
        raise Problem(403, "forbidden", "a key for certain sites does not open the audit log")
    return asking.tenant_id
