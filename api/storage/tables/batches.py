"""Batches: many sites and scenarios at once."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.base import ID_LENGTH, Base, Created, JsonColumn, OfTenant, new_id


class Batch(OfTenant, Created, Base):
    """Sites x scenarios, planned with the same parameters."""

    __tablename__ = "batches"
    __table_args__ = (Index("ix_batches_list", "tenant_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("batch")
    )
    name: Mapped[str] = mapped_column(String(200))
    parameters: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    created_by: Mapped[str] = mapped_column(String(ID_LENGTH))


class BatchUnit(OfTenant, Created, Base):
    """One site under one scenario; ``key`` is the hash of all that its result depends on."""

    __tablename__ = "batch_units"
    __table_args__ = (
        UniqueConstraint("batch_id", "site_id", "scenario"),
        Index("ix_batch_units_list", "batch_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("unit")
    )
    batch_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("batches.id", ondelete="CASCADE"), index=True
    )
    site_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    scenario: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(64), index=True)
    # The job that does it; one that did the same before is not done again.
    job_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
