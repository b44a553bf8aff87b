"""When the pool of ``returns_peak`` offers to work.

Three calendars decide. German lectures pause until 6 January, so students offer whole days, if
they have not gone home for Christmas; from the 7th their timetable is back. Swedish terms end in
mid January with exams, so Swedish students offer less in the second week. Schools are closed
until 2 January in Berlin and until about the 8th in Sweden, which holds parents back. Nobody
offers a Sunday or a public holiday: the site is closed, and Germany asks for a permit.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from seeds.recipes.files import wall_time
from seeds.recipes.returns_peak.season import HOLIDAYS_SE, HORIZON, ZONE, is_open
from seeds.recipes.returns_peak.staff import CALENDAR_DE, Person, chance, pick

LECTURES_DE = date(2027, 1, 7)
EXAMS_SE = date(2027, 1, 7)
SCHOOL = {"DE": date(2027, 1, 4), "SE": date(2027, 1, 8)}
BACK_FROM_FAMILY = date(2027, 1, 4)
NEW_YEARS_EVE = date(2026, 12, 31)

AWAY_SHARE = 0.1

# (earliest, latest) start and end in hours; a window is drawn within and cut to half-hours.
Shape = tuple[tuple[float, float], tuple[float, float]]
WHOLE_DAY: Shape = ((7, 10.5), (17, 22))
MORNING: Shape = ((6.8, 8.4), (12, 13.5))
LATE: Shape = ((13, 15), (19, 23.2))
AFTERNOON: Shape = ((12, 14), (16, 18.5))
EVENING: Shape = ((17, 19), (22, 23.2))
SHORT: Shape = ((9, 17), (12, 20))  # often too short for a shift: a hole in the plan

Offer = tuple[Shape, float]


def terms() -> tuple[tuple[object, ...], ...]:
    """``calendar, start, end, kind``: the German lectures before and after Christmas."""
    pause = date(2026, 12, 19)
    day = timedelta(days=1)
    return (
        (CALENDAR_DE, date(2026, 10, 12), pause - day, "lecture"),
        (CALENDAR_DE, pause, LECTURES_DE - day, "break"),
        (CALENDAR_DE, LECTURES_DE, date(2027, 2, 13), "lecture"),
    )


def windows(rng: np.random.RandomState, people: list[Person]) -> Iterator[tuple[object, ...]]:
    """``worker_id, start, end, preference``: at most two windows per worker and day."""
    for person in people:
        is_away = person.group.status.startswith("student") and chance(rng, AWAY_SHARE)
        timetable = tuple(pick(rng, ("free", "morning", "afternoon", "full")) for _ in range(6))
        for day in HORIZON:
            if not is_open(day) or (is_away and day < BACK_FROM_FAMILY):
                continue
            lectures = timetable[day.weekday()] if day.weekday() < 5 else "free"
            end_of_last = 0
            for shape, probability in _offers(person, day, lectures):
                if not chance(rng, probability * _holiday_mood(person, day)):
                    continue
                start, end = _drawn(rng, shape)
                if start >= end_of_last and end > start:
                    end_of_last = end
                    yield (
                        *(person.id, wall_time(day, start, ZONE), wall_time(day, end, ZONE)),
                        _preference(rng, day, start),
                    )


def _offers(person: Person, day: date, lectures: str) -> tuple[Offer, ...]:
    """The shapes a worker may offer on a day, in order, with their probabilities."""
    country = person.group.country
    match person.group.status:
        case "parent":
            if day < SCHOOL[country]:
                return (MORNING, 0.45), (EVENING, 0.5)
            return (MORNING, 0.8), (EVENING, 0.4)
        case "employed_elsewhere":
            return ((WHOLE_DAY, 0.6),) if day.weekday() == 5 else ((EVENING, 0.65),)
        case "retired":
            return (MORNING, 0.5), (AFTERNOON, 0.5)
    if (country == "DE" and day < LECTURES_DE) or (country == "SE" and day < EXAMS_SE):
        return (WHOLE_DAY, 0.9), (EVENING, 0.25)
    if country == "SE":
        return (SHORT, 0.35), (LATE, 0.45)
    return {
        "free": ((WHOLE_DAY, 0.8),),
        "morning": ((LATE, 0.75),),
        "afternoon": ((SHORT, 0.15), (EVENING, 0.65)),
        "full": ((EVENING, 0.5),),
    }[lectures]


def _holiday_mood(person: Person, day: date) -> float:
    """How much of the usual offer is left on a day."""
    if day == NEW_YEARS_EVE:
        return 0.7
    if person.group.country == "SE" and day in HOLIDAYS_SE:
        return 0.4
    # Country people offer a little more of their time: fewer jobs nearby.
    return 1.1 if person.region.endswith("rural") else 1.0


def _drawn(rng: np.random.RandomState, shape: Shape) -> tuple[int, int]:
    """A window in minutes of the day, on half-hours."""
    start, end = (round(float(rng.uniform(*limits)) * 2) * 30 for limits in shape)
    return start, end


def _preference(rng: np.random.RandomState, day: date, start: int) -> int:
    """-2 would rather not .. +2 gladly: evenings, Saturdays and New Year's Eve are less liked."""
    if day == NEW_YEARS_EVE:
        return pick(rng, (-2, -2, -1, 0))
    if day.weekday() == 5 or start >= 17 * 60:
        return pick(rng, (-2, -1, -1, 0, 0, 1))
    return pick(rng, (-1, 0, 0, 1, 1, 2))
