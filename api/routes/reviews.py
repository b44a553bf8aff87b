"""Reviews: a worker asks, a person answers in time."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Select
from sqlalchemy.orm import Session

from api.http.etags import IfMatch, etag, require_match
from api.http.once import Answer, once
from api.http.paging import PageQuery, page, page_query
from api.http.problems import not_found
from api.http.service import Asking, Once, Publisher, Serving
from api.http.strict import StrictRoute
from api.routes.me import Me, who
from api.schemas.reviews import (
    NewReview,
    ReviewDecision,
    ReviewDocument,
    ReviewPage,
    ReviewState,
)
from api.security.principal import Principal, owned
from api.storage.base import now
from api.storage.tables import ReviewRequest
from api.trace.reviews import ask, decide, review_document

router = APIRouter(prefix="/v1/reviews", tags=["trace"], route_class=StrictRoute)
STEP: dict[int | str, dict[str, Any]] = {
    409: {"description": "It was answered already."},
    412: {"description": "It has changed; read it again."},
    428: {"description": "If-Match is needed."},
}


@router.post("", status_code=201, operation_id="ask_for_review", response_model=ReviewDocument)
def create(body: NewReview, me: Me, serving: Serving, call: Once) -> Response:
    """Have a person look at a decision again; `due_at` says until when there is an answer."""

    def work(session: Session) -> Answer:
        at = now()
        review = ask(session, me, who(me), body, serving.settings.review_days, at)
        headers = {"Location": f"/v1/reviews/{review.id}", "ETag": etag(review.version)}
        return Answer.of(201, review_document(review, at), **headers)

    return once(serving.database, call, serving.keep_answers, work)


@router.get("", operation_id="list_reviews")
def list_reviews(
    asking: Asking,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    state: ReviewState | None = None,
    overdue: Annotated[bool | None, Query(description="Open beyond their day, or not.")] = None,
    site_id: Annotated[str | None, Query(max_length=40)] = None,
) -> ReviewPage:
    """Requests, newest first; a worker's key sees its own."""
    at = now()
    query = _mine(asking)
    if state is not None:
        query = query.where(ReviewRequest.state == state)
    if site_id is not None:
        query = query.where(ReviewRequest.site_id == site_id)
    if overdue is not None:
        late = (ReviewRequest.state == "open") & (ReviewRequest.due_at < at)
        query = query.where(late if overdue else ~late)
    with serving.database.read() as session:
        found = page(session, query, ReviewRequest.created_at, ReviewRequest.id, wanted)
        items = [review_document(row, at) for row in found.rows]
    return ReviewPage(items=items, next_cursor=found.next_cursor)


@router.get("/{review_id}", operation_id="read_review")
def read(review_id: str, asking: Asking, serving: Serving, response: Response) -> ReviewDocument:
    """One request, with its answer."""
    with serving.database.read() as session:
        review = _find(session, asking, review_id)
    response.headers["ETag"] = etag(review.version)
    return review_document(review, now())


@router.post(
    "/{review_id}/decide",
    operation_id="decide_review",
    response_model=ReviewDocument,
    responses=STEP,
)
def answer(
    review_id: str,
    body: ReviewDecision,
    asking: Publisher,
    serving: Serving,
    call: Once,
    if_match: IfMatch = None,
) -> Response:
    """Answer a request, as a named person and with reasons; the worker is told."""

    def work(session: Session) -> Answer:
        review = _find(session, asking, review_id)
        session.refresh(review, with_for_update=True)
        require_match(if_match, review.version)
        at = now()
        decide(session, asking, review, body, at)
        return Answer.of(200, review_document(review, at), ETag=etag(review.version))

    return once(serving.database, call, serving.keep_answers, work)


def _mine(asking: Principal) -> Select[ReviewRequest]:
    """What a key may know of: a worker his own, others those of their sites."""
    if asking.role == "worker":
        return owned(asking, ReviewRequest).where(ReviewRequest.worker_id == asking.worker_id)
    asking.require("read")
    return owned(asking, ReviewRequest)


def _find(session: Session, asking: Principal, review_id: str) -> ReviewRequest:
    query = _mine(asking).where(ReviewRequest.id == review_id)
    review = session.scalars(query).one_or_none()
    if review is None:
        raise not_found("review")
    return review
