"""Sites, what was handed in for them, their people, forecasts and scenarios."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.base import ID_LENGTH, Base, Created, JsonColumn, OfTenant, new_id


class Site(OfTenant, Created, Base):
    """A help desk that is planned. ``version`` counts its changes (ETag)."""

    __tablename__ = "sites"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        Index("ix_sites_list", "tenant_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("site")
    )
    name: Mapped[str] = mapped_column(String(200))
    input_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SiteInput(OfTenant, Created, Base):
    """One state of a site's folder, checked as a whole: file names and their contents.

    ``sha256`` is that of all names and contents together. Never changed, but for the erasure of
    a person, which writes ``erased_at``.
    """

    __tablename__ = "site_inputs"
    __table_args__ = (
        UniqueConstraint("site_id", "number"),
        Index("ix_site_inputs_list", "site_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("input")
    )
    site_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("sites.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))
    files: Mapped[dict[str, Any]] = mapped_column(JsonColumn)  # name -> sha256 of its blob
    notes: Mapped[list[Any]] = mapped_column(JsonColumn, default_factory=list)
    created_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    erased_at: Mapped[datetime | None] = mapped_column(default=None)


class Person(OfTenant, Created, Base):
    """Who a worker is: what can be erased, apart from what must be kept."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("site_id", "worker_id"),
        Index("ix_people_list", "site_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("person")
    )
    site_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("sites.id", ondelete="CASCADE"), index=True
    )
    worker_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str | None] = mapped_column(String(200), default=None)
    email: Mapped[str | None] = mapped_column(String(320), default=None)
    language: Mapped[str] = mapped_column(String(5), default="en")
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Forecast(OfTenant, Created, Base):
    """A kept forecast: its files, and the job that made it."""

    __tablename__ = "forecasts"
    __table_args__ = (Index("ix_forecasts_list", "tenant_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("forecast")
    )
    site_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("sites.id", ondelete="CASCADE"), index=True
    )
    input_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    job_id: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True)
    files: Mapped[dict[str, Any]] = mapped_column(JsonColumn)


class Scenario(OfTenant, Created, Base):
    """A what-if on a site: named changes, as ``peakcrew scenario`` knows them."""

    __tablename__ = "scenarios"
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        Index("ix_scenarios_site", "site_id"),
        Index("ix_scenarios_list", "tenant_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(
        String(ID_LENGTH), primary_key=True, default_factory=lambda: new_id("scenario")
    )
    site_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("sites.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(String(200))
    changes: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
