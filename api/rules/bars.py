"""Times in which a rule lets a worker do nothing: Sundays, nights of minors, exams."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from api.rules.public_holidays import holidays_of
from api.rules.site_rules import SiteRules, age
from api.site.site import WorkerRow
from scheduler.contract.units import wall_minutes
from scheduler.rules.profile import RuleProfile
from scheduler.rules.rule import Rule
from scheduler.worker import Bar

SUNDAY = 7


def bars(rules: SiteRules, row: WorkerRow) -> tuple[Bar, ...]:
    """The bars that touch what a worker offers, in time order."""
    if not row.availability:
        return ()
    found: set[Bar] = set()
    for index, day in enumerate(rules.site.horizon.dates):
        edges = rules.site.horizon.day_starts[index : index + 2]
        found |= {
            bar
            for bar in _of_day(rules, row, day, (edges[0], edges[1]))
            if any(bar.start < one.end and one.start < bar.end for one in row.availability)
        }
    return tuple(sorted(found, key=lambda bar: (bar.start, bar.end, bar.rule)))


def _of_day(rules: SiteRules, row: WorkerRow, day: date, edges: tuple[int, int]) -> Iterator[Bar]:
    """The bars of one day; on other days other rules may hold."""
    profile = rules.of(row, day, day)
    yield from (Bar(*edges, rule.id) for rule in _whole_day(rules, row, profile, day))
    for param in ("rest_window", "work_window"):
        rule = profile.rule(param)
        if rule is not None:
            since, until = (_minute(rules, day, wall) for wall in str(rule.value).split("-"))
            if until < since:
                until = edges[1]  # what is left of it after midnight is not part of this day
            spans = [(since, until)]
            if param == "work_window":
                spans = [(edges[0], since), (until, edges[1])]
            yield from (Bar(start, end, rule.id) for start, end in spans if start < end)
    for period in rules.site.calendars.get(row.standing.calendar, ()):
        if period.kind == "exam" and period.start <= day <= period.end:
            yield Bar(*edges, "calendar.exam")


def _whole_day(rules: SiteRules, row: WorkerRow, profile: RuleProfile, day: date) -> Iterator[Rule]:
    """The rules by which a worker does nothing on a day."""
    sunday, weekdays = (
        profile.rule(param) for param in ("sundays_and_holidays_barred", "barred_weekdays")
    )
    if sunday is not None and (day.isoweekday() == SUNDAY or day in _holidays(rules, row, day)):
        yield sunday
    if weekdays is not None and str(day.isoweekday()) in str(weekdays.value).split(","):
        yield weekdays
    youngest, born = profile.rule("min_age"), row.standing.birth_date
    if youngest is not None and born is not None and age(born, day) < int(youngest.value):
        yield youngest
    wage = profile.rule("min_hourly_wage")
    if wage is not None and row.hourly_cost < int(wage.value) and binds(rules, row, wage):
        yield wage


def binds(rules: SiteRules, row: WorkerRow, rule: Rule) -> bool:
    """Whether a limit that is only warned of otherwise binds a worker."""
    level = rules.level(row, rule.param)
    return (
        rule.param in rules.config.binding
        or rule.param in row.standing.binding
        or (level is not None and level.level == "hard")
    )


def _holidays(rules: SiteRules, row: WorkerRow, day: date) -> frozenset[date]:
    config = rules.site.config
    return holidays_of(config.country, config.region, row.region, day.year)


def _minute(rules: SiteRules, day: date, wall: str) -> int:
    """The minute of a local time; one that the clock skips is the time after the gap."""
    hours, minutes = divmod(wall_minutes(wall), 60)
    local = datetime.combine(day, datetime.min.time(), rules.site.config.zone)
    return rules.site.horizon.minute(
        (local + timedelta(hours=hours, minutes=minutes)).replace(fold=0)
    )
