"""Schedules, forecasts and scenarios over the wire."""

from datetime import date
from typing import Any

from pydantic import AwareDatetime, Field

from api.schemas.base import Document, Id, Request, Text
from api.schemas.jobs import ScenarioChanges
from api.storage.tables.schedules import VersionState


class ScheduleDocument(Document):
    """The plan of a site for its horizon."""

    id: str
    site_id: str
    scenario_id: str | None = Field(description="Of a what-if, which cannot be published.")
    first_day: date
    days: int
    time_zone: str
    created_at: AwareDatetime


class SchedulePage(Document):
    """Schedules, newest first."""

    items: list[ScheduleDocument]
    next_cursor: str | None


class VersionDocument(Document):
    """One answer of the optimiser, and how far it has come towards the workers."""

    id: str
    schedule_id: str
    site_id: str
    number: int
    state: VersionState
    status: str = Field(description="optimal or feasible")
    objective: float
    bound: float
    gap: float
    files: list[str]
    run: dict[str, Any] = Field(description="What it was computed from and with.")
    job_id: str | None
    input_id: str | None
    parent_id: str | None
    created_at: AwareDatetime
    created_by: str
    proposed_at: AwareDatetime | None
    proposed_by: str | None
    approved_at: AwareDatetime | None
    approved_by: str | None
    consent_reference: str | None
    published_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    reason: str | None
    version: int


class VersionPage(Document):
    """Versions of a schedule, newest first."""

    items: list[VersionDocument]
    next_cursor: str | None


class AssignmentDocument(Document):
    """A worker on a shift for a queue."""

    shift_id: str
    worker_id: str
    queue: str
    template: str
    start: AwareDatetime
    end: AwareDatetime
    minutes: int
    cost: float


class AssignmentPage(Document):
    """Assignments in the order of their start."""

    items: list[AssignmentDocument]
    next_cursor: str | None


class ForecastDocument(Document):
    """A kept forecast."""

    id: str
    site_id: str
    input_id: str
    job_id: str
    files: list[str]
    created_at: AwareDatetime


class ForecastPage(Document):
    """Forecasts, newest first."""

    items: list[ForecastDocument]
    next_cursor: str | None


class NewScenario(Request):
    """A what-if to be kept under a name."""

    site_id: Id
    name: Text
    changes: ScenarioChanges


class ScenarioDocument(Document):
    """A kept what-if."""

    id: str
    site_id: str
    name: str
    changes: dict[str, Any]
    created_at: AwareDatetime


class ScenarioPage(Document):
    """Scenarios, newest first."""

    items: list[ScenarioDocument]
    next_cursor: str | None
