"""Why this worker works this shift: nobody else may, he is the cheapest, his wish, fairness."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from scheduler.contract.policy_part import kind_of
from scheduler.explain.possible import is_pinned
from scheduler.explain.reason import Reason
from scheduler.explain.standing import Standing
from scheduler.explain.words import change_in_words
from scheduler.policy import term
from scheduler.problem import Problem
from scheduler.rules.work import name
from scheduler.schedule import Shift
from scheduler.validation import MENDED_BY_WORK, RULES

# Which reason each term of the cost speaks for; a policy for its kind, all others for cost.
GROUPS: Mapping[str, tuple[str, str]] = {
    "preference": ("wish", "suits_him"),
    "requests": ("wish", "suits_him"),
    "desired_hours": ("wish", "suits_him"),
    "fairness": ("fairness", "evens_out"),
    "unpopular_hours": ("fairness", "evens_out"),
    "unworked_minimum": ("guarantee", "is_paid_anyway"),
    "rolling_shortfall": ("guarantee", "is_paid_anyway"),
    "changes": ("change", "keeps_the_plan"),
}
COST = ("cost", "cheapest")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A shift as somebody else would work it: the change of the cost in cents, by term.

    ``is_free``: he may; otherwise he would have to drop other shifts of his for it.
    """

    shift: Shift
    change: Mapping[str, int]
    is_free: bool

    @property
    def worker(self) -> str:
        """Who else."""
        return self.shift.worker

    @property
    def cents(self) -> int:
        """What the whole cost would change."""
        return sum(self.change.values())

    def without(self, name: str) -> "Alternative":
        """The same if one term of the cost did not count."""
        return replace(
            self, change={term: cents for term, cents in self.change.items() if term != name}
        )


def why_assigned(standing: Standing, shift: Shift) -> tuple[Reason, ...]:
    """Why a shift of the schedule is worked by its worker; the first reason decides.

    Compared are all who may work it as it is, beside what they work already. Coverage stays the
    same, so what differs is wages, wishes, fairness, guaranteed hours, changes and policies. A
    policy decides where somebody else would do as well or better without it.
    """
    if is_pinned(standing.problem, shift):
        label = name(standing.problem, shift)
        return (Reason("pin", "kept", label, "info", f"{label} is pinned"),)
    owed = tuple(_owed(standing, shift))
    found = list(alternatives(standing, shift))
    free = sorted((one for one in found if one.is_free), key=lambda one: one.cents)
    busy = sorted((one for one in found if not one.is_free), key=lambda one: one.cents)
    least = free[0].cents if free else None
    wanted = [one for one in busy[:1] if one.cents < (0 if least is None else min(0, least))]
    return (
        *owed,
        _among(standing, shift, free),
        *(_needed_elsewhere(standing, shift, one) for one in wanted),
    )


def alternatives(standing: Standing, shift: Shift) -> Iterator[Alternative]:
    """Who else could work a shift: at once, or if only his other shifts were not."""
    queues = standing.problem.queue_by_id
    skills = {queues[part.queue].skill for part in shift.served}
    for worker in standing.offering(shift.start, shift.end):
        if worker.id == shift.worker or not skills <= worker.skills:
            continue
        taken = replace(shift, worker=worker.id)
        code = standing.first_code(taken, instead_of=shift)
        if code is None or code.endswith(".own_shifts"):
            yield Alternative(taken, standing.handed_over(shift, worker.id), code is None)


def _owed(standing: Standing, shift: Shift) -> Iterator[Reason]:
    """Rules that the worker would break without the shift."""
    beside = standing.beside(shift.worker)
    others = tuple(one for one in beside.own if one != shift)
    for rule in (one for one in RULES if one in MENDED_BY_WORK):
        details = list(RULES[rule](beside.work(others)))
        if details and not list(RULES[rule](beside.work(beside.own))):
            yield Reason(rule, "requires_it", shift.worker, "info", f"without it: {details[0]}")


def _among(standing: Standing, shift: Shift, free: list[Alternative]) -> Reason:
    """How the worker compares with the cheapest of those who could take over at once."""
    if not free:
        detail = "nobody else may work it beside what he works already"
        return Reason("only_one_possible", "nobody_else", shift.worker, "info", detail)
    best = free[0]
    detail = _instead(best.worker, best.change)
    if best.cents < 0:
        return Reason("cost", "not_cheapest", best.worker, "info", detail)
    if best.cents == 0:
        return Reason("tie", "same_price", best.worker, "info", f"{best.worker} costs the same")
    if (decided := _by_policy(standing.problem, free)) is not None:
        return decided
    rule, cause = _decisive(standing.problem, best.change)
    return Reason(rule, cause, best.worker, "info", f"{detail}, the least of {len(free)} others")


def _instead(worker: str, change: Mapping[str, int]) -> str:
    return f"{worker} instead would cost {change_in_words(change)}"


def _by_policy(problem: Problem, free: Sequence[Alternative]) -> Reason | None:
    """The policy without which somebody else would do as well or better; of several the dearest."""
    found = [
        (other.cents, policy, other)
        for policy in problem.policies
        for other in (min((one.without(term(policy)) for one in free), key=lambda one: one.cents),)
        if other.cents <= 0
    ]
    if not found:
        return None
    _, policy, other = min(found, key=itemgetter(0))
    detail = f"without the policy {policy.name!r} {_instead(other.worker, other.change)}"
    return Reason("policy", kind_of(policy), policy.name, "info", detail)


def _needed_elsewhere(standing: Standing, shift: Shift, one: Alternative) -> Reason:
    against = standing.reasons(one.shift)
    own = [reason.subject for reason in against if reason.cause == "own_shifts"]
    works = own[0] if own else "other shifts"
    detail = f"{one.worker} would cost {change_in_words(one.change)}, but works {works}"
    return Reason("needed_elsewhere", "worth_more", one.worker, "info", detail)


def _decisive(problem: Problem, change: Mapping[str, int]) -> tuple[str, str]:
    """The kind of terms that speaks loudest for the worker; policies only where no other does."""
    policies = {term(one): ("policy", kind_of(one)) for one in problem.policies}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for key, cents in change.items():
        sums[policies.get(key) or GROUPS.get(key, COST)] += cents
    return max(sums, key=lambda group: (sums[group] > 0 and group[0] != "policy", sums[group]))
