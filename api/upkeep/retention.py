"""What is older than ``retention_days`` and was never told to a worker.

Versions that were published are kept, with their input and files: they say who was told what.
The audit log is never touched; for each tenant it gets an entry with how much went.
"""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists
from sqlalchemy.orm import Session

from api.audit.chain import add
from api.settings import Settings
from api.storage.base import OfTenant
from api.storage.tables import (
    Batch,
    BatchUnit,
    Forecast,
    Job,
    OutboxEvent,
    Schedule,
    ScheduleVersion,
    Site,
    SiteInput,
)
from api.storage.tables.jobs import TERMINAL


def drop_batches(session: Session, settings: Settings, at: datetime) -> int:
    """Batches whose jobs have all ended."""
    works = exists().where(
        BatchUnit.batch_id == Batch.id, BatchUnit.job_id == Job.id, Job.state.not_in(TERMINAL)
    )
    old = Batch.created_at < _limit(settings, at)
    return _drop(session, "batches", Batch, old, ~works)


def drop_jobs(session: Session, settings: Settings, at: datetime) -> int:
    """Jobs that have ended and belong to no batch that is kept."""
    in_batch = exists().where(BatchUnit.job_id == Job.id)
    old = Job.finished_at < _limit(settings, at)
    return _drop(session, "jobs", Job, old, Job.state.in_(TERMINAL), ~in_batch)


def drop_versions(session: Session, settings: Settings, at: datetime) -> int:
    """Versions that were never published, and schedules that are left without any."""
    old = ScheduleVersion.created_at < _limit(settings, at)
    unpublished = ScheduleVersion.published_at.is_(None)
    dropped = _drop(session, "versions", ScheduleVersion, old, unpublished)
    empty = ~exists().where(ScheduleVersion.schedule_id == Schedule.id)
    session.execute(
        delete(Schedule)
        .where(Schedule.created_at < _limit(settings, at), empty)
        .execution_options(synchronize_session=False)
    )
    return dropped


def drop_forecasts(session: Session, settings: Settings, at: datetime) -> int:
    """Forecasts."""
    old = Forecast.created_at < _limit(settings, at)
    return _drop(session, "forecasts", Forecast, old)


def drop_inputs(session: Session, settings: Settings, at: datetime) -> int:
    """States of sites that are not in force and that nothing was made from which is kept."""
    used = (
        exists().where(Site.input_id == SiteInput.id),
        exists().where(Job.input_id == SiteInput.id),
        exists().where(ScheduleVersion.input_id == SiteInput.id),
        exists().where(Forecast.input_id == SiteInput.id),
    )
    old = SiteInput.created_at < _limit(settings, at)
    return _drop(session, "inputs", SiteInput, old, *(~one for one in used))


def drop_deliveries(session: Session, settings: Settings, at: datetime) -> int:
    """E-mails and webhooks that were delivered or given up."""
    old = OutboxEvent.created_at < _limit(settings, at)
    ended = OutboxEvent.state != "pending"
    return _drop(session, "deliveries", OutboxEvent, old, ended)


def _limit(settings: Settings, at: datetime) -> datetime:
    return at - timedelta(days=settings.retention_days)


def _drop(session: Session, what: str, table: type[OfTenant], *which: ColumnElement[bool]) -> int:
    """Delete rows; the audit log of each tenant says how many."""
    deleting = delete(table).where(*which).returning(table.tenant_id)
    found = session.scalars(deleting.execution_options(synchronize_session=False)).all()
    for tenant_id, number in sorted(Counter(found).items()):
        facts = {"num_rows": number}
        add(session, tenant_id, "janitor", "system", f"retention.{what}", tenant_id, facts)
    return len(found)
