"""Webhooks and deliveries over the wire."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from api.schemas.base import Document, Request

Topic = Literal[
    "schedule.published",
    "schedule.withdrawn",
    "offer.answered",
    "review.requested",
    "review.decided",
]
Url = Annotated[str, StringConstraints(min_length=8, max_length=2000, pattern=r"^https?://[!-~]+$")]


class NewWebhook(Request):
    """Where events are to be posted."""

    url: Url = Field(examples=["https://example.com/peakcrew"])
    topics: list[Topic] = Field([], max_length=20, description="Empty: all topics.")


class WebhookDocument(Document):
    """A webhook; its secret is shown only when it is made."""

    id: str
    url: str
    topics: list[str]
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None
    previous_until: AwareDatetime | None = Field(
        description="Until then the secret before signs as well."
    )
    version: int


class MadeWebhook(WebhookDocument):
    """A webhook with its new secret, shown once."""

    secret: str = Field(description="Verify with any Standard Webhooks library.")


class WebhookPage(Document):
    """Webhooks, newest first."""

    items: list[WebhookDocument]
    next_cursor: str | None


class Rotation(Request):
    """For how long the old secret still signs."""

    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 24


class DeliveryDocument(Document):
    """A message and what became of it."""

    id: str
    channel: Literal["webhook", "email"]
    topic: str
    recipient: str
    payload: dict[str, Any]
    state: Literal["pending", "delivered", "dead"]
    attempts: int
    last_error: str | None
    next_attempt_at: AwareDatetime
    delivered_at: AwareDatetime | None
    created_at: AwareDatetime


class DeliveryPage(Document):
    """Deliveries, newest first."""

    items: list[DeliveryDocument]
    next_cursor: str | None
