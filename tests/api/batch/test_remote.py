"""The client of the service, against a server that misbehaves."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import ClassVar

import pytest

from api.batch.remote import Remote, ServiceAway, ServiceRefused, connected
from scheduler.errors import ProblemInvalid

PROBLEM = {
    "detail": "2 problems; nothing was changed",
    "code": "site_invalid",
    "errors": [
        {"message": "unknown worker", "file": "pins.csv", "line": 3, "column": 1},
        {"message": "Field required", "pointer": "/name"},
    ],
}


class Handler(BaseHTTPRequestHandler):
    """Answers as ``script`` says, and then with an empty list; None is no answer at all."""

    script: ClassVar[list[tuple[int, dict[str, str], bytes] | None]] = []
    seen: ClassVar[list[tuple[float, str | None]]] = []

    def do_GET(self) -> None:
        """One request."""
        self.seen.append((time.monotonic(), self.headers.get("Authorization")))
        told = self.script.pop(0) if self.script else (200, {}, b'{"items": []}')
        if told is None:
            self.connection.close()
            return
        status, headers, body = told
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    Handler.script, Handler.seen = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def remote(url: str) -> Iterator[Remote]:
    with connected(url + "/", " pk_1\n") as found:
        Handler.seen.clear()
        yield found


def test_it_tries_again_and_waits_as_long_as_it_is_told(remote: Remote) -> None:
    Handler.script[:] = [None, (503, {}, b""), (429, {"Retry-After": "2"}, b"{}")]
    assert remote.get("/v1/sites") == {"items": []}
    moments = [at for at, _ in Handler.seen]
    pauses = [round(b - a, 1) for a, b in pairwise(moments)]
    assert pauses[0] >= 0.5
    assert pauses[1] >= 1.0
    assert pauses[2] >= 2.0
    assert {key for _, key in Handler.seen} == {"Bearer pk_1"}


def test_it_does_not_wait_for_ever(remote: Remote) -> None:
    Handler.script[:] = [(429, {"Retry-After": "3600"}, b"{}")]
    begun = time.monotonic()
    with pytest.raises(ServiceAway, match="429"):
        remote.get("/v1/sites")
    assert time.monotonic() - begun < 5


def test_a_refusal_says_where(remote: Remote) -> None:
    Handler.script[:] = [(422, {}, json.dumps(PROBLEM).encode())]
    with pytest.raises(ServiceRefused) as refused:
        remote.get("/v1/sites")
    assert refused.value.status == 422
    assert "pins.csv:3:1: unknown worker\n/name: Field required" in str(refused.value)
    assert len(Handler.seen) == 1


def test_a_key_is_not_carried_elsewhere(remote: Remote) -> None:
    Handler.script[:] = [(308, {"Location": "/v1/other"}, b"")]
    with pytest.raises(ServiceRefused, match="308"):
        remote.get("/v1/sites")
    assert len(Handler.seen) == 1


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff"])
def test_what_is_no_service(remote: Remote, body: bytes) -> None:
    Handler.script[:] = [(200, {}, body)]
    with pytest.raises(ProblemInvalid, match="not as a Peakcrew service"):
        remote.get("/v1/sites")


def test_another_service(url: str) -> None:
    Handler.script[:] = [(200, {}, b'{"hello": "world"}')]
    with pytest.raises(ProblemInvalid, match="not as a Peakcrew service"), connected(url, "pk_1"):
        pass


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "host:8000",
        "ftp://host",
        "http://",
        "http://a:b@host",
        "http://h/?a=1",
        "http://[::1",
        "http://h:99999",
    ],
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(ProblemInvalid, match="--service"), connected(address, "pk_1"):
        pass
