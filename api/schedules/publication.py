"""The way of a version to the workers: draft, proposed, approved, published, and out of force.

A published version never changes. Who approves is a named person and not the key that proposed;
where the rules ask for the works council's consent, its reference is stated. A change after the
notice deadline becomes an offer, which the worker may decline.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select, update
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.delivery.outbox import announce, write_to
from api.http.problems import Problem, bad_state
from api.schedules import calendar
from api.schedules.terms import Terms
from api.schedules.told import Step, steps
from api.security.principal import Principal
from api.storage.base import now
from api.storage.tables import (
    Assignment,
    AuditEntry,
    FeedEvent,
    Offer,
    Schedule,
    ScheduleVersion,
)
from api.storage.tables.schedules import VersionState

log = structlog.get_logger("peakcrew.publication")
Action = Literal["propose", "approve", "reject", "publish", "withdraw"]

ACTIONS: dict[VersionState, tuple[Action, ...]] = {
    "draft": ("propose",),
    "proposed": ("approve", "reject"),
    "approved": ("publish", "reject"),
    "published": ("withdraw",),
    "superseded": (),
    "withdrawn": (),
}


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication changed: events by kind, and changes that have to be asked."""

    changes: dict[str, int]
    offers: int


def check_action(version: ScheduleVersion, action: Action) -> None:
    """Raise Problem 409, with the actions that are allowed, for one that is not."""
    state: VersionState = version.state  # type: ignore[assignment]
    if action not in ACTIONS[state]:
        raise bad_state(f"a version that is {state} cannot be {_past(action)}", ACTIONS[state])


def propose(session: Session, asking: Principal, version: ScheduleVersion, person: str) -> None:
    """Put a draft forward."""
    check_action(version, "propose")
    if session.get_one(Schedule, version.schedule_id).scenario_id is not None:
        raise Problem(409, "what_if", "a what-if cannot be published; plan the site itself")
    version.state, version.proposed_at, version.proposed_by = "proposed", now(), person
    _log(session, asking, version, "propose")


def approve(
    session: Session,
    asking: Principal,
    version: ScheduleVersion,
    person: str,
    consent_reference: str | None,
    needs_consent: bool,
) -> None:
    """Approve a proposed version in a person's name.

    Raises Problem 409 if the same key proposed it, 422 without a consent that is needed.
    """
    check_action(version, "approve")
    if _proposed_with(session, version) == asking.key_id:
        raise Problem(409, "four_eyes", "the key that proposed a version cannot approve it")
    if needs_consent and consent_reference is None:
        raise Problem(
            422, "consent_needed", "the rules ask for the works council's consent: state its "
            "reference as consent_reference",
        )  # fmt: skip
    version.state, version.approved_at, version.approved_by = "approved", now(), person
    version.consent_reference = consent_reference
    # How long there was to look at it: whoever approves within seconds has not.
    begun = version.proposed_at or version.approved_at
    seconds = int((version.approved_at - begun).total_seconds())
    has_consent = consent_reference is not None
    _log(session, asking, version, "approve", has_consent=has_consent, seconds_to_look=seconds)


def reject(session: Session, asking: Principal, version: ScheduleVersion, reason: str) -> None:
    """Send a version back to its draft."""
    check_action(version, "reject")
    version.state, version.reason = "draft", reason
    version.proposed_at = version.proposed_by = None
    version.approved_at = version.approved_by = version.consent_reference = None
    _log(session, asking, version, "reject")


def publish(
    session: Session, asking: Principal, version: ScheduleVersion, terms: Terms, at: datetime
) -> Published:
    """Put an approved version into force and tell the workers.

    The version before is superseded, and its open offers lapse. Raises Problem 409 if another
    schedule of the site is in force on some of the days.
    """
    check_action(version, "publish")
    schedule = session.get_one(Schedule, version.schedule_id, with_for_update=True)
    _refuse_overlap(session, schedule)
    _supersede(session, schedule, at)
    shifts = session.scalars(select(Assignment).where(Assignment.version_id == version.id))
    zone = ZoneInfo(schedule.time_zone)
    found = steps(calendar.events_of(session, schedule.id), shifts, zone, at)
    offered = _carry_out(session, version, found, terms, at)
    version.state, version.published_at = "published", at
    told = Published(dict(Counter(step.kind for step in found)), len(offered))
    facts = {f"num_{kind}": number for kind, number in told.changes.items()}
    entry = _log(session, asking, version, "publish", num_offers=told.offers, **facts)
    _tell(session, version, found, {step.worker_id for step in offered}, entry)
    return told


def _carry_out(
    session: Session,
    version: ScheduleVersion,
    found: list[Step[FeedEvent]],
    terms: Terms,
    at: datetime,
) -> list[Step[FeedEvent]]:
    """Put what is told in time into the calendars; returns what became offers instead."""
    offered = []
    for step in found:
        firm = terms.firm_from.get(step.worker_id)
        if step.kind in ("added", "dropped", "moved") and firm is not None and step.begins < firm:
            session.add(_offer(version, step))
            offered.append(step)
        else:
            calendar.apply(session, version, step, at)
    return offered


