"""What a site's algorithm weighs, at which prices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median

from api.site.config import QueueConfig
from api.site.site import Site
from scheduler.contract.units import amount

# Below so many people a figure of their wages would tell what one of them earns.
LEAST_FOR_A_WAGE = 5


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that costs ``least`` to ``most`` (amounts) for each unit; ``names`` fill the words.

    ``rule``: the param of a rule whose words belong to it. ``is_told``: False for a price that
    weighs but is nobody's business.
    """

    key: str
    unit: str
    least: float
    most: float
    names: dict[str, str] = field(default_factory=dict)
    rule: str | None = None
    is_told: bool = True


def parameters(site: Site) -> list[Parameter]:
    """Everything that has a price at a site, the heaviest first; what costs nothing is last."""
    found = [*_demand(site), _wages(site), *_wishes(site), *_policies(site), *_limits(site)]
    return sorted(found, key=lambda one: -one.most)


def _demand(site: Site) -> Iterator[Parameter]:
    queues = site.config.queues
    yield _range("understaffing", "per.hour", (one.understaffing_cost_per_hour for one in queues))
    yield _range("overstaffing", "per.hour", (one.overstaffing_cost_per_hour for one in queues))
    if site.config.staffing.plan_on == "value":
        yield from _customers([one for one in queues if one.is_priced])


def _customers(queues: list[QueueConfig]) -> Iterator[Parameter]:
    if queues:
        yield _range("waiting", "per.hour", (one.waiting_cost_per_hour for one in queues))
        yield _range("abandonment", "per.contact", (one.abandonment_cost for one in queues))
        yield _range("missed", "per.contact", (one.missed_cost for one in queues))


def _wages(site: Site) -> Parameter:
    middle = amount(round(median(row.hourly_cost for row in site.workers))) if site.workers else 0
    is_told = len(site.workers) >= LEAST_FOR_A_WAGE
    return Parameter("wages", "per.hour", middle, middle, is_told=is_told)


def _wishes(site: Site) -> Iterator[Parameter]:
    weights = site.config.objective
    for key, unit, price in (
        ("preference", "per.step", weights.preference_cost_per_hour),
        ("fairness", "per.quarter", weights.fairness_cost_per_hour),
        ("requests", "per.point", weights.request_cost_per_point),
        ("desired_hours", "per.hour", weights.desired_hours_cost_per_hour),
        ("unpopular", "per.four", weights.unpopular_cost_per_hour),
    ):
        yield Parameter(key, unit, price, price)


def _policies(site: Site) -> Iterator[Parameter]:
    for one in site.config.policies:
        price = one.price_per_hour
        yield Parameter(f"policy.{one.kind}", "per.hour", price, price, {"name": one.name})


def _limits(site: Site) -> Iterator[Parameter]:
    for one in site.config.rules.contracts:
        names = {"contract": one.contract}
        if one.price_per_hour is not None:
            price = one.price_per_hour
            yield Parameter("soft_limit", "per.hour", price, price, names, one.rule)
        if one.price is not None:
            yield Parameter("soft_limit", "per.time", one.price, one.price, names, one.rule)
    prices = [
        one.shortfall_price_per_hour
        for one in site.config.rolling_limits
        if one.shortfall_price_per_hour is not None
    ]
    if prices:
        yield _range("rolling_shortfall", "per.hour", prices)


def _range(key: str, unit: str, prices: Iterable[float]) -> Parameter:
    known = list(prices)
    return Parameter(key, unit, min(known), max(known))
