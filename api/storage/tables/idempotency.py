"""Answers that were given once and are given again to the same request."""

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.base import ID_LENGTH, Base, Created, JsonColumn


class IdempotencyRecord(Created, Base):
    """The answer to a request with an Idempotency-Key, kept with what it did."""

    __tablename__ = "idempotency"

    principal: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column()
    headers: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    body: Mapped[bytes] = mapped_column(LargeBinary)
