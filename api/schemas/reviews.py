"""Requests for a review by a person, over the wire."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from api.schemas.base import Document, Id, LongText, Request, Text

ReviewState = Literal["open", "upheld", "changed", "rejected"]
Outcome = Literal["upheld", "changed", "rejected"]


class NewReview(Request):
    """What a worker wants a person to look at again."""

    text: LongText
    shift_uid: Text | None = Field(None, description="`uid` of one of his shifts.")
    version_id: Id | None = Field(None, description="A version that was published.")


class ReviewDecision(Request):
    """What a person decided, and why."""

    person: Text = Field(description="Who decided: a named person, never a program.")
    outcome: Outcome = Field(
        description="`upheld`: the decision stands; `changed`: it was changed; `rejected`: the "
        "request is about nothing that was decided here."
    )
    answer: LongText = Field(description="Told to the worker, with reasons.")


class ReviewDocument(Document):
    """A request for a review, and what became of it."""

    id: str
    site_id: str
    worker_id: str
    version_id: str | None
    shift: dict[str, Any] | None
    text: str
    state: ReviewState
    created_at: AwareDatetime
    due_at: AwareDatetime
    is_overdue: bool
    decided_at: AwareDatetime | None
    decided_by: str | None
    answer: str | None
    version: int


class ReviewPage(Document):
    """Requests, newest first."""

    items: list[ReviewDocument]
    next_cursor: str | None
