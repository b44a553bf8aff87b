"""What things cost, in whole cents: the one place that the model and the validator share.

Sharing the prices but not the rules is deliberate: a price is a definition of the contract
(how an hour is rounded), a rule is something that two programs must agree on independently.
"""

from fractions import Fraction
from functools import lru_cache
from math import floor, gcd

from scheduler.backlog import Backlog
from scheduler.horizon import Horizon
from scheduler.policy import PARTS, NewStarters, Spread
from scheduler.problem import REQUEST_POINTS, Problem, Queue, Weights
from scheduler.shift_template import PAY_IN_FULL
from scheduler.soft_limit import SoftLimit
from scheduler.worker import PeriodLimit, RollingLimit, Window, Worker

OVERDUE_HOURS = (1, 2, 3, 4, 6, 12, 24)  # between two charges for overdue work
LEAST_CHARGE = 4  # cents per minute of work: rounding changes it by an eighth at most
UNPOPULAR_UNIT = 15  # minutes; unpopular time is counted in whole quarters of an hour
UNPOPULAR_STEP = 16  # units, four hours: one ordinary shift
UNPOPULAR_STEPS = 8  # the last step has no end


def per_hour(cents_per_hour: int, minutes: int) -> int:
    """Cents of so many minutes, rounded half up."""
    return (2 * cents_per_hour * minutes + 60) // 120


def wage(worker: Worker, minutes: int, pay_percent: int = PAY_IN_FULL) -> int:
    """Wage of one shift, rounded half up; standby is paid in part."""
    if pay_percent == PAY_IN_FULL:
        return per_hour(worker.hourly_cost, minutes)
    return (2 * worker.hourly_cost * minutes * pay_percent + 6000) // 12000


def preference_cost(weights: Weights, worker: Worker, preference: int, minutes: int) -> int:
    """Price of a shift in a window the worker likes less than "gladly" (+2).

    Normalised, what counts is how the window stands to the mean of all hours the worker offers.
    """
    if not weights.is_normalised:
        return per_hour(weights.preference * (2 - preference), minutes)
    relative = max(Fraction(-2), min(Fraction(2), preference - mean_preference(worker)))
    return per_hour(floor(weights.preference * (2 - relative) + Fraction(1, 2)), minutes)


@lru_cache(maxsize=100_000)
def _mean_preference(windows: tuple[Window, ...]) -> Fraction:
    hours = sum(window.end - window.start for window in windows)
    liked = sum(window.preference * (window.end - window.start) for window in windows)
    return Fraction(liked, hours) if hours else Fraction(0)


def mean_preference(worker: Worker) -> Fraction:
    """Mean preference over the minutes that a worker offers."""
    return _mean_preference(worker.availability)


def request_costs(weights: Weights, worker: Worker) -> list[int]:
    """Price of each of a worker's requests if it is not granted, in their order."""
    points = sum(abs(one.weight) for one in worker.requests)
    scale = Fraction(1)
    if weights.is_normalised and points > REQUEST_POINTS:
        scale = Fraction(REQUEST_POINTS, points)
    return [
        floor(weights.request * abs(one.weight) * scale + Fraction(1, 2)) for one in worker.requests
    ]


def interval_price(cents_per_hour: int, horizon: Horizon) -> int:
    """Price of one worker for one interval."""
    return per_hour(cents_per_hour, horizon.interval_minutes)


def missing_value(problem: Problem, queue: Queue, index: int, staffed: int) -> int:
    """Price of what is not covered in one interval when so many work."""
    return sum(
        price * (count if staffed <= before else max(0, before + count - staffed))
        for before, count, price in need_steps(problem, queue, index)
    )


def need_steps(problem: Problem, queue: Queue, index: int) -> list[tuple[int, int, int]]:
    """The need of an interval as falling steps: workers before, workers in the step, price each.

    A requirement of n is one step of n at the understaffing price; a value curve has a step
    for each run of equal values. What an interval's worth rounds to nothing is no need.
    """
    if queue.id in problem.coverage_value:
        steps: list[tuple[int, int, int]] = []
        for before, value in enumerate(problem.coverage_value[queue.id][index]):
            price = interval_price(value, problem.horizon)
            if steps and steps[-1][2] == price:
                steps[-1] = (steps[-1][0], steps[-1][1] + 1, price)
            elif price > 0:
                steps.append((before, 1, price))
        return steps
    if queue.id not in problem.requirement or queue.id in problem.backlogs:
        return []
    need = int(problem.requirement[queue.id][index])
    return [(0, need, interval_price(queue.understaffing_cost, problem.horizon))] if need else []


def late_price(problem: Problem, queue: Queue) -> int:
    """Cents of one minute of work that is not done when due, rounded half up."""
    return per_hour(queue.understaffing_cost, 1)


def left_over_price(backlog: Backlog) -> int:
    """Cents of one minute of work that is there at the end, rounded half up."""
    return per_hour(backlog.left_over_cost, 1)


def overdue_prices(problem: Problem, backlog: Backlog) -> list[int]:
    """Cents of one minute of work that is overdue at the end of each interval.

    A day's price is charged in equal parts at so many moments of a day, counted from the start,
    that each is large enough to be rounded; 0 in between.
    """
    size, length = problem.horizon.num_intervals, problem.horizon.interval_minutes
    hours = next(
        (one for one in OVERDUE_HOURS if backlog.overdue_cost * one >= LEAST_CHARGE * 24 * 60),
        OVERDUE_HOURS[-1],
    )
    price = (2 * backlog.overdue_cost * hours + 24 * 60) // (2 * 24 * 60)
    every = hours * 60 // length
    return [price if (index + 1) % every == 0 else 0 for index in range(size)]


