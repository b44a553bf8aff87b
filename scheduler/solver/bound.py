"""A bound that needs no solver."""

from scheduler.pricing import need_steps
from scheduler.problem import Problem


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
        cheapest = min(wages) * length // 60 if wages else None
        for index in range(problem.horizon.num_intervals):
            for _, count, price in need_steps(problem, queue, index):
                total += count * (price if cheapest is None else min(price, cheapest))
    return total
