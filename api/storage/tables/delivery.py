"""What is to be told to others, and whether it was."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.base import ID_LENGTH, Base, Created, JsonColumn, OfTenant, new_id, now

DeliveryState = Literal["pending", "delivered", "dead"]


class WebhookEndpoint(OfTenant, Created, Base):
    """Where events are posted, signed after Standard Webhooks."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (Index("ix_webhook_endpoints_list", "tenant_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("hook")
    )
    url: Mapped[str] = mapped_column(String(2000))
    # Needed in the clear to sign with; shown once, never logged.
    secret: Mapped[str] = mapped_column(String(200))
    # The one before signs too until then, so that receivers can change over.
    previous_secret: Mapped[str | None] = mapped_column(String(200), default=None)
    previous_until: Mapped[datetime | None] = mapped_column(default=None)
    topics: Mapped[list[Any]] = mapped_column(JsonColumn, default_factory=list)
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class OutboxEvent(OfTenant, Created, Base):
    """A message that was decided in the same transaction as what it tells of.

    ``channel``: webhook or email; ``recipient``: a webhook's id or a person's id.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "next_attempt_at"),
        Index("ix_outbox_list", "tenant_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("event")
    )
    channel: Mapped[str] = mapped_column(String(10))
    topic: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(ID_LENGTH))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(default_factory=now)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    last_error: Mapped[str | None] = mapped_column(String(500), default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)
