"""Why, over the wire."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from api.schemas.base import Document, Instant, Request, Text


class Question(Request):
    """Why does a worker work a shift, or why not?"""

    worker_id: Text
    start: Instant = Field(description="When the shift begins.")
    queue: Text | None = Field(None, description="Left out, the one that fits best.")


class MyQuestion(Request):
    """Why do I work a shift, or why not?"""

    start: Instant = Field(description="When the shift begins.")
    queue: Text | None = Field(None, description="Left out, the one that fits best.")


class ReasonDocument(Document):
    """A reason: a stable code, and what it means."""

    code: str = Field(examples=["rest.own_shifts"])
    severity: Literal["forbidden", "offer", "priced", "info"]
    meaning: str = Field(description="In the language that was asked for.")
    detail: str | None = Field(description="With figures; left out where it names others.")


class ShiftReasons(Document):
    """Why a worker has a shift."""

    shift_id: str
    queue: str
    start: AwareDatetime
    end: AwareDatetime
    reasons: list[ReasonDocument]


class NeedReasons(Document):
    """Why a worker does not have a shift in hours in which somebody is missing."""

    queue: str
    start: AwareDatetime
    end: AwareDatetime
    reasons: list[ReasonDocument]


class UncoveredReason(Document):
    """How many uncovered shifts a worker cannot work for one reason."""

    code: str
    meaning: str
    shifts: int


class WorkerReasons(Document):
    """Why a worker works what he works in a version, and not more."""

    version_id: str
    worker_id: str
    shifts: list[ShiftReasons]
    uncovered: list[UncoveredReason] = Field(
        description="Shifts for which somebody is missing, by what stands against this worker."
    )
    nearest: list[NeedReasons] = Field(description="Of these, those that he comes nearest to.")
    is_sample: bool = Field(description="Of a large pool only a sample is kept: ask for the rest.")


class WhyDocument(Document):
    """The answer to a question about one shift, with all else as it is."""

    version_id: str
    worker_id: str
    queue: str
    start: AwareDatetime
    end: AwareDatetime
    is_assigned: bool
    is_possible: bool = Field(description="Whether the shift could be worked if all else may move.")
    reasons: list[ReasonDocument]
    cost_change: float | None = Field(description="If it were added, all else as it is.")
    cost_terms: dict[str, Any] = Field(description="The same by term.")
