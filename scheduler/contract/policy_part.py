"""Declared policies of ``peakcrew.problem/1``: read, and written."""

from typing import Any

from scheduler.contract.documents import PolicyDocument, ProblemDocument
from scheduler.contract.units import amount, cents
from scheduler.errors import ProblemInvalid
from scheduler.policy import PERMILLE, NewStarters, Policy, Priority, Spread, members_of

# What each kind needs beside its name and price.
_NEEDED = {
    "priority": {"workers"},
    "new_starters": {"workers", "minutes"},
    "spread": {"groups", "max_share"},
}
_ALLOWED = {**_NEEDED, "spread": {"groups", "max_share", "queues"}}
_PARTS = ("workers", "minutes", "groups", "max_share", "queues")


def to_policies(document: ProblemDocument) -> tuple[Policy, ...]:
    """The policies in cents; raises ProblemInvalid where one names nobody that is known."""
    known = {worker.id for worker in document.workers}
    found = []
    for index, one in enumerate(document.policies):
        _check_parts(index, one)
        policy = _policy(one)
        if strangers := sorted(members_of(policy) - known):
            raise ProblemInvalid(f"policies[{index}]: {strangers[0]!r} is not a worker")
        found.append(policy)
    return tuple(found)


def _check_parts(index: int, one: PolicyDocument) -> None:
    stated = {part for part in _PARTS if getattr(one, part) not in (None, [], {})}
    for part in sorted(_NEEDED[one.kind] - stated):
        raise ProblemInvalid(f"policies[{index}].{part}: is needed for kind {one.kind!r}")
    for part in sorted(stated - _ALLOWED[one.kind]):
        raise ProblemInvalid(f"policies[{index}].{part}: is not for kind {one.kind!r}")


def _policy(one: PolicyDocument) -> Policy:
    price = cents(one.price_per_hour)
    if one.kind == "priority":
        return Priority(one.name, price, frozenset(one.workers))
    if one.kind == "new_starters":
        return NewStarters(one.name, price, frozenset(one.workers), one.minutes or 0)
    groups = {name: frozenset(workers) for name, workers in one.groups.items()}
    queues = None if one.queues is None else frozenset(one.queues)
    return Spread(one.name, price, groups, round((one.max_share or 0.0) * PERMILLE), queues)


def policy_json(policy: Policy) -> dict[str, Any]:
    """The policy's keys; of those that its kind does not know, none."""
    document: dict[str, Any] = {"name": policy.name, "kind": kind_of(policy)}
    document["price_per_hour"] = amount(policy.price)
    if isinstance(policy, Spread):
        document["groups"] = {name: sorted(own) for name, own in policy.groups.items()}
        document["max_share"] = policy.most_permille / PERMILLE
        if policy.queues is not None:
            document["queues"] = sorted(policy.queues)
        return document
    document["workers"] = sorted(policy.members)
    if isinstance(policy, NewStarters):
        document["minutes"] = policy.minutes
    return document


def kind_of(policy: Policy) -> str:
    """What a file calls this kind of policy."""
    if isinstance(policy, Spread):
        return "spread"
    return "new_starters" if isinstance(policy, NewStarters) else "priority"
