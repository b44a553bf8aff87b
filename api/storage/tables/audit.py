"""Who or what decided, when, on which input: a chain that shows every later change."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.base import ID_LENGTH, Base, Created, JsonColumn, OfTenant, new_id


class AuditEntry(Base):
    """One decision. Rows are only ever added; triggers refuse the rest.

    ``facts`` hold ids, hashes and figures, never a person's name: those can be erased.
    """

    __tablename__ = "audit"

    tenant_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("tenants.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))  # text, because its very letters are hashed
    actor: Mapped[str] = mapped_column(String(ID_LENGTH))
    actor_kind: Mapped[str] = mapped_column(String(10))  # human, algorithm, system
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    facts: Mapped[str] = mapped_column(String)  # canonical JSON, as hashed
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of a tenant's chain; whoever adds to it locks this row first."""

    __tablename__ = "audit_heads"

    tenant_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("tenants.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[str] = mapped_column(String(64), default="0" * 64)


class ReviewRequest(OfTenant, Created, Base):
    """A worker asks a person to look at a decision again; there is a day by which it is due."""

    __tablename__ = "review_requests"
    __table_args__ = (Index("ix_review_requests_list", "tenant_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("review")
    )
    site_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("sites.id", ondelete="CASCADE"), index=True
    )
    worker_id: Mapped[str] = mapped_column(String(200), index=True)
    version_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    shift: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn, default=None)
    text: Mapped[str] = mapped_column(String(4000))
    state: Mapped[str] = mapped_column(String(12), default="open")
    due_at: Mapped[datetime] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[str | None] = mapped_column(String(200), default=None)
    answer: Mapped[str | None] = mapped_column(String(4000), default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
