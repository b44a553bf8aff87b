"""A worker that procrastinate wakes: any number of them, on any number of machines."""

import asyncio
import threading
import time
from contextlib import suppress

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import DBAPIError

from api.jobs import scale_out
from api.jobs.queue import reap
from api.jobs.worker import AWAY_SECONDS, Worker

log = structlog.get_logger("peakcrew.worker")
CARE_SECONDS = 1.0
# After how long procrastinate asks even if it was not woken.
LOOK_SECONDS = 5.0
MAX_AWAY_SECONDS = 30.0
CLOSING_SECONDS = 0.2


class ScaleOutWorker(Worker):
    """One worker of procrastinate; one job at a time, claimed from the jobs table as ever."""

    def work(self, until_idle: bool = False) -> None:
        """Work until told to close; ``until_idle``: or until no nudge waits.

        procrastinate ends when the database goes away, so it is started again and again.
        """
        carer = threading.Thread(target=self._care)
        carer.start()
        try:
            pause = AWAY_SECONDS
            while not self.closing.is_set():
                begun = time.monotonic()
                ended_well = self._run(until_idle)
                if until_idle and ended_well and not self._care_once():
                    return
                if time.monotonic() - begun > MAX_AWAY_SECONDS:
                    pause = AWAY_SECONDS
                if not ended_well:
                    self.closing.wait(pause)
                    pause = min(2 * pause, MAX_AWAY_SECONDS)
        finally:
            self.closing.set()
            carer.join()

    def _run(self, until_idle: bool) -> bool:
        try:
            asyncio.run(self._until_closing(until_idle))
        except (ConnectorException, psycopg.Error, DBAPIError) as error:
            log.warning("database away", error=type(error).__name__)
            return False
        return True

    async def _until_closing(self, until_idle: bool) -> None:
        working = asyncio.create_task(self._procrastinate(until_idle))
        while not working.done() and not self.closing.is_set():
            await asyncio.wait({working}, timeout=CLOSING_SECONDS)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working

    async def _procrastinate(self, until_idle: bool) -> None:
        url = self.settings.url.replace("postgresql+psycopg://", "postgresql://", 1)
        connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=4)
        app = procrastinate.App(connector=connector)
        app.task(name=scale_out.TASK, queue=scale_out.QUEUE)(self._do)
        async with app.open_async():
            await app.run_worker_async(
                queues=[scale_out.QUEUE],
                name=self.name,
                wait=not until_idle,
                fetch_job_polling_interval=LOOK_SECONDS,
                stalled_worker_timeout=scale_out.SILENT_SECONDS,
                delete_jobs="always",
                install_signal_handlers=False,
            )

    def _do(self, job_id: str) -> None:
        """The body of a nudge. If the job may not run now, it gets another nudge later."""
        if self.closing.is_set():
            return
        try:
            if self.step(job_id):
                self._care_once()
        except DBAPIError as error:
            log.warning("database away", job_id=job_id, error=type(error).__name__)

    def _care_once(self) -> int:
        return scale_out.care(self.database, self.settings)

    def _care(self) -> None:
        next_reap = 0.0
        while not self.closing.wait(CARE_SECONDS):
            try:
                if time.monotonic() >= next_reap:
                    reap(self.database)
                    next_reap = time.monotonic() + self.settings.lease_seconds / 3
                self._care_once()
            except DBAPIError as error:
                log.warning("database away", error=type(error).__name__)
