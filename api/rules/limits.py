"""A row of ``workers.csv`` under the rules that hold for him: what the optimiser must keep."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.rules.bars import bars
from api.rules.caps import longest_day, period_limits
from api.rules.site_rules import SiteRules
from api.rules.soft_limits import soft_limits
from api.site.site import WorkerRow
from scheduler.horizon import WEEK_MINUTES
from scheduler.pricing import per_hour
from scheduler.rules.profile import RuleProfile
from scheduler.worker import RollingLimit, Worker

NINE_HOURS = 9 * 60


def limited_worker(rules: SiteRules, row: WorkerRow) -> Worker:
    """The worker with the stricter of contract and law in each limit.

    Raises ProblemInvalid for an exception that the law does not allow.
    """
    profile = rules.of(row)
    longest = _longest_week(rules, row, profile)
    return Worker(
        id=row.id,
        skills=frozenset(row.skills),
        hourly_cost=row.hourly_cost,
        min_minutes_per_week=min(row.min_minutes_per_week, longest),
        max_minutes_per_week=longest,
        max_shifts_per_day=1 if row.max_shifts_per_day is None else row.max_shifts_per_day,
        max_consecutive_days=profile.strictest(
            "max_consecutive_days", _own(rules, row, "max_consecutive_days"), 7
        ),
        min_rest_minutes=profile.strictest(
            "min_rest_minutes", _own(rules, row, "min_rest_minutes"), 0
        ),
        availability=row.availability,
        past_shifts=row.past_shifts,
        external_shifts=row.external_shifts,
        rolling_limits=_day_limit(rules, row, profile),
        max_shifts_by_template=_too_short(rules, row, profile),
        firm_from=_firm_from(rules, profile),
        barred=bars(rules, row),
        min_weekly_rest_minutes=profile.limit("min_weekly_rest_minutes"),
        period_limits=period_limits(rules, row),
        soft_limits=soft_limits(rules, row),
        added_shift_cost=per_hour(
            row.hourly_cost, profile.limit("paid_minutes_per_added_shift") or 0
        ),
        lost_hour_cost=_share(row.hourly_cost, profile.limit("percent_paid_of_lost_hours") or 0),
        **_stretch(row, profile),
    )


def _share(cents: int, percent: int) -> int:
    return (cents * percent + 50) // 100


def _own(rules: SiteRules, row: WorkerRow, param: str) -> int | None:
    """What the contract states for itself, unless the site has switched it off."""
    level = rules.level(row, param)
    own: int | None = getattr(row, param)
    return None if level is not None and level.level != "hard" else own


def _longest_week(rules: SiteRules, row: WorkerRow, profile: RuleProfile) -> int:
    own = _own(rules, row, "max_minutes_per_week")
    longest = profile.strictest("max_minutes_per_week", own, WEEK_MINUTES)
    extra = profile.limit("max_percent_over_weekly_minimum")
    if extra is not None and row.min_minutes_per_week:
        # A minimum was agreed: beyond it, and a share more, nobody may be called one-sidedly.
        longest = min(longest, row.min_minutes_per_week * (100 + extra) // 100)
    return longest


def _day_limit(rules: SiteRules, row: WorkerRow, profile: RuleProfile) -> tuple[RollingLimit, ...]:
    """The most of a day, where it could be reached at all."""
    most = profile.limit("max_minutes_per_day")
    if most is None or (longest_day(rules, row) <= most and not row.external_shifts):
        return ()
    return (RollingLimit(1, max_minutes=most),)


def _too_short(rules: SiteRules, row: WorkerRow, profile: RuleProfile) -> dict[str, int]:
    """Templates that are too short for a call, where shifts of a day cannot join."""
    least = profile.limit("min_call_minutes")
    if least is None or (row.max_shifts_per_day or 1) > 1:
        return {}
    return {one.id: 0 for one in rules.site.config.shift_templates if one.minutes < least}


def _stretch(row: WorkerRow, profile: RuleProfile) -> dict[str, Any]:
    """The longest block, where shifts can join at all."""
    most = profile.limit("max_stretch_minutes")
    if most is None or ((row.max_shifts_per_day or 1) < 2 and not row.external_shifts):
        return {}
    least = max(1, profile.limit("min_break_minutes") or 1)
    found = {"max_stretch_minutes": most, "min_break_minutes": least}
    longer = profile.limit("min_break_minutes_beyond_nine_hours")
    if longer is not None and longer > least:
        # Nine hours of work, which the shorter break alone has interrupted.
        found |= {"long_stretch_minutes": NINE_HOURS + least, "long_break_minutes": longer}
    return found


def _firm_from(rules: SiteRules, profile: RuleProfile) -> int | None:
    """From when on a shift is told in time, if it is told when the site says.

    Clear days lie between the day of the notice and that of the work.
    """
    published = rules.config.published
    days, hours = profile.limit("min_notice_days"), profile.limit("min_notice_hours")
    if published is None or (days is None and hours is None):
        return None
    horizon = rules.site.horizon
    told = published if published.tzinfo else published.replace(tzinfo=horizon.zone)
    told = told.astimezone(UTC)
    found = []
    if days is not None:
        first = told.astimezone(horizon.zone).date() + timedelta(days=days + 1)
        found.append(datetime.combine(first, datetime.min.time(), horizon.zone))
    if hours is not None:
        found.append(told + timedelta(hours=hours))
    firm = max(
        horizon.minute(one.astimezone(UTC).replace(second=0, microsecond=0)) for one in found
    )
    return firm if firm > 0 else None
