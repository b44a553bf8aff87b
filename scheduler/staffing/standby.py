"""What somebody on standby is worth: he is called when one who was sent does not come."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.problem import IntArray
from scheduler.staffing.rounding import FloatArray

Curve = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """Those sent to a queue: how many per interval (T,), how many of them stay away, and what a
    missing one costs, in cents per hour. ``no_show_rate``: one, or one per interval (T,)."""

    workers: IntArray
    no_show_rate: float | FloatArray
    understaffing_cost: int


def standby_value(queues: Sequence[Sent], answer_rate: float, least: int) -> tuple[Curve, ...]:
    """Per interval the value in cents per hour of the 1st, 2nd, ... worker on standby for queues.

    Whoever stands by takes the dearest place that is empty, so the j-th who comes saves
    ``sum over prices p of (p - next lower price) * P(at least j empty at p or dearer)``. Of k who
    stand by, each comes with ``answer_rate``. Values below ``least`` are left out. Never rising.
    """
    ordered = sorted(queues, key=lambda one: -one.understaffing_cost)
    rates = [np.broadcast_to(one.no_show_rate, one.workers.shape) for one in ordered]
    prices = [one.understaffing_cost for one in ordered]
    known: dict[tuple[tuple[int, float], ...], Curve] = {}
    curves = []
    for index in range(len(ordered[0].workers) if ordered else 0):
        teams = tuple(
            (int(one.workers[index]), float(rate[index]))
            for one, rate in zip(ordered, rates, strict=True)
        )
        if teams not in known:
            saved = _saved(teams, prices)
            known[teams] = _worth(saved, answer_rate, least)
        curves.append(known[teams])
    return tuple(curves)


def _saved(teams: Sequence[tuple[int, float]], prices: Sequence[int]) -> FloatArray:
    """What the 1st, 2nd, ... who comes from standby saves on average."""
    saved = np.zeros(sum(workers for workers, _ in teams))
    empty = np.ones(1)
    for (workers, rate), price, lower in zip(teams, prices, [*prices[1:], 0], strict=True):
        empty = np.convolve(empty, binomial_chances(workers, rate))
        at_least = np.cumsum(empty[::-1])[::-1][1:]
        saved[: len(at_least)] += (price - lower) * at_least
    return saved


def _worth(saved: FloatArray, answer_rate: float, least: int) -> Curve:
    """Of so many on standby, what one more is worth when each comes with ``answer_rate``."""
    worth = []
    for before in range(len(saved)):
        comes = binomial_chances(before, answer_rate)
        value = round(answer_rate * float(comes @ saved[: before + 1]))
        if value < max(1, least):
            break
        worth.append(value)
    return tuple(worth)


def binomial_chances(number: int, rate: float) -> FloatArray:
    """Chance that exactly 0, 1, ..., ``number`` of independent events of one rate happen."""
    chances = np.ones(1)
    for _ in range(number):
        chances = np.convolve(chances, [1.0 - rate, rate])
    return chances


def overbooking_value(
    workers: IntArray, no_show_rate: float | FloatArray, understaffing_cost: int
) -> tuple[Curve, ...]:
    """Per interval the value in cents per hour of the 1st, 2nd, ... worker sent, none standing by.

    The m-th saves the price of a missing one where he comes and fewer than ``workers`` of the
    others do: ``price * (1 - rate) * P(Bin(m - 1, 1 - rate) < workers)``. Never rising.
    """
    rates = np.broadcast_to(no_show_rate, workers.shape)
    known: dict[tuple[int, float], Curve] = {}
    for need, rate in set(zip(workers.tolist(), rates.tolist(), strict=True)):
        known[need, rate] = _overbooked(need, 1.0 - rate, understaffing_cost)
    return tuple(known[one] for one in zip(workers.tolist(), rates.tolist(), strict=True))


def _overbooked(need: int, comes: float, price: int) -> Curve:
    found: list[int] = []
    others = np.ones(1)
    while need and (value := round(price * comes * float(others[:need].sum()))) > 0:
        found.append(value)
        others = np.convolve(others, [1.0 - comes, comes])
        if comes >= 1.0 and len(found) == need:
            break
    return tuple(found)
