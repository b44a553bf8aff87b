"""What the service is told by its surroundings: ``PEAKCREW_...`` variables, one each."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 2**20


class Settings(BaseSettings):
    """Settings of the service; every one has a default that works on one machine.

    ``database_url``: SQLite in ``data_dir`` unless it says ``postgresql://...``.
    Sizes are in MiB, times in seconds unless the name says otherwise.
    """

    model_config = SettingsConfigDict(env_prefix="PEAKCREW_", extra="forbid", frozen=True)

    data_dir: Path = Path("peakcrew-data")
    database_url: SecretStr | None = None
    # Jobs find their way to workers by the jobs table itself, or through procrastinate.
    dispatch: Literal["table", "procrastinate"] = "table"
    public_url: str = "http://127.0.0.1:8000"

    max_body_mib: Annotated[int, Field(ge=1, le=2048)] = 64
    max_unpacked_mib: Annotated[int, Field(ge=1, le=4096)] = 256
    max_rows: Annotated[int, Field(ge=1)] = 2_000_000
    requests_per_minute: Annotated[int, Field(ge=1)] = 6000
    feed_requests_per_minute: Annotated[int, Field(ge=1)] = 60

    max_queued_jobs: Annotated[int, Field(ge=1)] = 100  # per tenant
    max_batch_units: Annotated[int, Field(ge=1)] = 5000  # per batch
    max_running_jobs: Annotated[int, Field(ge=1)] = 8  # per tenant
    max_solve_seconds: Annotated[float, Field(gt=0, le=86_400)] = 3600.0
    max_job_seconds: Annotated[float, Field(gt=0, le=2 * 86_400)] = 7200.0
    job_memory_mib: Annotated[int, Field(ge=256)] = 8192
    max_attempts: Annotated[int, Field(ge=1, le=10)] = 3
    lease_seconds: Annotated[float, Field(gt=0)] = 30.0
    poll_seconds: Annotated[float, Field(gt=0)] = 0.5
    solver_threads: Annotated[int, Field(ge=1, le=256)] = 8

    idempotency_hours: Annotated[int, Field(ge=1)] = 48
    cancelled_shifts_shown_days: Annotated[int, Field(ge=0)] = 30
    review_days: Annotated[int, Field(ge=1)] = 14
    retention_days: Annotated[int, Field(ge=1)] = 730

    smtp_host: str | None = None
    smtp_port: Annotated[int, Field(ge=1, le=65_535)] = 587
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_starttls: bool = True
    mail_from: str = "peakcrew@localhost"
    # Hosts that webhooks may reach although they are private; for receivers on the own network.
    webhook_private_hosts: tuple[str, ...] = ()
    webhook_allow_http: bool = False
    delivery_attempts: Annotated[int, Field(ge=1, le=50)] = 10
    delivery_timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 10.0
    delivery_pause_seconds: Annotated[float, Field(gt=0)] = 5.0  # before the second attempt

    # Whoever scrapes /metrics states it as a bearer token; without one, everybody may.
    metrics_token: SecretStr | None = None
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _procrastinate_needs_postgresql(self) -> "Settings":
        if self.dispatch == "procrastinate" and self.url.startswith("sqlite"):
            raise ValueError("PEAKCREW_DISPATCH=procrastinate needs a PostgreSQL database_url")
        return self

    @cached_property
    def url(self) -> str:
        """The database as SQLAlchemy wants it named."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir.resolve() / 'peakcrew.db'}"
        url = self.database_url.get_secret_value()
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url
