"""The audit log over the wire."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from api.schemas.base import Document


class AuditDocument(Document):
    """One decision. `hash` is SHA-256 over all other fields as canonical JSON."""

    number: int
    at: AwareDatetime
    actor: str = Field(description="Id of a key or a job; `local` for the machine itself.")
    actor_kind: Literal["human", "algorithm", "system"]
    action: str = Field(examples=["version.publish"])
    subject: str = Field(description="Id of what it was about.")
    facts: dict[str, Any]
    previous_hash: str
    hash: str


class AuditPage(Document):
    """Entries in the order of the chain."""

    items: list[AuditDocument]
    next_cursor: str | None


class AuditHeadDocument(Document):
    """The end of the chain. Noted elsewhere, it shows any later change of what lies before."""

    number: int
    hash: str


class BrokenDocument(Document):
    """The first entry that does not fit, and why."""

    number: int
    why: str


class VerifiedDocument(Document):
    """Whether every entry follows from the one before."""

    is_whole: bool
    head: AuditHeadDocument
    broken: BrokenDocument | None
