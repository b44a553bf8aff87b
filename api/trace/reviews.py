"""A worker asks a person to look at a decision again; a clock says until when he is answered.

What he writes and what he is answered stays out of the audit log, the e-mails and the webhooks:
there are only ids and hashes, so that the texts can be erased.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.delivery.outbox import announce, write_to
from api.http.problems import bad_state, not_found
from api.schemas.reviews import NewReview, ReviewDecision, ReviewDocument
from api.security.principal import Principal, owned
from api.storage.tables import FeedEvent, ReviewRequest, ScheduleVersion


def ask(
    session: Session,
    me: Principal,
    about: tuple[str, str],
    asked: NewReview,
    days: int,
    at: datetime,
) -> ReviewRequest:
    """Open a request of a worker; ``about``: his site and id, ``days``: until it is due.

    Raises Problem 404 for a shift that is not his, or a version that was never published.
    """
    site_id, worker_id = about
    review = ReviewRequest(
        tenant_id=me.tenant_id,
        site_id=site_id,
        worker_id=worker_id,
        version_id=_published(session, me, asked.version_id),
        shift=_shift(session, about, asked.shift_uid),
        text=asked.text,
        due_at=at + timedelta(days=days),
    )
    session.add(review)
    session.flush()
    announce(session, me.tenant_id, "review.requested", _about(review))
    facts = {"text_sha256": _hash(review, review.text), "due": review.due_at.isoformat()}
    record(session, me, "review.requested", review.id, version=review.version_id, **facts)
    return review


def decide(
    session: Session, asking: Principal, review: ReviewRequest, given: ReviewDecision, at: datetime
) -> None:
    """Answer a request in a person's name. Raises Problem 409 for one that was answered."""
    if review.state != "open":
        raise bad_state(f"the request was answered: {review.state}", [])
    review.state, review.answer = given.outcome, given.answer
    review.decided_at, review.decided_by = at, given.person
    session.flush()
    about = _about(review)
    announce(session, review.tenant_id, "review.decided", {**about, "state": review.state})
    write_to(session, review.site_id, [review.worker_id], "review.decided", about)
    facts = {"outcome": given.outcome, "answer_sha256": _hash(review, given.answer)}
    late = {"is_late": at > review.due_at}
    record(session, asking, "review.decided", review.id, **facts, **late)


def review_document(review: ReviewRequest, at: datetime) -> ReviewDocument:
    """A request as worker and planner see it."""
    fields: dict[str, Any] = {
        name: getattr(review, name) for name in ReviewDocument.model_fields if name != "is_overdue"
    }
    return ReviewDocument(**fields, is_overdue=review.state == "open" and at > review.due_at)


def _published(session: Session, me: Principal, version_id: str | None) -> str | None:
    """A draft is nobody's decision yet, and a worker does not know of it."""
    if version_id is None:
        return None
    query = owned(me, ScheduleVersion).where(
        ScheduleVersion.id == version_id, ScheduleVersion.published_at.is_not(None)
    )
    if session.scalars(query).one_or_none() is None:
        raise not_found("version")
    return version_id


def _shift(session: Session, about: tuple[str, str], uid: str | None) -> dict[str, Any] | None:
    if uid is None:
        return None
    query = select(FeedEvent).where(
        FeedEvent.uid == uid, FeedEvent.site_id == about[0], FeedEvent.worker_id == about[1]
    )
    event = session.scalars(query).one_or_none()
    if event is None:
        raise not_found("shift")
    start, end = event.start_at.isoformat(), event.end_at.isoformat()
    return {"uid": uid, "queue": event.queue, "start": start, "end": end}


def _about(review: ReviewRequest) -> dict[str, Any]:
    return {
        "review_id": review.id,
        "site_id": review.site_id,
        "due_at": review.due_at.isoformat(),
    }


def _hash(review: ReviewRequest, text: str) -> str:
    return hashlib.sha256(f"{review.id}\n{text}".encode()).hexdigest()
