"""A service on a port, workers as processes, and the command that hands a batch in to them."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import select

from api.settings import Settings
from api.storage.tables import Job
from tests.api.serving import Tester


@contextmanager
def listening(tester: Tester) -> Iterator[str]:
    """The service on a port; its address."""
    config = uvicorn.Config(tester.client.app, port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def verb(settings: Settings, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A verb of the service as a process, such as ``worker``, which is killed afterwards."""
    variables = {
        "PEAKCREW_DATA_DIR": str(settings.data_dir),
        "PEAKCREW_DISPATCH": settings.dispatch,
        "PEAKCREW_SOLVER_THREADS": "2",
        "PEAKCREW_POLL_SECONDS": "0.1",
    }
    if settings.database_url is not None:
        variables["PEAKCREW_DATABASE_URL"] = settings.database_url.get_secret_value()
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", *arguments],
        env={**os.environ, **variables}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def handing_in(
    url: str, key: str, out: Path, *arguments: object
) -> Iterator["subprocess.Popen[str]"]:
    """The command as a process, without the tries of the usual scenarios."""
    command = ["batch", *map(str, arguments), "--out", str(out), "--service", url]
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", *command],
        env={**os.environ, "PEAKCREW_API_KEY": key},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(holds: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def states(tester: Tester) -> list[str]:
    """The states of all jobs."""
    with tester.database.read() as session:
        return sorted(session.scalars(select(Job.state)))
