"""Lists in pages, newest first, with a cursor that nobody needs to understand."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, Protocol, TypeVar

from fastapi import Query
from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.http.problems import Problem

T = TypeVar("T")
R = TypeVar("R", covariant=True)
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which page: how many rows, and after which."""

    limit: int
    cursor: str | None


async def page_query(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows on a page.")] = 50,
    cursor: Annotated[
        str | None,
        Query(max_length=1000, description="`next_cursor` of the page before, unchanged."),
    ] = None,
) -> PageQuery:
    """Dependency of every list."""
    return PageQuery(limit, cursor)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows, and the cursor of the next page; None on the last."""

    rows: Sequence[T]
    next_cursor: str | None


def page(
    session: Session,
    query: Select[T],
    order: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[str],
    wanted: PageQuery,
    is_newest_first: bool = True,
) -> Page[T]:
    """One page of ``query``, ordered by an instant and, of equals, by id.

    A cursor holds where the page ended and a hash of the query, so it fits no other one.
    Raises Problem 400 for a cursor that is not from this list.
    """
    name = _fingerprint(session, query)
    if wanted.cursor is not None:
        at, last = _decoded(wanted.cursor, name)
        if is_newest_first:
            query = query.where(or_(order < at, and_(order == at, key < last)))
        else:
            query = query.where(or_(order > at, and_(order == at, key > last)))
    by = (order.desc(), key.desc()) if is_newest_first else (order.asc(), key.asc())
    rows = session.scalars(query.order_by(*by).limit(wanted.limit + 1)).all()
    if len(rows) <= wanted.limit:
        return Page(rows, None)
    rows = rows[: wanted.limit]
    last_row = rows[-1]
    cursor = _encoded(getattr(last_row, order.key), getattr(last_row, key.key), name)
    return Page(rows, cursor)


def numbered_page(
    session: Session, query: Select[T], number: InstrumentedAttribute[int], wanted: PageQuery
) -> Page[T]:
    """One page of rows that are numbered, in the order of their numbers."""
    name = _fingerprint(session, query)
    if wanted.cursor is not None:
        query = query.where(number > _position(wanted.cursor, name))
    rows = session.scalars(query.order_by(number).limit(wanted.limit + 1)).all()
    if len(rows) <= wanted.limit:
        return Page(rows, None)
    rows = rows[: wanted.limit]
    return Page(rows, _pack([getattr(rows[-1], number.key), name]))


class Sliceable(Protocol[R]):
    """Rows that are made as they are looked at."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice) -> Sequence[R]: ...


def slice_of(rows: Sliceable[R], wanted: PageQuery, name: str) -> Page[R]:
    """One page of rows that are already in memory; ``name`` says which rows they are."""
    first = 0
    if wanted.cursor is not None:
        first = _position(wanted.cursor, hashlib.sha256(name.encode()).hexdigest()[:16])
    end = first + wanted.limit
    tag = hashlib.sha256(name.encode()).hexdigest()[:16]
    return Page(rows[first:end], _pack([end, tag]) if end < len(rows) else None)


def _fingerprint(session: Session, query: Select[Any]) -> str:
    compiled = query.compile(session.get_bind())
    text = f"{compiled}{sorted((k, str(v)) for k, v in compiled.params.items())}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _encoded(at: datetime, key: str, name: str) -> str:
    return _pack([at.isoformat(), key, name])


def _pack(parts: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _unpacked(cursor: str) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, RecursionError):
        raise _foreign() from None
    if not isinstance(found, list):
        raise _foreign()
    return found


def _decoded(cursor: str, name: str) -> tuple[datetime, str]:
    try:
        at, key, found = _unpacked(cursor)
        instant = datetime.fromisoformat(at)
    except (ValueError, TypeError):
        raise _foreign() from None
    if found != name or not isinstance(key, str) or instant.tzinfo is None:
        raise _foreign()
    return instant, key


def _position(cursor: str, tag: str) -> int:
    match _unpacked(cursor):
        case [int(first), str(found)] if found == tag and first >= 0:
            return first
    raise _foreign()


def _foreign() -> Problem:
    return Problem(400, "bad_cursor", "cursor: not one of this list with these filters")
