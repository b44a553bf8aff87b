"""The cheapest repairs of a schedule that lacks workers, each confirmed by solving again.

Prices say what to try; only a solve says what it is worth. A repair allows more and forbids
nothing, so the best cost can only fall, by

    before - after,  with  before.bound - after.objective <= before - after,
                     and   before - after <= before.objective - after.bound,

where the bounds are proven and the objectives are reached. The first is what a repair is worth
for certain.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.explain.candidate import Candidate
from scheduler.explain.candidates import candidates
from scheduler.explain.prices import CoveragePrices
from scheduler.problem import Previous, Problem
from scheduler.schedule import Schedule, Shift
from scheduler.solver.greedy import greedy
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve
from scheduler.validation import costs, violations

OnStage = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Repair:
    """A repair that was solved, and what it saves in cents over the horizon.

    ``value``: between the two schedules found. ``least``, ``most``: between what the bounds
    prove; a repair is proven to help where ``least`` is above 0. ``estimate``: at the prices.
    ``people``: workers hired or asked; a licence, a place or a permit counts as one.
    """

    kind: str
    words: str
    people: int
    estimate: int
    value: int
    least: int
    most: int

    @property
    def is_settled(self) -> bool:
        """Whether the solve told anything: it found a gain, or proved that there is none."""
        return self.value > 0 or self.most == 0


@dataclass(frozen=True, slots=True)
class RepairList:
    """Repairs in order of what they save for each person asked, and what they were held against.

    ``objective`` and ``bound`` of the site as it is, in cents. ``weeks``: the horizon in weeks, at
    least one, by which ``per_week`` divides. ``num_candidates``: how many were estimated.
    """

    repairs: tuple[Repair, ...]
    objective: int
    bound: int
    weeks: float
    num_candidates: int

    def per_week(self, cents: int) -> int:
        """Cents over the horizon as cents a week."""
        return round(cents / self.weeks)


def find_repairs(
    problem: Problem,
    schedule: Schedule,
    prices: CoveragePrices,
    top: int = 5,
    parameters: Parameters = Parameters(time_limit=30.0),  # noqa: B008 - frozen
    groups: Mapping[str, str] | None = None,
    on_stage: OnStage = lambda stage: None,
) -> RepairList:
    """Estimate every repair at the prices and solve the most promising ones.

    ``parameters`` hold for each solve. The bound that a schedule states is not believed: unless
    the prices prove its cost, the site is solved once more as it is. All repairs are held against
    the best schedule of the site that any of these solves found, and what a repair adds to that
    at once counts as found. ``groups`` as in ``candidates``.
    """
    tried = candidates(problem, schedule.shifts, prices, groups)
    chosen, bound = _chosen(tried, top), prices.bound
    known = [(schedule.objective, schedule.shifts)]
    if chosen and bound < schedule.objective:
        on_stage("solving the site as it is")
        again = solve(problem, parameters)
        known.append((again.objective, again.shifts))
        bound = max(bound, again.bound)
    solved = []
    for number, one in enumerate(chosen, start=1):
        on_stage(f"repair {number} of {len(chosen)}: {one.words}")
        solved.append(_solved(one.repaired(problem), min(known)[1], parameters))
        known += taken_back(problem, min(known)[1], solved[-1].shifts)
    best = min(cost for cost, _ in known)
    found = (_repair(one, after, best, bound) for one, after in zip(chosen, solved, strict=True))
    ranked = sorted(found, key=lambda one: (-one.value / one.people, -one.least, one.words))
    weeks = max(1.0, problem.horizon.days / 7)
    return RepairList(tuple(ranked), best, bound, weeks, len(tried))


def grown(repaired: Problem, shifts: Sequence[Shift]) -> tuple[Shift, ...] | None:
    """The present schedule with what a repair adds to it at once; None if that breaks a rule.

    Everybody keeps his shifts, and whoever may work more now takes what pays off.
    """
    previous = (
        Previous(one.worker, one.queue, one.template, one.start, one.minutes) for one in shifts
    )
    everybody = len(repaired.workers)
    kept = replace(repaired, previous=tuple(previous), max_changed_workers=everybody)
    found = greedy(kept)
    return None if found is None or violations(repaired, found) else found


def _solved(repaired: Problem, shifts: Sequence[Shift], parameters: Parameters) -> Schedule:
    """The better of what a search finds and of what grows from the present schedule."""
    found, more = solve(repaired, parameters), grown(repaired, shifts)
    cost = found.objective if more is None else sum(costs(repaired, more).values())
    if more is None or cost >= found.objective:
        return found
    return replace(found, shifts=more, objective=cost)


def taken_back(
    problem: Problem, before: Sequence[Shift], after: Sequence[Shift]
) -> Iterator[tuple[int, tuple[Shift, ...]]]:
    """What is left of a repaired schedule without the repair, and what it costs.

    New workers leave, and whoever now breaks a rule works what he worked before. So whatever else
    a search found better by chance counts for the site as it is too, and not for the repair.
    """
    old = [shift for shift in after if shift.worker in problem.worker_by_id]
    back = {one.worker for one in violations(problem, old)}
    shifts = tuple(
        sorted(
            [
                *(shift for shift in old if shift.worker not in back),
                *(shift for shift in before if shift.worker in back),
            ]
        )
    )
    if not violations(problem, shifts):
        yield sum(costs(problem, shifts).values()), shifts


def _chosen(tried: Sequence[Candidate], top: int) -> list[Candidate]:
    """The best of each kind by estimate, so that there is a choice; then the next best of any."""
    best: dict[str, Candidate] = {}
    for one in tried:
        best.setdefault(one.kind, one)
    others = (one for one in tried if one is not best[one.kind])
    return [*best.values(), *others][:top]


def _repair(one: Candidate, after: Schedule, objective: int, bound: int) -> Repair:
    """What a repair saves; ``objective`` and ``bound`` are those of the site as it is."""
    # Whatever was possible before still is, at the same cost.
    reached = min(after.objective, objective)
    return Repair(
        kind=one.kind,
        words=one.words,
        people=one.people,
        estimate=round(one.estimate),
        value=objective - reached,
        least=max(0, bound - reached),
        most=max(0, objective - min(after.bound, bound)),
    )


def for_json(found: RepairList, currency: str) -> dict[str, object]:
    """The list as a document, amounts a week in the currency's unit."""
    from scheduler.contract.units import amount

    def weekly(cents: int) -> float:
        return amount(found.per_week(cents))

    return {
        "format": "peakcrew.repairs/1",
        "currency": currency,
        "objective": amount(found.objective),
        "bound": amount(found.bound),
        "weeks": round(found.weeks, 3),
        "candidates": found.num_candidates,
        "repairs": [
            {
                "kind": one.kind,
                "words": one.words,
                "people": one.people,
                "is_settled": one.is_settled,
                "value_per_week": weekly(one.value),
                "value_per_week_and_person": round(weekly(one.value) / one.people, 2),
                "proven_per_week": weekly(one.least),
                "at_most_per_week": weekly(one.most),
                "estimate_per_week": weekly(one.estimate),
            }
            for one in found.repairs
        ],
    }
