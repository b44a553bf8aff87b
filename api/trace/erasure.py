"""Erase who a worker is, and keep what was worked, under his id alone.

The audit log holds ids and hashes only, so it verifies afterwards as before. A worker who is still
planned cannot be erased: hand in ``workers.csv`` without him first.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, delete, or_, select
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.feeds.tokens import revoke
from api.http.problems import Problem
from api.inputs import blobs
from api.inputs.states import folder_hash
from api.security.principal import Principal
from api.storage.tables import (
    Blob,
    FeedEvent,
    IdempotencyRecord,
    Job,
    Key,
    OutboxEvent,
    Person,
    ReviewRequest,
    ScheduleVersion,
    Site,
    SiteInput,
)
from api.storage.tables.jobs import TERMINAL
from api.trace.personal import WORKERS, Mentions, blanked, is_in, mentions, names_of
from api.upkeep.unreferenced import HOLDERS

# Files of a version that name workers; `peakcrew export` makes them again, without the name.
NAMED = frozenset({"report.html", "schedule.xlsx", "shifts.csv", "fairness.csv"})


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of each were changed or thrown away."""

    inputs: int
    versions: int
    files: int
    feeds: int
    keys: int
    reviews: int
    messages: int


def erase(session: Session, asking: Principal, person: Person, at: datetime) -> Erased:
    """Erase a worker's name, address and personal data from all that is kept of a site.

    Raises Problem 409 while he is planned, has shifts to come, or jobs of the site are at work.
    """
    _refuse_planned(session, person, at)
    own, states = person.worker_id, list(_states_with(session, person))
    names = [name for state in states for name in names_of(_workers(session, state), own)]
    who = mentions([person.name, person.email, *names], own)
    loose: set[str] = set()
    for state in states:
        loose |= _blank(session, asking, person, state, at)
    num_versions, dropped = _drop_files(session, asking, person, who, {one.id for one in states})
    erased = Erased(
        inputs=len(states),
        versions=num_versions,
        files=_drop_blobs(session, person.tenant_id, loose | dropped),
        feeds=revoke(session, person.site_id, own),
        keys=_end_keys(session, person, who, at),
        reviews=_empty_reviews(session, person),
        messages=_drop_messages(session, person, who),
    )
    _replace_in_reasons(session, person, who)
    person.name = person.email = None
    person.erased_at = at
    facts = {f"num_{name}": getattr(erased, name) for name in Erased.__slots__}
    record(session, asking, "person.erased", person.id, **facts)
    return erased


def _refuse_planned(session: Session, person: Person, at: datetime) -> None:
    site = session.get_one(Site, person.site_id)
    if site.input_id is not None:
        state = session.get_one(SiteInput, site.input_id)
        if is_in(_workers(session, state), person.worker_id):
            raise Problem(
                409, "still_planned", "he is in workers.csv: hand it in without him first"
            )
    to_come = select(FeedEvent.uid).where(
        FeedEvent.site_id == person.site_id,
        FeedEvent.worker_id == person.worker_id,
        FeedEvent.end_at > at,
        FeedEvent.is_cancelled.is_(False),
    )
    if session.scalars(to_come.limit(1)).first():
        raise Problem(409, "has_shifts", "he has shifts to come: publish a schedule without them")
    at_work = select(Job.id).where(Job.site_id == site.id, Job.state.not_in(TERMINAL))
    if session.scalars(at_work.limit(1)).first():
        raise Problem(409, "jobs_at_work", "wait for the site's jobs, or cancel them")


def _workers(session: Session, state: SiteInput) -> bytes:
    return blobs.content(session, state.tenant_id, state.files[WORKERS])


def _states_with(session: Session, person: Person) -> Iterator[SiteInput]:
    query = select(SiteInput).where(SiteInput.site_id == person.site_id)
    for state in session.scalars(query.order_by(SiteInput.number)).all():
        if is_in(_workers(session, state), person.worker_id):
            yield state


def _blank(
    session: Session, asking: Principal, person: Person, state: SiteInput, at: datetime
) -> set[str]:
    """Empty a state's cells about a worker; the contents that it no longer refers to."""
    before, old = state.sha256, state.files[WORKERS]
    body = blanked(_workers(session, state), {person.worker_id})
    new = blobs.keep(session, state.tenant_id, body)
    state.files = {**state.files, WORKERS: new}
    state.sha256 = folder_hash(state.files)
    state.erased_at = at
    hashes = {"before_sha256": before, "after_sha256": state.sha256}
    record(session, asking, "input.erased", state.id, person=person.id, **hashes)
    return {old} - {new}


