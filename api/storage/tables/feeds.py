"""Calendar feeds of workers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.base import ID_LENGTH, Base, Created, OfTenant, new_id


class Feed(OfTenant, Created, Base):
    """A worker's private feed. Its token is kept as a hash, and a new one ends the old."""

    __tablename__ = "feeds"
    __table_args__ = (Index("ix_feeds_worker", "site_id", "worker_id"),)

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("feed")
    )
    site_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("sites.id", ondelete="CASCADE")
    )
    worker_id: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class FeedEvent(OfTenant, Base):
    """What a worker's calendar shows of one shift: the same row for all versions of it.

    ``sequence`` rises with each change of time, queue or state.
    """

    __tablename__ = "feed_events"
    __table_args__ = (Index("ix_feed_events_worker", "site_id", "worker_id", "start_at"),)

    uid: Mapped[str] = mapped_column(String(300), primary_key=True)
    site_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("sites.id", ondelete="CASCADE")
    )
    worker_id: Mapped[str] = mapped_column(String(200))
    schedule_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    shift_id: Mapped[str] = mapped_column(String(200))
    queue: Mapped[str] = mapped_column(String(200))
    start_at: Mapped[datetime] = mapped_column()
    end_at: Mapped[datetime] = mapped_column()
    sequence: Mapped[int] = mapped_column(default=0)
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column()
