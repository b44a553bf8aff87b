"""Around every request: an id, a log line, and headers that keep browsers careful."""

import re
import time
import uuid

import structlog
from fastapi import FastAPI, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
    "Cache-Control": "no-store",
}


def add_middleware(app: FastAPI) -> None:
    """The request's id and log line, and the headers of every answer."""
    app.add_middleware(Around)


class Around:
    """The outermost layer of ours: sees what was asked and what is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request, begun = Request(scope), time.perf_counter()
        status, seconds = 500, 0.0
        request_id = request.state.request_id = _request_id(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)

        async def tell(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - begun
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, tell)
        finally:
            # Whoever is outside answers a fault; here it is counted.
            seconds = seconds or time.perf_counter() - begun
            _service(request).metrics.count(request, status, seconds)
            _log(request, status, seconds)


def shown_path(path: str) -> str:
    """A path as it may stand in a log."""
    return _SECRET_PATH.sub(r"\1***", path)


def _request_id(request: Request) -> str:
    stated = request.headers.get("X-Request-Id", "")
    return stated if _ID.match(stated) else uuid.uuid4().hex


def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


def _log(request: Request, status: int, seconds: float) -> None:
    asking = getattr(request.state, "principal", None)
    log.info(
        "request",
        method=request.method,
        path=shown_path(request.url.path),
        status=status,
        milliseconds=round(seconds * 1000, 1),
        key=asking.key_id if asking else None,
    )
