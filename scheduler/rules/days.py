"""How a worker's days follow each other: counts, runs, weekends and successions.

A day before the horizon is known from the first past shift on; days after it are not. What is
worked elsewhere makes a day a working day, but only a day of ours can break a rule.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from scheduler.horizon import Horizon
from scheduler.rules.work import Work, week

SATURDAY, SUNDAY = 5, 6


def max_shifts_per_day(work: Work) -> Iterator[str]:
    """At most so many shifts start on one local day."""
    for day, own in work.by_day.items():
        if len(own) > work.worker.max_shifts_per_day:
            yield f"{len(own)} shifts on day {day}, at most {work.worker.max_shifts_per_day}"


def max_shifts_by_template(work: Work) -> Iterator[str]:
    """At most so many shifts of a template in the whole horizon."""
    if not work.worker.max_shifts_by_template:
        return
    counts = Counter(shift.template for shift in work.shifts)
    for template, most in work.worker.max_shifts_by_template.items():
        if counts[template] > most:
            yield f"{counts[template]} shifts of template {template!r}, at most {most}"


def forbidden_next(work: Work) -> Iterator[str]:
    """No shift starts the day after one whose template forbids it; past shifts have none."""
    forbidden = {one.id: one.forbidden_next for one in work.problem.shift_templates}
    for day, own in work.by_day.items():
        after = {shift.template for shift in work.by_day.get(day + 1, ())}
        for shift in own:
            for template in sorted(after & forbidden.get(shift.template, frozenset())):
                yield f"template {template!r} on day {day + 1} follows {shift.template!r}"


def max_weekends(work: Work) -> Iterator[str]:
    """At most so many weekends, Saturday and Sunday of one ISO week, with a shift of ours.

    A past shift on the Saturday counts if the horizon starts on the Sunday after it.
    """
    most = work.worker.max_weekends
    if most is None:
        return
    own = {week(work.problem, day) for day in work.by_day if _is_weekend(work, day)}
    cut = {0} if work.problem.horizon.first_day.weekday() == SUNDAY and -1 in work.past else set()
    if own and len(own | cut) > most:
        yield f"{len(own | cut)} weekends, at most {most}"


def max_consecutive_days(work: Work) -> Iterator[str]:
    """No run of working days is longer than allowed, those before the horizon included."""
    most = work.worker.max_consecutive_days
    for last in days_beyond(work, most):
        yield f"day {last} is working day number {most + 1} in a row"


def days_beyond(work: Work, most: int) -> Iterator[int]:
    """Working days with as many working days right before them, of which one at least is ours."""
    fixed = work.fixed_days
    days = fixed | set(work.by_day)
    for last in sorted(days):
        run = range(last - most, last + 1)
        if all(day in days for day in run) and not all(day in fixed for day in run):
            yield last


def min_consecutive_days(work: Work) -> Iterator[str]:
    """A run of working days that was seen to start and to stop is as long as it must be.

    Judged are runs with a day of ours, and a past run that we let stop.
    """
    least = work.worker.min_consecutive_days
    if least == 1:
        return
    for run in _closed_runs(work, is_working=True):
        ours = set(run) - set(work.external)
        if run[-1] >= -1 and ours and len(run) < least:
            yield f"{len(run)} working days in a row up to day {run[-1]}, at least {least}"


def min_consecutive_days_off(work: Work) -> Iterator[str]:
    """Days off between two working days, one of them ours, are as many as they must be."""
    least = work.worker.min_consecutive_days_off
    if least == 1:
        return
    ours = set(work.by_day) - work.fixed_days
    for run in _closed_runs(work, is_working=False):
        if len(run) < least and ours & {run[0] - 1, run[-1] + 1}:
            yield f"{len(run)} days off in a row up to day {run[-1]}, at least {least}"


def max_consecutive_days_off(work: Work) -> Iterator[str]:
    """No run of days off is longer than allowed, the known ones before the horizon included."""
    most = work.worker.max_consecutive_days_off
    if most is None:
        return
    for run in _runs(work, is_working=False):
        if len(run) > most and run[-1] >= 0:
            yield f"{len(run)} days off in a row up to day {run[-1]}, at most {most}"


def _closed_runs(work: Work, *, is_working: bool) -> Iterator[list[int]]:
    """Runs that cannot go on outside what is known."""
    for run in _runs(work, is_working=is_working):
        if run[0] > work.first_known_day and run[-1] < work.problem.horizon.days - 1:
            yield run


def _runs(work: Work, *, is_working: bool) -> Iterator[list[int]]:
    """Longest runs of working days, or of days off, among the known days to the horizon's end."""
    working = work.fixed_days | set(work.by_day)
    known = range(work.first_known_day, work.problem.horizon.days)
    for kind, run in groupby(known, key=working.__contains__):
        if kind == is_working:
            yield list(run)


def _is_weekend(work: Work, day: int) -> bool:
    horizon: Horizon = work.problem.horizon
    return (day + horizon.first_day.weekday()) % 7 in (SATURDAY, SUNDAY)
