"""Erlang B, C and A: waiting, abandonment and service level of a group of like workers.

All functions take numbers or arrays and broadcast them. ``agents`` are whole and >= 0; ``load``
is in Erlang (arrivals per second times handle time), >= 0; times are seconds, > 0 but for the
threshold, which may be 0. No factorials: exact and stable to 10,000 agents and beyond.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from scheduler.staffing.rounding import FloatArray

# Up to so many agents the recursion is as quick as the closed form.
_FEW_AGENTS = 128
# A smaller chance leaves no digits to divide by.
_TINY = 1e-280

# What "answered within the threshold" is a share of, once customers hang up:
# offered: answered in time / all contacts. The strictest, and the default.
# answered: answered in time / answered contacts.
# either: (answered in time + hung up in time) / all contacts.
# virtual: contacts that a customer of endless patience would wait for no longer than that.
Definition = Literal["offered", "answered", "either", "virtual"]


@dataclass(frozen=True, slots=True)
class Performance:
    """What customers and workers see in the steady state; one value per element.

    ``p_wait`` share of contacts that wait, ``p_abandon`` share that hang up,
    ``mean_wait_seconds`` over all contacts, ``occupancy`` busy share of the capacity,
    ``service_level`` share within the threshold.
    """

    p_wait: FloatArray
    p_abandon: FloatArray
    mean_wait_seconds: FloatArray
    occupancy: FloatArray
    service_level: FloatArray


def erlang_b(agents: npt.ArrayLike, load: npt.ArrayLike) -> FloatArray:
    """Share of contacts lost when nobody can wait.

    ``B(0) = 1, B(k) = B(k-1) / (B(k-1) + k/A)``: only sums of positive terms, so nothing
    cancels. Large groups: the same as a quotient of Poisson chances, ``P(n) / P(at most n)``,
    exact to 1e-10. No load: 0, but 1 without agents.
    """
    agents, load = np.broadcast_arrays(np.asarray(agents), np.asarray(load, dtype=float))
    is_large = (agents > _FEW_AGENTS) & (load > 0)
    blocking = np.array(_recursion(np.where(is_large, 0, agents), load))
    if is_large.any():
        blocking[is_large] = _poisson_quotient(agents[is_large], load[is_large])
    return blocking


def _recursion(agents: npt.NDArray[Any], load: FloatArray) -> FloatArray:
    blocking = np.ones(load.shape)
    with np.errstate(divide="ignore", over="ignore"):
        inverse = 1.0 / load
        for k in range(1, int(agents.max(initial=0)) + 1):
            blocking = np.where(k <= agents, blocking / (blocking + k * inverse), blocking)
    return blocking


def _poisson_quotient(agents: npt.NDArray[Any], load: FloatArray) -> FloatArray:
    from scipy.special import gammaincc, gammaln

    at_most = np.asarray(gammaincc(agents + 1.0, load), dtype=np.float64)
    log_chance = agents * np.log(load) - load - gammaln(agents + 1.0)
    blocking: FloatArray = np.exp(log_chance - np.log(np.maximum(at_most, _TINY)))
    lost = at_most <= _TINY
    if lost.any():
        blocking[lost] = _recursion(agents[lost], load[lost])
    return blocking


def erlang_c(
    agents: npt.ArrayLike,
    load: npt.ArrayLike,
    aht_seconds: npt.ArrayLike,
    threshold_seconds: npt.ArrayLike,
) -> Performance:
    """Waiting when nobody ever hangs up (M/M/n).

    ``P(wait) = 1 / (1 + (1/B - 1)(1 - A/n))``; agents <= load: everyone waits for ever
    (P(wait) 1, mean wait infinite, service level 0). No load: nobody waits.
    """
    agents, load = np.asarray(agents, dtype=float), np.asarray(load, dtype=float)
    aht = np.asarray(aht_seconds, dtype=float)
    return patient(erlang_b(agents, load), load / aht, agents / aht, threshold_seconds)


def erlang_a(
    agents: npt.ArrayLike,
    load: npt.ArrayLike,
    aht_seconds: npt.ArrayLike,
    patience_seconds: npt.ArrayLike,
    threshold_seconds: npt.ArrayLike,
    definition: Definition = "offered",
) -> Performance:
    """Waiting when customers hang up after an exponential patience (M/M/n+M, Palm).

    Always stable, agents may be fewer than the load. Mandelbaum and Zeltyn, "The Palm/Erlang-A
    queue"; Garnett, Mandelbaum, Reiman 2002, MSOM 4(3).
    """
    agents, load = np.asarray(agents, dtype=float), np.asarray(load, dtype=float)
    aht = np.asarray(aht_seconds, dtype=float)
    return impatient(
        erlang_b(agents, load),
        load / aht,
        agents / aht,
        patience_seconds,
        threshold_seconds,
        definition,
    )


def patient(
    blocking: FloatArray,
    arrivals: FloatArray,
    drain: FloatArray,
    threshold_seconds: npt.ArrayLike,
) -> Performance:
    """Waiting without abandonment in any queue that drains at one rate once all are busy.

    ``blocking`` is P(all just busy) / P(at most all busy), ``arrivals`` and ``drain`` are
    contacts per second; Erlang C and the chat model differ only in ``blocking`` and ``drain``.
    """
    threshold = np.asarray(threshold_seconds, dtype=float)
    is_stable, is_idle = arrivals < drain, arrivals == 0
    # Stand-ins where the formulas do not hold; the guards below replace the results.
    spare = np.where(is_stable, drain - arrivals, 1.0)
    free = np.where(is_stable, spare / np.where(is_stable, drain, 1.0), 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        p_wait = np.where(is_stable, 1.0 / (1.0 + (1.0 / blocking - 1.0) * free), 1.0)
        occupancy = np.where(is_stable, arrivals / drain, 1.0)
    p_wait = np.where(is_idle, 0.0, p_wait)
    mean_wait = np.where(is_stable | is_idle, p_wait / spare, np.inf)
    level = np.where(is_stable | is_idle, 1.0 - p_wait * np.exp(-spare * threshold), 0.0)
    return Performance(
        p_wait=p_wait,
        p_abandon=np.zeros_like(p_wait),
        mean_wait_seconds=mean_wait,
        occupancy=np.where(is_idle, 0.0, occupancy),
        service_level=level,
    )


def impatient(
    blocking: FloatArray,
    arrivals: FloatArray,
    drain: FloatArray,
    patience_seconds: npt.ArrayLike,
    threshold_seconds: npt.ArrayLike,
    definition: Definition = "offered",
) -> Performance:
    """Waiting with abandonment in any queue that drains at one rate once all are busy.

    Arguments as in ``patient``. In units of the patience, with x = drain, y = arrivals and
    ``S(x, y) = 1 + sum_j y^j / ((x+1)...(x+j))``: the states with everyone busy weigh S times
    the first of them. The wait of an endlessly patient customer has the density
    ``P(wait) x/S exp(y(1-e^-v) - xv)``; weighting it with the share ``e^-v`` still there turns
    x into x+1. Every tail is then a quotient of two S.
    """
    patience = np.asarray(patience_seconds, dtype=float)
    limit = np.asarray(threshold_seconds, dtype=float) / patience
    x, y = np.broadcast_arrays(drain * patience, arrivals * patience)
    busy = _log_busy_weight(x, y)
    with np.errstate(divide="ignore", over="ignore"):
        p_wait = 1.0 / (1.0 + (1.0 / blocking - 1.0) * np.exp(-busy))
    p_wait = np.where(y == 0, 0.0, p_wait)

    def waited(x_still: FloatArray, limit: FloatArray) -> FloatArray:
        """Share that waits longer than the limit and, with x + 1, is still there to be answered."""
        left = y * np.exp(-limit)
        log_tail = -y * np.expm1(-limit) - x_still * limit + _log_busy_weight(x_still, left) - busy
        return p_wait * np.exp(log_tail) * np.where(x_still > x, x / (x + 1.0), 1.0)

    answered_late = waited(x + 1.0, limit)
    answered_after_wait = waited(x + 1.0, np.zeros_like(limit))
    p_abandon = np.clip(p_wait - answered_after_wait, 0.0, 1.0)
    in_time = np.clip(1.0 - p_wait + answered_after_wait - answered_late, 0.0, 1.0)
    if definition == "offered":
        level = in_time
    elif definition == "answered":
        answered = 1.0 - p_abandon
        level = np.divide(in_time, answered, out=np.zeros_like(answered), where=answered > 0)
    else:
        late = waited(x, limit)
        level = 1.0 - (late if definition == "virtual" else late * np.exp(-limit))
    with np.errstate(divide="ignore", invalid="ignore"):
        occupancy = np.where(x > 0, (1.0 - p_abandon) * y / x, np.where(y > 0, 1.0, 0.0))
    return Performance(p_wait, p_abandon, p_abandon * patience, occupancy, level)


def _log_busy_weight(x: FloatArray, y: FloatArray) -> FloatArray:
    """``log(1 + sum_j y^j / ((x+1)...(x+j)))``, equal to ``log(x e^y y^-x gamma(x, y))``.

    The series where its terms fall, the incomplete gamma function where they first rise and
    the sum may exceed any float.
    """
    x, y = np.broadcast_arrays(x, y)
    weight = np.empty(x.shape)
    falls = y <= x + 1.0
    weight[falls] = _log_series(x[falls], y[falls])
    if not falls.all():
        from scipy.special import gammainc, gammaln

        a, b = x[~falls], y[~falls]
        weight[~falls] = gammaln(a + 1.0) + b - a * np.log(b) + np.log(gammainc(a, b))
    return weight


def _log_series(x: FloatArray, y: FloatArray) -> FloatArray:
    term, total = np.ones(x.shape), np.ones(x.shape)
    j = 0
    while (term > 1e-17 * total).any():
        j += 1
        term = term * (y / (x + j))
        total += term
    return np.log(total)
