"""What is expected of a bot's next day: its failed share, and how far days lie from it.

The failed share is a random walk, seen through days that differ more than chance: the local level
model with its Kalman filter (Harvey 1989, "Forecasting, structural time series models"). A day
is judged by its one-step error, whose variance counts chance, the day's own effect and what is
not known of the level.
"""

from dataclasses import dataclass, field

import numpy as np

from forecasts.calendar import FloatArray
from forecasts.wandering import WEEK

# The drop of the resolved share that the alarm is made for.
DROP = 0.10
# Days back from today on which a drop may have begun.
WINDOW = 28
# A reference needs so many days before a drop; the newest ones may already belong to it.
MIN_REFERENCE_DAYS = 10
GAP_DAYS = 3
# Days differ by about two points where nothing is known yet, and hardly by twice as much.
PRIOR_CORRELATION = 0.002
# What is believed of the failed share before its first day.
FIRST_MEAN, FIRST_VARIANCE = 0.4, 0.3**2
SURE = 0.01  # no share is nearer to 0 or 1 than this


@dataclass(frozen=True, slots=True)
class Day:
    """A queue's day: sessions, failures so far, and the share of failures that shows by now."""

    number: int
    offered: float
    failed: float
    shown: float


@dataclass(slots=True)
class Reference:
    """The belief about one queue's failed share before its next day; ``see`` moves it on.

    ``walk`` is the variance of a week by which its logit wanders, ``usual`` how alike the sessions
    of a day are where its own days say little.
    ``believed`` (WINDOW,): had the share dropped 0, 1, 2, ... days ago, how much of that drop the
    mean would hold already; all of it where the reference was too short to tell.
    """

    walk: float
    usual: float = PRIOR_CORRELATION
    mean: float = FIRST_MEAN
    variance: float = FIRST_VARIANCE
    num_days: int = 0
    last: int = -1
    squares: list[float] = field(default_factory=list)
    sessions: list[float] = field(default_factory=list)
    believed: FloatArray = field(default_factory=lambda: np.full(WINDOW, DROP))

    def see(self, day: Day) -> tuple[FloatArray, FloatArray]:
        """Take a day in; score and information (WINDOW,) about a drop 0, 1, 2, ... days ago.

        With score x and information v of a drop d, the log likelihood ratio is x - v / 2, and x is
        normal with variance v, around 0 without a drop and around v with it.
        """
        gap = day.number - self.last if self.last >= 0 else 1
        self._open(gap)
        level = float(np.clip(self.mean, SURE, 1 - SURE))
        self.variance += gap * self.walk * (level * (1 - level)) ** 2 / WEEK
        seen = level * day.shown
        chance = seen * (1 - seen) / day.offered / day.shown**2
        spread = self.variance + chance * (1 + max(day.offered - 1, 0.0) * self.correlation)
        error = day.failed / day.offered / day.shown - self.mean
        drop = DROP - self.believed
        gain = self.variance / spread
        if self.variance < spread / 2:  # else the day says more of the level than of days
            self.squares.append((error**2 - self.variance) / chance)
            self.sessions.append(max(day.offered - 1, 0.0))
        self.mean += gain * error
        self.variance *= 1 - gain
        self.believed = self.believed + gain * drop
        self.num_days, self.last = self.num_days + 1, day.number
        return drop * error / spread, drop**2 / spread

    @property
    def correlation(self) -> float:
        """How alike the sessions of one day are, from the days before the newest three.

        (chi-square - days) / sessions, pulled to what is usual, and never below a quarter of it.
        """
        sessions, weight = self.sessions[:-GAP_DAYS], self._prior_days
        prior = weight * self._size
        more = sum(self.squares[:-GAP_DAYS]) - len(sessions)
        return max((more + prior * self.usual) / (sum(sessions) + prior), self.usual / 4)

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the spread of days."""
        return max(len(self.sessions) - GAP_DAYS, 0) + self._prior_days

    @property
    def _size(self) -> float:
        """Sessions of a day, beside the first."""
        return max(sum(self.sessions) / max(len(self.sessions), 1), 1.0)

    @property
    def _prior_days(self) -> float:
        """Days that show the spread as well as knowing that it is usual up to a factor of two."""
        known = self._size * self.usual
        return 2 * ((1 + known) / known) ** 2

    def forget(self, is_new: bool = False) -> None:
        """The level may have jumped; of another bot (``is_new``) nothing is known but its days."""
        self.variance = FIRST_VARIANCE if is_new else self.variance + DROP**2
        self.believed = np.full(WINDOW, DROP)
        self.num_days = 0 if is_new else self.num_days

    def _open(self, gap: int) -> None:
        """Let days pass: drops of the past are so much older, and one may begin today."""
        fresh = 0.0 if self.num_days >= MIN_REFERENCE_DAYS else DROP
        self.believed = later(self.believed, gap, fresh)


def later(by_age: FloatArray, days: int, fresh: float = 0.0) -> FloatArray:
    """Values by days ago, so many days later."""
    days = min(days, len(by_age))
    return np.concatenate([np.full(days, fresh), by_age[: len(by_age) - days]])
