"""The days of ``returns_peak``: history, horizon, holidays, sales, and what they do to volume."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from seeds.recipes.returns_peak.queues import QUEUES, QueueFigures

ZONE = ZoneInfo("Europe/Berlin")
HISTORY_START = date(2026, 6, 29)
HORIZON_START = date(2026, 12, 28)
HORIZON_DAYS = 14
HORIZON = tuple(HORIZON_START + timedelta(days=n) for n in range(HORIZON_DAYS))

# Closed for humans: public holidays of the site's country and region (Berlin).
HOLIDAYS_DE = frozenset(
    {date(2026, 10, 3), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}
)
HOLIDAYS_SE = HOLIDAYS_DE - {date(2026, 10, 3)} | {date(2026, 10, 31), date(2027, 1, 6)}
# Open, but quiet: the eves.
EVES = frozenset({date(2026, 12, 24), date(2026, 12, 31)})

WEEKDAY_FACTOR = (1.20, 1.08, 1.00, 0.98, 0.96, 0.78, 0.64)
# On days without people the help page offers the bot alone and says so: most customers wait.
CLOSED_CHAT_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Campaign:
    """A stretch of days with more refunds: what came, and what the planner notes in events.csv."""

    first: date
    last: date
    kind: str
    actual: float
    noted: float


CAMPAIGNS = (
    Campaign(date(2026, 7, 20), date(2026, 7, 25), "summer_sale_returns", 1.34, 1.3),
    Campaign(date(2026, 7, 26), date(2026, 8, 1), "summer_sale_returns", 1.17, 1.15),
    Campaign(date(2026, 11, 30), date(2026, 12, 5), "black_friday_returns", 1.41, 1.4),
    Campaign(date(2026, 12, 6), date(2026, 12, 12), "black_friday_returns", 1.22, 1.25),
    Campaign(date(2026, 12, 27), date(2026, 12, 27), "christmas_returns", 1.45, 1.5),
    Campaign(date(2026, 12, 28), date(2026, 12, 31), "christmas_returns", 1.6, 1.6),
    Campaign(date(2027, 1, 1), date(2027, 1, 3), "christmas_returns", 1.5, 1.5),
    Campaign(date(2027, 1, 4), date(2027, 1, 6), "christmas_returns", 1.4, 1.4),
    Campaign(date(2027, 1, 7), date(2027, 1, 10), "christmas_returns", 1.2, 1.2),
)

CAMPAIGN_QUEUES = tuple(queue.id for queue in QUEUES if queue.category == "refund")


def history_days() -> list[date]:
    """The local days of the history."""
    count = (HORIZON_START - HISTORY_START).days
    return [HISTORY_START + timedelta(days=n) for n in range(count)]


def is_open(day: date) -> bool:
    """Whether humans work: never on Sundays and public holidays."""
    return day.weekday() != 6 and day not in HOLIDAYS_DE


def volume_factor(day: date, queue: QueueFigures) -> float:
    """Contacts of a day against an ordinary day of an ordinary week."""
    holidays = HOLIDAYS_SE if queue.language == "sv" else HOLIDAYS_DE
    factor = WEEKDAY_FACTOR[day.weekday()]
    if day in holidays:
        factor = WEEKDAY_FACTOR[6] * 0.75
    elif day in EVES:
        factor *= 0.6
    elif day - timedelta(days=1) in holidays:
        factor *= 1.12
    if queue.work == "chat" and not is_open(day):
        factor *= CLOSED_CHAT_SHARE
    if queue.category == "refund":
        for campaign in CAMPAIGNS:
            if campaign.first <= day <= campaign.last:
                factor *= campaign.actual
    # Two per cent more customers each month.
    return factor * (1 + 0.02 * (day - HISTORY_START).days / 30)
