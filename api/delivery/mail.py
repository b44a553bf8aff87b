"""E-mails to workers: what their shifts are now, in their language."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime as rfc_date
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.delivery.outcome import Outcome
from api.delivery.words import say
from api.settings import Settings
from api.storage.base import now
from api.storage.tables import FeedEvent, Offer, OutboxEvent, Person, Schedule

MAX_SHIFTS = 60
TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is ready to go."""

    to: str
    subject: str
    text: str


def compose(session: Session, event: OutboxEvent, at: datetime) -> Letter | None:
    """The message of an event as things are now; None if there is nobody to write to."""
    person = session.get(Person, event.recipient)
    if person is None or person.email is None or person.erased_at is not None:
        return None
    schedule = session.get(Schedule, str(event.payload.get("schedule_id")))
    zone = ZoneInfo(schedule.time_zone if schedule else "UTC")
    language = person.language
    subject = say(f"subject.{event.topic}", language)
    lines = [say("hello", language, name=person.name or person.worker_id), ""]
    if event.topic == "review.decided":
        # The answer itself may be about more than belongs into an e-mail.
        lines.append(say("review.decided", language))
        return Letter(person.email, subject, "\n".join(lines) + "\n")
    lines += _shifts(session, person, zone, at, event.created_at)
    lines += _offers(session, person, zone, at)
    lines += ["", say("times", language, zone=zone.key)]
    return Letter(person.email, subject, "\n".join(lines) + "\n")


def _shifts(
    session: Session, person: Person, zone: ZoneInfo, at: datetime, since: datetime
) -> list[str]:
    """The shifts to come; of the cancelled ones those that went with this change or later."""
    query = (
        select(FeedEvent)
        .where(
            FeedEvent.site_id == person.site_id,
            FeedEvent.worker_id == person.worker_id,
            FeedEvent.end_at > at,
        )
        .order_by(FeedEvent.start_at)
        .limit(MAX_SHIFTS)
    )
    lines = []
    for one in session.scalars(query):
        text = f"- {span_text(one.start_at, one.end_at, zone, person.language)}, {one.queue}"
        if not one.is_cancelled:
            lines.append(text)
        elif one.changed_at >= since:
            lines.append(f"{text} ({say('cancelled', person.language)})")
    head = "next" if lines else "none"
    return [say(head, person.language), *lines]


def _offers(session: Session, person: Person, zone: ZoneInfo, at: datetime) -> list[str]:
    query = select(Offer).where(
        Offer.site_id == person.site_id,
        Offer.worker_id == person.worker_id,
        Offer.state == "open",
        Offer.expires_at > at,
    )
    lines = []
    for one in session.scalars(query.order_by(Offer.start_at)):
        span = span_text(one.start_at, one.end_at, zone, person.language)
        until = say("until", person.language, at=_moment(one.expires_at, zone, person.language))
        lines.append(f"- {say(f'offer.{one.kind}', person.language)}: {span}, {one.queue}; {until}")
    return ["", say("offers", person.language), *lines] if lines else []


def span_text(start: datetime, end: datetime, zone: ZoneInfo, language: str) -> str:
    """Day and times of a shift, as people of a language write them."""
    last = format_time(end.astimezone(zone), "HH:mm", locale=language)
    return f"{_moment(start, zone, language)} – {last}"


def _moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    there = at.astimezone(zone)
    day = format_skeleton("yMMMEd", there, locale=language)
    return f"{day} {format_time(there, 'HH:mm', locale=language)}"


def send(letter: Letter, event_id: str, settings: Settings) -> Outcome:
    """Hand a message to the mail server once."""
    if settings.smtp_host is None:
        return Outcome.failed("no SMTP server is set")
    try:
        message = _message(letter, event_id, settings)
    except (ValueError, IndexError):
        return Outcome.refused("the address is none")
    try:
        with smtplib.SMTP(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS
        ) as server:
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user is not None and settings.smtp_password is not None:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused:
        return Outcome.refused("the mail server refuses the recipient")
    except (smtplib.SMTPException, OSError) as error:
        return Outcome.failed(type(error).__name__)
    return Outcome.done()


def _message(letter: Letter, event_id: str, settings: Settings) -> EmailMessage:
    """Headers are set by the library, which refuses line breaks in them."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = rfc_date(now())
    # The same in each attempt, so that a message that comes twice can be told.
    message["Message-ID"] = f"<{event_id}@peakcrew>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
