"""Clients that never give up: they ask for jobs and publish versions while all around dies."""

import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx2

TIMEOUT_SECONDS = 10.0
AGAIN_SECONDS = 0.5
# A client that got an answer sends the same request again so often, as one that lost it would.
SENT_AGAIN = 0.3
PEOPLE = {
    "propose": ("planner", {"person": "P. Planner"}),
    "approve": ("approver", {"person": "A. Approver", "consent_reference": "BV 7"}),
    "publish": ("planner", None),
}


@dataclass
class Client:
    """Requests with one key, sent until there is an answer."""

    url: str
    keys: dict[str, str]
    statuses: Counter[int]
    closing: threading.Event

    def call(
        self, method: str, path: str, role: str, body: Any = None, **headers: str
    ) -> httpx2.Response:
        """The first answer that is one: no lost connection, no 503. Raises Closed at the end."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Authorization"] = f"Bearer {self.keys[role]}"
        while True:
            try:
                answer = httpx2.request(
                    method, self.url + path, json=body, headers=headers, timeout=TIMEOUT_SECONDS
                )
            except httpx2.HTTPError:
                self.statuses[0] += 1
            else:
                self.statuses[answer.status_code] += 1
                if answer.status_code not in (429, 500, 503):
                    return answer
            if self.closing.wait(AGAIN_SECONDS):
                raise Closed


class Closed(Exception):
    """The campaign is over."""


@dataclass
class Submitter(threading.Thread):
    """Asks for schedules, each under a key of its own, and asks again under keys used before."""

    client: Client
    sites: list[str]
    target: int
    pause: float
    chance: random.Random
    acknowledged: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Until so many keys have been acknowledged."""
        bodies: dict[str, dict[str, Any]] = {}
        try:
            while len(self.acknowledged) < self.target:
                is_again = bool(bodies) and self.chance.random() < SENT_AGAIN
                key = self.chance.choice(list(bodies)) if is_again else uuid.uuid4().hex
                body = bodies.setdefault(key, self._body())
                answer = self.client.call(
                    "POST", "/v1/schedules", "planner", body, Idempotency_Key=key
                )
                assert answer.status_code == 202, answer.text
                self.acknowledged.setdefault(key, set()).add(answer.json()["id"])
                self.client.closing.wait(self.pause)
        except Closed:
            pass

    def _body(self) -> dict[str, Any]:
        parameters = {"time_limit": 5.0, "seed": self.chance.randrange(1000)}
        return {"site_id": self.chance.choice(self.sites), "parameters": parameters}


@dataclass
class Publisher(threading.Thread):
    """Takes the newest draft of each site through to its workers, again and again."""

    client: Client
    sites: list[str]
    pause: float
    published: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Until the campaign is over."""
        try:
            while not self.client.closing.wait(self.pause):
                for site in self.sites:
                    self._publish(site)
        except Closed:
            pass

    def _publish(self, site: str) -> None:
        found = self.client.call("GET", f"/v1/schedules?site_id={site}", "planner").json()["items"]
        for schedule in found:
            base = f"/v1/schedules/{schedule['id']}/versions"
            newest = self.client.call("GET", base, "planner").json()["items"][0]
            if newest["state"] != "draft":
                continue
            path = f"{base}/{newest['number']}"
            for action in PEOPLE:
                self._step(path, action)
            self.published.append(newest["id"])

    def _step(self, path: str, action: str) -> None:
        """One action; whoever lost its answer sends it again and is told what it did."""
        role, body = PEOPLE[action]
        tag = self.client.call("GET", path, role).headers["ETag"]
        answer = self.client.call(
            "POST", f"{path}/{action}", role, body, If_Match=tag, Idempotency_Key=uuid.uuid4().hex
        )
        assert answer.status_code == 200, answer.text


def wait_until_up(url: str, seconds: float = 60.0) -> None:
    """Return when the service is ready."""
    end = time.monotonic() + seconds
    while True:
        try:
            if httpx2.get(f"{url}/ready", timeout=2).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        assert time.monotonic() < end, "the service does not come up"
        time.sleep(0.2)
