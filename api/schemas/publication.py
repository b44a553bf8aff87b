"""The way of a version to the workers, over the wire."""

from typing import Literal

from pydantic import AwareDatetime, Field

from api.schemas.base import Document, LongText, Request, Text
from api.schemas.schedules import VersionDocument


class Proposal(Request):
    """Who puts a version forward."""

    person: Text


class Approval(Request):
    """Who approves a version, and where the works council's consent is written."""

    person: Text
    consent_reference: Text | None = None


class Reason(Request):
    """Why."""

    reason: LongText = Field(max_length=1000)


class PublishedDocument(Document):
    """A published version, and what workers were told."""

    version: VersionDocument
    changes: dict[str, int] = Field(description="Shifts kept, added, dropped, moved.")
    offers: int = Field(description="Changes after the notice deadline, which workers may decline.")


class ChangeDocument(Document):
    """One change of a worker between two versions."""

    kind: Literal["added", "dropped", "moved", "queue"]
    worker_id: str
    queue: str
    start: AwareDatetime | None
    end: AwareDatetime | None
    before_queue: str | None
    before_start: AwareDatetime | None
    before_end: AwareDatetime | None


class DifferenceDocument(Document):
    """What changed from one version to another."""

    before: int
    after: int
    num_kept: int
    changes: list[ChangeDocument]


class OfferDocument(Document):
    """A change after the notice deadline."""

    id: str
    site_id: str
    schedule_id: str
    worker_id: str
    kind: Literal["added", "dropped", "moved"]
    state: Literal["open", "accepted", "declined", "lapsed"]
    queue: str
    start_at: AwareDatetime
    end_at: AwareDatetime
    before_start_at: AwareDatetime | None
    before_end_at: AwareDatetime | None
    expires_at: AwareDatetime
    answered_at: AwareDatetime | None
    created_at: AwareDatetime
    version: int


class OfferPage(Document):
    """Offers, newest first."""

    items: list[OfferDocument]
    next_cursor: str | None


OfferAnswer = Literal["accept", "decline"]
