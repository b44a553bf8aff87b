"""The alarm when a bot gets worse: every day's failures against what is expected of them.

Two questions are asked each evening, both of the errors of ``reference``. Do the newest three days
together lie so high that chance does it less than once a quarter, and nearer to a drop of ten
points than to none? Has evidence for a drop, begun any day of the last four weeks, grown beyond
what chance gives (window-limited likelihood ratios, Lai 1995, "Sequential changepoint detection";
threshold after Siegmund 1985, "Sequential analysis")? Calibrated by simulation, see
docs/bot-review.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import special

from forecasts.calendar import FloatArray, IntArray
from forecasts.kernel import share_returned
from forecasts.outcomes import CLOSED, check, daily, local_day
from forecasts.reference import GAP_DAYS, WINDOW, Day, Reference, later
from forecasts.wandering import walk_likelihood, weekly_variances

QUARTER_DAYS = 90.0
# Spreads and walks are themselves estimated: false alarms are planned rarer by so much, found by
# simulation.
CARE = 1.15
# Of the false alarms that are allowed, those left to the newest three days.
QUICK_SHARE = 0.7
QUICK_DAYS = 3
# A window that is too high by chance stays so for this many days on average.
CLUMP = 1.7
# Mean overshoot of a walk that is watched once a day, in its standard deviations.
OVERSHOOT = 1.166
# How alike the queues of a day are, counts as nothing for so many days.
ALIKE_DAYS = 4.0


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


@dataclass(slots=True)
class _Evidence:
    """Score and information of a drop that began 0, 1, 2, ... days ago, over some queues.

    ``squares`` of each day's score over its information, which are 1 on average where queues have
    their good and bad days each on its own.
    """

    score: FloatArray = field(default_factory=lambda: np.zeros(WINDOW))
    information: FloatArray = field(default_factory=lambda: np.zeros(WINDOW))
    squares: list[float] = field(default_factory=list)

    def add(self, parts: Sequence[tuple[FloatArray, FloatArray]], gap: int) -> None:
        """Another day; its parts are what the queues say."""
        score, information = (np.sum(part, axis=0) for part in zip(*parts, strict=True))
        self.score = later(self.score, gap) + score
        self.information = later(self.information, gap) + information
        if information[0] > 0:
            self.squares.append(float(score[0] ** 2 / information[0]))

    @property
    def alike(self) -> float:
        """By how much more the queues together spread than each on its own would let them."""
        past = self.squares[:-GAP_DAYS]
        return max((sum(past) + ALIKE_DAYS) / (len(past) + ALIKE_DAYS), 1.0)

    def forget(self) -> None:
        """Nothing is held against the bot any longer."""
        self.score, self.information = np.zeros(WINDOW), np.zeros(WINDOW)


def alarms(queues: Sequence[FailedDays], num_tests: int = 1) -> list[int]:
    """Days (since 1970) on which the failures of these queues together set off the alarm.

    Several queues are judged as one, each against its own reference, so that more contacts in a
    bad queue are no alarm. An alarm and a new bot version begin a new reference. ``num_tests``
    watches of a site share one false alarm a quarter.
    """
    found: list[int] = []
    references, evidence = _references(queues), _Evidence()
    segments, last = [0] * len(queues), 0
    for day in sorted({int(one) for queue in queues for one in queue.day}):
        now = _segments(queues, day)
        for one, new, old in zip(references, now, segments, strict=True):
            if new != old:
                one.forget(is_new=True)
                evidence.forget()
        evidence.add(_seen(queues, references, day), day - last)
        segments, last = now, day
        if _is_alarm(evidence, references, num_tests):
            found.append(day)
            evidence.forget()
            for one in references:
                one.forget()
    return found


def _references(queues: Sequence[FailedDays]) -> list[Reference]:
    """One for each queue; how far they wander is learnt from the closed days of all of them."""
    walks = weekly_variances({str(row): _walk(queue) for row, queue in enumerate(queues)})
    return [Reference(walk) for walk in walks.values()]


def _walk(queue: FailedDays) -> FloatArray:
    closed = (queue.returned > CLOSED) & (queue.segment == queue.segment[-1])
    age = (queue.day[-1] - queue.day[closed]).astype(np.float64)
    failed = (queue.escalated + queue.bounced)[closed]
    return walk_likelihood(age, queue.offered[closed], failed)


def _segments(queues: Sequence[FailedDays], day: int) -> list[int]:
    """Each queue's bot version on a day, as a number."""
    last = [int(np.searchsorted(queue.day, day, side="right")) - 1 for queue in queues]
    return [int(queue.segment[max(index, 0)]) for queue, index in zip(queues, last, strict=True)]


def _seen(
    queues: Sequence[FailedDays], references: Sequence[Reference], day: int
) -> list[tuple[FloatArray, FloatArray]]:
    """What those queues say that have this day."""
    found = []
    for queue, reference in zip(queues, references, strict=True):
        index = int(np.searchsorted(queue.day, day))
        if index < len(queue.day) and queue.day[index] == day:
            found.append(reference.see(_day(queue, index)))
    return found


def _day(queue: FailedDays, index: int) -> Day:
    """A queue's day, with the share of its failures that shows by now.

    How many failures escalate at once is learnt from the days of its bot version before it.
    """
    first = int(np.searchsorted(queue.segment, queue.segment[index]))
    known = slice(first, max(index, first + 1))
    sessions = float(queue.offered[known].sum())
    closed = float((queue.offered * queue.returned)[known].sum())
    at_once = (float(queue.escalated[known].sum()) + 1) / (sessions + 2)
    later = (float(queue.bounced[known].sum()) + 1) / (closed + 2)
    shown = (at_once + later * float(queue.returned[index])) / (at_once + later)
    failed = float(queue.escalated[index] + queue.bounced[index])
    return Day(int(queue.day[index]), float(queue.offered[index]), failed, shown)


def _is_alarm(evidence: _Evidence, references: Sequence[Reference], num_tests: int) -> bool:
    alike, freedom = 1.0, sum(one.freedom for one in references)
    if len(references) > 1:
        alike = evidence.alike
        freedom = min(freedom, len(evidence.squares) + ALIKE_DAYS)
    score, information = evidence.score, evidence.information
    ratio = (score - information / 2) / alike
    rate = 1 / (QUARTER_DAYS * CARE * num_tests)
    quick = QUICK_DAYS - 1
    if ratio[quick] > 0:
        height = score[quick] / np.sqrt(information[quick] * alike)
        if height > special.stdtrit(freedom, 1 - CLUMP * QUICK_SHARE * rate):
            return True
    slow = (1 - QUICK_SHARE) * rate
    wider = special.stdtrit(freedom, 1 - slow) / special.ndtri(1 - slow)
    daily = float(information[0] / alike)
    return bool(daily > 0 and ratio.max() > wider**2 * _threshold(daily, slow))


def _threshold(information: float, rate: float) -> float:
    """Log likelihood ratio that chance passes so often a day; ``information`` of one day.

    Solves (e^b - b - 1) / (information / 2) = 1 / rate; the threshold is b less the overshoot.
    """
    wanted = 1 + information / 2 / rate
    bound = np.log(wanted)
    for _ in range(20):
        bound = np.log(wanted + bound)
    return float(max(bound - OVERSHOOT * np.sqrt(information), 1.0))
