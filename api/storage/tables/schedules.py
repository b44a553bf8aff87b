"""Schedules, their versions, who works when, and changes that need a yes."""

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.base import ID_LENGTH, Base, Created, JsonColumn, OfTenant, new_id

VersionState = Literal["draft", "proposed", "approved", "published", "superseded", "withdrawn"]


class Schedule(OfTenant, Created, Base):
    """The plan of a site for its horizon; its versions are what is approved and published."""

    __tablename__ = "schedules"
    __table_args__ = (Index("ix_schedules_list", "tenant_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("schedule")
    )
    site_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("sites.id", ondelete="CASCADE"), index=True
    )
    first_day: Mapped[date] = mapped_column()
    days: Mapped[int] = mapped_column()
    time_zone: Mapped[str] = mapped_column(String(64))
    # Of a what-if, which is never published.
    scenario_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)


class ScheduleVersion(OfTenant, Created, Base):
    """One answer of the optimiser. Once published, nothing of it but its state ever changes.

    ``files``: name -> SHA-256 of schedule.json, problem.json, rules.json, reasons.json, ...
    ``run``: the immutable run record. Amounts are cents.
    """

    __tablename__ = "schedule_versions"
    __table_args__ = (
        UniqueConstraint("schedule_id", "number"),
        Index("ix_schedule_versions_list", "schedule_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("version")
    )
    schedule_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("schedules.id", ondelete="CASCADE"), index=True
    )
    site_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(12), default="draft", index=True)
    job_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None, unique=True)
    input_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    parent_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    status: Mapped[str] = mapped_column(String(12))
    objective: Mapped[int] = mapped_column(BigInteger)
    bound: Mapped[int] = mapped_column(BigInteger)
    gap: Mapped[float] = mapped_column()
    files: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    run: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    created_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    proposed_at: Mapped[datetime | None] = mapped_column(default=None)
    proposed_by: Mapped[str | None] = mapped_column(String(200), default=None)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    # The named person, as he states himself; the key is in the audit log.
    approved_by: Mapped[str | None] = mapped_column(String(200), default=None)
    consent_reference: Mapped[str | None] = mapped_column(String(500), default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(String(1000), default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Assignment(OfTenant, Base):
    """A worker on a shift for a queue, in one version of a schedule."""

    __tablename__ = "assignments"
    __table_args__ = (
        # In the order of the lists, whole and narrowed to a queue or a worker.
        Index("ix_assignments_list", "version_id", "start_at", "shift_id"),
        Index("ix_assignments_queue", "version_id", "queue", "start_at", "shift_id"),
        Index("ix_assignments_told", "version_id", "worker_id", "start_at", "shift_id"),
        Index("ix_assignments_worker", "site_id", "worker_id", "start_at"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
        init=False,
    )
    version_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("schedule_versions.id", ondelete="CASCADE")
    )
    site_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    shift_id: Mapped[str] = mapped_column(String(200))
    worker_id: Mapped[str] = mapped_column(String(200))
    queue: Mapped[str] = mapped_column(String(200))
    template: Mapped[str] = mapped_column(String(200))
    start_at: Mapped[datetime] = mapped_column()
    end_at: Mapped[datetime] = mapped_column()
    minutes: Mapped[int] = mapped_column()
    cost: Mapped[int] = mapped_column(BigInteger)


class Offer(OfTenant, Created, Base):
    """A change after the notice deadline: it holds only if the worker says yes.

    ``kind``: added, dropped or moved; ``uid`` is the calendar event that it would change, and
    ``before_start_at`` and ``before_end_at`` its times now. Unanswered, it is declined when the
    earlier of both shifts begins.
    """

    __tablename__ = "offers"
    __table_args__ = (
        Index("ix_offers_worker", "site_id", "worker_id", "state"),
        Index("ix_offers_list", "tenant_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("offer")
    )
    site_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("sites.id", ondelete="CASCADE"), index=True
    )
    schedule_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    version_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("schedule_versions.id", ondelete="CASCADE")
    )
    worker_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="open")
    uid: Mapped[str | None] = mapped_column(String(300), default=None)
    queue: Mapped[str] = mapped_column(String(200))
    shift_id: Mapped[str] = mapped_column(String(200))
    start_at: Mapped[datetime] = mapped_column()
    end_at: Mapped[datetime] = mapped_column()
    before_start_at: Mapped[datetime | None] = mapped_column(default=None)
    before_end_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime] = mapped_column()
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
