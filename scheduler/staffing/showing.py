"""Whether enough come: the exact chance, from who is sent and how often his group comes.

Everybody comes or not on his own, with the share of his group; how many come is then
Poisson-binomial, and its distribution is built up worker by worker.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.problem import IntArray, Problem
from scheduler.schedule import Shift
from scheduler.staffing.rounding import FloatArray

_ROUNDING = 1e-12  # so that a chance of exactly 0.9 meets 0.9


@dataclass(frozen=True, slots=True)
class Team:
    """Queues whose need is met together: one queue, or all that share a standby queue."""

    name: str
    queues: tuple[str, ...]
    standby: str | None = None


@dataclass(frozen=True, slots=True)
class Turnout:
    """An interval of a team: workers needed, sent and on standby, and the chance of enough."""

    team: str
    start: int
    needed: int
    sent: int
    standby: int
    chance: float


def turnout_chances(rates: Iterable[float]) -> FloatArray:
    """Chance that exactly 0, 1, 2, ... come, of workers who come with these shares."""
    chances = np.ones(1)
    for rate in rates:
        chances = np.convolve(chances, [1.0 - rate, rate])
    return chances


def chance_of_enough(rates: Sequence[float], needed: int) -> float:
    """Chance that at least so many of these workers come."""
    if needed <= 0:
        return 1.0
    return min(1.0, float(turnout_chances(rates)[needed:].sum()))


def turnouts(
    problem: Problem,
    shifts: Sequence[Shift],
    show_rates: Mapping[str, float],
    needed: Mapping[str, IntArray],
    teams: Sequence[Team],
) -> list[Turnout]:
    """Every interval in which a team needs somebody, and the chance that it has enough.

    ``needed``: workers who must be there per queue and interval. ``show_rates``: share of his
    shifts that a worker comes to. Somebody on standby fills a place of any of the team's queues.
    """
    present = _present(problem, shifts, show_rates)
    found = []
    for team in teams:
        for index in range(problem.horizon.num_intervals):
            places = [int(needed[queue][index]) for queue in team.queues]
            if any(places):
                sent = [present[queue, index] for queue in team.queues]
                standby = present[team.standby, index] if team.standby else []
                chance = _chance(places, sent, standby)
                start = index * problem.horizon.interval_minutes
                number = sum(map(len, sent))
                found.append(Turnout(team.name, start, sum(places), number, len(standby), chance))
    return found


def _present(
    problem: Problem, shifts: Sequence[Shift], show_rates: Mapping[str, float]
) -> dict[tuple[str, int], list[float]]:
    """How often each of those comes who are sent to a queue for all of an interval."""
    length = problem.horizon.interval_minutes
    present: dict[tuple[str, int], list[float]] = defaultdict(list)
    for shift in shifts:
        for part in shift.served:
            for index in range(-(-part.start // length), part.end // length):
                present[part.queue, index].append(show_rates[shift.worker])
    return present


def _chance(places: list[int], sent: list[list[float]], standby: list[float]) -> float:
    """Chance that no more are missing on all queues together than come from standby."""
    missing = np.ones(1)
    for need, rates in zip(places, sent, strict=True):
        missing = np.convolve(missing, _missing(need, rates))
    reached = turnout_chances(standby)
    at_most = np.cumsum(missing)
    enough = at_most[np.minimum(np.arange(len(reached)), len(at_most) - 1)]
    return min(1.0, float(enough @ reached))


def _missing(need: int, rates: list[float]) -> FloatArray:
    """Chance that 0, 1, ... of the places of one queue stay empty."""
    found = np.zeros(need + 1)
    come = turnout_chances(rates)
    np.add.at(found, np.maximum(0, need - np.arange(len(come))), come)
    return found


def share_met(turnouts: Sequence[Turnout], confidence: float) -> float:
    """Share of the intervals with need in which enough come with the confidence."""
    met = [one.chance >= confidence - _ROUNDING for one in turnouts]
    return sum(met) / len(met) if met else 1.0
