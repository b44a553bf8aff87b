"""Lists in pages, newest first, with a cursor that nobody needs to understand."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, Protocol, TypeVar

from fastapi import Query, Request
from sqlalchemy import Row, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.http.problems import Problem

T = TypeVar("T")
R = TypeVar("R", covariant=True)
Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])
MAX_LIMIT = 200
PAGING = ("limit", "cursor")


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which page of which list: how many rows, and after which."""

    limit: int
    cursor: str | None
    tag: str


async def page_query(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows on a page.")] = 50,
    cursor: Annotated[
        str | None,
        Query(max_length=1000, description="`next_cursor` of the page before, unchanged."),
    ] = None,
) -> PageQuery:
    """Dependency of every list."""
    asked = sorted(one for one in request.query_params.multi_items() if one[0] not in PAGING)
    return PageQuery(limit, cursor, _tag(f"{request.url.path} {asked}"))


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
) -> Page[T]:
    """One page of ``query``, newest first, ordered by an instant and, of equals, by id.

    A cursor holds where the page ended and a hash of what was asked, so it fits no other list.
    Raises Problem 400 for a cursor that is not from this list.
    """
    part = _part(query, order, key, wanted, is_newest_first=True)
    return _cut(session.scalars(part).all(), order, key, wanted)


def page_of_columns(
    session: Session,
    query: Select[*tuple[Any, ...]],
    order: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[str],
    wanted: PageQuery,
) -> Page[Row[*tuple[Any, ...]]]:
    """One page, oldest first, of a query for columns, ``order`` and ``key`` among them."""
    part = _part(query, order, key, wanted, is_newest_first=False)
    return _cut(session.execute(part).all(), order, key, wanted)


def _part(
    query: Q,
    order: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[str],
    wanted: PageQuery,
    is_newest_first: bool,
) -> Q:
    """The rows of a page and one more, which tells whether it is the last."""
    if wanted.cursor is not None:
        # As one row, so that both databases go straight to it in the index.
        ended = tuple_(*_decoded(wanted.cursor, wanted.tag), types=(order.type, key.type))
        row = tuple_(order, key)
        query = query.where(row < ended if is_newest_first else row > ended)
    by = (order.desc(), key.desc()) if is_newest_first else (order.asc(), key.asc())
    return query.order_by(*by).limit(wanted.limit + 1)


def _cut(
    rows: Sequence[T],
    order: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[str],
    wanted: PageQuery,
) -> Page[T]:
    if len(rows) <= wanted.limit:
        return Page(rows, None)
    rows = rows[: wanted.limit]
    at, last = getattr(rows[-1], order.key), getattr(rows[-1], key.key)
    return Page(rows, _pack([at.isoformat(), last, wanted.tag]))


def numbered_page(
    session: Session, query: Select[T], number: InstrumentedAttribute[int], wanted: PageQuery
) -> Page[T]:
    """One page of rows that are numbered, in the order of their numbers."""
    if wanted.cursor is not None:
        query = query.where(number > _position(wanted.cursor, wanted.tag))
    rows = session.scalars(query.order_by(number).limit(wanted.limit + 1)).all()
    if len(rows) <= wanted.limit:
        return Page(rows, None)
    rows = rows[: wanted.limit]
    return Page(rows, _pack([getattr(rows[-1], number.key), wanted.tag]))


class Sliceable(Protocol[R]):
    """Rows that are made as they are looked at."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice) -> Sequence[R]: ...


def slice_of(rows: Sliceable[R], wanted: PageQuery, state: str) -> Page[R]:
    """One page of rows that are already in memory; ``state`` says in which state they are."""
    tag = _tag(f"{wanted.tag} {state}")
    first = 0 if wanted.cursor is None else _position(wanted.cursor, tag)
    end = first + wanted.limit
    return Page(rows[first:end], _pack([end, tag]) if end < len(rows) else None)


def _tag(asked: str) -> str:
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


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


def _decoded(cursor: str, tag: str) -> tuple[datetime, str]:
    try:
        at, key, found = _unpacked(cursor)
        instant = datetime.fromisoformat(at)
    except (ValueError, TypeError):
        raise _foreign() from None
    if found != tag or not isinstance(key, str) or instant.tzinfo is None:
        raise _foreign()
    return instant, key


def _position(cursor: str, tag: str) -> int:
    match _unpacked(cursor):
        case [int(first), str(found)] if found == tag and first >= 0:
            return first
    raise _foreign()


def _foreign() -> Problem:
    return Problem(400, "bad_cursor", "cursor: not one of this list with these filters")
