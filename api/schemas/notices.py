"""The notice of main parameters over the wire."""

from typing import Literal

from pydantic import AwareDatetime, Field

from api.schemas.base import Document, Request, Text


class ParameterDocument(Document):
    """Something that the planner weighs, at a price."""

    key: str = Field(examples=["preference"])
    label: str
    unit: str = Field(description="What the price is for, in words.")
    least: float | None = Field(description="Null: a price that is not told, such as a wage.")
    most: float | None
    share: float = Field(description="Of the largest price in this notice, 0 to 1.")


class RuleDocument(Document):
    """A rule in force, and where it comes from."""

    id: str
    label: str
    value: str
    source: str
    kept: Literal["enforced", "offer", "priced", "warned"]
    applies_if: str | None
    loosened_by: str | None


class TextDocument(Document):
    """A section of sentences."""

    title: str
    lines: list[str]


class ChangeOfNotice(Document):
    """When what this notice says may have changed."""

    input_number: int
    at: AwareDatetime


class NoticeDocument(Document):
    """What the planner's algorithm takes into account, and how much each thing weighs."""

    site_id: str
    site_name: str
    language: Literal["de", "en", "sv"]
    currency: str
    input_number: int = Field(description="State of the site's input that it was made from.")
    input_sha256: str
    sha256: str = Field(description="Of all that the notice says; the same as long as it does.")
    what: TextDocument
    data: TextDocument
    parameters: list[ParameterDocument] = Field(description="The heaviest first.")
    unused: list[str] = Field(description="What this site gives no weight.")
    rules: list[RuleDocument]
    rules_note: str
    bot: TextDocument
    never: TextDocument
    denied: list[str] = Field(description="Words that no feature may be called by.")
    people: TextDocument
    review: TextDocument
    changes: list[ChangeOfNotice]


class Acknowledgement(Request):
    """Which notice was read."""

    sha256: Text = Field(description="`sha256` of the notice.")


class Acknowledged(Document):
    """Where it is written that a notice was read."""

    sha256: str
    audit_number: int
