"""How dear a schedule could ever be: sums beyond exact arithmetic are refused, not rounded."""

from scheduler.contract.units import amount
from scheduler.errors import ProblemInvalid
from scheduler.policy import PARTS, NewStarters, Policy, Priority
from scheduler.pricing import (
    desired_units,
    excess_part_price,
    guaranteed_minutes,
    interval_price,
    lost_hours_cost,
    minute_unit,
    need_steps,
    per_hour,
    request_costs,
    shortfall_cost,
    starter_cost,
    unpopular_cost,
    unworked_cost,
)
from scheduler.problem import Problem
from scheduler.rules.backlogs import backlog_cost
from scheduler.worker import Worker

# Up to here every whole number is a float of its own, which is what relaxations compute with.
LARGEST_COST = 2**53


def check_magnitude(problem: Problem) -> None:
    """Refuse a problem whose dearest schedule costs more than can be added up exactly."""
    most = largest_cost(problem)
    if most > LARGEST_COST:
        raise ProblemInvalid(
            f"costs: a schedule could cost up to {amount(most):,.0f} {problem.currency}; sums are "
            f"exact up to {amount(LARGEST_COST):,.0f}: state prices or the requirement smaller"
        )


def largest_cost(problem: Problem) -> int:
    """Cents that no schedule costs more than, but for rounding: the sum of each term's worst."""
    return (
        _understaffing(problem)
        + _overstaffing(problem)
        + _late_work(problem)
        + sum(_worker(problem, worker) for worker in problem.workers)
        + sum(_policy(problem, policy) for policy in problem.policies)
    )


def _policy(problem: Problem, policy: Policy) -> int:
    """All that one policy can cost."""
    people, horizon = len(problem.workers), problem.horizon
    if isinstance(policy, Priority):
        return people * per_hour(policy.price, horizon.num_minutes)
    if isinstance(policy, NewStarters):
        return people * starter_cost(problem, policy, policy.minutes)
    return people * horizon.num_intervals * PARTS * excess_part_price(policy, horizon)


def _understaffing(problem: Problem) -> int:
    return sum(
        count * price
        for queue in problem.queues
        for index in range(problem.horizon.num_intervals)
        for _, count, price in need_steps(problem, queue, index)
    )


def _overstaffing(problem: Problem) -> int:
    dearest = max((queue.overstaffing_cost for queue in problem.queues), default=0)
    price = interval_price(dearest, problem.horizon)
    return len(problem.workers) * problem.horizon.num_intervals * price


def _late_work(problem: Problem) -> int:
    """All that work which may wait can cost: nobody ever does any of it."""
    nobody = [0] * problem.horizon.num_intervals
    return sum(
        backlog_cost(problem, problem.queue_by_id[queue], nobody) for queue in problem.backlogs
    )


def _worker(problem: Problem, worker: Worker) -> int:
    """All that one worker can cost, were he to work all the time and not at all."""
    weights, minutes = problem.weights, problem.horizon.num_minutes
    per_minute = worker.hourly_cost + 4 * weights.preference + 3 * weights.fairness
    cost = per_hour(per_minute, minutes) + sum(request_costs(weights, worker))
    if weights.unpopular:
        cost += unpopular_cost(weights, minutes)
    for week in range(problem.horizon.num_weeks if worker.min_minutes_per_week else 0):
        cost += unworked_cost(problem, worker, guaranteed_minutes(problem, worker, week))
    if worker.desired_minutes_per_week is not None and weights.desired_hours:
        unit = minute_unit(problem)
        wanted = sum(
            desired_units(problem, worker, week) for week in range(problem.horizon.num_weeks)
        )
        cost += (wanted + minutes // unit) * per_hour(weights.desired_hours, unit)
    for limit in worker.rolling_limits:
        cost += problem.horizon.days * shortfall_cost(problem, limit, limit.min_minutes)
    had = sum(end - start for start, end in problem.previous_times.get(worker.id, ()))
    cost += lost_hours_cost(problem, worker, had)
    cost += weights.change * len(problem.previous_times.get(worker.id, ()))
    # No limit is passed more often than once a minute, and no more shifts are added.
    return cost + minutes * sum(
        [weights.change, worker.added_shift_cost, *(limit.cost for limit in worker.soft_limits)]
    )
