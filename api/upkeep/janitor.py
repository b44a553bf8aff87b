"""The janitor: throws away what nobody needs any longer. It may run at any time, any number."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.settings import Settings
from api.storage.base import now
from api.storage.database import Database
from api.upkeep import passing, retention
from api.upkeep.unreferenced import drop_blobs

log = structlog.get_logger("peakcrew.janitor")
EVERY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many of each were thrown away, or have lapsed."""

    requests: int
    offers: int
    calendar_events: int
    batches: int
    jobs: int
    versions: int
    forecasts: int
    inputs: int
    deliveries: int
    files: int


def clean(database: Database, settings: Settings) -> Cleaned:
    """One round; what needs what comes before it. Each step is a transaction of its own."""
    at = now()

    def step(work: Callable[[Session], int]) -> int:
        with database.write() as session:
            return work(session)

    cleaned = Cleaned(
        requests=step(lambda session: passing.forget_requests(session, settings, at)),
        offers=step(lambda session: passing.lapse_offers(session, at)),
        calendar_events=step(lambda session: passing.drop_events(session, settings, at)),
        batches=step(lambda session: retention.drop_batches(session, settings, at)),
        jobs=step(lambda session: retention.drop_jobs(session, settings, at)),
        versions=step(lambda session: retention.drop_versions(session, settings, at)),
        forecasts=step(lambda session: retention.drop_forecasts(session, settings, at)),
        inputs=step(lambda session: retention.drop_inputs(session, settings, at)),
        deliveries=step(lambda session: retention.drop_deliveries(session, settings, at)),
        files=step(lambda session: drop_blobs(session, at)),
    )
    log.info("cleaned", **asdict(cleaned))
    return cleaned


class Janitor:
    """A thread beside the API that cleans once an hour."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self._work, name="janitor")

    def __enter__(self) -> "Janitor":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.thread.join()

    def _work(self) -> None:
        while not self.closing.wait(EVERY_SECONDS):
            try:
                clean(self.database, self.settings)
            except DBAPIError as error:
                log.warning("database away", error=type(error).__name__)
