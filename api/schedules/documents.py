"""Schedules as the API tells them; cents become amounts."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from api.schemas.schedules import (
    AssignmentDocument,
    ForecastDocument,
    ScheduleDocument,
    VersionDocument,
)
from api.storage.tables import Assignment, Forecast, Schedule, ScheduleVersion
from scheduler.contract.units import amount

# Thousands of rows are asked for at once: only what is told of them is read, as plain columns.
COLUMNS = (
    Assignment.shift_id, Assignment.worker_id, Assignment.queue, Assignment.template,
    Assignment.start_at, Assignment.end_at, Assignment.minutes, Assignment.cost,
)  # fmt: skip
_NAMES = tuple(AssignmentDocument.model_fields)
_DOCUMENTS = TypeAdapter(list[AssignmentDocument])


def schedule_document(row: Schedule) -> ScheduleDocument:
    """A schedule."""
    return ScheduleDocument.model_validate(row)


def version_document(row: ScheduleVersion) -> VersionDocument:
    """A version of a schedule."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in VersionDocument.model_fields}
    fields["objective"], fields["bound"] = amount(row.objective), amount(row.bound)
    fields["files"] = sorted(row.files)
    return VersionDocument.model_validate(fields)


def assignment_documents(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[AssignmentDocument]:
    """Who works when; rows of ``COLUMNS``."""
    return _DOCUMENTS.validate_python(
        [dict(zip(_NAMES, (*rest, amount(cost)), strict=True)) for *rest, cost in rows]
    )


def forecast_document(row: Forecast) -> ForecastDocument:
    """A kept forecast."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in ForecastDocument.model_fields}
    fields["files"] = sorted(row.files)
    return ForecastDocument.model_validate(fields)
