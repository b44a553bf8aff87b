"""A site's declared policies with the workers that they are about."""

from collections import defaultdict

from api.groups import is_in
from api.site.policies import PolicyConfig
from api.site.site import Site
from scheduler.contract.units import cents
from scheduler.policy import PERMILLE, NewStarters, Policy, Priority, Spread


def declared_policies(site: Site) -> tuple[Policy, ...]:
    """The policies of ``site.toml``; one that is about nobody is left out."""
    found = (_policy(site, one) for one in site.config.policies)
    return tuple(one for one in found if one is not None)


def policy_notes(site: Site) -> tuple[str, ...]:
    """Which policies are about nobody."""
    kept = {policy.name for policy in declared_policies(site)}
    return tuple(
        f"site.toml: the policy {one.name!r} is about no worker of workers.csv"
        for one in site.config.policies
        if one.name not in kept
    )


def _policy(site: Site, one: PolicyConfig) -> Policy | None:
    price = cents(one.price_per_hour)
    if one.kind == "spread":
        groups = _groups(site, one.by or "region")
        queues = None if one.queues is None else frozenset(one.queues)
        most = round((one.max_share or 0.0) * PERMILLE)
        return Spread(one.name, price, groups, most, queues) if groups else None
    who = one.who
    members = frozenset(row.id for row in site.workers if who is not None and is_in(who, row))
    if not members:
        return None
    if one.kind == "new_starters":
        return NewStarters(one.name, price, members, round((one.hours or 0.0) * 60))
    return Priority(one.name, price, members)


def _groups(site: Site, column: str) -> dict[str, frozenset[str]]:
    """Workers by what a column says of them; who has nothing there is in no group."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in site.workers:
        if text := getattr(row, column):
            found[text].add(row.id)
    return {text: frozenset(ids) for text, ids in sorted(found.items())}
