"""JSON that means one thing only: no NaN, no key twice, no depth without end."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.http.problems import Problem

MAX_DEPTH = 50
MAX_DIGITS = 18


def loads(body: bytes) -> Any:
    """Parse a body.

    Raises Problem 400 for what RFC 8259 does not know or leaves open: NaN, Infinity, numbers
    that no double holds, a key that stands twice, a depth above 50, text that is not UTF-8.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(f"byte {error.start} is not UTF-8") from None
    if "\\u0000" in text or "\x00" in text:
        raise _unreadable("a NUL character")
    try:
        found = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_int,
            parse_float=_float,
        )  # fmt: skip
    except json.JSONDecodeError as error:
        raise _unreadable(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise _unreadable("nested too deeply") from None
    if _depth(found) > MAX_DEPTH:
        raise _unreadable(f"nested more than {MAX_DEPTH} deep")
    return found


def _unreadable(why: str) -> Problem:
    return Problem(400, "unreadable", f"the body is not JSON that can be used: {why}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _unreadable("a key stands twice in one object")
    return found


def _constant(name: str) -> Any:
    raise _unreadable(f"{name} is no JSON number")


def _int(text: str) -> int:
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise _unreadable(f"a whole number of more than {MAX_DIGITS} digits")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _unreadable("a number that is too large")
    return value


def _depth(value: Any) -> int:
    deepest, todo = 0, [(value, 1)]
    while todo:
        at, level = todo.pop()
        deepest = max(deepest, level)
        if level > MAX_DEPTH:
            return level
        if isinstance(at, dict):
            todo += [(one, level + 1) for one in at.values()]
        elif isinstance(at, list):
            todo += [(one, level + 1) for one in at]
    return deepest


def _refuse_nul(request: Request) -> None:
    """No text of ours holds a NUL, and PostgreSQL cannot even look for one."""
    if "\x00" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise Problem(400, "unreadable", "the address holds a NUL character")


class StrictRequest(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        """The parsed body."""
        if not hasattr(self, "_strict"):
            self._strict = loads(await self.body())
        return self._strict


class StrictRoute(APIRoute):
    """A route that reads its JSON strictly; every router of the API uses it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a strict request."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            _refuse_nul(request)
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly
