"""The alarm when a bot gets worse: a sequential test of its failures, day by day.

A CUSUM of log likelihood ratios (Page 1954, "Continuous inspection schemes"): each day's
failures, escalated and bounced so far, against what the days before it lead one to expect, and
against a bot that resolves ten points less. Days differ more than chance; that is part of the
expected spread. Calibrated by simulation, see docs/bot-review.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasts.calendar import FloatArray, IntArray
from forecasts.kernel import share_returned
from forecasts.outcomes import check, daily, local_day

# The drop of the resolved share that the alarm is made for.
DROP = 0.10
# Evidence at which it fires, in natural logarithms of the likelihood ratio.
THRESHOLD = 3.8
# A reference needs so many days; the newest ones may already belong to the drop.
MIN_REFERENCE_DAYS = 10
GAP_DAYS = 3
REFERENCE_HALF_LIFE = 21.0
# Days differ by about two points where nothing is known yet; that counts as so many days.
PRIOR_CORRELATION = 0.002
PRIOR_DAYS = 6.0
SURE = 0.01  # no share is nearer to 0 or 1 than this


@dataclass(frozen=True, slots=True)
class FailedDays:
    """One queue's days in order: ``day`` (days since 1970), sessions and failures so far.

    Only the current bot version of each day; ``returned`` is the share of bounces that has had
    time to come back; ``segment`` counts the changes of the version.
    """

    day: IntArray
    offered: FloatArray
    escalated: FloatArray
    bounced: FloatArray
    returned: FloatArray
    segment: IntArray


@dataclass(frozen=True, slots=True)
class Surprise:
    """A day's failures against the reference: excess, its chance variance, and a drop's excess."""

    offered: float
    excess: float
    variance: float
    drop: float


def failed_days(outcomes: pd.DataFrame, time_zone: str, at: pd.Timestamp) -> dict[str, FailedDays]:
    """Each queue's days before ``at``; of two versions in a day only the later one counts.

    Columns as in ``outcome_posteriors``. Raises OutcomesInvalid.
    """
    check(outcomes)
    end = pd.DatetimeIndex([at - pd.Timedelta(seconds=1)])
    last_day = int(local_day(end, time_zone)[0])
    rows = daily(outcomes[pd.to_datetime(outcomes["ds"], utc=True) < at], time_zone)
    rows = rows[rows["offered"] > 0].groupby(["unique_id", "day"]).tail(1)
    return {str(key): _days(str(key), part, last_day) for key, part in rows.groupby("unique_id")}


def _days(unique_id: str, rows: pd.DataFrame, last_day: int) -> FailedDays:
    day = rows["day"].to_numpy(dtype=np.int64)
    offered, escalated, bounced = (
        rows[name].to_numpy(dtype=np.float64) for name in ("offered", "escalated", "bounced")
    )
    returned = share_returned(unique_id, 24 * (last_day - day + 0.5))
    version = rows["version"].to_numpy()
    segment = np.cumsum(np.append(0, version[1:] != version[:-1])).astype(np.int64)
    return FailedDays(day, offered, escalated, bounced, returned, segment)


def alarms(queues: Sequence[FailedDays]) -> list[int]:
    """Days (since 1970) on which the failures of these queues together set off the alarm.

    Several queues are judged as one, each against its own reference, so that more contacts in a
    bad queue are no alarm. An alarm and a new bot version begin a new reference.
    """
    found: list[int] = []
    past: list[Surprise] = []
    evidence, since, segments = 0.0, -1, None
    for day in sorted({int(one) for queue in queues for one in queue.day}):
        now = _segments(queues, day)
        if now != segments:
            evidence, past, segments = 0.0, [], now
        surprise = _together([_surprise(queue, day, since) for queue in queues])
        if surprise is None:
            continue
        evidence = max(0.0, evidence + _log_ratio(surprise, past[:-GAP_DAYS]))
        past.append(surprise)
        if evidence > THRESHOLD:
            found.append(day)
            evidence, past, since = 0.0, [], day
    return found


def _segments(queues: Sequence[FailedDays], day: int) -> tuple[int, ...]:
    """Each queue's bot version on a day, as a number."""
    last = [int(np.searchsorted(queue.day, day, side="right")) - 1 for queue in queues]
    return tuple(
        int(queue.segment[max(index, 0)]) for queue, index in zip(queues, last, strict=True)
    )


def _surprise(queue: FailedDays, day: int, since: int) -> Surprise | None:
    """A queue's day; None without one, or while its reference is too short."""
    index = int(np.searchsorted(queue.day, day))
    if index == len(queue.day) or queue.day[index] != day:
        return None
    first = int(np.searchsorted(queue.segment, queue.segment[index]))
    first = max(first, int(np.searchsorted(queue.day, since)))
    known = slice(first, int(np.searchsorted(queue.day, day - GAP_DAYS)))
    if known.stop - first < MIN_REFERENCE_DAYS:
        return None
    weight = 0.5 ** ((day - queue.day[known]) / REFERENCE_HALF_LIFE)
    sessions = float(weight @ queue.offered[known])
    closed = float(weight @ (queue.offered * queue.returned)[known])
    escalated = float(weight @ queue.escalated[known]) / sessions
    bounced = float(weight @ queue.bounced[known]) / max(closed, 1e-9)
    seen = escalated + bounced * float(queue.returned[index])
    share = float(np.clip(seen, SURE, 1 - SURE))
    offered = float(queue.offered[index])
    failed = float(queue.escalated[index] + queue.bounced[index])
    drop = DROP * seen / max(escalated + bounced, SURE)
    return Surprise(
        offered, failed - offered * share, offered * share * (1 - share), offered * drop
    )


def _together(surprises: Sequence[Surprise | None]) -> Surprise | None:
    known = [one for one in surprises if one is not None]
    if not known:
        return None
    parts = [(one.offered, one.excess, one.variance, one.drop) for one in known]
    return Surprise(*(float(total) for total in np.sum(parts, axis=0)))


def _log_ratio(today: Surprise, past: Sequence[Surprise]) -> float:
    """How much likelier today is after a drop than without, both normal with the same spread."""
    spread = today.variance * (1 + max(today.offered - 1, 0) * _correlation(past))
    return today.drop * (today.excess - today.drop / 2) / spread


def _correlation(past: Sequence[Surprise]) -> float:
    """How alike the sessions of one day are, from the days before: (chi-square - days) / sessions.

    Pulled to a prior, and never below a quarter of it.
    """
    more = sum(one.excess**2 / one.variance - 1 for one in past)
    sessions = sum(one.offered - 1 for one in past)
    mean = sessions / len(past) if past else 1.0
    weight = PRIOR_DAYS * max(mean, 1.0)
    return max((more + weight * PRIOR_CORRELATION) / (sessions + weight), PRIOR_CORRELATION / 4)
