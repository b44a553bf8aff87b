"""The answer to one question, without a solver: what forbids a shift, or what it would cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scheduler.explain.assigned import why_assigned
from scheduler.explain.possible import Beside, as_worked
from scheduler.explain.price import difference
from scheduler.explain.reason import Reason
from scheduler.explain.reasons import RANK, price_reason
from scheduler.explain.standing import Change, Standing
from scheduler.schedule import Shift
from scheduler.validation import costs, violations

OWN = frozenset({"own_shifts", "same_shift"})
MAY_CHANGE = OWN | {"taken", "needs_more_work", "budget_used"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a worker works a shift or does not.

    ``change``: what the cost changes, by term in cents, if the shift is added and ``dropped``
    is given up for it, all else as it is; None where that breaks a rule. Its sum is at least
    the price of forcing the shift, because a new search may rearrange everything.
    """

    shift: Shift
    is_assigned: bool
    reasons: tuple[Reason, ...]
    change: Change | None = None
    dropped: tuple[Shift, ...] = field(default=())

    @property
    def is_possible(self) -> bool:
        """Whether the shift could be worked if anything else may change."""
        return all(one.severity != "forbidden" or one.cause in MAY_CHANGE for one in self.reasons)

    @property
    def cents(self) -> int | None:
        """The change of the cost."""
        return None if self.change is None else sum(self.change.values())


def answer(standing: Standing, candidates: Sequence[Shift]) -> Answer:
    """Answer for the candidate that comes nearest to being worked, or is worked already."""
    asked = {(one.worker, one.start, one.queue) for one in candidates}
    for shift in standing.shifts:
        if (shift.worker, shift.start, shift.queue) in asked:
            return Answer(shift, True, why_assigned(standing, shift))
    worked = [as_worked(standing.problem, one) for one in candidates]
    if standing.problem.is_blended and len({one.queue for one in candidates}) > 1:
        worked += [standing.cover.divided(one) for one in candidates]
    found = [_of_candidate(standing, one) for one in dict.fromkeys(worked)]
    return min(found, key=_distance)


def _distance(one: Answer) -> tuple[bool, int, int, int]:
    """How far an answer is from "worked": forbidden, for how many reasons, at what price."""
    forbidden = [RANK[reason.code] for reason in one.reasons if reason.severity == "forbidden"]
    cents = one.cents
    return not one.is_possible, min(forbidden, default=-1), len(forbidden), cents or 0


def _of_candidate(standing: Standing, candidate: Shift) -> Answer:
    reasons = standing.reasons(candidate)
    if any(one.severity == "forbidden" for one in reasons):
        dropped = _blocking(standing, candidate) if _is_swap(reasons) else ()
        change = _swapped(standing, candidate, dropped) if dropped else None
        return Answer(candidate, False, reasons, change, dropped)
    change = standing.price(candidate)
    return Answer(candidate, False, (*reasons, price_reason(standing, candidate)), change)


def _is_swap(reasons: Sequence[Reason]) -> bool:
    return all(one.cause in OWN for one in reasons if one.severity == "forbidden")


def _blocking(standing: Standing, candidate: Shift) -> tuple[Shift, ...]:
    """A smallest set of the worker's shifts without which he may work the candidate."""
    beside = standing.beside(candidate.worker)
    kept: tuple[Shift, ...] = ()
    for shift in beside.own:
        if not _broken(standing, (*kept, shift), candidate):
            kept = (*kept, shift)
    return tuple(one for one in beside.own if one not in kept)


def _broken(standing: Standing, kept: Sequence[Shift], candidate: Shift) -> bool:
    problem = standing.problem
    worker = problem.worker_by_id[candidate.worker]
    return bool(Beside(problem, worker, kept).first_code(candidate))


def _swapped(standing: Standing, candidate: Shift, dropped: Sequence[Shift]) -> Change | None:
    """What the cost changes with the candidate in place of others; None if a rule is broken."""
    problem = standing.problem
    after = [one for one in standing.shifts if one not in dropped] + [candidate]
    if violations(problem, after):
        return None
    return difference(costs(problem, after), costs(problem, standing.shifts))
