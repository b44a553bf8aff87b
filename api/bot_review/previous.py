"""The review of the week before: what it decided, and since when."""

import json
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from api.site.problems import InputProblem, SiteInvalid

FORMAT = "peakcrew.bot_review/1"


class PreviousQueue(BaseModel):
    """One queue of an earlier review; keys that are not needed here are ignored."""

    model_config = ConfigDict(frozen=True)

    queue: str
    decision: Literal["ramp", "hold", "stop", "not_offered"]
    since: date | None = None
    bot_version: str = ""
    resolved: float | None = None


class Previous(BaseModel):
    """An earlier ``review.json``."""

    model_config = ConfigDict(frozen=True)

    format: Literal["peakcrew.bot_review/1"]
    site: str
    at: date
    queues: tuple[PreviousQueue, ...]

    def queue(self, name: str) -> PreviousQueue | None:
        """What was decided for a queue; None where it was not offered or not there."""
        found = {one.queue: one for one in self.queues}.get(name)
        return None if found is None or found.since is None else found


def read_previous(path: Path, site_name: str, at: date) -> Previous:
    """The review that this one follows.

    Raises SiteInvalid if it is no review, of another site, or of a later day than ``at``.
    """
    try:
        found = Previous.model_validate(json.loads(path.read_text("utf-8")))
    except (ValueError, ValidationError) as error:
        raise _refused(path, _first(error)) from None
    if found.site != site_name:
        raise _refused(path, f"site: is of {found.site!r}, not of {site_name!r}")
    if found.at > at:
        raise _refused(path, f"at: {found.at} is later than this review, {at}")
    return found


def _refused(path: Path, message: str) -> SiteInvalid:
    return SiteInvalid([InputProblem(str(path), None, None, message)])


def _first(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        one = error.errors()[0]
        return f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
    return f"is no {FORMAT}: {error}"
