"""Alembic's entry: run the steps on the engine that it was given."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

import api.storage.tables  # noqa: F401 - makes the tables known
from api.storage.base import Base, Instant


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own types in plain words, so that an old migration never depends on today's code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """procrastinate keeps its tables in the same database; its own migrations see to them."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render,
        include_name=is_ours,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
