"""The service as it runs on one machine, with a supervisor, and ways to be unkind to it."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from tests.postgres import Cluster, cluster, free_port

Kind = Literal["api", "worker", "job", "solver", "deliver", "postgresql"]
MARK = "PEAKCREW_CAMPAIGN"
# What a process of each kind has on its command line.
SHAPES: dict[Kind, str] = {
    "api": "serve",
    "worker": "worker",
    "deliver": "deliver",
    "job": "api.jobs.child",
    "solver": "scheduler.solver.child",
}
PAUSE_SECONDS = 0.5


@dataclass
class Stack:
    """The API with its workers beside it, and the database; what ends is started again."""

    folder: Path
    environment: dict[str, str]
    port: int
    server: Cluster | None
    log: Path
    num_workers: int
    core: int | None
    closing: threading.Event = field(default_factory=threading.Event)
    process: "subprocess.Popen[bytes] | None" = None
    supervisor: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the API listens."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *verb: str) -> "subprocess.Popen[bytes]":
        """Start a verb of peakcrew with the settings of the stack."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "api.cli", *verb], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def start(self) -> None:
        """Migrate, then keep the service running as a supervisor would."""
        assert self.run("migrate").wait() == 0, self.log.read_text()[-2000:]
        self.supervisor = threading.Thread(target=self._keep)
        self.supervisor.start()

    def _keep(self) -> None:
        while not self.closing.is_set():
            if self.process is None or self.process.poll() is not None:
                number = str(self.num_workers)
                self.process = self.run("serve", "--port", str(self.port), "--workers", number)
                if self.core is not None:
                    os.sched_setaffinity(self.process.pid, {self.core})
            self.closing.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        """SIGTERM, as on the day of an update."""
        self.closing.set()
        if self.supervisor is not None:
            self.supervisor.join()
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)

    def processes(self) -> list[psutil.Process]:
        """All processes of the stack, also those whose parent is gone."""
        mark = self.environment[MARK]
        found = []
        for one in psutil.process_iter():
            with suppress(psutil.Error):
                if one.environ().get(MARK) == mark and one.status() != psutil.STATUS_ZOMBIE:
                    found.append(one)
        return found

    def victims(self, kind: Kind) -> list[psutil.Process]:
        """Running processes of a kind."""
        if kind == "postgresql":
            assert self.server is not None
            with suppress(psutil.Error, OSError, IndexError, ValueError):
                main = psutil.Process(self.server.pid())
                return [main, *main.children()]
            return []
        found = []
        for one in self.processes():
            with suppress(psutil.Error):
                if SHAPES[kind] in one.cmdline():
                    found.append(one)
        return found

    def kill(self, victim: psutil.Process, kind: Kind) -> bool:
        """kill -9; False if it was gone already. A database is started again."""
        try:
            os.kill(victim.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        if kind == "postgresql":
            self._revive()
        return True

    def _revive(self) -> None:
        """Start the database again, once its last processes are gone."""
        assert self.server is not None
        time.sleep(PAUSE_SECONDS)
        end = time.monotonic() + 60
        while True:
            with suppress(psutil.Error, OSError, IndexError, ValueError):
                if psutil.Process(self.server.pid()).status() != psutil.STATUS_ZOMBIE:
                    return  # only one of its processes was hit, and it recovers by itself
            try:
                self.server.start()
                return
            except AssertionError:
                if time.monotonic() > end:
                    raise
                time.sleep(PAUSE_SECONDS)


@contextmanager
def stack(
    database: str, dispatch: str, num_workers: int = 2, core: int | None = None, **settings: str
) -> Iterator[Stack]:
    """A running service on a fresh database of a kind, gone afterwards; on a core if one is
    named."""
    with ExitStack() as rest:
        folder = Path(rest.enter_context(tempfile.TemporaryDirectory(prefix="peakcrew-kills-")))
        environment = {
            **os.environ,
            MARK: uuid.uuid4().hex,
            "PEAKCREW_DATA_DIR": str(folder / "data"),
            "PEAKCREW_DISPATCH": dispatch,
            **{f"PEAKCREW_{name.upper()}": value for name, value in settings.items()},
        }
        server = rest.enter_context(cluster()) if database == "postgresql" else None
        if server is not None:
            environment["PEAKCREW_DATABASE_URL"] = server.create("campaign")
        found = Stack(folder, environment, free_port(), server, folder / "log", num_workers, core)
        found.start()
        try:
            yield found
        finally:
            found.stop()
