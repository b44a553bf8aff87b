"""What all tables share: names of constraints, instants, ids, and the tenant they belong to."""

import secrets
from datetime import UTC, datetime
from typing import Any, dataclass_transform

from sqlalchemy import JSON, DateTime, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

# Named, so that both databases can drop them by name in a migration.
NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
JsonColumn = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
ID_LENGTH = 40


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; a naive one is a fault of the program."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite has no zones, so it gets the bare time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column,))
class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Root of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own attribute
        datetime: Instant(),
        dict[str, Any]: JsonColumn,
        list[Any]: JsonColumn,
    }


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def new_id(prefix: str) -> str:
    """A new id that nobody can guess, such as ``job_3f9c...``."""
    return f"{prefix}_{secrets.token_hex(12)}"


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column,))
class OfTenant(MappedAsDataclass, kw_only=True):
    """A row that belongs to one tenant and is found by no other."""

    tenant_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("tenants.id", ondelete="CASCADE"), index=True
    )


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column,))
class Created(MappedAsDataclass, kw_only=True):
    """A row that knows when it was made; lists are ordered by it."""

    created_at: Mapped[datetime] = mapped_column(default_factory=now, index=True)
