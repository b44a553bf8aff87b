"""Jobs over the wire."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from api.schemas.base import Day, Document, Id, Instant, Request, Text
from api.schemas.problem import ProblemDocument
from api.storage.tables.jobs import JobState


class ScenarioChanges(Request):
    """What if: the changes that `peakcrew scenario` knows."""

    volume: list[Text] = Field([], max_length=100, examples=[["+20%"]])
    bot_down: list[Text] = Field([], max_length=100, examples=[["2026-12-28"]])
    fewer_workers: Annotated[int, Field(ge=1, le=100_000)] | None = None
    more_workers: Annotated[int, Field(ge=1, le=100_000)] | None = None
    wage: Text | None = Field(None, examples=["+5%"])
    profile: Text | None = None
    drop_skill: list[Text] = Field([], max_length=100)
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


class SolveParameters(Request):
    """How long and how hard to search; as the options of `peakcrew plan`."""

    time_limit: Annotated[float, Field(gt=0, le=86_400)] = 40.0
    gap: Annotated[float, Field(ge=0, lt=1)] = 0.001
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    reproducible: bool = False
    keep_broken_pins: bool = False


class NewScheduleJob(Request):
    """A schedule to be made for a site as it is now."""

    site_id: Id
    scenario_id: Id | None = Field(None, description="Plan this what-if instead.")
    parameters: SolveParameters = SolveParameters()


class NewReplanJob(Request):
    """New facts under which a version is to be planned again; as the options of
    `peakcrew replan`."""

    freeze_before: Instant | None = Field(
        None, description="What starts before it stays as it is, and nothing new starts there."
    )
    lock_workers: list[Text] = Field(
        [], max_length=10_000, description="Their shifts stay as they are."
    )
    lock_days: list[Day] = Field(
        [], max_length=1000, description="These local days stay as they are."
    )
    lock_queues: list[Text] = Field(
        [], max_length=1000, description="These queues stay as they are."
    )
    absent: list[Text] = Field(
        [],
        max_length=10_000,
        description="Workers who do not come to what starts at `freeze_before` or later.",
        examples=[["W27"]],
    )
    change_cost: Annotated[float, Field(ge=0, le=1e6)] | None = Field(
        None,
        description="Price of a dropped or added shift; without it the problem's own, or an "
        "hour of the median wage.",
    )
    max_changes: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        None, description="Most workers whose times may change, those who lose a shift aside."
    )
    if_broken: Literal["refuse", "drop", "keep"] = Field(
        "refuse", description="What becomes of locked shifts that break a rule together."
    )
    parameters: SolveParameters = SolveParameters()


class NewForecastJob(Request):
    """A forecast to be made for a site as it is now."""

    site_id: Id
    scenario_id: Id | None = None


class JobDocument(Document):
    """A job: what it is, how far it has come, and what it made."""

    id: str
    kind: str
    state: JobState
    site_id: str | None
    input_id: str | None
    batch_id: str | None
    parameters: dict[str, Any]
    attempt: int
    max_attempts: int
    stage: str | None = Field(description="What it is doing.")
    incumbent: float | None = Field(description="Cost of the best schedule so far.")
    bound: float | None = Field(description="Proven: nothing is cheaper than this.")
    gap: float | None
    revision: int = Field(description="Rises with each change of this document.")
    result: dict[str, Any] | None = Field(description="Ids of what it made.")
    error: ProblemDocument | dict[str, Any] | None
    cancel_requested_at: AwareDatetime | None
    stop_requested_at: AwareDatetime | None
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    created_by: str


class JobPage(Document):
    """Jobs, newest first."""

    items: list[JobDocument]
    next_cursor: str | None
