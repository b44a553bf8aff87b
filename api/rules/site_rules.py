"""Which rules hold for each worker of a site: his traits, recorded exceptions, contract levels."""

from datetime import date
from functools import cached_property

from api.site.rules import ContractLevel, OverrideConfig
from api.site.site import Site, WorkerRow
from scheduler.rules.profile import RuleProfile, entries, resolve
from scheduler.rules.rule import Override, Rule

ADULT_AGE = 18


class SiteRules:
    """The rules of a site, resolved once per kind of worker."""

    def __init__(self, site: Site) -> None:
        self.site, self.config = site, site.config.rules
        self.name = site.config.rule_profile
        self.first, self.last = site.horizon.dates[0], site.horizon.dates[-1]
        self._resolved: dict[tuple[object, ...], RuleProfile] = {}
        self._named = {one for entry in self.config.overrides for one in entry.workers}

    def of(
        self, row: WorkerRow, first: date | None = None, last: date | None = None
    ) -> RuleProfile:
        """The strictest rules for a worker on some days; left out, on the whole horizon.

        Raises ProblemInvalid for an exception that the law does not allow.
        """
        days = first or self.first, last or self.last
        named = row.id if row.id in self._named else ""
        traits = self.traits(row)
        key = (*days, traits, row.contract, named)
        if key not in self._resolved:
            self._resolved[key] = resolve(
                self.name, *days, traits, self.overrides(row.contract), row.id
            )
        return self._resolved[key]

    def entries(self, row: WorkerRow) -> list[Rule]:
        """Every entry that holds for a worker on some day of the horizon."""
        overrides = self.overrides(row.contract)
        return list(entries(self.name, self.first, self.last, self.traits(row), overrides, row.id))

    def traits(self, row: WorkerRow) -> frozenset[str]:
        """What a worker is to the law: stated, by contract or status, or by age.

        Who turns 18 inside the horizon is a minor on all of it.
        """
        found = {
            trait
            for trait, names in self.config.traits.items()
            if row.contract in names or row.status in names
        }
        born = row.standing.birth_date
        if born is not None and age(born, self.first) < ADULT_AGE:
            found.add("minor")
        return frozenset({*found, *row.standing.traits})

    def level(self, row: WorkerRow, param: str) -> ContractLevel | None:
        """What the site states for a rule and the worker's contract."""
        return self._levels.get((row.contract, param))

    @cached_property
    def _levels(self) -> dict[tuple[str, str], ContractLevel]:
        return {(one.contract, one.rule): one for one in self.config.contracts}

    def overrides(self, contract: str) -> tuple[Override, ...]:
        """The recorded exceptions, those from a permit and from contract levels included."""
        found = [_override(one) for one in self.config.overrides]
        every = list(entries(self.name, self.first, self.last))
        permit = self.config.sunday_permit
        for rule in every:
            if rule.param == "sundays_and_holidays_barred" and permit:
                found.append(Override(rule.id, "permit", permit))
        for one in self.config.contracts:
            if one.contract == contract and one.level != "hard" and one.by and one.reference:
                found += [
                    Override(rule.id, one.by, one.reference)
                    for rule in every
                    if rule.param == one.rule and one.by in rule.override
                ]
        return tuple(found)

    def without_levels(self, row: WorkerRow) -> RuleProfile:
        """The rules as they would be if no contract level had loosened them."""
        overrides = [_override(one) for one in self.config.overrides]
        return resolve(self.name, self.first, self.last, self.traits(row), overrides, row.id)


def age(born: date, day: date) -> int:
    """Years of age on a day; who is born on 29 February has his birthday on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _override(one: OverrideConfig) -> Override:
    return Override(
        one.rule, one.by, one.reference, one.value, one.valid_from, one.valid_to,
        frozenset(one.workers),
    )  # fmt: skip
