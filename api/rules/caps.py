"""Limits between two dates: minijobs, lecture weeks, half days, income of students, overtime."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from api.rules.bars import binds
from api.rules.site_rules import SiteRules
from api.site.site import WorkerRow
from scheduler.contract.units import cents
from scheduler.rules.rule import Rule
from scheduler.worker import PeriodLimit, Span

PER_CENT = 100
CSN_CURRENCY = "SEK"
Status = Literal["hard", "soft", "warn"]
Key = Callable[[date], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit between two dates, and whether it is forbidden, priced or only warned of."""

    limit: PeriodLimit
    status: Status


def caps(rules: SiteRules, row: WorkerRow) -> tuple[Cap, ...]:
    """Every limit between two dates that a worker has."""
    return tuple(
        cap
        for caps_of in (_minijob, _lecture_weeks, _half_days, _half_years, _overtime, _soft)
        for cap in caps_of(rules, row)
    )


def period_limits(rules: SiteRules, row: WorkerRow) -> tuple[PeriodLimit, ...]:
    """Those that are kept or priced."""
    return tuple(cap.limit for cap in caps(rules, row) if cap.status != "warn")


def _minijob(rules: SiteRules, row: WorkerRow) -> Iterator[Cap]:
    """A calendar month's wages stay below the cap; what was earned before counts in the first."""
    earned = row.standing.earned_this_month
    for first, last in _spans(rules, lambda day: (day.year, day.month)):
        rule = rules.of(row, first, last).rule("minijob_cents_per_month")
        if rule is not None:
            yield _of_wages(rules, row, rule, (first, last), earned)
        earned = 0


def _half_years(rules: SiteRules, row: WorkerRow) -> Iterator[Cap]:
    """A half-year's wages stay below what a student may earn; counted when worked."""
    earned = row.standing.earned_this_half_year
    for first, last in _spans(rules, lambda day: (day.year, day.month > 6)):
        rule = rules.of(row, first, last).rule("student_income_cents_per_half_year")
        if rule is not None and rules.site.config.currency == CSN_CURRENCY:
            yield _of_wages(rules, row, rule, (first, last), earned)
        earned = 0


def _of_wages(
    rules: SiteRules, row: WorkerRow, rule: Rule, days: tuple[date, date], earned: int
) -> Cap:
    left = max(0, int(rule.value) - earned)
    minutes = left * 60 // row.hourly_cost if row.hourly_cost else 7 * 24 * 60 * 60
    return _cap(rules, row, rule, _limit(rules, days, minutes, rule))


def _lecture_weeks(rules: SiteRules, row: WorkerRow) -> Iterator[Cap]:
    """An ISO week with a lecture day holds at most so many minutes, work elsewhere included."""
    lectures = [
        period
        for period in rules.site.calendars.get(row.standing.calendar, ())
        if period.kind == "lecture"
    ]
    for first, last in _weeks(rules):
        rule = rules.of(row, first, last).rule("max_minutes_per_lecture_week")
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        is_lecture = any(one.start <= day <= one.end for day in days for one in lectures)
        if rule is not None and is_lecture:
            besides = _worked(rules, first, (*row.past_shifts, *row.external_shifts))
            limit = _limit(rules, (first, last), int(rule.value) - besides, rule)
            yield _cap(rules, row, rule, limit)


def _half_days(rules: SiteRules, row: WorkerRow) -> Iterator[Cap]:
    """The half days that a third-country student has left in the year, where it is known."""
    rule, left = rules.of(row).rule("max_half_days_per_year"), row.standing.half_days_left
    if rule is not None and left is not None:
        limit = _limit(rules, (rules.first, rules.last), left, rule)
        yield Cap(replace(limit, unit="half_days"), "hard")


