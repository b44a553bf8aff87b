"""Chat: one worker serves several customers at once, each of them more slowly."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from scheduler.staffing.erlang import Definition, Performance, erlang_b, impatient, patient
from scheduler.staffing.rounding import FloatArray


def chat(
    agents: npt.ArrayLike,
    chats_per_second: npt.ArrayLike,
    aht_seconds: Sequence[npt.ArrayLike],
    patience_seconds: npt.ArrayLike | None,
    threshold_seconds: npt.ArrayLike,
    definition: Definition = "offered",
) -> Performance:
    """Waiting for the first answer when workers serve several chats at once.

    ``aht_seconds[k-1]`` is the handle time of a chat whose worker serves k at once; its length
    is the most he serves. A new chat goes to the least busy worker and levels are taken to stay
    balanced: m chats over s workers are r workers with q + 1 and s - r with q, m = s q + r, and
    end at the rate ``(s - r) q / AHT_q + r (q + 1) / AHT_(q+1)``. Beyond that customers queue.
    With one chat at a time this is Erlang C (patience None) or A. Numbers and arrays broadcast.
    ``occupancy`` is the share of the most that the workers could get done, not of their slots.
    """
    arrays = [np.asarray(one, dtype=float) for one in (agents, chats_per_second, *aht_seconds)]
    workers, arrivals, *handle = np.broadcast_arrays(*arrays)
    throughput = [np.zeros(arrivals.shape)] + [k / aht for k, aht in enumerate(handle, start=1)]
    blocking = _blocking(workers, arrivals, throughput)
    drain = workers * throughput[-1]
    if patience_seconds is None:
        return patient(blocking, arrivals, drain, threshold_seconds)
    return impatient(blocking, arrivals, drain, patience_seconds, threshold_seconds, definition)


def _blocking(
    workers: FloatArray, arrivals: FloatArray, throughput: list[FloatArray]
) -> FloatArray:
    """P(all slots just taken) / P(no customer queues), by the recursion of Erlang B.

    ``throughput[k]``: chats that one worker ends per second while he serves k.
    """
    if len(throughput) == 2:
        return erlang_b(workers, arrivals / throughput[1])
    blocking = np.ones(arrivals.shape)
    # No arrivals make an endless gap; what that does to smaller teams is not taken over.
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        gap = 1.0 / arrivals
        for now, then in pairwise(throughput):
            for risen in range(1, int(workers.max(initial=0)) + 1):
                rate = (workers - risen) * now + risen * then
                filled = blocking / (blocking + rate * gap)
                blocking = np.where(risen <= workers, filled, blocking)
    return blocking
