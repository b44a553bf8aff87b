"""Offered load when the rate of contacts changes from interval to interval."""

import numpy as np

from scheduler.staffing.rounding import FloatArray


def offered_load(
    contacts: FloatArray, aht_seconds: FloatArray, interval_minutes: int
) -> FloatArray:
    """Mean number of contacts in service per interval if nobody had to wait, in Erlang.

    Contacts that began earlier are still there, so the load lags behind the rate: long chats
    and short intervals are planned wrong without it (Green, Kolesar, Whitt 2007, modified
    offered load). ``contacts`` (..., T) per interval, 0 while closed; ``aht_seconds`` (T,). The
    infinite-server queue with a constant rate within each interval D and exponential service,
    m' = m e^(-D/S) + r (1 - e^(-D/S)), where r = contacts * S / D. Before the first interval the
    first rate is taken to have run for long, which is nothing where the day begins closed.
    """
    ratio = interval_minutes * 60.0 / aht_seconds
    steady = contacts / ratio
    kept = np.exp(-ratio)
    # Mean over the interval of what is left of a deviation from the steady load.
    mean_kept = -np.expm1(-ratio) / ratio
    load = np.empty_like(steady)
    start = steady[..., 0]
    for t in range(steady.shape[-1]):
        deviation = start - steady[..., t]
        load[..., t] = steady[..., t] + deviation * mean_kept[t]
        start = steady[..., t] + deviation * kept[t]
    return load


def chance_variance(
    contacts: FloatArray, aht_seconds: FloatArray, interval_minutes: int
) -> FloatArray:
    """Variance of ``offered_load`` when the rates are known and only chance moves the counts.

    ``contacts`` (T,) expected per interval. Counts are then Poisson and independent, so the
    variance of each is its mean; the load is linear in them.
    """
    ratio = interval_minutes * 60.0 / aht_seconds
    steady = contacts / ratio**2
    kept = np.exp(-ratio)
    mean_kept = -np.expm1(-ratio) / ratio
    variance = np.empty_like(steady)
    # The first rate is taken to have run for long: the first count is all that moves the load.
    variance[0] = start = steady[0]
    for t in range(1, len(steady)):
        variance[t] = (1.0 - mean_kept[t]) ** 2 * steady[t] + mean_kept[t] ** 2 * start
        start = (1.0 - kept[t]) ** 2 * steady[t] + kept[t] ** 2 * start
    return variance
