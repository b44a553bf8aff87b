"""The jobs table as a queue. Whoever writes about a job states the attempt he was given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import CursorResult, Update, func, or_, select, text, update
from sqlalchemy.orm import Session

from api.http.problems import Problem, bad_state
from api.jobs import scale_out
from api.security.principal import Principal
from api.settings import Settings
from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import Job
from api.storage.tables.jobs import TERMINAL

# Any number; all that claim take turns at it.
CLAIM_LOCK = 0x7065616B
RETRY_SECONDS = (1.0, 5.0, 15.0)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in somebody's hands. What he writes counts only while ``attempt`` is the newest.

    ``request_id``: of the request that asked for it, for the log.
    """

    job_id: str
    tenant_id: str
    attempt: int
    kind: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Signals:
    """What a worker learns when he says that he is still there."""

    is_lost: bool = False
    cancel: bool = False
    stop: bool = False


def submit(
    session: Session,
    asking: Principal,
    settings: Settings,
    kind: str,
    parameters: Mapping[str, Any],
    *,
    site_id: str | None = None,
    input_id: str | None = None,
    batch_id: str | None = None,
    priority: int = 0,
) -> Job:
    """Accept a job, of the request that is being answered.

    Raises Problem 429 when the tenant has as many waiting as he may.
    """
    waiting = select(func.count()).where(Job.tenant_id == asking.tenant_id, Job.state == "queued")
    if session.scalars(waiting).one() >= settings.max_queued_jobs and batch_id is None:
        raise Problem(
            429, "queue_full", f"{settings.max_queued_jobs} jobs are waiting already",
            headers={"Retry-After": "10"},
        )  # fmt: skip
    job = Job(
        tenant_id=asking.tenant_id,
        kind=kind,
        site_id=site_id,
        input_id=input_id,
        batch_id=batch_id,
        parameters=dict(parameters),
        priority=priority,
        max_attempts=settings.max_attempts,
        created_by=asking.key_id,
        request_id=structlog.contextvars.get_contextvars().get("request_id"),
    )
    session.add(job)
    session.flush()
    if settings.dispatch == "procrastinate":
        scale_out.nudge(session, [job])
    return job


def claim(
    database: Database, worker: str, settings: Settings, job_id: str | None = None
) -> Claim | None:
    """Take the next job that may run, or a certain one; None when there is none.

    Longest first within a tenant's batch, else oldest first; a tenant with as many running as
    he may waits, and the others go on.
    """
    with database.write() as session:
        if not database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CLAIM_LOCK})
        job = session.scalars(_next_job(settings, job_id)).first()
        if job is None:
            return None
        job.state = "running"
        job.attempt += 1
        job.claimed_by = worker
        job.lease_until = now() + timedelta(seconds=settings.lease_seconds)
        job.started_at = job.started_at or now()
        job.revision += 1
        return Claim(job.id, job.tenant_id, job.attempt, job.kind, job.request_id)


def _next_job(settings: Settings, job_id: str | None) -> Any:
    # Asked once and not for each job: thousands may be waiting.
    at_their_limit = (
        select(Job.tenant_id)
        .where(Job.state == "running")
        .group_by(Job.tenant_id)
        .having(func.count() >= settings.max_running_jobs)
    )
    query = select(Job).where(
        Job.state == "queued",
        or_(Job.not_before.is_(None), Job.not_before <= now()),
        Job.tenant_id.not_in(at_their_limit),
    )
    if job_id is not None:
        query = query.where(Job.id == job_id)
    return query.order_by(Job.priority.desc(), Job.created_at, Job.id).limit(1)


def beat(
    database: Database, mine: Claim, settings: Settings, progress: Mapping[str, Any]
) -> Signals:
    """Say that the job is still in good hands, and how far it is; learn what is wanted of it."""
    values: dict[str, Any] = {
        "lease_until": now() + timedelta(seconds=settings.lease_seconds),
        **progress,
    }
    if progress:
        values["revision"] = Job.revision + 1
    with database.write() as session:
        if _touched(session, _mine(mine).values(**values)) == 0:
            return Signals(is_lost=True)
        row = session.execute(
            select(Job.cancel_requested_at, Job.stop_requested_at).where(Job.id == mine.job_id)
        ).one()
    return Signals(cancel=row[0] is not None, stop=row[1] is not None)


def finish(session: Session, mine: Claim, state: str, **values: Any) -> bool:
    """End a job in the transaction that keeps its result; False if it is no longer one's own."""
    ended = {
        "state": state,
        "finished_at": now(),
        "lease_until": None,
        "revision": Job.revision + 1,
        **values,
    }
    return _touched(session, _mine(mine).values(**ended)) == 1


def give_back(database: Database, mine: Claim) -> None:
    """Put a job back that could not be done here, without counting the attempt against it."""
    values = {"state": "queued", "lease_until": None, "claimed_by": None}
    with database.write() as session:
        _touched(
            session,
            _mine(mine).values(
                **values, max_attempts=Job.max_attempts + 1, revision=Job.revision + 1
            ),
        )


def crashed(session: Session, mine: Claim, why: str) -> None:
    """After a crash: once more a little later, or failed when it was tried often enough."""
    job = session.scalars(
        select(Job)
        .where(Job.id == mine.job_id, Job.attempt == mine.attempt, Job.state == "running")
        .with_for_update()
    ).one_or_none()
    if job is not None:
        _again_or_failed(job, why)


def reap(database: Database) -> int:
    """Take jobs back whose worker has not been heard of; returns how many."""
    with database.write() as session:
        silent = select(Job).where(Job.state == "running", Job.lease_until < now())
        jobs = session.scalars(silent.with_for_update(skip_locked=True)).all()
        for job in jobs:
            _again_or_failed(job, "the worker is gone")
        return len(jobs)


def _again_or_failed(job: Job, why: str) -> None:
    job.lease_until = None
    job.revision += 1
    if job.cancel_requested_at is not None:
        job.state, job.finished_at = "cancelled", now()
    elif job.attempt >= job.max_attempts:
        job.state, job.finished_at = "failed", now()
        detail = f"tried {job.attempt} times; {why}"
        job.error = {"code": "crashed", "title": "The job crashed", "detail": detail}
    else:
        pause = RETRY_SECONDS[min(job.attempt, len(RETRY_SECONDS)) - 1]
        job.state, job.claimed_by = "queued", None
        job.not_before = now() + timedelta(seconds=pause)
        job.stage = f"again in {pause:g} s: {why}"


def cancel(job: Job) -> None:
    """Cancel: at once if it waits, else as soon as its worker hears of it.

    Raises Problem 409 for a job that has ended.
    """
    _refuse_ended(job)
    job.cancel_requested_at = job.cancel_requested_at or now()
    job.revision += 1
    if job.state == "queued":
        job.state, job.finished_at = "cancelled", now()


def stop(job: Job) -> None:
    """End the search and keep the best schedule so far. Raises Problem 409 unless it runs."""
    _refuse_ended(job)
    if job.state != "running":
        raise bad_state("the job has not begun", ["cancel"])
    job.stop_requested_at = job.stop_requested_at or now()
    job.revision += 1


def _refuse_ended(job: Job) -> None:
    if job.state in TERMINAL:
        raise bad_state(f"the job has {job.state}", [])


def _mine(mine: Claim) -> Update:
    return update(Job).where(
        Job.id == mine.job_id, Job.attempt == mine.attempt, Job.state == "running"
    )


def _touched(session: Session, change: Update) -> int:
    done = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return int(done.rowcount)
