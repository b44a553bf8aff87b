"""The past of ``returns_peak``: contacts per half-hour, bot outcomes per day, sales."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np

from seeds.recipes.returns_peak.queues import QUEUES, QueueFigures
from seeds.recipes.returns_peak.season import (
    CAMPAIGN_QUEUES,
    CAMPAIGNS,
    ZONE,
    history_days,
    is_open,
    volume_factor,
)

INTERVAL = timedelta(minutes=30)
# Shape of a day, one weight per hour. Voice rings only while people work.
NIGHT = (8, 5, 3, 2, 2, 4, 10)
CHAT = (*NIGHT, 24, 46, 62, 70, 68, 62, 60, 60, 60, 61, 64, 66, 66, 60, 48, 32, 17)
VOICE = (0,) * 7 + (34, 62, 80, 84, 78, 66, 62, 62, 62, 62, 60, 54, 46, 36, 26, 18, 0)
MAIL = (*NIGHT, 20, 42, 56, 60, 56, 48, 46, 48, 46, 42, 36, 34, 36, 40, 36, 24, 12)
SHAPES = {"chat": CHAT, "live": VOICE, "deferrable": MAIL}

# Variance of the gamma factors around 1: a day's surprise shared by all queues, a day's own
# surprise of one queue, and one of a single half-hour.
SHARED_DAY, OWN_DAY, HALF_HOUR = 0.004, 0.008, 0.02

OFFERED_SHARE = 0.95
VERSIONS = (("v3.1", -0.03), ("v3.2", 0.0))
VERSION_CHANGE = date(2026, 10, 19)
# A chat counts as resolved only when 72 hours have passed without a human contact.
LABEL_DAYS = 3

HistoryRow = tuple[str, str, int]


def history(rng: np.random.RandomState) -> list[HistoryRow]:
    """``unique_id, ds, y``: one row per queue and half-hour in which it can be reached."""
    days = history_days()
    shared = _gamma(rng, SHARED_DAY, len(days))
    rows: list[HistoryRow] = []
    for queue in QUEUES:
        own = _gamma(rng, OWN_DAY, len(days))
        for day, surprise in zip(days, shared * own, strict=True):
            rows += _day_of_queue(rng, queue, day, float(surprise))
    return rows


def _gamma(rng: np.random.RandomState, variance: float, size: int) -> np.ndarray:
    """Positive factors with mean 1."""
    return rng.gamma(1 / variance, variance, size)


def _day_of_queue(
    rng: np.random.RandomState, queue: QueueFigures, day: date, surprise: float
) -> Iterator[HistoryRow]:
    if queue.work == "live" and not is_open(day):
        return
    shape = SHAPES[queue.work]
    per_day = queue.contacts_per_week / 7 * volume_factor(day, queue)
    for instant in half_hours(day):
        weight = shape[instant.hour] / (2 * sum(shape))
        if weight:
            mean = per_day * surprise * weight * float(_gamma(rng, HALF_HOUR, 1)[0])
            yield queue.id, instant.isoformat(), int(rng.poisson(mean))


def half_hours(day: date) -> Iterator[datetime]:
    """The real half-hours of a local day: 50 on the autumn clock change."""
    instant = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZONE)
    while instant < end:
        yield instant
        instant = (instant.astimezone(UTC) + INTERVAL).astimezone(ZONE)


def bot_outcomes(
    rng: np.random.RandomState, rows: list[HistoryRow]
) -> Iterator[tuple[object, ...]]:
    """One row per local day and queue that the bot may answer, without the unripe last days."""
    contacts: dict[tuple[str, str], int] = {}
    for queue_id, instant, count in rows:
        key = queue_id, instant[:10]
        contacts[key] = contacts.get(key, 0) + count
    for queue in QUEUES:
        if queue.resolved is None:
            continue
        for day in history_days()[:-LABEL_DAYS]:
            offered = int(rng.binomial(contacts[queue.id, day.isoformat()], OFFERED_SHARE))
            yield queue.id, day.isoformat(), offered, *_outcome(rng, queue, day, offered)


def _outcome(
    rng: np.random.RandomState, queue: QueueFigures, day: date, offered: int
) -> tuple[object, ...]:
    """Resolved, escalated, bounced, bot version and the satisfied share with bot and human."""
    assert queue.resolved is not None
    version, gain = VERSIONS[day >= VERSION_CHANGE]
    # Days differ by more than chance: an outage elsewhere, a new question.
    share = queue.resolved + gain + float(rng.uniform(-0.02, 0.02))
    resolved = int(rng.binomial(offered, share))
    bounced = int(rng.binomial(offered - resolved, queue.bounced / (1 - share)))
    csat_bot = 0.45 + 0.45 * share + float(rng.uniform(-0.03, 0.03))
    csat_human = 0.82 + float(rng.uniform(-0.03, 0.03))
    return (
        *(resolved, offered - resolved - bounced, bounced, version),
        *(f"{csat_bot:.3f}", f"{csat_human:.3f}"),
    )


def events() -> Iterator[tuple[object, ...]]:
    """``start, end, kind, unique_id, factor``: sales that were, and the one the planner expects."""
    for campaign in CAMPAIGNS:
        start = datetime.combine(campaign.first, datetime.min.time(), ZONE)
        end = datetime.combine(campaign.last + timedelta(days=1), datetime.min.time(), ZONE)
        for queue_id in CAMPAIGN_QUEUES:
            yield start.isoformat(), end.isoformat(), campaign.kind, queue_id, campaign.noted
