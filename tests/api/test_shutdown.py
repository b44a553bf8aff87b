"""The service as real processes: told to stop, it finishes what it has in hand and ends well."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import psutil
import pytest
from sqlalchemy import select

from api.security.tenants import create_tenant
from api.storage.database import Database
from api.storage.tables import Job
from tests.api.versions import TINY
from tests.postgres import free_port

ENDS_WITHIN = 30.0
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Iterator["Served"]:
    """`peakcrew serve` with one worker beside it."""
    with database.write() as session:
        _, _, key = create_tenant(session, "acme")
    port = free_port()
    with started(database, tmp_path, "serve", "--port", port) as process:
        client = httpx2.Client(
            base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {key}"}
        )
        with client:
            served = Served(process, client, database)
            until(served.is_up)
            yield served


class Served:
    """A running service."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", client: httpx2.Client, database: Database
    ) -> None:
        self.process = process
        self.client = client
        self.database = database

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            return self.client.get("/ready").status_code == 200
        except httpx2.TransportError:
            return False

    def ask(self) -> None:
        """Have a schedule made."""
        site = self.client.post("/v1/sites", json={"name": "tiny", "files": TINY}).json()["id"]
        assert self.client.post("/v1/schedules", json={"site_id": site}).status_code == 202

    def family(self) -> list[psutil.Process]:
        """All processes that it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def states(self) -> list[str]:
        """States of all jobs."""
        with self.database.read() as session:
            return list(session.scalars(select(Job.state)))


@contextmanager
def started(
    database: Database, folder: Path, *arguments: object
) -> Iterator["subprocess.Popen[bytes]"]:
    variables = {"PEAKCREW_DATABASE_URL": database.url, "PEAKCREW_DATA_DIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", *map(str, arguments)],
        env={**os.environ, **variables},
        stderr=(folder / "log").open("wb"),
    )
    try:
        yield process
    finally:
        # What runs beside it ends with it.
        process.kill()
        process.wait()


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


@ON_SQLITE
def test_told_to_stop_the_service_gives_its_jobs_back(served: Served) -> None:
    served.ask()
    until(lambda: served.states() == ["running"])
    until(lambda: len(served.family()) >= 3)  # worker, deliverer, and the child that solves
    family = served.family()
    told = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(ENDS_WITHIN) == 0
    assert time.monotonic() - told < ENDS_WITHIN
    assert served.states() == ["queued"]
    assert psutil.wait_procs(family, timeout=5)[1] == []


@ON_SQLITE
def test_requests_in_flight_are_answered_and_who_follows_a_job_is_not_waited_for(
    served: Served,
) -> None:
    served.ask()
    followed = threading.Event()

    def follow() -> None:
        job = served.client.get("/v1/jobs").json()["items"][0]["id"]
        with (
            suppress(httpx2.TransportError),
            served.client.stream("GET", f"/v1/jobs/{job}/events") as answer,
        ):
            for _ in answer.iter_lines():
                followed.set()

    def body() -> Iterator[bytes]:
        yield b'{"name": '
        served.process.send_signal(signal.SIGTERM)
        time.sleep(1.0)
        yield b'"late"}'

    follower = threading.Thread(target=follow)
    follower.start()
    assert followed.wait(20)
    headers = {"Content-Type": "application/json"}
    assert served.client.post("/v1/sites", content=body(), headers=headers).status_code == 201
    assert served.process.wait(ENDS_WITHIN) == 0
    follower.join(10)


@ON_SQLITE
def test_what_runs_beside_the_service_ends_with_it_however_it_goes(served: Served) -> None:
    until(lambda: len(served.family()) == 2)
    family = served.family()
    served.process.kill()
    assert psutil.wait_procs(family, timeout=15)[1] == []
