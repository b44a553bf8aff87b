"""What declared policies charge, each as a term of its own."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from scheduler.policy import PARTS, PERMILLE, NewStarters, Policy, Priority, Spread, term
from scheduler.pricing import excess_part_price, need_steps, per_hour, starter_cost
from scheduler.problem import Problem
from scheduler.schedule import Shift

Shifts = Sequence[Shift]


def policy_costs(problem: Problem, shifts: Shifts) -> dict[str, int]:
    """Cents of each policy, by the name of its term."""
    return {term(policy): _charged(problem, policy, shifts) for policy in problem.policies}


def _charged(problem: Problem, policy: Policy, shifts: Shifts) -> int:
    if isinstance(policy, Priority):
        outside = (shift for shift in shifts if shift.worker not in policy.members)
        return sum(per_hour(policy.price, shift.minutes) for shift in outside)
    if isinstance(policy, NewStarters):
        minutes: Counter[str] = Counter()
        for shift in shifts:
            minutes[shift.worker] += shift.minutes
        here = policy.members & problem.worker_by_id.keys()
        return sum(starter_cost(problem, policy, policy.minutes - minutes[one]) for one in here)
    return excess(problem, policy, shifts) * excess_part_price(policy, problem.horizon)


def excess(problem: Problem, policy: Spread, shifts: Shifts) -> int:
    """Quarters of a worker above their group's share, added up over the intervals with need."""
    group = {one: name for name, members in policy.groups.items() for one in members}
    found = 0
    for index, workers in _present(problem, policy, shifts).items():
        if _is_needed(problem, policy, index):
            most = PARTS * policy.most_permille * len(workers)
            for own in Counter(group[one] for one in workers if one in group).values():
                found += max(0, -((most - PARTS * PERMILLE * own) // PERMILLE))
    return found


def _present(problem: Problem, policy: Spread, shifts: Shifts) -> dict[int, list[str]]:
    """Whose shifts cover each interval, on a queue that the policy means."""
    length = problem.horizon.interval_minutes
    present: dict[int, list[str]] = defaultdict(list)
    for shift in shifts:
        if policy.is_about(shift.queue):
            for index in range(-(-shift.start // length), shift.end // length):
                present[index].append(shift.worker)
    return present


def _is_needed(problem: Problem, policy: Spread, index: int) -> bool:
    return any(
        need_steps(problem, queue, index) for queue in problem.queues if policy.is_about(queue.id)
    )
