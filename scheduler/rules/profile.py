"""The law as data: which limits a rule profile sets on a given day.

The file ``profiles.toml`` holds dated entries with their sources. They are defaults that the
customer's counsel or works council confirms, not legal advice.
"""

import json
import tomllib
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from scheduler.contract.units import sha256
from scheduler.errors import ProblemInvalid

# For these a higher value is the stricter one; for all others the lower one is.
HIGHER_IS_STRICTER = frozenset({"min_rest_minutes", "min_hourly_wage"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated entry; money in cents, times in minutes."""

    id: str
    param: str
    value: int
    source: str
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class RuleProfile:
    """The rules in force on a span of days, the strictest of each param."""

    name: str
    rules: tuple[Rule, ...]

    def limit(self, param: str) -> int | None:
        """The value in force, or None where the profile says nothing."""
        return next((rule.value for rule in self.rules if rule.param == param), None)

    def strictest(self, param: str, own: int | None, otherwise: int) -> int:
        """The stricter of a contract's own value and the profile's; ``otherwise`` without both."""
        values = [value for value in (own, self.limit(param)) if value is not None]
        if not values:
            return otherwise
        return max(values) if param in HIGHER_IS_STRICTER else min(values)

    @property
    def sha256(self) -> str:
        """Fingerprint of the resolved rules."""
        return sha256(json.dumps([asdict(rule) for rule in self.rules], default=str))


def resolve(name: str, first: date, last: date) -> RuleProfile:
    """The strictest rule of each param that holds on any day from first to last.

    Raises ProblemInvalid for a profile that does not exist.
    """
    strictest: dict[str, Rule] = {}
    for rule in _inherited(name):
        if rule.valid_from <= last and rule.valid_to >= first:
            known = strictest.get(rule.param)
            if known is None or _is_stricter(rule, known):
                strictest[rule.param] = rule
    return RuleProfile(name, tuple(strictest[param] for param in sorted(strictest)))


def _is_stricter(rule: Rule, known: Rule) -> bool:
    """A rule of the narrower jurisdiction, which comes later, also wins a tie."""
    if rule.param in HIGHER_IS_STRICTER:
        return rule.value >= known.value
    return rule.value <= known.value


def _inherited(name: str) -> list[Rule]:
    profiles = _profiles()
    if name not in profiles:
        raise ProblemInvalid(f"rule_profile: {name!r} is not one of {', '.join(sorted(profiles))}")
    parent = profiles[name].get("extends")
    inherited = _inherited(parent) if parent else []
    return inherited + [Rule(**entry) for entry in profiles[name]["rules"]]


@cache
def _profiles() -> dict[str, Any]:
    return tomllib.loads((files("scheduler.rules") / "profiles.toml").read_text(encoding="utf-8"))
