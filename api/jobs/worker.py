"""The loop of a worker: take a job, do it, take the next; and take back what others lost."""

import os
import signal
import socket
import threading
import time
import uuid

import structlog
from sqlalchemy.exc import DBAPIError

from api.jobs.queue import claim, reap
from api.jobs.runner import run
from api.settings import Settings
from api.storage.database import Database

log = structlog.get_logger("peakcrew.worker")
AWAY_SECONDS = 1.0


class Worker:
    """One worker of the jobs table; one job at a time."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self.closing = threading.Event()

    def close_on_signals(self) -> None:
        """SIGTERM and SIGINT: give the job in hand back and end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.closing.set())

    def work(self, until_idle: bool = False) -> None:
        """Work until told to close; ``until_idle``: or until nothing waits."""
        next_reap = 0.0
        while not self.closing.is_set():
            try:
                if time.monotonic() >= next_reap:
                    reap(self.database)
                    next_reap = time.monotonic() + self.settings.lease_seconds / 3
                did_something = self.step()
            except DBAPIError as error:
                # A database that is away comes back; the lease decides what becomes of a job.
                log.warning("database away", error=type(error).__name__)
                self.closing.wait(AWAY_SECONDS)
                continue
            if not did_something:
                if until_idle:
                    return
                self.closing.wait(self.settings.poll_seconds)

    def step(self, job_id: str | None = None) -> bool:
        """Do one job if there is one, or a certain one if it may run."""
        mine = claim(self.database, self.name, self.settings, job_id)
        if mine is None:
            return False
        ids = {"job_id": mine.job_id, "attempt": mine.attempt, "request_id": mine.request_id}
        with structlog.contextvars.bound_contextvars(**ids):
            run(self.database, self.settings, mine, self.closing.is_set)
        return True
