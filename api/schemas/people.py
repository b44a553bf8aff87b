"""Workers as people, and their shifts, over the wire."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from api.languages import Language
from api.schemas.base import Document, Request
from api.schemas.publication import OfferDocument

# As strict as need be: the mail server has the last word.
Email = Annotated[
    str,
    StringConstraints(max_length=320, pattern=r"^[^\s@<>,;:\"\x00-\x1f]+@[^\s@<>,;:\"\x00-\x1f]+$"),
]


class ContactDetails(Request):
    """How a worker is reached."""

    email: Email | None
    language: Language = "en"


class PersonDocument(Document):
    """A worker as a person."""

    worker_id: str
    site_id: str
    name: str | None
    email: str | None
    language: str
    version: int


class PersonPage(Document):
    """Workers, newest first."""

    items: list[PersonDocument]
    next_cursor: str | None


class FeedDocument(Document):
    """A worker's private feed; whoever has the address sees the shifts."""

    url: str = Field(description="Shown once. Making another one ends this one.")


class ShiftDocument(Document):
    """A shift as the worker was told it."""

    uid: str
    queue: str
    start: AwareDatetime
    end: AwareDatetime
    is_cancelled: bool
    sequence: int
    changed_at: AwareDatetime


class MyShifts(Document):
    """A worker's shifts in order of time, and what he is asked."""

    worker_id: str
    time_zone: str
    shifts: list[ShiftDocument]
    offers: list[OfferDocument]
