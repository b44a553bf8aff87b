"""The run record of a version, held against what the audit log says of it."""

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.http.problems import not_found
from api.inputs import blobs
from api.jobs.queue import submit
from api.jobs.runner import RUN_FILES
from api.schemas.runs import RunDocument
from api.security.principal import Principal
from api.settings import Settings
from api.storage.tables import AuditEntry, Job, ScheduleVersion, SiteInput
from scheduler.contract.units import amount

# Facts of the entry "schedule.made" and the files that they are about.
HASHED = {
    "problem_sha256": "problem.json",
    "schedule_sha256": "schedule.json",
    "rules_sha256": "rules.json",
}


def run_document(session: Session, version: ScheduleVersion) -> RunDocument:
    """What a version was computed from and with, by whom it was asked for, and its fingerprints."""
    state = None if version.input_id is None else session.get(SiteInput, version.input_id)
    entry = _entry(session, version)
    return RunDocument(
        version_id=version.id,
        job_id=version.job_id,
        asked_by=version.created_by,
        made_at=version.created_at,
        status=version.status,
        objective=amount(version.objective),
        bound=amount(version.bound),
        gap=version.gap,
        input_id=version.input_id,
        input_sha256=None if state is None else state.sha256,
        input_erased_at=None if state is None else state.erased_at,
        files={name: str(sha256) for name, sha256 in sorted(version.files.items())},
        run=version.run,
        audit_number=None if entry is None else entry.number,
        is_as_audited=None if entry is None else _is_as_audited(session, version, entry),
    )


def ask_for_replay(
    session: Session, asking: Principal, settings: Settings, version: ScheduleVersion
) -> Job:
    """A job that solves a version's problem again. Raises Problem 404 without its files."""
    if not all(name in version.files for name in RUN_FILES):
        raise not_found("run")
    parameters = {"version_id": version.id}
    return submit(
        session, asking, settings, "replay", parameters,
        site_id=version.site_id, input_id=version.input_id,
    )  # fmt: skip


def _entry(session: Session, version: ScheduleVersion) -> AuditEntry | None:
    query = select(AuditEntry).where(
        AuditEntry.tenant_id == version.tenant_id,
        AuditEntry.subject == version.id,
        AuditEntry.action == "schedule.made",
    )
    return session.scalars(query.order_by(AuditEntry.number)).first()


def _is_as_audited(session: Session, version: ScheduleVersion, entry: AuditEntry) -> bool:
    """By the contents as they are, not by the names that they are kept under."""
    facts: dict[str, Any] = json.loads(entry.facts)
    for fact, name in HASHED.items():
        if facts.get(fact) is None:
            continue
        sha256 = version.files.get(name)
        if sha256 is None:
            return False
        content = blobs.content(session, version.tenant_id, sha256)
        if hashlib.sha256(content).hexdigest() != facts[fact]:
            return False
    return True
