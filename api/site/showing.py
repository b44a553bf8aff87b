"""Who comes, and who stands by: parts of ``[staffing]`` in ``site.toml``."""

from typing import Annotated

from pydantic import Field

from api.site.part import Identifier, Part
from api.site.who import Who


class NoShowGroup(Part):
    """Of the shifts of these workers, a share that nobody comes to: of a group, never of one."""

    who: Who
    no_show_rate: Annotated[float, Field(ge=0, le=0.5)]


class StandbyConfig(Part):
    """Standby instead of sending more: who stands by is paid in part and called when needed.

    ``templates``: those whose times standby shifts have, all if not stated. ``answer_rate``: how
    often somebody on standby can be reached and comes.
    """

    pay_percent: Annotated[int, Field(ge=1, le=99)]
    answer_rate: Annotated[float, Field(gt=0, le=1)] = 1.0
    templates: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
