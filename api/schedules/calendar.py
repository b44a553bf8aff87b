"""The calendar events of workers: the same event through all versions of its shift."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.schedules.told import Step
from api.storage.base import new_id
from api.storage.tables import Assignment, FeedEvent, Offer, ScheduleVersion


def events_of(session: Session, schedule_id: str) -> list[FeedEvent]:
    """What the workers of a schedule were told and was not taken back."""
    query = select(FeedEvent).where(
        FeedEvent.schedule_id == schedule_id, FeedEvent.is_cancelled.is_(False)
    )
    return list(session.scalars(query))


def apply(session: Session, version: ScheduleVersion, step: Step[FeedEvent], now: datetime) -> None:
    """Carry a step into the worker's calendar."""
    match step.kind:
        case "dropped":
            assert step.event is not None
            cancel(step.event, now)
        case "added":
            assert step.shift is not None
            add(session, version.schedule_id, step.shift, now)
        case "moved" | "queue":
            assert step.event is not None
            assert step.shift is not None
            change(step.event, step.shift, now)


def cancel(event: FeedEvent, now: datetime) -> None:
    """The shift is off: the event stays for a while, shown as cancelled."""
    event.is_cancelled = True
    event.sequence += 1
    event.changed_at = now


def change(event: FeedEvent, shift: Assignment | Offer, now: datetime) -> None:
    """The same event at another time or for another queue."""
    event.start_at, event.end_at = shift.start_at, shift.end_at
    event.queue, event.shift_id = shift.queue, shift.shift_id
    event.sequence += 1
    event.changed_at = now


def add(session: Session, schedule_id: str, shift: Assignment | Offer, now: datetime) -> None:
    """A new event; one that was cancelled at the very same times comes back instead."""
    gone = select(FeedEvent).where(
        FeedEvent.schedule_id == schedule_id,
        FeedEvent.worker_id == shift.worker_id,
        FeedEvent.start_at == shift.start_at,
        FeedEvent.end_at == shift.end_at,
        FeedEvent.is_cancelled.is_(True),
    )
    event = session.scalars(gone.limit(1)).first()
    if event is not None:
        event.is_cancelled = False
        change(event, shift, now)
        return
    session.add(
        FeedEvent(
            uid=f"{new_id('shift')}@peakcrew",
            tenant_id=shift.tenant_id,
            site_id=shift.site_id,
            schedule_id=schedule_id,
            worker_id=shift.worker_id,
            shift_id=shift.shift_id,
            queue=shift.queue,
            start_at=shift.start_at,
            end_at=shift.end_at,
            changed_at=now,
        )
    )
