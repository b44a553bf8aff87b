"""What is only of use for some days: kept answers, open offers, cancelled shifts."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.audit.chain import add
from api.delivery.outbox import announce
from api.settings import Settings
from api.storage.tables import FeedEvent, IdempotencyRecord, Offer
from api.upkeep.rows import count


def forget_requests(session: Session, settings: Settings, at: datetime) -> int:
    """Answers to requests with an Idempotency-Key that is no longer remembered."""
    before = at - timedelta(hours=settings.idempotency_hours)
    return count(session, delete(IdempotencyRecord).where(IdempotencyRecord.created_at < before))


def lapse_offers(session: Session, at: datetime) -> int:
    """Offers that nobody answered until the shift began: all stays as it was, and that is told."""
    query = select(Offer).where(Offer.state == "open", Offer.expires_at <= at)
    offers = session.scalars(query.order_by(Offer.tenant_id, Offer.id).with_for_update()).all()
    for offer in offers:
        offer.state, offer.answered_at = "lapsed", at
        about = {"offer_id": offer.id, "worker_id": offer.worker_id, "state": offer.state}
        announce(session, offer.tenant_id, "offer.answered", about)
        facts = {"schedule": offer.schedule_id}
        add(session, offer.tenant_id, "janitor", "system", "offer.lapsed", offer.id, facts)
    return len(offers)


def drop_events(session: Session, settings: Settings, at: datetime) -> int:
    """Cancelled shifts that no calendar shows any longer, once their time is over."""
    before = at - timedelta(days=2 * settings.cancelled_shifts_shown_days)
    return count(
        session,
        delete(FeedEvent).where(
            FeedEvent.is_cancelled, FeedEvent.changed_at < before, FeedEvent.end_at < at
        ),
    )
