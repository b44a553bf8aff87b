"""What the routes have at hand: settings, database, limits; and who asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import update
from starlette.concurrency import run_in_threadpool

from api.http.metrics import Metrics
from api.http.once import Call, IdempotencyKey, request_hash
from api.http.problems import Problem, seconds_text
from api.http.rate import RateLimiter
from api.security.keys import principal_of
from api.security.known_keys import KnownKeys
from api.security.principal import Permission, Principal
from api.settings import Settings
from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import Key

USED_EVERY = timedelta(minutes=1)
bearer = HTTPBearer(auto_error=False, description="An API key, `pk_...`.")


@dataclass(frozen=True)
class Service:
    """The running service."""

    settings: Settings
    database: Database
    limiter: RateLimiter = field(default_factory=RateLimiter)
    known_keys: KnownKeys = field(default_factory=KnownKeys)

    @cached_property
    def metrics(self) -> Metrics:
        """What is counted of this process."""
        return Metrics(self.database)

    @property
    def keep_answers(self) -> timedelta:
        """How long an Idempotency-Key is remembered."""
        return timedelta(hours=self.settings.idempotency_hours)

    def check_rate(self, who: str, per_minute: int) -> None:
        """Raise Problem 429 for whoever asks too often."""
        wait = self.limiter.seconds_to_wait(who, per_minute)
        if wait > 0:
            headers = {"Retry-After": seconds_text(wait)}
            raise Problem(429, "rate_limited", "too many requests", headers=headers)


# Dependencies that wait for nothing are async: each of the others costs a change of threads.
async def service(request: Request) -> Service:
    """Dependency: the running service."""
    found: Service = request.app.state.service
    return found


Serving = Annotated[Service, Depends(service)]


async def principal(
    request: Request,
    serving: Serving,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Principal:
    """Dependency: whoever asks. Raises Problem 401 without a key that is good."""
    if credentials is None:
        # Whoever has no key is slowed down by his address.
        address = request.client.host if request.client else "unknown"
        serving.check_rate(f"address {address}", serving.settings.requests_per_minute)
        raise _who_are_you()
    asking = serving.known_keys.get(credentials.credentials)
    if asking is None:
        asking = await run_in_threadpool(_look_up, serving, credentials.credentials)
    serving.check_rate(asking.key_id, serving.settings.requests_per_minute)
    request.state.principal = asking
    return asking


def _look_up(serving: Service, presented: str) -> Principal:
    epoch = serving.known_keys.epoch
    with serving.database.read() as session:
        found = principal_of(session, presented)
    if found is None:
        raise _who_are_you()
    key, asking = found
    if key.last_used_at is None or key.last_used_at < now() - USED_EVERY:
        with serving.database.write() as session:
            session.execute(update(Key).where(Key.id == key.id).values(last_used_at=now()))
    serving.known_keys.keep(presented, asking, key.expires_at, epoch)
    return asking


def _who_are_you() -> Problem:
    return Problem(
        401, "unauthorized", "a valid API key is needed", headers={"WWW-Authenticate": "Bearer"}
    )


def allowed(permission: Permission) -> Callable[[Principal], Awaitable[Principal]]:
    """Dependency: whoever asks, if his role has the permission."""

    async def check(asking: Annotated[Principal, Depends(principal)]) -> Principal:
        asking.require(permission)
        return asking

    return check


Reader = Annotated[Principal, Depends(allowed("read"))]
Editor = Annotated[Principal, Depends(allowed("edit"))]
Runner = Annotated[Principal, Depends(allowed("run"))]
Proposer = Annotated[Principal, Depends(allowed("propose"))]
Approver = Annotated[Principal, Depends(allowed("approve"))]
Publisher = Annotated[Principal, Depends(allowed("publish"))]
Auditor = Annotated[Principal, Depends(allowed("audit"))]
KeyMaster = Annotated[Principal, Depends(allowed("keys"))]
Asking = Annotated[Principal, Depends(principal)]


async def call(request: Request, asking: Asking, key: IdempotencyKey = None) -> Call:
    """Dependency of every POST: the request as ``once`` wants it."""
    return Call(asking.key_id, key, await request_hash(request))


Once = Annotated[Call, Depends(call)]


async def shown_once(asking: Asking, key: IdempotencyKey = None) -> None:
    """Dependency of each POST that answers with a secret, which no kept answer may hold.

    Raises Problem 422 for an Idempotency-Key rather than to overlook it.
    """
    if key is not None:
        detail = "the answer holds a secret, which is shown once: leave out Idempotency-Key"
        raise Problem(422, "not_repeatable", detail)


ShownOnce = Depends(shown_once)
