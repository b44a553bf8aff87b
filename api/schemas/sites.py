"""Sites and what is handed in for them, over the wire."""

from typing import Any

from pydantic import AwareDatetime, ConfigDict, Field

from api.schemas.base import Document, Request, Text


class NewSite(Request):
    """A site to be made; what it consists of is handed in afterwards, or at once."""

    name: Text
    files: dict[str, str] | None = Field(
        None,
        max_length=40,
        description="The texts of `site.toml` and the tables, by file name.",
        examples=[{"site.toml": "name = ...", "workers.csv": "worker_id,name,...\n"}],
    )

    model_config = ConfigDict(str_max_length=None)


class NewInput(Request):
    """Files that take the place of those of the same names; all others stay."""

    files: dict[str, str | None] = Field(
        min_length=1, max_length=40, description="Texts by file name; null takes a file away."
    )

    model_config = ConfigDict(str_max_length=None)


class TableRows(Request):
    """All rows of a table; keys are its columns."""

    rows: list[dict[str, str | int | float | bool | None]]


class FileDocument(Document):
    """A file of a site."""

    name: str
    sha256: str


class SiteDocument(Document):
    """A site, and the state that its input has."""

    id: str
    name: str
    created_at: AwareDatetime
    version: int
    input_id: str | None


class SitePage(Document):
    """Sites, newest first."""

    items: list[SiteDocument]
    next_cursor: str | None


class InputDocument(Document):
    """A state of a site's input that was checked as a whole."""

    id: str
    site_id: str
    number: int
    sha256: str
    files: list[FileDocument]
    notes: list[str] = Field(description="What was treated rather than refused.")
    created_at: AwareDatetime
    created_by: str


class InputPage(Document):
    """States of a site's input, newest first."""

    items: list[InputDocument]
    next_cursor: str | None


class RowPage(Document):
    """Rows of a table, in their order; values are texts as in the file."""

    items: list[dict[str, str]]
    total: int
    next_cursor: str | None


class QueueDocument(Document):
    """A queue as `site.toml` states it, defaults filled in."""

    id: str
    skill: str
    settings: dict[str, Any]


class QueueList(Document):
    """The queues of a site."""

    items: list[QueueDocument]


class CheckDocument(Document):
    """What a check of a site found."""

    is_plannable: bool
    notes: list[str]
