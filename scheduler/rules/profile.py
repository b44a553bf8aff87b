"""The rules in force: which entries of a profile hold on some days for some worker, and why.

The strictest entry of each param holds, whatever jurisdiction it comes from. An override loosens
an entry only where that entry allows it, and is recorded with its reference.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from scheduler.contract.units import sha256
from scheduler.errors import ProblemInvalid
from scheduler.rules.params import PARAMS
from scheduler.rules.rule import TRAITS, Override, Rule
from scheduler.rules.rulebook import chain

__all__ = ["Override", "Rule", "RuleProfile", "entries", "resolve"]

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RuleProfile:
    """The rules in force on a span of days, the strictest of each param."""

    name: str
    rules: tuple[Rule, ...]

    def rule(self, param: str) -> Rule | None:
        """The entry in force, or None where the profile says nothing."""
        return next((rule for rule in self.rules if rule.param == param), None)

    def limit(self, param: str) -> int | None:
        """The number in force, or None where the profile says nothing."""
        rule = self.rule(param)
        return None if rule is None or isinstance(rule.value, str) else int(rule.value)

    def strictest(self, param: str, own: int | None, otherwise: int) -> int:
        """The stricter of a contract's own value and the profile's; ``otherwise`` without both."""
        values = [value for value in (own, self.limit(param)) if value is not None]
        if not values:
            return otherwise
        return max(values) if PARAMS[param].higher_is_stricter else min(values)

    @property
    def sha256(self) -> str:
        """Fingerprint of the resolved rules."""
        return fingerprint(self.rules)


def fingerprint(rules: Iterable[object]) -> str:
    """Fingerprint of rules and overrides, in this order."""
    return sha256(json.dumps([asdict(rule) for rule in rules], default=_plain))  # type: ignore[call-overload]


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def resolve(
    name: str,
    first: date,
    last: date,
    traits: frozenset[str] = NOBODY,
    overrides: Sequence[Override] = (),
    worker: str | None = None,
) -> RuleProfile:
    """The strictest rule of each param that holds on any day from first to last.

    ``traits`` are the worker's; entries about other traits are left out. Raises ProblemInvalid for
    a profile that does not exist and for an override that an entry does not allow.
    """
    strictest: dict[str, Rule] = {}
    for rule in entries(name, first, last, traits, overrides, worker):
        known = strictest.get(rule.param)
        # Of equal values that of the narrower jurisdiction, which comes later, is cited.
        if known is None or rule.is_stricter(known):
            strictest[rule.param] = rule
    return RuleProfile(name, tuple(strictest[param] for param in sorted(strictest)))


def entries(
    name: str,
    first: date,
    last: date,
    traits: frozenset[str] = TRAITS,
    overrides: Sequence[Override] = (),
    worker: str | None = None,
) -> Iterator[Rule]:
    """Every entry that holds on any day from first to last, the widest jurisdiction first.

    An override of an entry loosens those of its param that it narrows, too, where they allow it.
    """
    every = [rule for book in chain(name) for rule in book.rules]
    by_id = {rule.id: at for at, rule in enumerate(every)}
    for one in overrides:
        if one.rule not in by_id:
            raise ProblemInvalid(f"rule {one.rule}: not in the profile {name}")
    asked = [one for one in overrides if one.concerns(first, last, worker)]
    for at, rule in enumerate(every):
        if rule.holds(first, last, traits):
            targets = [(one, every[by_id[one.rule]], by_id[one.rule] >= at) for one in asked]
            found = _loosened(rule, targets)
            if found is not None:
                yield found


def _loosened(rule: Rule, targets: list[tuple[Override, Rule, bool]]) -> Rule | None:
    """An entry after the overrides of it and of those that narrow it; None where it is lifted.

    ``targets``: each override, the entry that it names, and whether that does not come before.
    """
    found: Rule | None = rule
    for one, target, is_later in targets:
        is_wider = is_later and _is_about_the_same(rule, target) and one.by in rule.override
        if found is not None and (target.id == rule.id or is_wider):
            found = one.apply(found)
    return found


def _is_about_the_same(rule: Rule, narrower: Rule) -> bool:
    return rule.param == narrower.param and rule.applies_if in (None, narrower.applies_if)
