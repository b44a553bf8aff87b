"""What a site states and what nevertheless changes nothing: allowed, but told."""

from collections.abc import Iterator, Sequence

from api.site.config import SiteConfig
from api.site.problems import Findings, listed, shown
from api.site.site import WorkerRow
from scheduler.horizon import Horizon


def note_without_effect(
    workers: Sequence[WorkerRow], config: SiteConfig, horizon: Horizon, findings: Findings
) -> None:
    """Note wishes without a price, limits of a contract that nobody has, minimums of nothing and
    windows in which nothing is planned."""
    for file, text in (
        *_unpriced(workers, config),
        *_of_nobody(workers, config),
        *_of_nothing(workers),
        *_past_windows(config, horizon),
    ):
        findings.note(file, text)


def _unpriced(workers: Sequence[WorkerRow], config: SiteConfig) -> Iterator[tuple[str, str]]:
    prices = config.objective
    no_effect = "no effect while [objective] has no"
    num_requests = sum(len(one.requests) for one in workers)
    if num_requests and not prices.request_cost_per_point:
        yield "requests.csv", f"{num_requests:,} requests have {no_effect} request_cost_per_point"
    num_desired = sum(one.terms.desired_minutes_per_week is not None for one in workers)
    if num_desired and not prices.desired_hours_cost_per_hour:
        text = f"{num_desired:,} desired_hours_per_week have {no_effect}"
        yield "workers.csv", f"{text} desired_hours_cost_per_hour"
    if config.unpopular_hours and not prices.unpopular_cost_per_hour:
        yield "site.toml", f"unpopular_hours have {no_effect} unpopular_cost_per_hour"


def _of_nobody(workers: Sequence[WorkerRow], config: SiteConfig) -> Iterator[tuple[str, str]]:
    contracts = {one.contract for one in workers}
    for index, limit in enumerate(config.rolling_limits):
        if limit.contract is not None and limit.contract not in contracts:
            text = f"rolling_limits[{index}]: no worker has the contract {shown(limit.contract)}"
            yield "site.toml", text


def _of_nothing(workers: Sequence[WorkerRow]) -> Iterator[tuple[str, str]]:
    ids = [one.id for one in workers if one.terms.is_min_hard and not one.min_minutes_per_week]
    if ids:
        text = f"{len(ids)} workers have min_hours_hard and no min_hours_per_week: {listed(ids)}"
        yield "workers.csv", text


def _past_windows(config: SiteConfig, horizon: Horizon) -> Iterator[tuple[str, str]]:
    for template in config.shift_templates:
        spans = [window.span(horizon) for window in template.windows or ()]
        if spans and all(one.end <= 0 or one.start >= horizon.num_minutes for one in spans):
            yield "site.toml", f"no window of the shift template {template.id} is in the horizon"
