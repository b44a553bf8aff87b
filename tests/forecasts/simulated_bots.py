"""Bots whose truth is known: days that differ, labels that come late, drops and drifts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasts.calendar import FloatArray
from forecasts.drift import FailedDays
from forecasts.kernel import share_returned

START = pd.Timestamp("2026-01-05", tz="UTC")
CHAT = "refund|de|chat"
LABEL_DAYS = 6  # after which every bounce has come back


@dataclass(frozen=True)
class Bot:
    """Sessions and escalations per day, and bounces by how many evenings old the day is."""

    offered: FloatArray
    escalated: FloatArray
    bounced: FloatArray
    segment: FloatArray

    def seen(self, day: int) -> FailedDays:
        """What is known on the evening of a day, counted from 0."""
        days = np.arange(day + 1)
        age = day - days
        bounced = self.bounced[days, np.minimum(age, LABEL_DAYS - 1)]
        returned = share_returned(CHAT, 24 * (age + 0.5))
        parts = (self.offered, self.escalated)
        offered, escalated = (part[: day + 1].astype(float) for part in parts)
        segment = self.segment[: day + 1].astype(np.int64)
        return FailedDays(days, offered, escalated, bounced, returned, segment)


def make_bot(
    rng: np.random.Generator, offered: float, days: int, drop_day: int | None = None,
    drop: float = 0.10, correlation: float = 0.002, new_version: int | None = None,
    weekly: float = 0.0,
) -> Bot:  # fmt: skip
    """A bot that fails four of ten, seven of ten failures at once, until it drops.

    Days differ beta-binomially: two sessions of a day are alike by ``correlation``. The logit
    wanders by ``weekly`` in a week.
    """
    walk = np.cumsum(rng.normal(0, weekly / np.sqrt(7), days)) if weekly else np.zeros(days)
    failing = 1 / (1 + np.exp(np.log(1.5) - walk))
    if drop_day is not None:
        failing[drop_day:] += drop
    if correlation:
        scale = 1 / correlation - 1
        failing = rng.beta(failing * scale, (1 - failing) * scale)
    sessions = rng.poisson(offered, days)
    failed = rng.binomial(sessions, failing)
    escalated = rng.binomial(failed, 0.7)
    returned = share_returned(CHAT, 24 * (np.arange(LABEL_DAYS) + 0.5))
    returned[-1] = 1.0
    arrival = np.diff(np.append(0.0, returned))
    back = np.array([rng.multinomial(one, arrival) for one in failed - escalated])
    segment = np.arange(days) >= (days if new_version is None else new_version)
    return Bot(sessions, escalated, back.cumsum(axis=1), segment)


def drifting_site(
    rng: np.random.Generator, weekly: float, num_queues: int = 6, days: int = 84,
    busy: tuple[float, float] = (60, 1500),
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, float]]:  # fmt: skip
    """Outcomes, history and each queue's true resolved share on the last day.

    The logit of the share takes a normal step each day, ``weekly`` in a week. A queue has from
    the one to the other of ``busy`` sessions a day.
    """
    outcomes, truth = [], {}
    means = rng.uniform(0.4, 0.8, 2)
    ds = pd.date_range(START, periods=days, freq="D")
    returned = share_returned(CHAT, 24 * (np.arange(days)[::-1] + 0.5))
    for number in range(num_queues):
        mean = means[number % 2]
        first = np.clip(rng.beta(30 * mean, 30 * (1 - mean)), 0.1, 0.93)
        walk = np.cumsum(rng.normal(0, weekly / np.sqrt(7), days))
        share = 1 / (1 + np.exp(-np.log(first / (1 - first)) - walk))
        offered = rng.poisson(np.exp(rng.uniform(*np.log(busy))), days)
        resolved = rng.binomial(offered, rng.beta(share * 499, (1 - share) * 499))
        escalated = rng.binomial(offered - resolved, rng.beta(7, 3))
        bounced = rng.binomial(offered - resolved - escalated, returned)
        unique_id = f"{'ab'[number % 2]}|l{number}|chat"
        truth[unique_id] = float(share[-1])
        counts = {"offered": offered, "resolved": resolved, "escalated": escalated}
        rows = {"unique_id": unique_id, "ds": ds, **counts, "bounced": bounced}
        outcomes.append(pd.DataFrame(rows).assign(bot_version="v1"))
    history = pd.concat([pd.DataFrame({"unique_id": one, "ds": ds, "y": 3000}) for one in truth])
    return pd.concat(outcomes, ignore_index=True), history, truth
