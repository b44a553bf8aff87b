"""A request that is sent twice is done once: Idempotency-Key."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.http.problems import Problem
from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import IdempotencyRecord

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key with the same request gives the same answer, done once.",
    ),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with, kept beside what it did."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, document: BaseModel, **headers: str) -> "Answer":
        """A document as JSON; ``Retry_After`` stands for the header Retry-After."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, document.model_dump_json().encode(), names)

    def response(self, **more: str) -> Response:
        """To the client."""
        headers = {**self.headers, **{name.replace("_", "-"): v for name, v in more.items()}}
        return Response(self.body, self.status, headers, media_type="application/json")


@dataclass(frozen=True, slots=True)
class Call:
    """Who asked, with which key, for what."""

    principal: str
    key: str | None
    request_hash: str


async def request_hash(request: Request) -> str:
    """Method, path, query and body as one hash."""
    head = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(head.encode() + await request.body()).hexdigest()


def once(
    database: Database, call: Call, keep: timedelta, work: Callable[[Session], Answer]
) -> Response:
    """Do the work of a call in one transaction, or answer as the first time.

    The record is written first, so of two at the same time one waits for the other. A refused
    request leaves no record. Raises Problem 422 if the key came with another request.
    """
    if call.key is None:
        with database.write() as session:
            found = work(session)
        return found.response()
    for _ in range(2):
        try:
            return _first(database, call, keep, work)
        except _Seen:
            with database.read() as session:
                record = session.get(IdempotencyRecord, (call.principal, call.key))
            if record is not None:
                return _again(record, call)
        # The one that was there first was refused meanwhile: now it is our turn.
    raise Problem(409, "in_flight", "the same request is still being worked on")


class _Seen(Exception):
    """Another request had the key first."""


def _first(
    database: Database, call: Call, keep: timedelta, work: Callable[[Session], Answer]
) -> Response:
    assert call.key is not None
    with database.write() as session:
        old = delete(IdempotencyRecord).where(
            IdempotencyRecord.principal == call.principal,
            IdempotencyRecord.key == call.key,
            IdempotencyRecord.created_at < now() - keep,
        )
        session.execute(old)
        record = IdempotencyRecord(
            principal=call.principal, key=call.key, request_hash=call.request_hash,
            status=0, headers={}, body=b"",
        )  # fmt: skip
        session.add(record)
        try:
            session.flush()
        except IntegrityError:
            raise _Seen from None
        found = work(session)
        record.status, record.headers, record.body = found.status, dict(found.headers), found.body
    return found.response()


def _again(record: IdempotencyRecord, call: Call) -> Response:
    if record.request_hash != call.request_hash:
        raise Problem(
            422, "idempotency_key_reused", "this Idempotency-Key came with another request"
        )
    kept = Answer(record.status, record.body, {k: str(v) for k, v in record.headers.items()})
    return kept.response(Idempotent_Replayed="true")
