"""Around every request: an id, a log line, and headers that keep browsers careful."""

import re
import time
import uuid
from collections.abc import Awaitable, Callable

import structlog
from fastapi import FastAPI, Request, Response

from api.http.service import Service

log = structlog.get_logger("peakcrew.access")
_ID = re.compile(r"^[A-Za-z0-9._-]{1,100}$")
# A feed's token stands in its path and is a password.
_SECRET_PATH = re.compile(r"(/feeds/)[^/.]+")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


def add_middleware(app: FastAPI) -> None:
    """The request's id and log line, and the headers of every answer."""

    @app.middleware("http")
    async def around(
        request: Request, respond: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        stated = request.headers.get("X-Request-Id", "")
        request_id = stated if _ID.match(stated) else uuid.uuid4().hex
        request.state.request_id = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        begun = time.perf_counter()
        try:
            response = await respond(request)
        except Exception:
            # Whoever is outside answers; here it is counted.
            _count(request, 500, time.perf_counter() - begun)
            raise
        response.headers["X-Request-Id"] = request_id
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        seconds = time.perf_counter() - begun
        _count(request, response.status_code, seconds)
        _tell(request, response, seconds)
        return response


def shown_path(path: str) -> str:
    """A path as it may stand in a log."""
    return _SECRET_PATH.sub(r"\1***", path)


def _count(request: Request, status: int, seconds: float) -> None:
    serving: Service = request.app.state.service
    serving.metrics.count(request, status, seconds)


def _tell(request: Request, response: Response, seconds: float) -> None:
    asking = getattr(request.state, "principal", None)
    log.info(
        "request",
        method=request.method,
        path=shown_path(request.url.path),
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
        key=asking.key_id if asking else None,
    )
