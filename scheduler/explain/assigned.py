"""Why this worker works this shift: nobody else may, he is the cheapest, his wish, fairness."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scheduler.explain.possible import is_pinned
from scheduler.explain.reason import Reason
from scheduler.explain.standing import Standing
from scheduler.explain.words import change_in_words
from scheduler.rules.work import name
from scheduler.schedule import Shift
from scheduler.validation import MENDED_BY_WORK, RULES

# Which reason each term of the cost speaks for; policies by their prefix, all others for cost.
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
POLICY, COST = ("policy", "prefers_him"), ("cost", "cheapest")


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


def why_assigned(standing: Standing, shift: Shift) -> tuple[Reason, ...]:
    """Why a shift of the schedule is worked by its worker; the first reason decides.

    Compared are all who may work it as it is, beside what they work already. Coverage stays the
    same, so what differs is wages, wishes, fairness, guaranteed hours, changes and policies.
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
    detail = f"{best.worker} instead would cost {change_in_words(best.change)}"
    if best.cents < 0:
        return Reason("cost", "not_cheapest", best.worker, "info", detail)
    if best.cents == 0:
        return Reason("tie", "same_price", best.worker, "info", f"{best.worker} costs the same")
    rule, cause = _decisive(best.change)
    return Reason(rule, cause, best.worker, "info", f"{detail}, the least of {len(free)} others")


def _needed_elsewhere(standing: Standing, shift: Shift, one: Alternative) -> Reason:
    against = standing.reasons(one.shift)
    own = [reason.subject for reason in against if reason.cause == "own_shifts"]
    works = own[0] if own else "other shifts"
    detail = f"{one.worker} would cost {change_in_words(one.change)}, but works {works}"
    return Reason("needed_elsewhere", "worth_more", one.worker, "info", detail)


def _decisive(change: Mapping[str, int]) -> tuple[str, str]:
    """The kind of terms that speaks loudest for the worker against another one."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for term, cents in change.items():
        sums[POLICY if term.startswith("policy:") else GROUPS.get(term, COST)] += cents
    return max(sums, key=lambda group: sums[group])
