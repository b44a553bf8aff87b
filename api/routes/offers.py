"""Offers: changes after the notice deadline, and the workers' answers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Select
from sqlalchemy.orm import Session

from api.http.once import Answer, once
from api.http.paging import PageQuery, page, page_query
from api.http.problems import Problem, not_found
from api.http.service import Asking, Once, Serving
from api.http.strict import StrictRoute
from api.schedules.offers import answer
from api.schemas.publication import OfferAnswer, OfferDocument, OfferPage
from api.security.principal import Principal, owned
from api.storage.base import now
from api.storage.tables import Offer

router = APIRouter(prefix="/v1/offers", tags=["publication"], route_class=StrictRoute)


@router.get("", operation_id="list_offers")
def list_offers(
    asking: Asking,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    state: Literal["open", "accepted", "declined", "lapsed"] | None = None,
    schedule_id: Annotated[str | None, Query(max_length=40)] = None,
) -> OfferPage:
    """Offers, newest first; a worker's key sees its own."""
    query = _mine(asking)
    if state is not None:
        query = query.where(Offer.state == state)
    if schedule_id is not None:
        query = query.where(Offer.schedule_id == schedule_id)
    with serving.database.read() as session:
        found = page(session, query, Offer.created_at, Offer.id, wanted)
        items = [OfferDocument.model_validate(row) for row in found.rows]
    return OfferPage(items=items, next_cursor=found.next_cursor)


@router.post(
    "/{offer_id}/{given}",
    operation_id="answer_offer",
    response_model=OfferDocument,
    responses={409: {"description": "It was answered, has lapsed or has expired."}},
)
def answer_offer(
    offer_id: str, given: OfferAnswer, asking: Asking, serving: Serving, call: Once
) -> Response:
    """The worker's answer; a planner may note one that was given by telephone."""
    if not (asking.may("own") or asking.may("publish")):
        raise Problem(403, "forbidden", f"a key with the role {asking.role} may not answer")

    def work(session: Session) -> Answer:
        query = _mine(asking).where(Offer.id == offer_id).with_for_update()
        offer = session.scalars(query).one_or_none()
        if offer is None:
            raise not_found("offer")
        answer(session, asking, offer, given, now())
        return Answer.of(200, OfferDocument.model_validate(offer))

    return once(serving.database, call, serving.keep_answers, work)


def _mine(asking: Principal) -> Select[Offer]:
    """What a key may know of: a worker his own, others those of their sites."""
    if asking.role == "worker":
        return owned(asking, Offer).where(Offer.worker_id == asking.worker_id)
    asking.require("read")
    return owned(asking, Offer)
