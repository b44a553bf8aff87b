"""A worker of ``peakcrew.problem/1``: read, and written."""

from datetime import timedelta
from typing import Any

from scheduler.contract.documents import (
    BarDocument,
    PeriodLimitDocument,
    RequestDocument,
    RollingLimitDocument,
    SoftLimitDocument,
    WorkerDocument,
)
from scheduler.contract.parts import span_json, to_span
from scheduler.contract.units import amount, cents
from scheduler.errors import ProblemInvalid
from scheduler.horizon import Horizon
from scheduler.soft_limit import SoftLimit
from scheduler.worker import Bar, PeriodLimit, Request, RollingLimit, Window, Worker


def to_worker(horizon: Horizon, one: WorkerDocument) -> Worker:
    """The worker on the horizon's clock, his availability cut to it."""
    try:
        spans: dict[str, Any] = {
            "availability": clip(
                [
                    Window(
                        horizon.minute(window.start), horizon.minute(window.end), window.preference
                    )
                    for window in one.availability
                ],
                horizon.num_minutes,
            ),
            "past_shifts": tuple(to_span(horizon, span) for span in one.past_shifts),
            "external_shifts": tuple(to_span(horizon, span) for span in one.external_shifts),
            "requests": tuple(_request(horizon, request) for request in one.requests),
            "rolling_limits": tuple(map(_limit, one.rolling_limits)),
            "firm_from": None if one.firm_from is None else horizon.minute(one.firm_from),
            "barred": tuple(_bar(horizon, bar) for bar in one.barred),
            "period_limits": tuple(_period(horizon, limit) for limit in one.period_limits),
            "soft_limits": tuple(map(_soft, one.soft_limits)),
        }
    except ProblemInvalid as error:
        raise ProblemInvalid(f"worker {one.id}: {error}") from None
    return Worker(
        id=one.id,
        skills=frozenset(one.skills),
        hourly_cost=cents(one.hourly_cost),
        min_minutes_per_week=one.min_minutes_per_week,
        max_minutes_per_week=one.max_minutes_per_week,
        max_shifts_per_day=one.max_shifts_per_day,
        max_consecutive_days=one.max_consecutive_days,
        min_rest_minutes=one.min_rest_minutes,
        is_min_hard=one.min_minutes_hard,
        min_consecutive_days=one.min_consecutive_days,
        min_consecutive_days_off=one.min_consecutive_days_off,
        max_consecutive_days_off=one.max_consecutive_days_off,
        max_weekends=one.max_weekends,
        max_shifts_by_template=one.max_shifts_by_template,
        desired_minutes_per_week=one.desired_minutes_per_week,
        min_weekly_rest_minutes=one.min_weekly_rest_minutes,
        max_stretch_minutes=one.max_stretch_minutes,
        min_break_minutes=one.min_break_minutes,
        long_stretch_minutes=one.long_stretch_minutes,
        long_break_minutes=one.long_break_minutes,
        added_shift_cost=cents(one.added_shift_cost),
        lost_hour_cost=cents(one.lost_hour_cost),
        **spans,
    )  # fmt: skip


def clip(windows: list[Window], end: int) -> tuple[Window, ...]:
    """Windows cut to the horizon; what lies outside it is left out."""
    return tuple(
        Window(max(window.start, 0), min(window.end, end), window.preference)
        for window in windows
        if window.start < end and window.end > 0
    )


def worker_json(horizon: Horizon, worker: Worker) -> dict[str, Any]:
    """The worker's keys; of those that came later, what is not off."""
    return {
        "id": worker.id,
        "skills": sorted(worker.skills),
        "hourly_cost": amount(worker.hourly_cost),
        "min_minutes_per_week": worker.min_minutes_per_week,
        "max_minutes_per_week": worker.max_minutes_per_week,
        "max_shifts_per_day": worker.max_shifts_per_day,
        "max_consecutive_days": worker.max_consecutive_days,
        "min_rest_minutes": worker.min_rest_minutes,
        "availability": [
            {**span_json(horizon, window), "preference": window.preference}
            for window in worker.availability
        ],
        "past_shifts": [span_json(horizon, span) for span in worker.past_shifts],
        **_later_keys(horizon, worker),
    }


