"""What things cost, in whole cents: the one place that the model and the validator share.

Sharing the prices but not the rules is deliberate: a price is a definition of the contract
(how an hour is rounded), a rule is something that two programs must agree on independently.
"""

from functools import lru_cache
from math import gcd

from scheduler.horizon import Horizon
from scheduler.problem import Problem, Queue, Weights, Worker


def per_hour(cents_per_hour: int, minutes: int) -> int:
    """Cents of so many minutes, rounded half up."""
    return (2 * cents_per_hour * minutes + 60) // 120


def wage(worker: Worker, minutes: int) -> int:
    """Wage of one shift."""
    return per_hour(worker.hourly_cost, minutes)


def preference_cost(weights: Weights, preference: int, minutes: int) -> int:
    """Price of a shift in a window the worker likes less than "gladly" (+2)."""
    return per_hour(weights.preference * (2 - preference), minutes)


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
    if queue.id not in problem.requirement:
        return []
    need = int(problem.requirement[queue.id][index])
    return [(0, need, interval_price(queue.understaffing_cost, problem.horizon))] if need else []


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
