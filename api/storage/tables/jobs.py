"""Jobs: this table is the truth about all work, whoever does it."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.base import ID_LENGTH, Base, Created, JsonColumn, OfTenant, new_id

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
TERMINAL = ("succeeded", "failed", "cancelled")


class Job(OfTenant, Created, Base):
    """One piece of work that was accepted and will end.

    ``attempt`` is the fencing token: whoever writes states the attempt that he was given, and a
    row that has a newer one is not touched. ``kind``: schedule, forecast, replan, replay or
    batch_unit.
    ``result``: ids of what it made; ``error``: a problem document.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_claim", "state", "priority", "created_at"),
        Index("ix_jobs_list", "tenant_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("job")
    )
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default="queued")
    site_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None, index=True)
    input_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    batch_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None, index=True)
    parameters: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default_factory=dict)
    # Larger first; batches put long units before short ones.
    priority: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    claimed_by: Mapped[str | None] = mapped_column(String(200), default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    not_before: Mapped[datetime | None] = mapped_column(default=None)
    cancel_requested_at: Mapped[datetime | None] = mapped_column(default=None)
    stop_requested_at: Mapped[datetime | None] = mapped_column(default=None)
    stage: Mapped[str | None] = mapped_column(String(100), default=None)
    # Cents; of the best schedule so far.
    incumbent: Mapped[int | None] = mapped_column(default=None)
    bound: Mapped[int | None] = mapped_column(default=None)
    gap: Mapped[float | None] = mapped_column(default=None)
    # Rises with each change, so that followers know what they have seen.
    revision: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    result: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn, default=None)
    error: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn, default=None)
    created_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    request_id: Mapped[str | None] = mapped_column(String(100), default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
