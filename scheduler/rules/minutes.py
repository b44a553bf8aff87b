"""How much a worker works: per ISO week, and in any so many days."""

from collections import defaultdict
from collections.abc import Iterator

from scheduler.pricing import guaranteed_minutes
from scheduler.rules.work import Work, week
from scheduler.worker import PeriodLimit, RollingLimit


def max_minutes_per_week(work: Work) -> Iterator[str]:
    """An ISO week's minutes, counted by start day, stay within the contract."""
    minutes: dict[int, int] = defaultdict(int)
    for is_own in (True, False):
        for day, worked in work.minutes_by_day(is_own=is_own).items():
            minutes[week(work.problem, day)] += worked
    most = work.worker.max_minutes_per_week
    for one in sorted({week(work.problem, day) for day in work.by_day}):
        if minutes[one] > most:
            yield f"{minutes[one]} minutes in week {one}, at most {most}"


def min_minutes_per_week(work: Work) -> Iterator[str]:
    """A hard weekly minimum is worked here, for the share of the week inside the horizon."""
    if not work.worker.is_min_hard:
        return
    minutes = own_week_minutes(work)
    for one in range(work.problem.horizon.num_weeks):
        least = guaranteed_minutes(work.problem, work.worker, one)
        if minutes[one] < least:
            yield f"{minutes[one]} minutes in week {one}, at least {least}"


def max_rolling_minutes(work: Work) -> Iterator[str]:
    """No window of days that ends inside the horizon and has a shift of ours holds too much."""
    own, besides = (work.minutes_by_day(is_own=is_own) for is_own in (True, False))
    for limit in work.worker.rolling_limits:
        if limit.max_minutes is None or not own:
            continue
        days = range(work.problem.horizon.days)
        for last, ours, others in zip(
            days, _windows(own, limit.days, days), _windows(besides, limit.days, days), strict=True
        ):
            if ours and ours + others > limit.max_minutes:
                yield (
                    f"{ours + others} minutes in {limit.days} days up to day {last}, "
                    f"at most {limit.max_minutes}"
                )


def min_rolling_minutes(work: Work) -> Iterator[str]:
    """Every window of days inside the horizon holds enough work here, where none can be paid."""
    for limit in work.worker.rolling_limits:
        if limit.shortfall_cost is not None or not limit.min_minutes:
            continue
        for last, minutes in rolling_minutes(work, limit):
            if minutes < limit.min_minutes:
                yield (
                    f"{minutes} minutes in {limit.days} days up to day {last}, "
                    f"at least {limit.min_minutes}"
                )


def rolling_minutes(work: Work, limit: RollingLimit) -> Iterator[tuple[int, int]]:
    """Last day and our minutes of every window of days that lies inside the horizon."""
    lasts = range(limit.days - 1, work.problem.horizon.days)
    own = work.minutes_by_day(is_own=True)
    return zip(lasts, _windows(own, limit.days, lasts), strict=True)


def period_limits(work: Work) -> Iterator[str]:
    """Between two dates no more is worked here than allowed, where more cannot be paid."""
    for limit in work.worker.period_limits:
        used = used_of_period(work, limit)
        if limit.excess_cost is None and used > limit.most:
            unit = limit.unit.replace("_", " ")
            by = f" ({limit.rule})" if limit.rule else ""
            yield f"{used} {unit} on days {limit.first} to {limit.last}, at most {limit.most}{by}"


def used_of_period(work: Work, limit: PeriodLimit) -> int:
    """What our shifts use of a period limit."""
    return sum(
        limit.used(shift.end - shift.start)
        for day, own in work.by_day.items()
        if limit.first <= day <= limit.last
        for shift in own
    )


def own_week_minutes(work: Work) -> dict[int, int]:
    """Minutes of our shifts per week."""
    minutes: dict[int, int] = defaultdict(int)
    for day, worked in work.minutes_by_day(is_own=True).items():
        minutes[week(work.problem, day)] += worked
    return minutes


def _windows(minutes: dict[int, int], length: int, lasts: range) -> Iterator[int]:
    """Sum over the window of so many days that ends on each of these days."""
    total = sum(minutes.get(day, 0) for day in range(lasts.start - length + 1, lasts.start))
    for last in lasts:
        total += minutes.get(last, 0)
        yield total
        total -= minutes.get(last - length + 1, 0)
