"""API keys over the wire."""

from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from api.schemas.base import Document, Id, Instant, Request, Text
from api.storage.tables.access import Role


class NewKey(Request):
    """A key to be made."""

    name: Text
    role: Role
    site_ids: list[Id] | None = Field(
        None, max_length=1000, description="The sites that it opens; null for all."
    )
    worker_id: Text | None = Field(None, description="For the role worker: whose shifts it shows.")
    expires_at: Instant | None = None

    @model_validator(mode="after")
    def _worker_keys_name_a_worker(self) -> Self:
        is_worker = self.role == "worker"
        if is_worker != (self.worker_id is not None):
            raise ValueError("worker_id is for keys of the role worker, and needed there")
        if is_worker and (self.site_ids is None or len(self.site_ids) != 1):
            raise ValueError("a key of a worker names exactly one site")
        return self


class KeyDocument(Document):
    """A key as it is known; its secret is not."""

    id: str
    name: str
    role: Role
    site_ids: list[str] | None
    worker_id: str | None
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None
    last_used_at: AwareDatetime | None


class MadeKey(KeyDocument):
    """A key that was just made, with the only copy of its text."""

    key: str = Field(description="Shown once. `Authorization: Bearer <key>`.")


class KeyPage(Document):
    """Keys, newest first."""

    items: list[KeyDocument]
    next_cursor: str | None
