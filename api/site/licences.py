"""``[[licences]]`` of ``site.toml``: seats, lines and tools that only so many can use at once."""

from typing import Annotated

from pydantic import Field

from api.site.part import Identifier, Part


class LicenceConfig(Part):
    """At most ``max_workers`` at once on all of these queues together."""

    id: Identifier
    queues: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    max_workers: Annotated[int, Field(ge=0, le=1_000_000)]
