"""The dispatcher: takes what is due from the outbox and delivers it, at least once.

An event is marked as delivered after it was sent; whoever is killed in between sends it again,
under the same id.
"""

import random
import threading
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.exc import DBAPIError

from api.delivery import mail, webhook
from api.delivery.outcome import Outcome
from api.settings import Settings
from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import OutboxEvent, WebhookEndpoint

log = structlog.get_logger("peakcrew.delivery")
LEASE = timedelta(minutes=2)
MAX_PAUSE_SECONDS = 6 * 3600.0
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Due:
    """An event in somebody's hands, in a numbered attempt."""

    event_id: str
    attempt: int


class Dispatcher:
    """Delivers what is due; any number of them may run."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.closing = threading.Event()

    def work(self) -> None:
        """Deliver until told to close."""
        while not self.closing.is_set():
            try:
                did_something = self.step()
            except DBAPIError as error:
                log.warning("database away", error=type(error).__name__)
                did_something = False
            if not did_something:
                self.closing.wait(self.settings.poll_seconds)

    def step(self) -> bool:
        """Try all that is due once; False if nothing was."""
        found = self._take()
        for due in found:
            if self.closing.is_set():
                break
            self._settle(due, self._deliver(due))
        return bool(found)

    def _take(self) -> list[Due]:
        at = now()
        query = (
            select(OutboxEvent)
            .where(
                OutboxEvent.state == "pending",
                OutboxEvent.next_attempt_at <= at,
                or_(OutboxEvent.lease_until.is_(None), OutboxEvent.lease_until < at),
            )
            .order_by(OutboxEvent.next_attempt_at)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        with self.database.write() as session:
            events = session.scalars(query).all()
            for event in events:
                event.lease_until = at + LEASE
                event.attempts += 1
            return [Due(event.id, event.attempts) for event in events]

    def _deliver(self, due: Due) -> Outcome:
        with self.database.read() as session:
            event = session.get(OutboxEvent, due.event_id)
            if event is None:
                return Outcome.refused("the event is gone")
            if event.channel == "email":
                letter = mail.compose(session, event, now())
            else:
                hook = session.get(WebhookEndpoint, event.recipient)
        if event.channel == "email":
            if letter is None:
                return Outcome.refused("nobody to write to")
            return mail.send(letter, event.id, self.settings)
        if hook is None or hook.disabled_at is not None:
            return Outcome.refused("the webhook is gone")
        return webhook.post(hook, event, self.settings)

    def _settle(self, due: Due, outcome: Outcome) -> None:
        with self.database.write() as session:
            event = session.get(OutboxEvent, due.event_id, with_for_update=True)
            if event is None or event.attempts != due.attempt or event.state != "pending":
                return
            event.lease_until = None
            event.last_error = outcome.error
            if outcome.is_delivered:
                event.state, event.delivered_at = "delivered", now()
            elif outcome.is_final or event.attempts >= self.settings.delivery_attempts:
                event.state = "dead"
                if outcome.is_final and event.channel == "webhook":
                    self._disable(session.get(WebhookEndpoint, event.recipient))
            else:
                event.next_attempt_at = now() + timedelta(seconds=self._pause(event.attempts))
        log.info(
            "delivery", event_id=due.event_id, attempt=due.attempt, delivered=outcome.is_delivered,
            error=outcome.error,
        )  # fmt: skip

    @staticmethod
    def _disable(hook: WebhookEndpoint | None) -> None:
        if hook is not None:
            hook.disabled_at = hook.disabled_at or now()

    def _pause(self, attempts: int) -> float:
        """Twice as long each time, and never all at the same moment."""
        pause: float = self.settings.delivery_pause_seconds * 2 ** (attempts - 1)
        return min(pause, MAX_PAUSE_SECONDS) * random.uniform(0.8, 1.2)
