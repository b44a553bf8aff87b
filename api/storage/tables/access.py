"""Tenants, and the keys that open them."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.base import ID_LENGTH, Base, Created, JsonColumn, OfTenant, new_id

Role = Literal["admin", "planner", "approver", "auditor", "worker"]


class Tenant(Created, Base):
    """A customer; nothing of one is ever seen by another."""

    __tablename__ = "tenants"

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("tenant")
    )
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Key(OfTenant, Created, Base):
    """An API key. Only the hash of its secret is kept; the key is shown once.

    ``site_ids``: the sites that it opens, None for all; ``worker_id`` (of site_ids[0]) for keys
    of workers, who see their own shifts and nothing else.
    """

    __tablename__ = "keys"
    __table_args__ = (Index("ix_keys_list", "tenant_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("key")
    )
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    site_ids: Mapped[list[Any] | None] = mapped_column(JsonColumn, default=None)
    worker_id: Mapped[str | None] = mapped_column(String(200), default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
