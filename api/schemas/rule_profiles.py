"""Rule profiles over the wire."""

from datetime import date
from typing import Any

from api.schemas.base import Document


class ProfileList(Document):
    """The profiles that a site may name."""

    items: list[str]


class ProfileDocument(Document):
    """What is in force under a profile on a day, entry by entry; not legal advice."""

    profile: str
    on: date
    banners: list[str]
    rules: list[dict[str, Any]]
