"""``[[unpopular_hours]]`` of ``site.toml``: hours that nobody likes, to be shared out."""

from typing import Annotated

from pydantic import Field

from api.site.part import Part
from api.site.times import WEEKDAYS, WallClock, Weekdays


class UnpopularHoursConfig(Part):
    """Hours by the wall clock that begin on these weekdays.

    An ``until`` before ``from`` is on the next day, the same time twice is the whole day.
    """

    weekdays: Weekdays = WEEKDAYS
    first: Annotated[WallClock, Field(alias="from")]
    last: Annotated[WallClock, Field(alias="until")]
