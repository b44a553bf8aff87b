"""Schedules as the API tells them; cents become amounts."""

from typing import Any

from api.schemas.schedules import (
    AssignmentDocument,
    ForecastDocument,
    ScheduleDocument,
    VersionDocument,
)
from api.storage.tables import Assignment, Forecast, Schedule, ScheduleVersion
from scheduler.contract.units import amount


def schedule_document(row: Schedule) -> ScheduleDocument:
    """A schedule."""
    return ScheduleDocument.model_validate(row)


def version_document(row: ScheduleVersion) -> VersionDocument:
    """A version of a schedule."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in VersionDocument.model_fields}
    fields["objective"], fields["bound"] = amount(row.objective), amount(row.bound)
    fields["files"] = sorted(row.files)
    return VersionDocument.model_validate(fields)


def assignment_document(row: Assignment) -> AssignmentDocument:
    """Who works when."""
    return AssignmentDocument.model_construct(
        shift_id=row.shift_id,
        worker_id=row.worker_id,
        queue=row.queue,
        template=row.template,
        start=row.start_at,
        end=row.end_at,
        minutes=row.minutes,
        cost=amount(row.cost),
    )


def forecast_document(row: Forecast) -> ForecastDocument:
    """A kept forecast."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in ForecastDocument.model_fields}
    fields["files"] = sorted(row.files)
    return ForecastDocument.model_validate(fields)
