"""Limits that a worker may pass at a price: by his contract's level, or by a premium of the law."""

from collections.abc import Iterator

from api.rules.site_rules import SiteRules
from api.site.rules import ContractLevel
from api.site.site import WorkerRow
from scheduler.contract.units import cents
from scheduler.rules.profile import RuleProfile
from scheduler.soft_limit import Kind, SoftLimit

PER_CENT = 100
# What each time means, by the param that a contract has at a price.
EACH: dict[str, Kind] = {
    "min_rest_minutes": "short_rests",
    "max_consecutive_days": "days_in_a_row",
    "min_weekly_rest_minutes": "weeks_without_rest",
}


def soft_limits(rules: SiteRules, row: WorkerRow) -> tuple[SoftLimit, ...]:
    """The limits of a worker that are priced; what is kept as a rule anyway has no price."""
    return (*_of_contract(rules, row), *_premiums(rules, row))


def _of_contract(rules: SiteRules, row: WorkerRow) -> Iterator[SoftLimit]:
    law, kept = rules.without_levels(row), rules.of(row)
    for param, kind in EACH.items():
        level = rules.level(row, param)
        own: int | None = getattr(row, param, None)
        limits = _limit(law, param, own), _limit(kept, param, None)
        if level is not None and level.level == "soft" and limits[0] and limits[0] != limits[1]:
            yield _priced(level, kind, limits[0])


def _limit(profile: RuleProfile, param: str, own: int | None) -> int:
    return profile.strictest(param, own, 0)


def _priced(level: ContractLevel, kind: Kind, limit: int) -> SoftLimit:
    if level.price is not None:
        return SoftLimit(kind, limit, cents(level.price), level.rule)
    return SoftLimit("hours_of_rest", limit, cents(level.price_per_hour or 0.0), level.rule)


def _premiums(rules: SiteRules, row: WorkerRow) -> Iterator[SoftLimit]:
    """What the law asks to be paid for a shift that starts too soon after an earlier day's work."""
    rule = rules.of(row).rule("premium_rest_minutes")
    if rule is not None and rule.per is not None:
        share = (row.hourly_cost * rule.percent + PER_CENT // 2) // PER_CENT
        yield SoftLimit(rule.per, int(rule.value), share + rule.amount, rule.id)