def _overtime(rules: SiteRules, row: WorkerRow) -> Iterator[Cap]:
    """Hours beyond a week or a day cost a premium on the wage."""
    for first, last in _weeks(rules):
        rule = rules.of(row, first, last).rule("week_overtime_after_minutes")
        if rule is not None:
            most = int(rule.value) - _worked(rules, first, row.past_shifts)
            if row.max_minutes_per_week > most:
                yield _premium(rules, row, rule, (first, last), most)
    for day in rules.site.horizon.dates:
        profile = rules.of(row, day, day)
        for param in ("day_overtime_after_minutes", "double_time_after_minutes"):
            rule = profile.rule(param)
            if rule is not None and longest_day(rules, row) > int(rule.value):
                yield _premium(rules, row, rule, (day, day), int(rule.value))


def _premium(
    rules: SiteRules, row: WorkerRow, rule: Rule, days: tuple[date, date], most: int
) -> Cap:
    price = (row.hourly_cost * rule.percent + PER_CENT // 2) // PER_CENT
    return Cap(replace(_limit(rules, days, most, rule), excess_cost=price), "soft")


def _soft(rules: SiteRules, row: WorkerRow) -> Iterator[Cap]:
    """Weekly and daily limits that a contract has at a price."""
    law = rules.without_levels(row)
    week = rules.level(row, "max_minutes_per_week")
    if week is not None and week.level == "soft":
        most = law.strictest("max_minutes_per_week", row.max_minutes_per_week, 0)
        for first, last in _weeks(rules):
            besides = _worked(rules, first, (*row.past_shifts, *row.external_shifts))
            yield _priced(rules, week.price_per_hour, (first, last), most - besides, week.rule)
    day_level, day_most = rules.level(row, "max_minutes_per_day"), law.limit("max_minutes_per_day")
    if day_level is not None and day_level.level == "soft" and day_most is not None:
        for day in rules.site.horizon.dates if longest_day(rules, row) > day_most else ():
            yield _priced(rules, day_level.price_per_hour, (day, day), day_most, day_level.rule)


def _priced(
    rules: SiteRules, price: float | None, days: tuple[date, date], most: int, rule: str
) -> Cap:
    first, last = ((day - rules.first).days for day in days)
    limit = PeriodLimit(first, last, max(0, most), "minutes", cents(price or 0.0), rule)
    return Cap(limit, "soft")


def _cap(rules: SiteRules, row: WorkerRow, rule: Rule, limit: PeriodLimit) -> Cap:
    """Forbidden where it binds, priced where the contract says so, else only warned of."""
    level = rules.level(row, rule.param)
    if level is not None and level.level == "soft":
        return Cap(replace(limit, excess_cost=cents(level.price_per_hour or 0.0)), "soft")
    is_off = level is not None and level.level == "off"
    return Cap(limit, "hard" if binds(rules, row, rule) and not is_off else "warn")


def _limit(rules: SiteRules, days: tuple[date, date], most: int, rule: Rule) -> PeriodLimit:
    first, last = ((day - rules.first).days for day in days)
    return PeriodLimit(first, last, max(0, most), rule=rule.id)


def longest_day(rules: SiteRules, row: WorkerRow) -> int:
    """The most minutes that a worker could work here on one day."""
    most = 1 if row.max_shifts_per_day is None else row.max_shifts_per_day
    return most * max(one.minutes for one in rules.site.config.shift_templates)


def _worked(rules: SiteRules, first: date, spans: tuple[Span, ...]) -> int:
    """Minutes of these shifts that start in the ISO week of a day."""
    monday = (first - timedelta(days=first.weekday()) - rules.first).days
    day = rules.site.horizon.day
    return sum(one.end - one.start for one in spans if monday <= day(one.start) < monday + 7)


def _weeks(rules: SiteRules) -> Iterator[tuple[date, date]]:
    yield from _spans(rules, lambda day: tuple(day.isocalendar())[:2])


def _spans(rules: SiteRules, key: Key) -> Iterator[tuple[date, date]]:
    """First and last day of the horizon of each month, week, ... that it touches."""
    days: dict[tuple[int, ...], list[date]] = defaultdict(list)
    for day in rules.site.horizon.dates:
        days[key(day)].append(day)
    yield from ((own[0], own[-1]) for own in days.values())
