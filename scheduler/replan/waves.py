"""Offers for an open shift, sent in waves: whom to ask when, so that it is filled in time.

Everybody who is asked accepts with his own probability, whoever else does; how many accept is
Poisson-binomial, and its distribution is computed exactly, one person after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scheduler.errors import ProblemInvalid

MOST_WAVES = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who may be offered the shift; the likelihood that he accepts, from 0 to 1."""

    worker: str
    acceptance: float


@dataclass(frozen=True, slots=True)
class Wave:
    """Who is asked from ``start`` on and may answer until before ``end``, minutes.

    ``filled``: the probability that all places are taken by then.
    """

    start: int
    end: int
    asked: tuple[Asked, ...]
    filled: float


@dataclass(frozen=True, slots=True)
class Waves:
    """A plan of offers; later waves are sent only while places are left.

    ``expected_asked``: people who will be asked in the mean. ``is_enough``: whether the target is
    reached; if not, everybody is asked.
    """

    waves: tuple[Wave, ...]
    expected_asked: float
    is_enough: bool

    @property
    def filled(self) -> float:
        """The probability that all places are taken by the deadline."""
        return self.waves[-1].filled if self.waves else 0.0


def plan_waves(
    ranked: Sequence[Asked], needed: int, start: int, deadline: int, length: int, target: float
) -> Waves:
    """The fewest people, best rank first, who fill the places with the wanted probability.

    ``needed``: places, 1 or more. ``start``, ``deadline`` and the ``length`` of a wave are
    minutes. How many are asked in each wave is chosen so that in the mean as few as possible are
    asked. Raises ProblemInvalid where there is no time for one wave, or a number makes no sense.
    """
    _check(ranked, needed, deadline - start, length, target)
    open_after = still_open(ranked, needed)
    reach = (count for count, chance in enumerate(open_after) if 1 - chance >= target)
    enough = next(reach, None)
    total = len(ranked) if enough is None else enough
    most = min(total, (deadline - start) // length, MOST_WAVES)
    cuts = _cuts(open_after[: total + 1], most) if total else [0]
    waves = tuple(
        Wave(
            start + number * length,
            start + (number + 1) * length,
            tuple(ranked[first:last]),
            1 - open_after[last],
        )
        for number, (first, last) in enumerate(pairwise(cuts))
    )
    return Waves(waves, expected_asked(open_after, cuts), enough is not None)


def still_open(ranked: Sequence[Asked], needed: int) -> list[float]:
    """Probability that fewer than ``needed`` of the first 0, 1, 2, ... people accept."""
    accepted = [1.0] + [0.0] * (needed - 1)  # chances of 0, 1, ... needed - 1 acceptances
    found = [1.0]
    for one in ranked:
        p = one.acceptance
        accepted = [
            chance * (1 - p) + (accepted[count - 1] * p if count else 0.0)
            for count, chance in enumerate(accepted)
        ]
        found.append(sum(accepted))
    return found


def expected_asked(open_after: Sequence[float], cuts: Sequence[int]) -> float:
    """People asked in the mean: a wave is sent only if places are left after those before it."""
    return sum((last - first) * open_after[first] for first, last in pairwise(cuts))


def _cuts(open_after: Sequence[float], most_waves: int) -> list[int]:
    """Where to cut the ranking into at most so many waves: fewest people asked in the mean.

    A shortest path from nobody to everybody; of equal ones that with the larger waves first.
    """
    total, places = len(open_after) - 1, np.arange(len(open_after))
    chance = np.array(open_after)
    best = np.full(total + 1, np.inf)
    best[0] = 0.0
    ways: list[list[int]] = [[0] for _ in range(total + 1)]
    for _ in range(most_waves):
        longer, their_ways = best.copy(), list(ways)
        for last in range(1, total + 1):
            cost = best[:last] + (last - places[:last]) * chance[:last]
            # The last of equal ones, rounded, so that what is equal does not differ by a hair.
            first = last - 1 - int(np.round(cost, 9)[::-1].argmin())
            if cost[first] < longer[last] - 1e-9:
                longer[last], their_ways[last] = cost[first], [*ways[first], last]
        best, ways = longer, their_ways
    return ways[total]


def _check(ranked: Sequence[Asked], needed: int, minutes: int, length: int, target: float) -> None:
    if needed < 1:
        raise ProblemInvalid("needed: at least 1 is needed")
    if not 0 < target < 1:
        raise ProblemInvalid("target: a probability above 0 and below 1 is needed")
    if length < 1:
        raise ProblemInvalid("wave: at least 1 minute is needed")
    if minutes < length:
        raise ProblemInvalid(
            f"deadline: leaves {max(0, minutes)} minutes, too few for a wave of {length}"
        )
    for one in ranked:
        if not 0 <= one.acceptance <= 1:
            raise ProblemInvalid(f"acceptance of {one.worker}: a probability is needed")
