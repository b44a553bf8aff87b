"""Answers of workers to changes that came after the notice deadline."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.audit.chain import record
from api.delivery.outbox import announce
from api.http.problems import Problem, bad_state
from api.schedules import calendar
from api.schemas.publication import OfferAnswer
from api.security.principal import Principal
from api.storage.tables import FeedEvent, Offer


def answer(
    session: Session, asking: Principal, offer: Offer, given: OfferAnswer, at: datetime
) -> None:
    """Accept, and the change is in the worker's calendar; decline, and all stays as it was.

    Raises Problem 409 for an offer that was answered, has lapsed or has expired.
    """
    if offer.state != "open":
        raise bad_state(f"the offer is {offer.state}", [])
    if at >= offer.expires_at:
        raise Problem(409, "expired", "the shift has begun")
    offer.state = "accepted" if given == "accept" else "declined"
    offer.answered_at, offer.answered_by = at, asking.key_id
    if given == "accept":
        _carry_out(session, offer, at)
    session.flush()
    about = {"offer_id": offer.id, "worker_id": offer.worker_id, "state": offer.state}
    announce(session, offer.tenant_id, "offer.answered", about)
    record(session, asking, f"offer.{given}", offer.id, schedule=offer.schedule_id)


def _carry_out(session: Session, offer: Offer, at: datetime) -> None:
    event = None if offer.uid is None else session.get(FeedEvent, offer.uid)
    match offer.kind:
        case "added":
            calendar.add(session, offer.schedule_id, offer, at)
        case "dropped" if event is not None:
            calendar.cancel(event, at)
        case "moved" if event is not None:
            calendar.change(event, offer, at)
