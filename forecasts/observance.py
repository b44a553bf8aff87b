"""Which of the listed holidays a site really keeps.

Lists name holidays that many firms work through. The site's own past decides by name; where it
says nothing and the planner neither, a holiday counts only if nearly all regions of the country
have it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from forecasts.calendar import EPOCH, Calendar, FloatArray
from forecasts.cube import fold
from forecasts.history import History

# A listed day with this part of its usual contacts was a day like any other.
AS_USUAL = (0.85, 1.15)
# Days of the same weekday so many weeks before and after say what is usual.
AROUND_WEEKS = 4
# Without a region, a holiday that fewer of the country's regions have is taken as a working day.
LEAST_REGIONS = 2 / 3
# Holidays so far ahead of the history may be asked for.
AHEAD_DAYS = 400
# A weekday with less than this part of an average day's contacts shows nothing.
WORKING_DAY = 0.2


def kept_holidays(calendar: Calendar, history: History) -> Calendar:
    """The calendar without the listed holidays that are days like any other at this site."""
    if calendar.country is None:
        return calendar
    slots = calendar.slots(history.ds(0, history.num_intervals), history.interval_minutes)
    first = _date(int(slots.day[0]))
    last = _date(int(slots.day[-1]))
    names = {
        day: name
        for year in range(first.year, (last + timedelta(days=AHEAD_DAYS)).year + 1)
        for day, name in _names(calendar.country, calendar.region, year).items()
    }
    days = [day for day in names if first <= day <= last]
    seen = _as_usual(days, fold(history.counts, slots).sum(axis=(0, 2)), first)
    worked: dict[str, list[bool]] = {}
    for day, usual in seen.items():
        worked.setdefault(names[day], []).append(usual)
    ignored = {day for day, name in names.items() if worked.get(name) and all(worked[name])}
    if calendar.region is None and calendar.holiday_hours is None:
        doubtful = {
            day for year in {day.year for day in names} for day in _doubtful(calendar.country, year)
        }
        ignored |= {day for day in doubtful if day in names and names[day] not in worked}
    return replace(calendar, ignored_holidays=calendar.ignored_holidays | ignored)


def _as_usual(days: list[date], total: FloatArray, first: date) -> Mapping[date, bool]:
    """Whether listed days of the past were like their weekday; those that can tell."""
    found = {}
    typical = np.median(total[total > 0]) if (total > 0).any() else 0.0
    for day in days:
        at = (day - first).days
        around = [at + 7 * weeks for weeks in range(-AROUND_WEEKS, AROUND_WEEKS + 1) if weeks]
        values = total[[one for one in around if 0 <= one < len(total)]]
        usual = float(np.median(values)) if len(values) else 0.0
        if usual > WORKING_DAY * typical:
            found[day] = AS_USUAL[0] <= total[at] / usual <= AS_USUAL[1]
    return found


def _date(day: int) -> date:
    return EPOCH + timedelta(days=day)


@lru_cache(maxsize=256)
def _names(country: str, region: str | None, year: int) -> Mapping[date, str]:
    import holidays

    listed = holidays.country_holidays(country, subdiv=region, years=year)
    # A holiday that is moved off a weekend bears a mark behind its name.
    return {day: name.split(" (")[0] for day, name in listed.items()}


@lru_cache(maxsize=64)
def _doubtful(country: str, year: int) -> frozenset[date]:
    """Holidays of the country's list that too few of its regions have."""
    import holidays

    listed = holidays.country_holidays(country, years=year)
    regions = [
        holidays.country_holidays(country, subdiv=one, years=year) for one in listed.subdivisions
    ]
    if not regions:
        return frozenset()
    least = LEAST_REGIONS * len(regions)
    return frozenset(day for day in listed if sum(day in one for one in regions) < least)
