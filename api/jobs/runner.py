"""One claimed job, from its input to its result, with a child process in between."""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import structlog
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.orm import Session

from api.inputs import blobs
from api.jobs.memory import is_over
from api.jobs.queue import Claim, Signals, beat, crashed, finish, give_back
from api.jobs.results import keep_result
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import Job, Scenario, ScheduleVersion, SiteInput

log = structlog.get_logger("peakcrew.jobs")
BAD_INPUT = 2
# What a run is repeated from, and planned again from.
RUN_FILES = ("problem.json", "schedule.json")
FROM_A_VERSION = ("replay", "replan")
STOP_GRACE_SECONDS = 60.0
# With this share of its memory a search ends by itself and keeps its best schedule.
SEARCH_SHARE = 0.85
KilledFor = Literal["timeout", "memory", "closing", "lost", "cancelled"]
REFUSALS = {
    "timeout": {
        "code": "timeout",
        "title": "Too long",
        "detail": "the time for jobs is over",
    },
    "memory": {
        "code": "out_of_memory",
        "title": "Too large",
        "detail": "the job needs more memory than jobs may have",
    },
}
# A finished job is worth waiting for a database that is started again.
SETTLE_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)


@dataclass(frozen=True, slots=True)
class Ended:
    """How the child ended: its exit code, or why it was killed."""

    code: int
    killed_for: KilledFor | None = None


def run(
    database: Database,
    settings: Settings,
    mine: Claim,
    is_closing: Callable[[], bool] = lambda: False,
) -> None:
    """Do a claimed job and write its end. Whatever happens, the job is left in a state from
    which it goes on: ended, or back in the queue."""
    with tempfile.TemporaryDirectory(prefix="peakcrew-job-") as name:
        folder = Path(name)
        try:
            _hand_over(database, settings, mine, folder)
        except (KeyError, NoResultFound) as error:
            # Not the worker's fault: it goes on, and the job does not wait for its lease to end.
            log.exception("input is missing", job_id=mine.job_id)
            with database.write() as session:
                crashed(session, mine, f"its input is not there: {type(error).__name__}")
            return
        ended = _Child(database, settings, mine, folder, is_closing).watch()
        _settle_patiently(database, mine, folder, ended)


def _hand_over(database: Database, settings: Settings, mine: Claim, folder: Path) -> None:
    """Write what the child needs; afterwards it has nothing to do with the database."""
    with database.read() as session:
        job = session.get_one(Job, mine.job_id)
        assert job.input_id is not None
        state = session.get_one(SiteInput, job.input_id)
        files = blobs.contents(session, job.tenant_id, state.files)
        scenario = job.parameters.get("scenario_id")
        changes = session.get_one(Scenario, scenario).changes if scenario else None
        recorded = _recorded(session, job)
    (folder / "site").mkdir()
    for name, body in files.items():
        (folder / "site" / name).write_bytes(body)
    (folder / "recorded").mkdir()
    for name, body in recorded.items():
        (folder / "recorded" / name).write_bytes(body)
    order = {
        "kind": job.kind,
        "parameters": job.parameters,
        "changes": changes or job.parameters.get("changes"),
        "max_solve_seconds": settings.max_solve_seconds,
        "solver_threads": settings.solver_threads,
        "memory_mib": int(SEARCH_SHARE * settings.job_memory_mib),
    }
    (folder / "job.json").write_text(json.dumps(order))


def _recorded(session: Session, job: Job) -> dict[str, bytes]:
    """The files of the version that is to be run or planned again; none for any other job."""
    if job.kind not in FROM_A_VERSION:
        return {}
    version = session.get_one(ScheduleVersion, job.parameters["version_id"])
    return blobs.contents(session, job.tenant_id, {name: version.files[name] for name in RUN_FILES})


