"""What could be done about missing workers, estimated at the prices: nothing is solved here."""

from collections.abc import Mapping, Sequence

from scheduler.explain.candidate import Candidate
from scheduler.explain.hires import hires
from scheduler.explain.lifted import lifted
from scheduler.explain.prices import CoveragePrices
from scheduler.explain.shared_limits import licences, places
from scheduler.explain.targets import targets
from scheduler.problem import Problem
from scheduler.schedule import Shift


def candidates(
    problem: Problem,
    shifts: Sequence[Shift],
    prices: CoveragePrices,
    groups: Mapping[str, str] | None = None,
) -> list[Candidate]:
    """Everything worth trying, best value for each person asked first.

    ``groups`` names each worker's contract, so that a limit of it is lifted for one contract.
    """
    aims = targets(problem, prices, shifts)
    found = [
        *hires(problem, aims),
        *lifted(problem, shifts, aims, groups or {}),
        *licences(problem, shifts, prices),
        *places(problem, shifts, aims),
    ]
    worth_it = [one for one in found if one.estimate > 0]
    return sorted(worth_it, key=lambda one: (-one.estimate / one.people, one.words))