def _drop_files(
    session: Session, asking: Principal, person: Person, who: Mentions, states: set[str]
) -> tuple[int, set[str]]:
    """Take the files that name a worker from all versions; how many versions, which contents."""
    query = select(ScheduleVersion).where(ScheduleVersion.site_id == person.site_id)
    num, dropped = 0, set()
    for version in session.scalars(query).all():
        named = _naming(session, version, who)
        if version.input_id in states or named:
            named |= NAMED & version.files.keys()
        if not named:
            continue
        num += 1
        dropped |= {str(version.files[name]) for name in named}
        version.files = {name: sha for name, sha in version.files.items() if name not in named}
        facts = {"person": person.id, "files": sorted(named)}
        record(session, asking, "version.files_erased", version.id, **facts)
    session.flush()
    return num, dropped


def _naming(session: Session, version: ScheduleVersion, who: Mentions) -> set[str]:
    contents = blobs.contents(session, version.tenant_id, version.files)
    return {name for name, body in contents.items() if who.are_in(body)}


def _drop_blobs(session: Session, tenant_id: str, loose: set[str]) -> int:
    """Throw contents away that nothing else refers to; another site may hold the same."""
    session.flush()
    for holder in HOLDERS:
        for files in session.scalars(select(holder.files).where(holder.tenant_id == tenant_id)):
            loose = loose - set(files.values())
    gone = (Blob.tenant_id == tenant_id, Blob.sha256.in_(sorted(loose)))
    session.execute(delete(Blob).where(*gone))
    return len(loose)


def _end_keys(session: Session, person: Person, who: Mentions, at: datetime) -> int:
    """Revoke the worker's keys, and call none by his name; answers kept for repeats go too."""
    num = 0
    for key in session.scalars(select(Key).where(Key.tenant_id == person.tenant_id)).all():
        is_his = key.worker_id == person.worker_id and (key.site_ids or [None])[0] == person.site_id
        key.name = person.worker_id if is_his else who.replaced(key.name)
        if is_his:
            key.revoked_at = key.revoked_at or at
            num += 1
        kept = select(IdempotencyRecord).where(IdempotencyRecord.principal == key.id)
        for one in session.scalars(kept):
            if is_his or who.are_in(one.body):
                session.delete(one)
    return num


def _empty_reviews(session: Session, person: Person) -> int:
    """Nothing is left of what the worker wrote and was answered but that it was."""
    query = select(ReviewRequest).where(
        ReviewRequest.site_id == person.site_id, ReviewRequest.worker_id == person.worker_id
    )
    reviews = session.scalars(query).all()
    ids = {review.id for review in reviews}
    for review in reviews:
        review.text, review.answer = "", None if review.answer is None else ""
    _forget_answers(session, person.tenant_id, ids)
    return len(reviews)


def _forget_answers(session: Session, tenant_id: str, ids: set[str]) -> None:
    """Answers kept for repeated requests of planners hold the texts of reviews."""
    if not ids:
        return
    kept = (
        select(IdempotencyRecord)
        .join(Key, Key.id == IdempotencyRecord.principal)
        .where(Key.tenant_id == tenant_id)
    )
    for one in session.scalars(kept).all():
        if any(review_id.encode() in one.body for review_id in ids):
            session.delete(one)


def _drop_messages(session: Session, person: Person, who: Mentions) -> int:
    """E-mails to the worker, and whatever else of the outbox mentions him."""
    payload = cast(OutboxEvent.payload, String)
    mentioned = (payload.contains(form, autoescape=True) for form in who.forms)
    query = select(OutboxEvent).where(
        OutboxEvent.tenant_id == person.tenant_id,
        or_(OutboxEvent.recipient == person.id, *mentioned),
    )
    num = 0
    for event in session.scalars(query).all():
        if event.recipient == person.id:
            session.delete(event)
        else:
            text = json.dumps(event.payload, ensure_ascii=False)
            event.payload = json.loads(who.replaced(text))
        num += 1
    return num


def _replace_in_reasons(session: Session, person: Person, who: Mentions) -> None:
    """Texts that planners and others wrote: why a version was rejected, what a review asks."""
    versions = select(ScheduleVersion).where(
        ScheduleVersion.site_id == person.site_id, ScheduleVersion.reason.is_not(None)
    )
    for version in session.scalars(versions).all():
        version.reason = who.replaced(version.reason or "")
    reviews = select(ReviewRequest).where(ReviewRequest.site_id == person.site_id)
    for review in session.scalars(reviews).all():
        review.text = who.replaced(review.text)
        review.answer = None if review.answer is None else who.replaced(review.answer)
