"""What is in force on a day, for a worker or for all, and why: the rows of ``rules show``."""

from dataclasses import dataclass
from datetime import date

from api.rules.record import DISCLAIMER, rule_document
from api.rules.site_rules import SiteRules
from api.site.site import WorkerRow
from scheduler.rules.profile import entries
from scheduler.rules.rule import TRAITS, Override, Rule
from scheduler.rules.rulebook import AS_OF, Book, chain

CONFIDENCE = {"V": "from a source", "M": "from memory", "U": "uncertain"}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on a day, where it comes from and what became of it.

    ``outcome``: "in force", "held by <id>" where another entry asks for as much or more, or
    "lifted by ...".
    """

    rule: Rule
    layer: str
    outcome: str
    kept: str

    def document(self) -> dict[str, object]:
        """The line for scripts."""
        return {
            **rule_document(self.rule),
            "layer": self.layer,
            "outcome": self.outcome,
            "kept": self.kept,
        }


@dataclass(frozen=True, slots=True)
class Table:
    """All entries of a profile on a day, with what has to be said about them."""

    profile: str
    day: date
    worker: str | None
    traits: tuple[str, ...]
    lines: tuple[Line, ...]
    banners: tuple[str, ...]

    def document(self) -> dict[str, object]:
        """The table for scripts."""
        return {
            "profile": self.profile,
            "on": self.day.isoformat(),
            "worker": self.worker,
            "traits": list(self.traits),
            "banners": list(self.banners),
            "rules": [line.document() for line in self.lines],
        }


def rules_table(
    profile: str, day: date, rules: SiteRules | None = None, row: WorkerRow | None = None
) -> Table:
    """What holds on a day; with a site its exceptions count, with a worker what he is.

    Raises ProblemInvalid for an unknown profile and for an exception that the law does not allow.
    """
    books = chain(profile)
    overrides = _overrides(rules, row)
    traits = TRAITS if row is None or rules is None else rules.traits(row)
    worker = row.id if row else None
    loosened = {one.id: one for one in entries(profile, day, day, traits, overrides, worker)}
    lines = tuple(
        _line(rule, loosened, books, overrides, rules, row)
        for rule in entries(profile, day, day, traits)
    )
    return Table(
        profile,
        day,
        row.id if row else None,
        tuple(sorted(rules.traits(row))) if rules and row else (),
        lines,
        _banners(books, day, lines),
    )


def _overrides(rules: SiteRules | None, row: WorkerRow | None) -> tuple[Override, ...]:
    return () if rules is None else rules.overrides(row.contract if row else "")


def _line(
    rule: Rule,
    loosened: dict[str, Rule],
    books: tuple[Book, ...],
    overrides: tuple[Override, ...],
    rules: SiteRules | None,
    row: WorkerRow | None,
) -> Line:
    layer = next(book.name for book in books if any(one.id == rule.id for one in book.rules))
    if rule.id not in loosened:
        alike = {one.id for book in books for one in book.rules if one.param == rule.param}
        by = next(one for one in overrides if one.value is None and one.rule in alike)
        return Line(rule, layer, f"lifted by {by.by}: {by.reference}", "not kept")
    rule = loosened[rule.id]
    return Line(rule, layer, _outcome(rule, loosened), _kept(rule, rules, row))


def _outcome(rule: Rule, loosened: dict[str, Rule]) -> str:
    """Whether an entry holds, or a stricter one of its param about the same people does."""
    for other in loosened.values():
        is_rival = other.param == rule.param and other.id != rule.id
        if is_rival and other.applies_if in (None, rule.applies_if):
            is_later = list(loosened).index(other.id) > list(loosened).index(rule.id)
            if not rule.is_stricter(other) or (other.is_stricter(rule) and is_later):
                return f"held by {other.id}"
    return f"in force, loosened by {rule.overridden}" if rule.overridden else "in force"


def _kept(rule: Rule, rules: SiteRules | None, row: WorkerRow | None) -> str:
    """What this planner does with an entry, for this worker if one is asked about."""
    from api.rules.bars import binds

    how = f"{rule.known.enforcement}: {rule.known.how}"
    if rules is None or row is None:
        return how
    level = rules.level(row, rule.param)
    if level is not None:
        price = f" at {level.price_per_hour:g} an hour" if level.price_per_hour is not None else ""
        price += f" at {level.price:g} each time" if level.price is not None else ""
        return f"{level.level}{price} for contract {row.contract}"
    if rule.known.enforcement == "warned" and rule.known.may_bind and binds(rules, row, rule):
        return f"enforced, as it binds him: {rule.known.how}"
    if rule.known.enforcement == "offer" and rules.config.published is None:
        return "not kept: [rules] published is not stated"
    return how


def _banners(books: tuple[Book, ...], day: date, lines: tuple[Line, ...]) -> tuple[str, ...]:
    found = [DISCLAIMER, f"State of the sources: {AS_OF}, {(day - AS_OF).days} days before."]
    if day < AS_OF:
        found[1] = f"State of the sources: {AS_OF}."
    found += [f"About {book.employers}." for book in books if book.employers]
    doubtful = [
        line.rule.id
        for line in lines
        if line.rule.confidence == "U" and line.rule.known.enforcement != "shown"
    ]
    if doubtful:
        found.append(
            f"Not to be called lawful before {', '.join(doubtful)} was verified: uncertain."
        )
    return tuple(found)
