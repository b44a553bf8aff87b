"""One dated entry of a rule profile, and what may loosen it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from scheduler.errors import ProblemInvalid
from scheduler.rules.params import PARAMS, Param, Value
from scheduler.soft_limit import RestKind

Level = Literal["hard", "soft", "warn", "info"]
Confidence = Literal["V", "M", "U"]  # from a source, from memory, uncertain or changing
By = Literal["cba", "works_agreement", "consent", "permit", "contract"]
# Whom an entry is about, where it is not about everybody.
Trait = Literal[
    "on_call", "fixed_hours", "minijob", "short_term", "working_student",
    "third_country_student", "csn", "minor",
]  # fmt: skip
TRAITS: frozenset[str] = frozenset(get_args(Trait))


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated entry; money in cents, times in minutes.

    ``override``: what may loosen it. ``applies_if``: the trait of those whom it is about.
    ``percent``: the premium on the wage that it asks for, ``amount``: one in cents; ``per``: what
    it is paid for, where a rest is too short. ``overridden``: by what it was loosened.
    """

    id: str
    param: str
    value: Value
    source: str
    valid_from: date = date.min
    valid_to: date = date.max
    level: Level = "hard"
    confidence: Confidence = "V"
    override: tuple[By, ...] = ()
    applies_if: Trait | None = None
    percent: int = 0
    amount: int = 0
    per: RestKind | None = None
    note: str = ""
    overridden: str = ""

    @property
    def known(self) -> Param:
        """What the planner knows of the entry's param."""
        return PARAMS[self.param]

    def holds(self, first: date, last: date, traits: frozenset[str]) -> bool:
        """Whether it holds on any day from first to last for somebody with these traits."""
        is_meant = self.applies_if is None or self.applies_if in traits
        return is_meant and self.valid_from <= last and self.valid_to >= first

    def is_stricter(self, other: "Rule") -> bool:
        """Whether it asks for more than, or as much as, another entry of its param."""
        if not isinstance(self.value, int) or not isinstance(other.value, int):
            return True  # of texts the narrower jurisdiction's, which comes later, holds
        if self.known.higher_is_stricter:
            return self.value >= other.value
        return self.value <= other.value


@dataclass(frozen=True, slots=True)
class Override:
    """A recorded exception from a rule: another value, or none at all.

    ``by`` is what allows it and ``reference`` where that is written. ``workers``: whom it is
    about; empty means all.
    """

    rule: str
    by: By
    reference: str
    value: Value | None = None
    valid_from: date = date.min
    valid_to: date = date.max
    workers: frozenset[str] = frozenset()

    def concerns(self, first: date, last: date, worker: str | None) -> bool:
        """Whether it holds on all days from first to last, for a worker or for all."""
        is_meant = not self.workers or worker in self.workers
        return is_meant and self.valid_from <= first and self.valid_to >= last

    def apply(self, rule: Rule) -> Rule | None:
        """The loosened entry; None where it is lifted.

        Raises ProblemInvalid for one that the entry does not allow.
        """
        if self.value is None:
            self._check(rule, is_loosening=True)
            return None
        if isinstance(self.value, bool) != isinstance(rule.value, bool) or (
            isinstance(self.value, str) != isinstance(rule.value, str)
        ):
            raise ProblemInvalid(f"rule {rule.id}: the override's value is of another kind")
        changed = replace(rule, value=self.value, overridden=f"{self.by}: {self.reference}")
        self._check(rule, is_loosening=not changed.is_stricter(rule))
        return changed

    def _check(self, rule: Rule, *, is_loosening: bool) -> None:
        if is_loosening and self.by not in rule.override:
            allowed = ", ".join(rule.override) or "nothing"
            raise ProblemInvalid(f"rule {rule.id}: {self.by} may not loosen it, {allowed} may")
