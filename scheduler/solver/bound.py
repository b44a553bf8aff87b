"""A bound that needs no solver."""

from scheduler.pricing import need_steps
from scheduler.problem import Problem
from scheduler.shift_template import PAY_IN_FULL


def quick_bound(problem: Problem) -> int:
    """Cents that every schedule costs: each needed interval is missing or somebody is paid for it.

    The Lagrangian bound at prices that no shift can beat: the cheapest wage of an interval among
    those who have the skill, or the price of missing it where that is less.
    """
    length = problem.horizon.interval_minutes
    total = 0
    for queue in problem.queues:
        wages = [
            one.hourly_cost
            for one in problem.workers
            if queue.skill in one.skills or one.id in problem.overruled
        ]
        # Rounded down, so that the intervals of a shift never add up to more than its wage.
        pay = length * _least_pay(problem, queue.id)
        cheapest = min(wages) * pay // (60 * PAY_IN_FULL) if wages else None
        for index in range(problem.horizon.num_intervals):
            for _, count, price in need_steps(problem, queue, index):
                total += count * (price if cheapest is None else min(price, cheapest))
    return total


def _least_pay(problem: Problem, queue: str) -> int:
    """Percent of the wage that the least paid shift on a queue costs; the overruled use any."""
    return min(
        (
            one.pay_percent
            for one in problem.shift_templates
            if one.serves(queue) or problem.overruled
        ),
        default=PAY_IN_FULL,
    )
