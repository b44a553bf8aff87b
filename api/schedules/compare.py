"""What changed from one version to another, for whom."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.schedules.told import Step, steps
from api.schemas.publication import ChangeDocument, DifferenceDocument
from api.storage.tables import Assignment, Schedule, ScheduleVersion

LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def compare(
    session: Session, before: ScheduleVersion, after: ScheduleVersion
) -> DifferenceDocument:
    """All changes by worker and time, and how many shifts stayed; the past counts too."""
    zone = ZoneInfo(session.get_one(Schedule, after.schedule_id).time_zone)
    found = steps(_shifts(session, before), _shifts(session, after), zone, LONG_AGO)
    return DifferenceDocument(
        before=before.number,
        after=after.number,
        num_kept=sum(step.kind == "kept" for step in found),
        changes=[_document(step) for step in found if step.kind != "kept"],
    )


def _shifts(session: Session, version: ScheduleVersion) -> list[Assignment]:
    query = select(Assignment).where(Assignment.version_id == version.id)
    return list(session.scalars(query))


def _document(step: Step[Assignment]) -> ChangeDocument:
    before, after = step.event, step.shift
    shown = after or before
    assert shown is not None
    assert step.kind != "kept"
    return ChangeDocument.model_construct(
        kind=step.kind,
        worker_id=step.worker_id,
        queue=shown.queue,
        start=None if after is None else after.start_at,
        end=None if after is None else after.end_at,
        before_queue=None if before is None else before.queue,
        before_start=None if before is None else before.start_at,
        before_end=None if before is None else before.end_at,
    )
