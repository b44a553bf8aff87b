"""Deliveries: what was told to whom, and what could not be."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.http.once import Answer, once
from api.http.paging import PageQuery, page, page_query
from api.http.problems import bad_state, not_found
from api.http.service import Editor, Once, Serving
from api.http.strict import StrictRoute
from api.schemas.deliveries import DeliveryDocument, DeliveryPage
from api.security.principal import owned
from api.storage.base import now
from api.storage.tables import OutboxEvent

router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"], route_class=StrictRoute)


@router.get("", operation_id="list_deliveries")
def list_deliveries(
    asking: Editor,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    state: Literal["pending", "delivered", "dead"] | None = None,
    channel: Literal["webhook", "email"] | None = None,
) -> DeliveryPage:
    """Messages, newest first; `state=dead` are those that were given up."""
    query = owned(asking, OutboxEvent)
    if state is not None:
        query = query.where(OutboxEvent.state == state)
    if channel is not None:
        query = query.where(OutboxEvent.channel == channel)
    with serving.database.read() as session:
        found = page(session, query, OutboxEvent.created_at, OutboxEvent.id, wanted)
        items = [DeliveryDocument.model_validate(row) for row in found.rows]
    return DeliveryPage(items=items, next_cursor=found.next_cursor)


@router.post(
    "/{event_id}/replay",
    status_code=202,
    operation_id="replay_delivery",
    response_model=DeliveryDocument,
    responses={409: {"description": "It is on its way already."}},
)
def replay(event_id: str, asking: Editor, serving: Serving, call: Once) -> Response:
    """Send a message again, under the same id, with all attempts before it."""

    def work(session: Session) -> Answer:
        query = owned(asking, OutboxEvent).where(OutboxEvent.id == event_id)
        event = session.scalars(query.with_for_update()).one_or_none()
        if event is None:
            raise not_found("delivery")
        if event.state == "pending":
            raise bad_state("the message is on its way already", [])
        event.state, event.attempts, event.next_attempt_at = "pending", 0, now()
        event.lease_until = None
        record(session, asking, "delivery.replayed", event.id)
        session.flush()
        return Answer.of(202, DeliveryDocument.model_validate(event))

    return once(serving.database, call, serving.keep_answers, work)
