"""What the routes have at hand: settings, database, limits; and who asks."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import update

from api.http.metrics import Metrics
from api.http.once import Call, IdempotencyKey, request_hash
from api.http.problems import Problem, seconds_text
from api.security.keys import principal_of
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
    limiter: SlidingWindowCounterRateLimiter = field(
        default_factory=lambda: SlidingWindowCounterRateLimiter(MemoryStorage())
    )

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
        item = RateLimitItemPerMinute(per_minute)
        if not self.limiter.hit(item, who):
            reset = self.limiter.get_window_stats(item, who).reset_time
            wait = seconds_text(reset - time.time())
            raise Problem(429, "rate_limited", "too many requests", headers={"Retry-After": wait})


# Dependencies that wait for nothing are async: each of the others costs a change of threads.
async def service(request: Request) -> Service:
    """Dependency: the running service."""
    found: Service = request.app.state.service
    return found


Serving = Annotated[Service, Depends(service)]


def principal(
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
    with serving.database.read() as session:
        found = principal_of(session, credentials.credentials)
    if found is None:
        raise _who_are_you()
    key, asking = found
    serving.check_rate(asking.key_id, serving.settings.requests_per_minute)
    if key.last_used_at is None or key.last_used_at < now() - USED_EVERY:
        with serving.database.write() as session:
            session.execute(update(Key).where(Key.id == key.id).values(last_used_at=now()))
    request.state.principal = asking
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
