"""``[rules]`` of ``site.toml``: exceptions from the rule profile, and what it is not told else."""

from datetime import date, datetime
from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from api.site.part import CalendarDate, Identifier, Money, Part
from scheduler.rules.params import PARAMS, Param
from scheduler.rules.rule import By, Trait

Reference = Annotated[str, Field(min_length=1, max_length=500)]
SOFT = tuple(
    sorted(name for name, param in PARAMS.items() if param.may_be_soft or param.may_cost_each)
)
BINDING = tuple(sorted(name for name, param in PARAMS.items() if param.may_bind))

STATED_TRAITS = tuple(sorted(set(get_args(Trait)) - {"minor"}))


def _instant(value: object) -> object:
    # Without this a number would pass as seconds since 1970.
    if isinstance(value, datetime | str):
        return value
    raise ValueError("expected an instant like 2026-12-20T12:00:00+01:00")


class OverrideConfig(Part):
    """A recorded exception: another value for a rule of the profile, or none at all.

    ``by`` says what allows it, ``reference`` where that is written. ``workers``: whom it is
    about; left out, all.
    """

    rule: Identifier
    by: By
    reference: Reference
    value: Annotated[int, Field(ge=0, le=10**9)] | None = None
    valid_from: CalendarDate = date(1971, 1, 1)
    valid_to: CalendarDate = date(2198, 12, 31)
    workers: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _dates_run_forward(self) -> Self:
        if self.valid_to < self.valid_from:
            raise ValueError("valid_to: is before valid_from")
        return self


class ContractLevel(Part):
    """How strictly a rule is meant for a contract: hard, soft at a price, or off.

    ``rule`` is a param of the profile. Entries of the law are only loosened where they allow
    ``by``, and then ``reference`` says where that is written; what the contract states itself
    needs neither. ``price`` is for each time: a short rest, a day too many, seven days without a
    weekly rest.
    """

    contract: Identifier
    rule: Identifier
    level: Literal["hard", "soft", "off"]
    price_per_hour: Money | None = None
    price: Money | None = None
    by: By | None = None
    reference: Reference | None = None

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        param = PARAMS.get(self.rule)
        if param is None or param.enforcement not in ("enforced", "warned"):
            raise ValueError(f"rule: {self.rule!r} is not one that can be kept here")
        if self.level == "soft" and self.rule not in SOFT:
            raise ValueError(f"level: {self.rule} has no soft form; soft are {', '.join(SOFT)}")
        if self.level == "hard" and param.enforcement == "warned" and not param.may_bind:
            raise ValueError(f"level: {self.rule} cannot bind; what can is {', '.join(BINDING)}")
        self._check_price(param)
        if (self.by is None) != (self.reference is None):
            raise ValueError("reference: is needed with by, and with by only")
        return self

    def _check_price(self, param: Param) -> None:
        allowed = {"price_per_hour": param.may_be_soft, "price": param.may_cost_each}
        stated = [name for name in allowed if getattr(self, name) is not None]
        names = " or ".join(name for name, may in allowed.items() if may) or "price_per_hour"
        if len(stated) != (self.level == "soft"):
            raise ValueError(f"{names}: is needed for soft, and for soft only")
        if stated and not allowed[stated[0]]:
            raise ValueError(f"{stated[0]}: {self.rule} has {names}")


class RulesConfig(Part):
    """What the rule profile needs to know of a site.

    ``published``: when the schedule is made known; shifts that are then too near are offers.
    ``sunday_permit``: the permit for work on Sundays and holidays. ``binding``: limits that are
    only warned of otherwise. ``traits``: the contracts or statuses that make somebody on call, a
    working student, ....
    """

    published: Annotated[datetime, BeforeValidator(_instant)] | None = None
    sunday_permit: Reference | None = None
    binding: tuple[Identifier, ...] = ()
    traits: dict[str, tuple[Identifier, ...]] = Field(default_factory=dict)
    overrides: tuple[OverrideConfig, ...] = ()
    contracts: tuple[ContractLevel, ...] = ()

    @model_validator(mode="after")
    def _are_known(self) -> Self:
        for one in self.binding:
            if one not in BINDING:
                raise ValueError(f"binding: {one!r} is not one of {', '.join(BINDING)}")
        if "minor" in self.traits:
            raise ValueError("traits: who is a minor follows from birth_date in workers.csv")
        for one in sorted(self.traits.keys() - set(STATED_TRAITS)):
            raise ValueError(f"traits: {one!r} is not one of {', '.join(STATED_TRAITS)}")
        keys = [(one.contract, one.rule) for one in self.contracts]
        for contract, rule in sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"contracts: {rule} of {contract!r} is stated twice")
        return self
