"""The terms of the cost that depend on what one worker does."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from scheduler.horizon import Horizon
from scheduler.pricing import (
    UNPOPULAR_UNIT,
    desired_cost,
    excess_cost,
    fairness_cost,
    guaranteed_minutes,
    preference_cost,
    request_costs,
    shortfall_cost,
    unpopular_cost,
    unworked_cost,
    wage,
)
from scheduler.problem import UnpopularHours
from scheduler.rules.changes import changes
from scheduler.rules.minutes import own_week_minutes, rolling_minutes, used_of_period
from scheduler.rules.shifts import window_of
from scheduler.rules.soft_limits import soft_limits
from scheduler.rules.work import Work, week
from scheduler.shift_template import PAY_IN_FULL
from scheduler.worker import Request


def wages(work: Work) -> int:
    """Each shift at the worker's price, standby at its part of it."""
    pay = work.problem.pay_percent
    return sum(wage(work.worker, one.minutes, pay(one.template)) for one in work.shifts)


def unworked_minimum(work: Work) -> int:
    """Pay for guaranteed minutes that are not worked; a hard minimum cannot be missed."""
    if not work.worker.min_minutes_per_week or work.worker.is_min_hard:
        return 0
    # Standby is paid on top of the minimum and fills none of it.
    worked: Counter[int] = Counter()
    for shift in work.shifts:
        if work.problem.pay_percent(shift.template) == PAY_IN_FULL:
            worked[week(work.problem, work.problem.horizon.day(shift.start))] += shift.minutes
    return sum(
        unworked_cost(
            work.problem,
            work.worker,
            guaranteed_minutes(work.problem, work.worker, one) - worked[one],
        )
        for one in range(work.problem.horizon.num_weeks)
    )


def preference(work: Work) -> int:
    """Shifts in windows that the worker likes less than gladly."""
    weights, cost = work.problem.weights, 0
    for shift in work.shifts if weights.preference else ():
        window = window_of(work.worker, shift)
        liking = window.preference if window else 0
        cost += preference_cost(weights, work.worker, liking, shift.minutes)
    return cost


def fairness(work: Work) -> int:
    """Weeks that are filled nearer to the worker's maximum."""
    if not work.problem.weights.fairness:
        return 0
    return sum(
        fairness_cost(work.problem, work.worker, minutes)
        for minutes in own_week_minutes(work).values()
    )


def requests(work: Work) -> int:
    """Wishes that are not granted: no such shift where one is asked for, or one where none is."""
    if not work.worker.requests:
        return 0
    prices = request_costs(work.problem.weights, work.worker)
    return sum(
        price
        for request, price in zip(work.worker.requests, prices, strict=True)
        if is_met(work, request) != (request.weight > 0)
    )


def rolling_shortfall(work: Work) -> int:
    """Minutes below a rolling limit's least, in every window of days inside the horizon."""
    return sum(
        shortfall_cost(work.problem, limit, limit.min_minutes - minutes)
        for limit in work.worker.rolling_limits
        if limit.shortfall_cost
        for _, minutes in rolling_minutes(work, limit)
        if minutes < limit.min_minutes
    )


def period_excess(work: Work) -> int:
    """Minutes beyond a period's most, where it is priced."""
    return sum(
        excess_cost(work.problem, limit, used_of_period(work, limit) - limit.most)
        for limit in work.worker.period_limits
        if limit.excess_cost
    )


def desired_hours(work: Work) -> int:
    """Weeks that miss the worker's desired hours, above or below."""
    if work.worker.desired_minutes_per_week is None or not work.problem.weights.desired_hours:
        return 0
    worked = own_week_minutes(work)
    return sum(
        desired_cost(work.problem, work.worker, week, worked[week])
        for week in range(work.problem.horizon.num_weeks)
    )


def unpopular_hours(work: Work) -> int:
    """Time that nobody likes, dearer the more of it one worker has."""
    problem = work.problem
    if not problem.unpopular_hours or not problem.weights.unpopular:
        return 0
    before = unpopular_before(problem.horizon, problem.unpopular_hours)
    units = sum(
        (before[shift.end] - before[shift.start]) // UNPOPULAR_UNIT for shift in work.shifts
    )
    return unpopular_cost(problem.weights, units)


WORKER_TERMS: dict[str, Callable[[Work], int]] = {
    term.__name__: term
    for term in (
        wages, unworked_minimum, preference, fairness, requests, rolling_shortfall, period_excess,
        soft_limits, desired_hours, unpopular_hours, changes,
    )
}  # fmt: skip


def is_met(work: Work, request: Request) -> bool:
    """Whether a shift starts inside the request, of its template if it names one."""
    return any(
        request.start <= shift.start < request.end and request.template in (None, shift.template)
        for shift in work.shifts
    )


@lru_cache(maxsize=4)
def unpopular_before(horizon: Horizon, hours: tuple[UnpopularHours, ...]) -> list[int]:
    """Unpopular minutes before each minute of the horizon, its end included."""
    found = [0]
    for minute in range(horizon.num_minutes):
        local = horizon.instant(minute)
        found.append(found[-1] + any(_holds(one, local) for one in hours))
    return found


def _holds(one: UnpopularHours, local: datetime) -> bool:
    """Whether the hours of an entry are on; after midnight they are the day before's."""
    wall, today = local.hour * 60 + local.minute, local.isoweekday()
    if one.first < one.last:
        return today in one.weekdays and one.first <= wall < one.last
    if one.first == one.last:
        return today in one.weekdays
    yesterday = (today - 2) % 7 + 1
    return (today in one.weekdays and wall >= one.first) or (
        yesterday in one.weekdays and wall < one.last
    )
