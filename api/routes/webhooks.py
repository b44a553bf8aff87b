"""Webhooks: where events are posted."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.delivery.addresses import AddressRefused, check_url
from api.delivery.webhook import new_secret
from api.http.etags import IfMatch, etag, require_match
from api.http.paging import PageQuery, page, page_query
from api.http.problems import Problem
from api.http.service import Editor, KeyMaster, Serving, ShownOnce
from api.http.strict import StrictRoute
from api.schemas.deliveries import (
    MadeWebhook,
    NewWebhook,
    Rotation,
    WebhookDocument,
    WebhookPage,
)
from api.security.principal import Principal, find, owned
from api.storage.base import now
from api.storage.tables import WebhookEndpoint

router = APIRouter(prefix="/v1/webhooks", tags=["deliveries"], route_class=StrictRoute)
CHANGES: dict[int | str, dict[str, Any]] = {
    412: {"description": "It has changed; read it again."},
    428: {"description": "If-Match is needed."},
}


@router.post("", status_code=201, operation_id="create_webhook", dependencies=[ShownOnce])
def create(
    body: NewWebhook, asking: KeyMaster, serving: Serving, response: Response
) -> MadeWebhook:
    """Have events posted to a url. The secret is in this answer and nowhere else."""
    if asking.site_ids is not None:
        raise Problem(403, "forbidden", "a webhook is told of all sites; this key is for some")
    try:
        check_url(body.url, serving.settings)
    except AddressRefused as error:
        raise Problem(422, "url_refused", f"url: {error}") from error
    with serving.database.write() as session:
        hook = WebhookEndpoint(
            tenant_id=asking.tenant_id, url=body.url, secret=new_secret(), topics=list(body.topics)
        )
        session.add(hook)
        session.flush()
        record(session, asking, "webhook.created", hook.id, topics=hook.topics)
    response.headers["ETag"] = etag(hook.version)
    return _made(hook)


@router.get("", operation_id="list_webhooks")
def list_webhooks(
    asking: Editor, serving: Serving, wanted: Annotated[PageQuery, Depends(page_query)]
) -> WebhookPage:
    """All webhooks, newest first."""
    with serving.database.read() as session:
        query = owned(asking, WebhookEndpoint)
        found = page(session, query, WebhookEndpoint.created_at, WebhookEndpoint.id, wanted)
        items = [WebhookDocument.model_validate(row) for row in found.rows]
    return WebhookPage(items=items, next_cursor=found.next_cursor)


@router.get("/{hook_id}", operation_id="read_webhook")
def read(hook_id: str, asking: Editor, serving: Serving, response: Response) -> WebhookDocument:
    """One webhook."""
    with serving.database.read() as session:
        hook = find(session, asking, WebhookEndpoint, hook_id, "webhook")
    response.headers["ETag"] = etag(hook.version)
    return WebhookDocument.model_validate(hook)


@router.post(
    "/{hook_id}/rotate",
    operation_id="rotate_webhook_secret",
    dependencies=[ShownOnce],
    responses=CHANGES,
)
def rotate(
    hook_id: str,
    body: Rotation,
    asking: KeyMaster,
    serving: Serving,
    response: Response,
    if_match: IfMatch = None,
) -> MadeWebhook:
    """A new secret; for some hours the old one signs as well. A disabled webhook is on again."""
    with serving.database.write() as session:
        hook = _locked(session, asking, hook_id, if_match)
        hook.previous_secret = hook.secret
        hook.previous_until = now() + timedelta(hours=body.overlap_hours)
        hook.secret, hook.disabled_at = new_secret(), None
        record(session, asking, "webhook.rotated", hook.id)
        session.flush()
    response.headers["ETag"] = etag(hook.version)
    return _made(hook)


@router.delete("/{hook_id}", status_code=204, operation_id="disable_webhook", responses=CHANGES)
def disable(
    hook_id: str, asking: KeyMaster, serving: Serving, if_match: IfMatch = None
) -> Response:
    """Post nothing more to this url; what was posted stays listed."""
    with serving.database.write() as session:
        hook = _locked(session, asking, hook_id, if_match)
        hook.disabled_at = hook.disabled_at or now()
        record(session, asking, "webhook.disabled", hook.id)
    return Response(status_code=204)


def _locked(
    session: Session, asking: Principal, hook_id: str, if_match: str | None
) -> WebhookEndpoint:
    hook = find(session, asking, WebhookEndpoint, hook_id, "webhook")
    session.refresh(hook, with_for_update=True)
    require_match(if_match, hook.version)
    return hook


def _made(hook: WebhookEndpoint) -> MadeWebhook:
    shown = WebhookDocument.model_validate(hook).model_dump()
    return MadeWebhook(**shown, secret=hook.secret)
