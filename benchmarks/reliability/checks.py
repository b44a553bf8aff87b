"""What must hold when the dust has settled."""

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

import httpx2
from icalendar import Calendar
from sqlalchemy import func, select, text

from api.audit.chain import verify
from api.storage.database import Database
from api.storage.tables import (
    Assignment,
    AuditEntry,
    FeedEvent,
    Job,
    OutboxEvent,
    ScheduleVersion,
    Tenant,
)
from api.storage.tables.jobs import TERMINAL

Finding = tuple[str, str, bool]


def wait_until_done(database: Database, seconds: float) -> bool:
    """Whether all jobs end and all events leave the outbox within a time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with database.snapshot() as session:
            jobs = session.scalar(select(func.count(Job.id)).where(Job.state.not_in(TERMINAL)))
            events = session.scalar(
                select(func.count(OutboxEvent.id)).where(OutboxEvent.state == "pending")
            )
        if not jobs and not events:
            return True
        time.sleep(0.5)
    return False


def jobs(database: Database, acknowledged: dict[str, set[str]]) -> list[Finding]:
    """Every job that was acknowledged ends, once for each key, with one result."""
    with database.snapshot() as session:
        states = dict(session.execute(select(Job.id, Job.state)).tuples().all())
        attempts = session.scalars(select(Job.attempt)).all()
        versions = Counter(session.scalars(select(ScheduleVersion.job_id)))
        results = {
            job: (result or {}).get("version_id")
            for job, result in session.execute(select(Job.id, Job.result)).tuples()
        }
        made = {row.job_id: row.id for row in session.scalars(select(ScheduleVersion))}
    told = {job for ids in acknowledged.values() for job in ids}
    ended = Counter(states.get(job, "missing") for job in told)
    done = {job for job, state in states.items() if state == "succeeded"}
    return [
        ("acknowledged jobs", f"{len(told)}: {shown(ended)}", set(ended) <= set(TERMINAL)),
        ("all succeeded", f"{ended['succeeded']} of {len(told)}", ended["succeeded"] == len(told)),
        (
            "keys with one job",
            f"{sum(len(ids) == 1 for ids in acknowledged.values())} of {len(acknowledged)}",
            all(len(ids) == 1 for ids in acknowledged.values()),
        ),
        ("jobs in the table", str(len(states)), set(states) == told),
        (
            "results of succeeded jobs",
            f"{sum(versions.values())} versions of {len(done)} jobs",
            set(versions) == done and set(versions.values()) <= {1},
        ),
        ("results are those the jobs name", "", all(results[job] == made[job] for job in done)),
        ("attempts", f"{sum(attempts)} for {len(attempts)} jobs, at most {max(attempts)}", True),
    ]


def chain(database: Database) -> list[Finding]:
    """The audit log is whole and tells of everything."""
    found: list[Finding] = []
    with database.snapshot() as session:
        for tenant in session.scalars(select(Tenant.id)):
            broken = verify(session, tenant)
            found.append(("audit chain", "whole" if broken is None else str(broken), not broken))
        actions = Counter(session.scalars(select(AuditEntry.action)))
        asked = session.scalar(select(func.count(Job.id)))
        versions = session.scalar(select(func.count(ScheduleVersion.id)))
    found.append(
        (
            "entries for jobs and results",
            f"{actions['schedule.asked_for']} and {actions['schedule.made']}",
            (actions["schedule.asked_for"], actions["schedule.made"]) == (asked, versions),
        )
    )
    return found


def deliveries(database: Database, published: Iterable[str], got: Iterable[str]) -> list[Finding]:
    """Each publication is in the outbox once and came to the receiver at least once."""
    with database.snapshot() as session:
        events = list(session.scalars(select(OutboxEvent)))
    told = Counter(str(one.payload["version_id"]) for one in events)
    counts, known = Counter(got), {one.id for one in events}
    states = Counter(one.state for one in events)
    return [
        (
            "publications in the outbox",
            f"{len(told)} events for {len(set(published))} acknowledged publications",
            set(published) <= set(told) and set(told.values()) <= {1},
        ),
        ("events", shown(states), set(states) <= {"delivered"}),
        (
            "events that came",
            f"{len(known & set(counts))} of {len(known)}, {sum(counts.values())} posts",
            known <= set(counts),
        ),
    ]


def feeds(database: Database, addresses: dict[tuple[str, str], str]) -> list[Finding]:
    """Each worker's feed shows the shifts of the published version, and nothing else."""
    right, shifts = 0, 0
    for (site, worker), address in addresses.items():
        with database.snapshot() as session:
            wanted = session.execute(
                select(Assignment.start_at, Assignment.end_at)
                .join(ScheduleVersion, ScheduleVersion.id == Assignment.version_id)
                .where(
                    ScheduleVersion.site_id == site,
                    ScheduleVersion.state == "published",
                    Assignment.worker_id == worker,
                )
            ).all()
        answer = httpx2.get(address, timeout=30)
        answer.raise_for_status()
        seen = [
            (one["DTSTART"].dt, one["DTEND"].dt)
            for one in Calendar.from_ical(answer.content).walk("VEVENT")
            if one["STATUS"] == "CONFIRMED"
        ]
        right += sorted(seen) == sorted(map(tuple, wanted))
        shifts += len(seen)
    with database.snapshot() as session:
        twice = session.execute(
            select(FeedEvent.schedule_id, FeedEvent.worker_id, FeedEvent.start_at)
            .where(FeedEvent.is_cancelled.is_(False))
            .group_by(FeedEvent.schedule_id, FeedEvent.worker_id, FeedEvent.start_at)
            .having(func.count() > 1)
        ).all()
    return [
        (
            "feeds that equal the published version",
            f"{right} of {len(addresses)}, {shifts} shifts",
            right == len(addresses) and shifts > 0,
        ),
        ("events that stand twice", str(len(twice)), not twice),
    ]


def integrity(database: Database) -> list[Finding]:
    """The database file itself is whole."""
    if not database.is_sqlite:
        return []
    with database.snapshot() as session:
        found: Any = session.execute(text("PRAGMA integrity_check")).scalar()
    return [("integrity check", str(found), found == "ok")]


def shown(counts: Counter[Any]) -> str:
    """Counts as text."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=str))
