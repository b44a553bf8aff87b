"""Batches over the wire."""

from typing import Any

from pydantic import AwareDatetime, Field

from api.schemas.base import Document, Id, Request, Text
from api.schemas.jobs import ScenarioChanges, SolveParameters
from api.storage.tables.jobs import JobState


class BatchScenario(Request):
    """A scenario of a batch; without changes, each site as it is."""

    name: Text
    changes: ScenarioChanges | None = None


class NewBatch(Request):
    """Sites times scenarios, planned with the same parameters."""

    name: Text
    site_ids: list[Id] = Field(min_length=1, max_length=1000)
    scenarios: list[BatchScenario] = Field(
        [BatchScenario(name="base")], min_length=1, max_length=50
    )
    parameters: SolveParameters = SolveParameters()


class BatchDocument(Document):
    """A batch, and how many of its plans are in which state."""

    id: str
    name: str
    parameters: dict[str, Any]
    created_at: AwareDatetime
    created_by: str
    jobs: dict[JobState, int]


class BatchPage(Document):
    """Batches, newest first."""

    items: list[BatchDocument]
    next_cursor: str | None


class UnitDocument(Document):
    """One site under one scenario."""

    id: str
    site_id: str
    scenario: str
    key: str = Field(description="The hash of all that the result depends on.")
    job_id: str
    state: JobState
    attempt: int
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None


class UnitPage(Document):
    """Units of a batch."""

    items: list[UnitDocument]
    next_cursor: str | None