def _later_keys(horizon: Horizon, worker: Worker) -> dict[str, Any]:
    limits = {
        "min_minutes_hard": worker.is_min_hard or None,
        "max_consecutive_days_off": worker.max_consecutive_days_off,
        "max_weekends": worker.max_weekends,
        "desired_minutes_per_week": worker.desired_minutes_per_week,
        "firm_from": _instant_json(horizon, worker.firm_from),
        "min_weekly_rest_minutes": worker.min_weekly_rest_minutes,
        "max_stretch_minutes": worker.max_stretch_minutes,
        "long_stretch_minutes": worker.long_stretch_minutes,
        "added_shift_cost": amount(worker.added_shift_cost) or None,
        "lost_hour_cost": amount(worker.lost_hour_cost) or None,
    }
    for key in (
        "min_consecutive_days", "min_consecutive_days_off", "min_break_minutes",
        "long_break_minutes",
    ):  # fmt: skip
        limits[key] = getattr(worker, key) if getattr(worker, key) != 1 else None
    lists: dict[str, Any] = {
        "rolling_limits": [_limit_json(limit) for limit in worker.rolling_limits],
        "max_shifts_by_template": dict(worker.max_shifts_by_template),
        "external_shifts": [span_json(horizon, span) for span in worker.external_shifts],
        "requests": [_request_json(horizon, request) for request in worker.requests],
        "barred": [{**span_json(horizon, bar), "rule": bar.rule} for bar in worker.barred],
        "period_limits": [_period_json(horizon, limit) for limit in worker.period_limits],
        "soft_limits": [_soft_json(limit) for limit in worker.soft_limits],
    }
    return {key: value for key, value in limits.items() if value is not None} | {
        key: value for key, value in lists.items() if value
    }


def _request(horizon: Horizon, one: RequestDocument) -> Request:
    span = to_span(horizon, one)
    return Request(span.start, span.end, one.weight, one.template)


def _request_json(horizon: Horizon, one: Request) -> dict[str, Any]:
    named = {} if one.template is None else {"template": one.template}
    return {**span_json(horizon, one), "weight": one.weight, **named}


def _bar(horizon: Horizon, one: BarDocument) -> Bar:
    return Bar(horizon.minute(one.start), horizon.minute(one.end), one.rule)


def _instant_json(horizon: Horizon, minute: int | None) -> str | None:
    return None if minute is None else horizon.instant(minute).isoformat()


def _period(horizon: Horizon, one: PeriodLimitDocument) -> PeriodLimit:
    first, last = ((day - horizon.first_day).days for day in (one.first, one.last))
    price = None if one.excess_cost_per_hour is None else cents(one.excess_cost_per_hour)
    if one.max_half_days is not None:
        return PeriodLimit(first, last, one.max_half_days, "half_days", price, one.rule)
    return PeriodLimit(first, last, one.max_minutes or 0, "minutes", price, one.rule)


def _period_json(horizon: Horizon, one: PeriodLimit) -> dict[str, Any]:
    first, last = (horizon.first_day + timedelta(days=day) for day in (one.first, one.last))
    price = one.excess_cost
    priced = {} if price is None else {"excess_cost_per_hour": amount(price)}
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        f"max_{one.unit}": one.most,
        **priced,
        "rule": one.rule,
    }


def _soft(one: SoftLimitDocument) -> SoftLimit:
    return SoftLimit(one.kind, one.limit, cents(one.cost), one.rule)


def _soft_json(one: SoftLimit) -> dict[str, Any]:
    return {"kind": one.kind, "limit": one.limit, "cost": amount(one.cost), "rule": one.rule}


def _limit(one: RollingLimitDocument) -> RollingLimit:
    price = one.shortfall_cost_per_hour
    return RollingLimit(
        one.days, one.min_minutes, one.max_minutes, None if price is None else cents(price)
    )


def _limit_json(one: RollingLimit) -> dict[str, Any]:
    price = one.shortfall_cost
    document = {
        "days": one.days,
        "min_minutes": one.min_minutes or None,
        "max_minutes": one.max_minutes,
        "shortfall_cost_per_hour": None if price is None else amount(price),
    }
    return {key: value for key, value in document.items() if value is not None}
