"""What a version was computed from and with, over the wire."""

from typing import Any

from pydantic import AwareDatetime, Field

from api.schemas.base import Document


class RunDocument(Document):
    """The run record of a version: enough to question it and to repeat it."""

    version_id: str
    job_id: str | None
    asked_by: str = Field(description="Id of the key that asked for it.")
    made_at: AwareDatetime
    status: str
    objective: float
    bound: float
    gap: float
    input_id: str | None
    input_sha256: str | None
    input_erased_at: AwareDatetime | None = Field(
        description="Since then a person's name is gone from the input, and its hash is another."
    )
    files: dict[str, str] = Field(description="SHA-256 by name.")
    run: dict[str, Any] = Field(
        description="Fingerprints of problem and rules, versions, seed, parameters, times."
    )
    audit_number: int | None = Field(description="Entry of the audit log that it was made with.")
    is_as_audited: bool | None = Field(
        description="Whether problem, schedule and rules are those whose hashes the entry holds."
    )
