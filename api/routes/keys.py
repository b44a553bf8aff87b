"""API keys: make, list, revoke."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.http.paging import PageQuery, page, page_query
from api.http.problems import Problem
from api.http.service import KeyMaster, Serving, ShownOnce
from api.http.strict import StrictRoute
from api.schemas.keys import KeyDocument, KeyPage, MadeKey, NewKey
from api.security.keys import make_key
from api.security.principal import Principal, find, owned
from api.storage.base import now
from api.storage.tables import Key, Site

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=StrictRoute)


@router.post(
    "",
    status_code=201,
    operation_id="create_key",
    dependencies=[ShownOnce],
)
def create(body: NewKey, asking: KeyMaster, serving: Serving) -> MadeKey:
    """Make a key. Its text is in this answer and nowhere else, so no replay holds it either."""
    if asking.site_ids is not None and body.site_ids is None:
        raise Problem(403, "forbidden", "a key for certain sites cannot make one for all")

    with serving.database.write() as session:
        for site_id in body.site_ids or ():
            find(session, asking, Site, site_id, "site")
        key, text = make_key(
            asking.tenant_id,
            body.name,
            body.role,
            site_ids=body.site_ids,
            worker_id=body.worker_id,
            expires_at=body.expires_at,
        )
        session.add(key)
        session.flush()
        record(session, asking, "key.created", key.id, role=key.role, site_ids=key.site_ids)
        return MadeKey(**KeyDocument.model_validate(key).model_dump(), key=text)


@router.get("", operation_id="list_keys")
def list_keys(
    asking: KeyMaster, serving: Serving, wanted: Annotated[PageQuery, Depends(page_query)]
) -> KeyPage:
    """All keys of the tenant, newest first."""
    with serving.database.read() as session:
        found = page(session, owned(asking, Key), Key.created_at, Key.id, wanted)
        items = [KeyDocument.model_validate(row) for row in found.rows]
    return KeyPage(items=items, next_cursor=found.next_cursor)


@router.delete("/{key_id}", status_code=204, operation_id="revoke_key")
def revoke(key_id: str, asking: KeyMaster, serving: Serving) -> Response:
    """Revoke a key, at once and for good. Twice is as good as once."""
    with serving.database.write() as session:
        key = find(session, asking, Key, key_id, "key")
        _revoke(session, asking, key)
    serving.known_keys.forget()
    return Response(status_code=204)


def _revoke(session: Session, asking: Principal, key: Key) -> None:
    if key.revoked_at is None:
        key.revoked_at = now()
        record(session, asking, "key.revoked", key.id)
