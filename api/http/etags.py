"""Versions of what can change: nobody overwrites what he has not seen."""

from typing import Annotated

from fastapi import Header

from api.http.problems import Problem

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETag that was read.", max_length=200),
]


def etag(version: int) -> str:
    """The strong ETag of a version."""
    return f'"{version}"'


def require_match(if_match: str | None, version: int) -> None:
    """Raise Problem 428 without If-Match and 412 with that of another version."""
    if if_match is None:
        raise Problem(428, "if_match_needed", "state the ETag that you read as If-Match")
    tags = [tag.strip() for tag in if_match.split(",")]
    if "*" not in tags and etag(version) not in tags:
        raise Problem(412, "stale", "it has changed; read it again", current=etag(version))
