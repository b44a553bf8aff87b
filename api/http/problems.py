"""Errors as RFC 9457 problem documents. What a client sent is never echoed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.schemas.problem import FieldProblem, ProblemDocument

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger("peakcrew.http")

TITLES = {
    400: "The request cannot be read",
    401: "A key is needed",
    403: "The key does not allow this",
    404: "There is no such thing",
    405: "This method is not offered here",
    409: "That is not possible in this state",
    412: "It has changed in the meantime",
    413: "Too large",
    415: "This kind of content is not understood",
    422: "The request is not right",
    428: "If-Match is needed",
    429: "Too many",
    500: "A fault of the service",
    503: "Not ready",
}


class Problem(HTTPException):
    """An answer other than what was asked for.

    ``code`` is stable, for programs; ``detail`` is a sentence, for people; ``errors`` say where.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code
        self.errors = tuple(errors)
        self.more = more

    def document(self, request: Request) -> dict[str, Any]:
        """What is sent."""
        document = ProblemDocument(
            type=f"/problems/{self.code}",
            title=TITLES.get(self.status_code, "Not possible"),
            status=self.status_code,
            code=self.code,
            detail=self.detail,
            instance=request.url.path,
            request_id=getattr(request.state, "request_id", None),
            errors=self.errors,
        )
        return {**document.model_dump(exclude_none=True), **self.more}


def not_found(what: str) -> Problem:
    """For what does not exist, and for what belongs to somebody else: nobody can tell which."""
    return Problem(404, "not_found", f"there is no such {what}")


def bad_state(detail: str, allowed: Sequence[str]) -> Problem:
    """A change that this state does not allow; ``allowed`` are those that it does."""
    return Problem(409, "illegal_state", detail, allowed=list(allowed))


def add_handlers(app: FastAPI) -> None:
    """Every error leaves as a problem document."""
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(StaleDataError, _on_stale)
    app.add_exception_handler(IntegrityError, _on_conflict)
    app.add_exception_handler(OperationalError, _on_away)
    app.add_exception_handler(Exception, _on_fault)


def answer(request: Request, problem: Problem) -> JSONResponse:
    """The response of a problem."""
    headers = dict(problem.headers or {})
    return JSONResponse(
        problem.document(request), problem.status_code, headers, media_type=MEDIA_TYPE
    )


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Problem):
        return answer(request, error)
    assert isinstance(error, HTTPException)
    codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 400: "unreadable"}
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
    code = codes.get(error.status_code, "refused")
    detail = str(error.detail) if error.status_code < 500 else "see the log"
    return answer(request, Problem(error.status_code, code, detail, headers=headers))


def _methods(request: Request) -> list[str]:
    """Every method of the path, not only those of the first route that has it."""
    found: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] != Match.NONE:
            found |= set(getattr(route, "methods", None) or ())
    return sorted(found)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [
        FieldProblem(pointer=_pointer(one["loc"]), message=str(one["msg"]), code=str(one["type"]))
        for one in error.errors()[:100]
    ]
    if any(one.code == "json_invalid" for one in errors):
        return answer(request, Problem(400, "unreadable", "the body is not JSON", errors=errors))
    detail = "; ".join(f"{one.pointer}: {one.message}" for one in errors[:3])
    return answer(request, Problem(422, "invalid", detail, errors=errors))


def _pointer(place: Sequence[int | str]) -> str:
    """JSON pointer into the body, or the name of a parameter."""
    kind, *rest = place
    if kind == "body":
        escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in rest)
        return "".join(f"/{part}" for part in escaped)
    return f"{kind}: {'.'.join(map(str, rest))}"


async def _on_stale(request: Request, error: Exception) -> JSONResponse:
    detail = "somebody else changed it while this request ran"
    return answer(request, Problem(412, "stale", detail))


async def _on_conflict(request: Request, error: Exception) -> JSONResponse:
    """Two at the same moment wanted what only one can have, such as a name."""
    log.warning("conflict", exc_info=error, path=request.url.path)
    return answer(request, Problem(409, "conflict", "somebody else did the same; read it again"))


async def _on_away(request: Request, error: Exception) -> JSONResponse:
    """Nothing was changed, or it was and the answer is lost: an Idempotency-Key tells."""
    log.warning("database away", path=request.url.path, error=type(error).__name__)
    headers = {"Retry-After": "2"}
    return answer(request, Problem(503, "database_down", "try again soon", headers=headers))


async def _on_fault(request: Request, error: Exception) -> JSONResponse:
    log.error("fault", exc_info=error, path=request.url.path)
    return answer(request, Problem(500, "fault", "the fault is in the log under the request id"))


def seconds_text(seconds: float) -> str:
    """For Retry-After: whole seconds, at least one."""
    return str(max(1, math.ceil(seconds)))
