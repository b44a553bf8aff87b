"""A worker as the optimiser gets him: the rules in force, and what is agreed and wished beside."""

from collections.abc import Iterator
from dataclasses import replace

from api.rules.limits import limited_worker
from api.rules.site_rules import SiteRules
from api.site.problems import InputProblem
from api.site.rolling import RollingLimitConfig
from api.site.site import Site, WorkerRow
from scheduler.contract.units import cents
from scheduler.worker import RollingLimit, Worker


def agreed_worker(rules: SiteRules, row: WorkerRow) -> Worker:
    """The worker with his own terms beside the limits of the rules; both hold.

    Raises ProblemInvalid for an exception that the law does not allow.
    """
    worker, terms = limited_worker(rules, row), row.terms
    return replace(
        worker,
        is_min_hard=terms.is_min_hard,
        min_consecutive_days=terms.min_consecutive_days,
        min_consecutive_days_off=terms.min_days_off,
        max_consecutive_days_off=terms.max_days_off,
        max_weekends=terms.max_weekends,
        rolling_limits=worker.rolling_limits + _rolling_limits(rules.site, row),
        max_shifts_by_template=_fewest(dict(worker.max_shifts_by_template), row),
        desired_minutes_per_week=terms.desired_minutes_per_week,
        requests=row.requests,
    )


def unlawful_runs(site: Site) -> Iterator[InputProblem]:
    """Workers who would have to work more days in a row than the rules allow."""
    rules = SiteRules(site)
    for row in site.workers:
        least = row.terms.min_consecutive_days
        most = limited_worker(rules, row).max_consecutive_days if least > 1 else 1
        if least > max(1, most):
            message = f"min_consecutive_days: {least} days exceed the {most} that rules allow"
            yield InputProblem("workers.csv", row.line, None, message)


def _rolling_limits(site: Site, row: WorkerRow) -> tuple[RollingLimit, ...]:
    return tuple(_limit(one) for one in site.config.rolling_limits if one.is_for(row.contract))


def _limit(one: RollingLimitConfig) -> RollingLimit:
    price = one.shortfall_price_per_hour
    return RollingLimit(
        days=one.days,
        min_minutes=round(one.min_hours * 60),
        max_minutes=None if one.max_hours is None else round(one.max_hours * 60),
        shortfall_cost=None if price is None else cents(price),
    )


def _fewest(by_rule: dict[str, int], row: WorkerRow) -> dict[str, int]:
    """The lower of both numbers of each template."""
    own = dict(row.terms.max_shifts_by_template)
    return by_rule | {one: min(most, by_rule.get(one, most)) for one, most in own.items()}
