"""The planned days, and the one place that converts time.

Time is integer minutes since the horizon's start, counted in UTC, half-open ``[start, end)``.
"""

from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from scheduler.errors import ProblemInvalid

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
FIRST_YEAR, LAST_YEAR = 1970, 2999


@dataclass(frozen=True)
class Horizon:
    """The local days that are planned, and the one place that converts time.

    ``start`` is a local midnight. A clock-change day has 23 or 25 hours, so minutes are
    elapsed time and only ``local`` and ``instant`` know the wall clock.
    """

    start: datetime
    days: int
    interval_minutes: int
    time_zone: str

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise ProblemInvalid("start: an instant with an offset is needed")
        if not FIRST_YEAR <= self.start.year <= LAST_YEAR:
            raise ProblemInvalid(f"start: a year from {FIRST_YEAR} to {LAST_YEAR} is needed")
        if self.days < 1:
            raise ProblemInvalid("days: at least 1 is needed")
        if self.interval_minutes not in (15, 30, 60):
            raise ProblemInvalid("interval_minutes: 15, 30 or 60 is needed")
        # By way of UTC: a midnight that the clock skips would pass as it stands.
        local = self.start.astimezone(UTC).astimezone(self.zone)
        if local.replace(tzinfo=None) != datetime.combine(local.date(), datetime.min.time()):
            raise ProblemInvalid(f"start: {local.isoformat()} is not midnight in {self.time_zone}")
        if any(minute % self.interval_minutes for minute in self.day_starts):
            raise ProblemInvalid(
                f"interval_minutes: a clock change of {self.time_zone} does not fall on the grid"
            )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def first_day(self) -> date:
        """The first local day."""
        return self.start.astimezone(self.zone).date()

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The local days, in order."""
        return tuple(self.first_day + timedelta(days=n) for n in range(self.days))

    @cached_property
    def day_starts(self) -> tuple[int, ...]:
        """Minute of each local midnight, the one that ends the horizon included."""
        days = [self.first_day + timedelta(days=n) for n in range(self.days + 1)]
        return tuple(
            self.minute(datetime.combine(day, datetime.min.time(), self.zone)) for day in days
        )

    @property
    def num_minutes(self) -> int:
        """Elapsed minutes from the first to the last midnight."""
        return self.day_starts[-1]

    @property
    def num_intervals(self) -> int:
        """Real intervals, 46 or 50 half-hours on a clock-change day."""
        return self.num_minutes // self.interval_minutes

    @cached_property
    def week_of_day(self) -> tuple[int, ...]:
        """Index of each day's ISO week, counted from the first day's week."""
        monday = self.first_day - timedelta(days=self.first_day.weekday())
        return tuple((day - monday).days // 7 for day in self.dates)

    @property
    def num_weeks(self) -> int:
        """ISO weeks that the horizon touches."""
        return self.week_of_day[-1] + 1

    def minute(self, instant: datetime) -> int:
        """Minutes from the horizon's start to an instant; negative before it.

        Raises ProblemInvalid for a naive instant or one that is not on a whole minute.
        """
        if instant.tzinfo is None:
            raise ProblemInvalid(f"{instant.isoformat()}: an offset is needed")
        if not 1 < instant.year < MAXYEAR:
            raise ProblemInvalid(f"{instant.isoformat()}: beyond the calendar")
        seconds = (instant.astimezone(UTC) - self.start.astimezone(UTC)).total_seconds()
        if seconds % 60:
            raise ProblemInvalid(f"{instant.isoformat()}: not on a whole minute")
        return int(seconds // 60)

    def instant(self, minute: int) -> datetime:
        """The instant of a minute, in the site's zone."""
        return (self.start.astimezone(UTC) + timedelta(minutes=minute)).astimezone(self.zone)

    def day(self, minute: int) -> int:
        """Index of the local day that a minute falls on; may lie outside the horizon."""
        return (self.instant(minute).date() - self.first_day).days

    def wall_minute(self, minute: int) -> int:
        """Minute of the local day that the wall clock shows."""
        local = self.instant(minute)
        return local.hour * 60 + local.minute
