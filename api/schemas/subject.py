"""What is kept on one worker, over the wire."""

from typing import Any

from pydantic import AwareDatetime, Field

from api.schemas.base import Document


class InputOfSubject(Document):
    """A worker's rows in one state of the site's input."""

    id: str
    number: int
    created_at: AwareDatetime
    tables: dict[str, list[dict[str, str]]] = Field(
        description="By file; files in which nothing about him changed are left out."
    )


class SubjectDocument(Document):
    """All that is kept on one worker. Why he works what: see his reasons."""

    worker_id: str
    site_id: str
    name: str | None
    email: str | None
    language: str
    known_since: AwareDatetime
    inputs: list[InputOfSubject]
    assignments: list[dict[str, Any]] = Field(description="Shifts in all versions of schedules.")
    shifts: list[dict[str, Any]] = Field(description="Shifts as he was told them.")
    offers: list[dict[str, Any]]
    reviews: list[dict[str, Any]]
    feeds: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    messages: list[dict[str, Any]] = Field(description="E-mails to him.")
    audit: list[dict[str, Any]] = Field(description="Entries of the audit log about these.")


class ErasedDocument(Document):
    """What an erasure changed or threw away; the id stays, and what was worked under it."""

    worker_id: str
    inputs: int
    versions: int
    files: int
    feeds: int
    keys: int
    reviews: int
    messages: int