def withdraw(
    session: Session, asking: Principal, version: ScheduleVersion, reason: str, at: datetime
) -> None:
    """Take a published version out of force; its shifts to come are shown as cancelled."""
    check_action(version, "withdraw")
    version.state, version.closed_at, version.reason = "withdrawn", at, reason
    gone = [one for one in calendar.events_of(session, version.schedule_id) if one.start_at > at]
    for event in gone:
        calendar.cancel(event, at)
    _lapse(session, version.schedule_id, at)
    about = _about(version)
    announce(session, version.tenant_id, "schedule.withdrawn", about)
    write_to(session, version.site_id, {one.worker_id for one in gone}, "schedule.withdrawn", about)
    _log(session, asking, version, "withdraw", num_cancelled=len(gone))


def _past(action: Action) -> str:
    return {"propose": "proposed", "approve": "approved", "withdraw": "withdrawn"}.get(
        action, f"{action}ed"
    )


def _proposed_with(session: Session, version: ScheduleVersion) -> str | None:
    """The key that proposed a version, from the audit log."""
    query = select(AuditEntry.actor).where(
        AuditEntry.tenant_id == version.tenant_id,
        AuditEntry.subject == version.id,
        AuditEntry.action == "version.propose",
    )
    return session.scalars(query.order_by(AuditEntry.number.desc()).limit(1)).first()


def _refuse_overlap(session: Session, schedule: Schedule) -> None:
    query = (
        select(Schedule)
        .join(ScheduleVersion, ScheduleVersion.schedule_id == Schedule.id)
        .where(
            Schedule.site_id == schedule.site_id,
            Schedule.id != schedule.id,
            ScheduleVersion.state == "published",
        )
    )
    last = schedule.first_day + timedelta(days=schedule.days)
    for other in session.scalars(query):
        end = other.first_day + timedelta(days=other.days)
        if other.first_day < last and schedule.first_day < end:
            raise Problem(
                409, "days_taken", "another schedule is in force on some of these days; withdraw "
                "it first", schedule_id=other.id,
            )  # fmt: skip


def _supersede(session: Session, schedule: Schedule, at: datetime) -> None:
    query = select(ScheduleVersion).where(
        ScheduleVersion.schedule_id == schedule.id, ScheduleVersion.state == "published"
    )
    for before in session.scalars(query.with_for_update()):
        before.state, before.closed_at = "superseded", at
    session.flush()
    _lapse(session, schedule.id, at)


def _lapse(session: Session, schedule_id: str, at: datetime) -> None:
    """Open offers of a version that is no longer in force are void."""
    session.execute(
        update(Offer)
        .where(Offer.schedule_id == schedule_id, Offer.state == "open")
        .values(state="lapsed", answered_at=at, version=Offer.version + 1)
    )


def _offer(version: ScheduleVersion, step: Step[FeedEvent]) -> Offer:
    row = step.shift or step.event
    assert row is not None
    return Offer(
        tenant_id=version.tenant_id,
        site_id=version.site_id,
        schedule_id=version.schedule_id,
        version_id=version.id,
        worker_id=step.worker_id,
        kind=step.kind,
        uid=None if step.event is None else step.event.uid,
        queue=row.queue,
        shift_id=row.shift_id,
        start_at=row.start_at,
        end_at=row.end_at,
        before_start_at=None if step.event is None else step.event.start_at,
        before_end_at=None if step.event is None else step.event.end_at,
        expires_at=step.begins,
    )


def _tell(
    session: Session,
    version: ScheduleVersion,
    found: list[Step[FeedEvent]],
    asked: set[str],
    entry: AuditEntry,
) -> None:
    """One letter to each worker whose shifts changed; who has something to answer is asked.

    The end of the audit chain goes out with the announcement and into the log: noted there, it
    shows any later change of what lies before.
    """
    about = _about(version)
    head = {"audit_number": entry.number, "audit_hash": entry.hash}
    announce(session, version.tenant_id, "schedule.published", {**about, **head})
    listen(session, "after_commit", lambda _: log.info("published", **about, **head), once=True)
    changed = {step.worker_id for step in found if step.kind != "kept"}
    write_to(session, version.site_id, changed - asked, "schedule.published", about)
    write_to(session, version.site_id, asked, "offer.made", about)


def _about(version: ScheduleVersion) -> dict[str, str | int]:
    return {
        "site_id": version.site_id,
        "schedule_id": version.schedule_id,
        "version_id": version.id,
        "number": version.number,
    }


def _log(
    session: Session, asking: Principal, version: ScheduleVersion, action: Action, **facts: int
) -> AuditEntry:
    session.flush()
    more = {"number": version.number, "schedule": version.schedule_id, **facts}
    return record(session, asking, f"version.{action}", version.id, **more)
