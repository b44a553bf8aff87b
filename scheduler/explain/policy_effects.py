"""What each declared policy changes: the schedule beside the best that is found without it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from scheduler.contract.policy_part import kind_of
from scheduler.policy import PARTS, NewStarters, Policy, Priority, Spread, term
from scheduler.problem import Problem
from scheduler.rules.policies import excess
from scheduler.schedule import Progress, Schedule, Shift
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve
from scheduler.validation import costs

Shifts = Sequence[Shift]
OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Worked:
    """What a schedule means to a policy.

    ``cost``: cents of all but the policy's own term. ``group``: minutes worked by those it is
    about, for a spread those of the group with most; ``all``: minutes worked by all.
    ``against``: minutes that stand against it, which is what its price is charged on.
    """

    cost: int
    group: int
    all: int
    against: int

    @property
    def share(self) -> float:
        """Share of all minutes that the group works, 0 to 1."""
        return self.group / self.all if self.all else 0.0


@dataclass(frozen=True, slots=True)
class PolicyEffect:
    """A policy's effect against the run without it, all else alike.

    ``charged``: the policy's own term, in cents. ``least``, ``most``: by how many cents the
    policy raises the cost of the best schedule, its own term included, as far as both runs
    prove it; equal where both are optimal.
    """

    name: str
    kind: str
    charged: int
    given: Worked
    without: Worked
    least: int
    most: int


def policy_effects(
    problem: Problem,
    shifts: Shifts,
    bound: int,
    parameters: Parameters,
    on_progress: OnProgress = lambda moment: None,
    stop: threading.Event | None = None,
    on_stage: Callable[[str], None] = lambda stage: None,
) -> Iterator[PolicyEffect]:
    """The effect of each policy with a price: one search without it, limited by ``parameters``.

    ``bound``: a proven lower bound in cents of the problem that ``shifts`` answer.
    """
    for policy in problem.policies:
        if policy.price and not (stop is not None and stop.is_set()):
            on_stage(f"planning without the policy {policy.name}")
            others = tuple(one for one in problem.policies if one.name != policy.name)
            found = solve(replace(problem, policies=others), parameters, on_progress, stop)
            yield _effect(problem, policy, shifts, bound, found)


def _effect(
    problem: Problem, policy: Policy, shifts: Shifts, bound: int, found: Schedule
) -> PolicyEffect:
    terms = costs(problem, shifts)
    objective, charged = sum(terms.values()), terms[term(policy)]
    # Without the policy the schedule itself is still there, and cheaper by its charge.
    is_better = objective - charged < found.objective
    without = shifts if is_better else found.shifts
    cost = min(found.objective, objective - charged)
    return PolicyEffect(
        policy.name,
        kind_of(policy),
        charged,
        worked(problem, policy, shifts),
        worked(problem, policy, without),
        least=max(0, bound - cost),
        most=max(0, objective - found.bound),
    )


def worked(problem: Problem, policy: Policy, shifts: Shifts) -> Worked:
    """What a schedule means to a policy of the problem."""
    terms = costs(problem, shifts)
    cost = sum(terms.values()) - terms[term(policy)]
    total = sum(shift.minutes for shift in shifts)
    if isinstance(policy, Spread):
        per_group = [_minutes(shifts, members) for members in policy.groups.values()]
        parts = excess(problem, policy, shifts)
        against = parts * problem.horizon.interval_minutes // PARTS
        return Worked(cost, max(per_group), total, against)
    group = _minutes(shifts, policy.members)
    against = total - group if isinstance(policy, Priority) else _missing(problem, policy, shifts)
    return Worked(cost, group, total, against)


def _minutes(shifts: Shifts, members: frozenset[str]) -> int:
    return sum(shift.minutes for shift in shifts if shift.worker in members)


def _missing(problem: Problem, policy: NewStarters, shifts: Shifts) -> int:
    """Minutes that new starters get less than they should."""
    here = [worker.id for worker in problem.workers if worker.id in policy.members]
    got = (_minutes(shifts, frozenset({one})) for one in here)
    return sum(max(0, policy.minutes - minutes) for minutes in got)
