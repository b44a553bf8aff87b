"""Batches of the service: one job for each unit, none for what was done before or is under way."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.batch.unit import unit_key
from api.http.problems import Problem
from api.jobs import queue
from api.jobs.queue import submit
from api.schemas.batches import BatchDocument, BatchScenario, NewBatch, UnitDocument
from api.security.principal import Principal, find, owned
from api.settings import Settings
from api.storage.tables import Batch, BatchUnit, Blob, Job, Site, SiteInput
from api.storage.tables.jobs import TERMINAL


def create(session: Session, asking: Principal, settings: Settings, asked: NewBatch) -> Batch:
    """Accept a batch. Raises Problem 404 for a site that is not there, 409 for one without input,
    422 for names that stand twice or for too many units."""
    _check(asked, settings)
    parameters = asked.parameters.model_dump()
    batch = Batch(
        tenant_id=asking.tenant_id, name=asked.name, parameters=parameters,
        created_by=asking.key_id,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    _take_turns(session, asking, asked.site_ids)
    for site_id in asked.site_ids:
        site = find(session, asking, Site, site_id, "site")
        if site.input_id is None:
            raise Problem(409, "no_input", f"{site.name}: nothing was handed in for this site yet")
        state = session.get_one(SiteInput, site.input_id)
        size = _size(session, state)
        for scenario in asked.scenarios:
            _add(session, asking, settings, batch, state, scenario, size)
    record(session, asking, "batch.created", batch.id, num_sites=len(asked.site_ids))
    return batch


def _check(asked: NewBatch, settings: Settings) -> None:
    names = [one.name for one in asked.scenarios]
    for what, values in (("site_ids", asked.site_ids), ("scenarios", names)):
        if len(set(values)) < len(values):
            raise Problem(422, "invalid", f"{what}: one stands twice")
    if len(asked.site_ids) * len(names) > settings.max_batch_units:
        raise Problem(422, "too_many_units", f"at most {settings.max_batch_units} plans in a batch")


def _take_turns(session: Session, asking: Principal, site_ids: Sequence[str]) -> None:
    """Of two batches of a site at the same moment, the second finds the jobs of the first."""
    sites = owned(asking, Site).where(Site.id.in_(site_ids)).order_by(Site.id)
    session.scalars(sites.with_for_update(key_share=True)).all()


def _size(session: Session, state: SiteInput) -> int:
    """What the time of a plan grows with, roughly; the longest units are begun first."""
    sizes = select(func.sum(Blob.size)).where(
        Blob.tenant_id == state.tenant_id, Blob.sha256.in_(list(state.files.values()))
    )
    return min(int(session.scalar(sizes) or 0), 2**31 - 1)


def _add(
    session: Session,
    asking: Principal,
    settings: Settings,
    batch: Batch,
    state: SiteInput,
    scenario: BatchScenario,
    size: int,
) -> None:
    changes = None if scenario.changes is None else scenario.changes.model_dump()
    key = unit_key(state.sha256, changes, batch.parameters)
    job = _known(session, state, key)
    if job is None:
        parameters = {**batch.parameters, "changes": changes, "scenario_name": scenario.name}
        job = submit(
            session, asking, settings, "schedule", parameters, site_id=state.site_id,
            input_id=state.id, batch_id=batch.id, priority=size,
        )  # fmt: skip
    session.add(
        BatchUnit(
            tenant_id=asking.tenant_id, batch_id=batch.id, site_id=state.site_id,
            scenario=scenario.name, key=key, job_id=job.id,
        )
    )  # fmt: skip


def _known(session: Session, state: SiteInput, key: str) -> Job | None:
    """The site's job that has done the unit, or is about to; not one that failed or is called off.

    Only of the same site: what a job makes is kept for its site.
    """
    query = (
        select(Job)
        .join(BatchUnit, BatchUnit.job_id == Job.id)
        .where(
            Job.tenant_id == state.tenant_id,
            Job.site_id == state.site_id,
            BatchUnit.key == key,
            Job.state.not_in(("failed", "cancelled")),
            Job.cancel_requested_at.is_(None) | (Job.state == "succeeded"),
        )
        .order_by(Job.created_at)
    )
    return session.scalars(query.limit(1)).first()


def cancel(session: Session, asking: Principal, batch: Batch) -> None:
    """Cancel what of a batch has not ended; what is done stays."""
    open_jobs = select(Job).where(Job.batch_id == batch.id, Job.state.not_in(TERMINAL))
    for job in session.scalars(open_jobs.with_for_update()):
        queue.cancel(job)
    record(session, asking, "batch.cancelled", batch.id)


def document(session: Session, batch: Batch) -> BatchDocument:
    """A batch with its counts."""
    states = select(Job.state).join(BatchUnit, BatchUnit.job_id == Job.id)
    counts = Counter(session.scalars(states.where(BatchUnit.batch_id == batch.id)))
    fields: dict[str, Any] = {
        name: getattr(batch, name)
        for name in ("id", "name", "parameters", "created_at", "created_by")
    }
    return BatchDocument(**fields, jobs=dict(counts))


def unit_documents(session: Session, units: Sequence[BatchUnit]) -> list[UnitDocument]:
    """Units with what became of them."""
    from api.jobs.documents import job_document

    query = select(Job).where(Job.id.in_([unit.job_id for unit in units]))
    jobs = {job.id: job_document(job) for job in session.scalars(query)}
    return [
        UnitDocument(
            id=unit.id,
            site_id=unit.site_id,
            scenario=unit.scenario,
            key=unit.key,
            job_id=unit.job_id,
            state=jobs[unit.job_id].state,
            attempt=jobs[unit.job_id].attempt,
            started_at=jobs[unit.job_id].started_at,
            finished_at=jobs[unit.job_id].finished_at,
            result=jobs[unit.job_id].result,
            error=jobs[unit.job_id].error,
        )
        for unit in units
    ]