@lru_cache(maxsize=1024)
def _unit(minutes: frozenset[int]) -> int:
    return gcd(*minutes) or 1


def minute_unit(problem: Problem) -> int:
    """Largest step that all shift lengths are multiples of: weekly minutes are priced in it."""
    return _unit(frozenset(template.minutes for template in problem.shift_templates))


def guaranteed_minutes(problem: Problem, worker: Worker, week: int) -> int:
    """The contract's weekly minimum, for the share of the week that is inside the horizon."""
    days = problem.horizon.week_of_day.count(week)
    return worker.min_minutes_per_week * days // 7


def unworked_cost(problem: Problem, worker: Worker, minutes: int) -> int:
    """Pay for guaranteed minutes that were not worked, in whole units.

    Rounded down, so that working without need is never cheaper than being paid for nothing.
    """
    unit = minute_unit(problem)
    return max(0, -(-minutes // unit)) * (worker.hourly_cost * unit // 60)


def fairness_steps(problem: Problem, worker: Worker) -> list[tuple[int, int]]:
    """Units and price per unit of each quarter of a worker's weekly maximum; the first is free."""
    unit = minute_unit(problem)
    total = worker.max_minutes_per_week // unit
    edges = [total * quarter // 4 for quarter in range(5)]
    return [
        (edges[quarter + 1] - edges[quarter], per_hour(problem.weights.fairness * quarter, unit))
        for quarter in range(4)
    ]


def fairness_cost(problem: Problem, worker: Worker, minutes: int) -> int:
    """Rising price of a week that is filled nearer to the worker's maximum."""
    if not problem.weights.fairness:
        return 0
    left, cost = minutes // minute_unit(problem), 0
    for units, price in fairness_steps(problem, worker):
        cost += min(left, units) * price
        left -= min(left, units)
    return cost


def shortfall_cost(problem: Problem, limit: RollingLimit, minutes: int) -> int:
    """Price of minutes missing below a rolling limit's least, in whole units."""
    unit = minute_unit(problem)
    return max(0, -(-minutes // unit)) * per_hour(limit.shortfall_cost or 0, unit)


def excess_cost(problem: Problem, limit: PeriodLimit, minutes: int) -> int:
    """Price of minutes beyond a period's most, in whole units."""
    unit = minute_unit(problem)
    return max(0, -(-minutes // unit)) * per_hour(limit.excess_cost or 0, unit)


def lost_hours_cost(problem: Problem, worker: Worker, minutes: int) -> int:
    """Price of minutes that a worker had and does not get back, in whole units."""
    unit = minute_unit(problem)
    return max(0, -(-minutes // unit)) * per_hour(worker.lost_hour_cost, unit)


def short_rest_cost(limit: SoftLimit, gap: int, minutes: int) -> int:
    """Price of a shift so many minutes after an earlier day's work, by a limit on the rest."""
    if gap >= limit.limit:
        return 0
    if limit.kind == "hours_of_rest":
        return limit.cost * -(-min(minutes, limit.limit - gap) // 60)
    if limit.kind == "hours_after_short_rest":
        return per_hour(limit.cost, minutes)
    return limit.cost


def starter_cost(problem: Problem, policy: NewStarters, minutes: int) -> int:
    """Price of minutes missing below what a new starter should get, in whole units."""
    unit = minute_unit(problem)
    return max(0, -(-minutes // unit)) * per_hour(policy.price, unit)


def excess_part_price(policy: Spread, horizon: Horizon) -> int:
    """Price of a quarter of a worker too many of one group for one interval, rounded half up."""
    return (2 * policy.price * horizon.interval_minutes + 60 * PARTS) // (120 * PARTS)


def desired_units(problem: Problem, worker: Worker, week: int) -> int:
    """Desired minutes of a week in whole units, for the share of it inside the horizon."""
    days = problem.horizon.week_of_day.count(week)
    return (worker.desired_minutes_per_week or 0) * days // (7 * minute_unit(problem))


def desired_cost(problem: Problem, worker: Worker, week: int, minutes: int) -> int:
    """Price of a week that misses the worker's desired hours, above or below."""
    if worker.desired_minutes_per_week is None:
        return 0
    unit = minute_unit(problem)
    missed = abs(minutes // unit - desired_units(problem, worker, week))
    return missed * per_hour(problem.weights.desired_hours, unit)


def unpopular_steps(weights: Weights) -> list[tuple[int, int]]:
    """Units and price per unit of each step of one worker's unpopular time; the first is free.

    The last step is as long as any horizon.
    """
    prices = [per_hour(weights.unpopular * step, UNPOPULAR_UNIT) for step in range(UNPOPULAR_STEPS)]
    return [(UNPOPULAR_STEP, price) for price in prices[:-1]] + [(10**6, prices[-1])]


def unpopular_cost(weights: Weights, units: int) -> int:
    """Rising price of one worker's unpopular time over the horizon."""
    cost = 0
    for length, price in unpopular_steps(weights):
        cost += min(units, length) * price
        units -= min(units, length)
    return cost