@dataclass
class _Child:
    """The child process and what is heard of it."""

    database: Database
    settings: Settings
    mine: Claim
    folder: Path
    is_closing: Callable[[], bool]
    news: dict[str, Any] = field(default_factory=dict)
    rest: bytes = b""
    begun: float = field(default_factory=time.monotonic)
    stop_at: float | None = None

    def watch(self) -> Ended:
        """Start it, keep the lease, pass on what is asked; returns how it ended."""
        with (self.folder / "stderr").open("wb") as errors:
            child = subprocess.Popen(
                [sys.executable, "-m", "api.jobs.child", str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        try:
            return self._until_over(child)
        finally:
            _kill(child)

    def _until_over(self, child: "subprocess.Popen[bytes]") -> Ended:
        assert child.stdout is not None
        os.set_blocking(child.stdout.fileno(), False)
        next_beat = 0.0
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while (code := child.poll()) is None:
                if selector.select(self.settings.poll_seconds):
                    self._listen(child.stdout.read())
                at = time.monotonic()
                reason = self._over_time(at)
                if reason is None and at >= next_beat:
                    next_beat = at + min(self.settings.lease_seconds / 4, 1.0)
                    reason = self._over_memory(child.pid) or self._called_off(at)
                if reason is not None:
                    return Ended(-1, reason)
        self._listen(child.stdout.read())
        self._beat()
        return Ended(code)

    def _over_time(self, at: float) -> KilledFor | None:
        if self.is_closing():
            return "closing"
        return "timeout" if at - self.begun > self.settings.max_job_seconds else None

    def _over_memory(self, pid: int) -> KilledFor | None:
        return "memory" if is_over(pid, self.settings.job_memory_mib) else None

    def _called_off(self, at: float) -> KilledFor | None:
        signals = self._beat()
        if signals.is_lost:
            return "lost"
        if signals.cancel:
            return "cancelled"
        if signals.stop:
            (self.folder / "stop").touch()
            self.stop_at = self.stop_at or at
            if at - self.stop_at > STOP_GRACE_SECONDS:
                return "timeout"
        return None

    def _listen(self, heard: bytes | None) -> None:
        *lines, self.rest = (self.rest + (heard or b"")).split(b"\n")
        for line in lines:
            self.news.update(json.loads(line))

    def _beat(self) -> Signals:
        try:
            signals = beat(self.database, self.mine, self.settings, self.news)
        except DBAPIError as error:
            # The work goes on; should another worker get the job meanwhile, the next beat says so.
            log.warning("database away", job_id=self.mine.job_id, error=type(error).__name__)
            return Signals()
        self.news = {}
        return signals


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """End the child and its solver; its group is its own."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _settle_patiently(database: Database, mine: Claim, folder: Path, ended: Ended) -> None:
    for pause in SETTLE_PAUSES:
        try:
            _settle(database, mine, folder, ended)
            return
        except DBAPIError as error:
            log.warning("database away", job_id=mine.job_id, error=type(error).__name__)
            time.sleep(pause)
    _settle(database, mine, folder, ended)


def _settle(database: Database, mine: Claim, folder: Path, ended: Ended) -> None:
    about = {"job_id": mine.job_id, "attempt": mine.attempt, "code": ended.code}
    stderr = _tail(folder / "stderr")
    if ended.killed_for == "lost":
        log.warning("job lost", **about)
        return
    if ended.killed_for == "closing":
        give_back(database, mine)
        return
    done, error = folder / "done.json", folder / "error.json"
    refusal = REFUSALS.get(ended.killed_for or "")
    with database.write() as session:
        if ended.killed_for == "cancelled":
            finish(session, mine, "cancelled")
        elif refusal is not None:
            finish(session, mine, "failed", error=refusal)
        elif ended.code == 0 and done.is_file():
            keep_result(session, mine, json.loads(done.read_text()), folder / "out")
        elif ended.code == BAD_INPUT and error.is_file():
            finish(session, mine, "failed", error=json.loads(error.read_text()))
        else:
            log.error("job crashed", **about)
            crashed(session, mine, f"the process ended with {ended.code}")
    if stderr:
        log.warning("the job said", **about, stderr=stderr)
    log.info("job ended", **about, killed_for=ended.killed_for)


def _tail(path: Path, length: int = 4000) -> str:
    return path.read_bytes()[-length:].decode(errors="replace")
