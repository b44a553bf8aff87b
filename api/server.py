"""The service as processes: the API, and on one machine its workers beside it."""

import gc
import subprocess
import sys
import threading
from collections.abc import Sequence

import structlog
import uvicorn

from api.app import create_app
from api.http.logs import set_up_logs
from api.settings import Settings
from api.storage.database import Database
from api.storage.migrate import current, migrate
from api.upkeep.janitor import Janitor

log = structlog.get_logger("peakcrew.server")
RESTART_SECONDS = 1.0
# Together less than the 30 seconds that a supervisor gives.
FINISH_SECONDS = 8  # for requests in flight, and for who follows a job
KEEP_ALIVE_SECONDS = 75  # longer than proxies and clients keep a connection they may use again
CLOSE_SECONDS = 18.0  # for workers to give their job back


def serve(settings: Settings, host: str, port: int, beside: Sequence[str]) -> None:
    """Serve until told to stop, with these verbs beside the API.

    An embedded database is brought to this version by itself; a PostgreSQL, which others may be
    using, only by ``peakcrew migrate``.
    """
    set_up_logs(settings)
    if "public_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"public_url": f"http://{host}:{port}"})
    database = Database(settings.url)
    if database.is_sqlite:
        before = current(database)
        migrate(database)
        log.info("database", revision_before=before, revision=current(database))
    app = create_app(settings, database)
    # What is there now stays: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    with Helpers(beside), Janitor(database, settings):
        uvicorn.run(
            app, host=host, port=port, log_config=None, server_header=False,
            timeout_graceful_shutdown=FINISH_SECONDS, timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )  # fmt: skip


class Helpers:
    """Processes beside the API, each a verb of its own; one that ends is started again."""

    def __init__(self, verbs: Sequence[str]) -> None:
        self.verbs = tuple(verbs)
        self.closing = threading.Event()
        self.keepers: list[threading.Thread] = []

    def __enter__(self) -> "Helpers":
        self.keepers = [threading.Thread(target=self._keep, args=(one,)) for one in self.verbs]
        for keeper in self.keepers:
            keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for keeper in self.keepers:
            keeper.join()

    def _keep(self, verb: str) -> None:
        while not self.closing.is_set():
            process = subprocess.Popen(
                [sys.executable, "-m", "api.beside", verb], stdin=subprocess.PIPE
            )
            while process.poll() is None and not self.closing.wait(0.2):
                pass
            if not self.closing.is_set():
                log.warning("ended, starting another", verb=verb, code=process.returncode)
                self.closing.wait(RESTART_SECONDS)
                continue
            process.terminate()
            try:
                process.wait(CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
