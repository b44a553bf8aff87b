"""The service as a client reaches it: requests that outlast losses, refusals in plain words."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx2

from api.site.problems import InputProblem, problem_lines
from scheduler.errors import ProblemInvalid

KEY = "PEAKCREW_API_KEY"
FIRST_PATIENCE_SECONDS = 15.0  # nothing was handed in yet: rather the address is wrong
PATIENCE_SECONDS = 300.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
TIMEOUT = httpx2.Timeout(120.0, connect=10.0)
PAGE = 200
LATER = frozenset({408, 429, 502, 503, 504})
# Another request did the same at this moment; asked again, it is answered.
LATER_CODES = frozenset({"in_flight", "conflict"})


class ServiceAway(Exception):
    """The service did not answer for as long as one waits for it."""


class ServiceRefused(ProblemInvalid):
    """The service answered that it will not; the message says what and where.

    ``problem``: the RFC 9457 document, as far as there was one.
    """

    def __init__(self, status: int, message: str, problem: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem

    @property
    def is_of_the_key(self) -> bool:
        """Whether no other request would fare better."""
        return self.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass
class Remote:
    """The service's API. A lost connection is tried again, after a pause, for a while."""

    url: str
    client: httpx2.Client = field(repr=False)
    patience: float = PATIENCE_SECONDS

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """A document."""
        return self._document(self.response("GET", path, params=query))

    def items(self, path: str, limit: int = PAGE) -> Iterator[dict[str, Any]]:
        """All items of a list, page by page of ``limit``, as far as they are looked at."""
        query: dict[str, Any] = {"limit": limit}
        while True:
            found = self.get(path, **query)
            yield from found["items"]
            if found["next_cursor"] is None:
                return
            query["cursor"] = found["next_cursor"]

    def post(self, path: str, body: Any, **headers: str) -> dict[str, Any]:
        """The answer to a document; ``If_Match`` stands for the header If-Match."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._document(self.response("POST", path, json=body, headers=names))

    def response(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """The answer, when it is a good one.

        Raises ServiceRefused for one that another try would meet again, and ServiceAway when
        there was none, or only 429 and 503, for ``patience`` seconds.
        """
        end, pause = time.monotonic() + self.patience, FIRST_PAUSE_SECONDS
        while True:
            try:
                found = self.client.request(method, path, **more)
            except httpx2.TransportError as error:
                why, wait = str(error) or type(error).__name__, pause
            else:
                if found.is_success:
                    return found
                refused = _refusal(found, f"{method} {self.url}{path}")
                if not _is_for_later(refused):
                    raise refused
                why, wait = str(refused), max(pause, _retry_after(found))
            if time.monotonic() + wait > end:
                raise ServiceAway(f"{self.url}: the service does not answer: {why}")
            time.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _document(self, response: httpx2.Response) -> dict[str, Any]:
        try:
            found = response.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise _no_service(self.url)
        return found


@contextmanager
def connected(url: str, key: str) -> Iterator[Remote]:
    """The service at an address, once it has answered for the first time.

    Raises ProblemInvalid for an address or key that cannot be one, or are refused, ServiceAway
    when nobody answers.
    """
    address = _address(url)
    headers = {"Authorization": f"Bearer {_checked_key(key)}"}
    # Redirects are not followed: the key is for this address.
    with httpx2.Client(base_url=address, headers=headers, timeout=TIMEOUT) as client:
        remote = Remote(address, client, FIRST_PATIENCE_SECONDS)
        if "items" not in remote.get("/v1/sites", limit=1):
            raise _no_service(address)
        remote.patience = PATIENCE_SECONDS
        yield remote


def refused_lines(problem: Mapping[str, Any]) -> list[str]:
    """The ``errors`` of a problem document as file:line:column: message."""
    lines = []
    for one in problem.get("errors") or ():
        place = one.get("file") or one.get("pointer") or "the request"
        lines.append(InputProblem(place, one.get("line"), one.get("column"), one["message"]))
    return problem_lines(lines)


def _refusal(response: httpx2.Response, asked: str) -> ServiceRefused:
    status = response.status_code
    try:
        found = response.json()
    except ValueError:
        found = None
    problem = found if isinstance(found, dict) and "detail" in found else {}
    detail = problem.get("detail") or response.reason_phrase or "no reason given"
    if status == HTTPStatus.UNAUTHORIZED:
        message = f"{KEY}: the service does not know this key (401: {detail})"
    elif status == HTTPStatus.FORBIDDEN:
        message = f"{KEY}: the key does not allow this: {asked} (403: {detail})"
    else:
        message = f"{asked}: {status}: {detail}"
    request_id = problem.get("request_id")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and request_id:
        message += f" (request {request_id})"
    return ServiceRefused(status, "\n".join([message, *refused_lines(problem)]), problem)


def _no_service(url: str) -> ProblemInvalid:
    return ProblemInvalid(f"{url}: answers, but not as a Peakcrew service does")


def _is_for_later(refused: ServiceRefused) -> bool:
    return refused.status in LATER or refused.problem.get("code") in LATER_CODES


def _retry_after(response: httpx2.Response) -> float:
    """Seconds that the service asks to wait; 0 if it says nothing."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0.0


def _address(url: str) -> str:
    """The address without a slash at its end."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise ProblemInvalid("--service: expected an address like https://host:8000")
    if parts.username is not None or parts.password is not None:
        raise ProblemInvalid(f"--service: an address without name and password; the key is {KEY}")
    if parts.query or parts.fragment:
        raise ProblemInvalid("--service: an address without ? and #")
    return url.rstrip("/")


def _checked_key(key: str) -> str:
    key = key.strip()
    if not key:
        raise ProblemInvalid(
            f"{KEY}: the key of the service is missing: set this variable of the environment"
        )
    if not all("!" <= mark <= "~" for mark in key):
        raise ProblemInvalid(f"{KEY}: is no key: it holds characters that no key has")
    return key
