"""A worker's shifts as he was told them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.storage.tables import FeedEvent, Person, Schedule

# A calendar keeps what is past for so long.
PAST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class WorkerShifts:
    """One worker's shifts in order of time, cancelled ones as long as they are shown."""

    worker_id: str
    name: str
    language: str
    zone: ZoneInfo
    events: Sequence[FeedEvent]


def shifts_of(
    session: Session, site_id: str, worker_id: str, at: datetime, cancelled_days: int
) -> WorkerShifts:
    """What a worker's calendar and lists hold at an instant."""
    shown = or_(
        FeedEvent.is_cancelled.is_(False),
        FeedEvent.changed_at > at - timedelta(days=cancelled_days),
    )
    query = (
        select(FeedEvent, Schedule.time_zone)
        .outerjoin(Schedule, Schedule.id == FeedEvent.schedule_id)
        .where(
            FeedEvent.site_id == site_id,
            FeedEvent.worker_id == worker_id,
            FeedEvent.start_at > at - PAST,
            shown,
        )
        .order_by(FeedEvent.start_at, FeedEvent.uid)
    )
    rows = session.execute(query).all()
    zone = ZoneInfo((rows[-1].time_zone if rows else None) or "UTC")
    person = _person(session, site_id, worker_id)
    return WorkerShifts(worker_id, *person, zone, [row.FeedEvent for row in rows])


def _person(session: Session, site_id: str, worker_id: str) -> tuple[str, str]:
    query = select(Person).where(Person.site_id == site_id, Person.worker_id == worker_id)
    person = session.scalars(query).one_or_none()
    if person is None:
        return worker_id, "en"
    return person.name or worker_id, person.language
