"""``[[policies]]`` of ``site.toml``: what is preferred beside cost, and at what price."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from api.site.part import Identifier, Money, Part, Share
from api.site.who import Who
from scheduler.denied import denial, denied_feature

# What each kind needs beside its name and price.
NEEDED = {"priority": {"who"}, "new_starters": {"who", "hours"}, "spread": {"by", "max_share"}}
_ALLOWED = {**NEEDED, "spread": {"by", "max_share", "queues"}}
_PARTS = ("who", "hours", "by", "max_share", "queues")


class PolicyConfig(Part):
    """A declared policy.

    ``priority``: an hour of anybody but ``who`` costs. ``new_starters``: an hour that one of
    ``who`` gets less than ``hours`` costs. ``spread``: a worker above ``max_share`` of those
    staffed, on ``queues`` or on all, who comes from one region (status, contract) costs.
    """

    name: Identifier
    kind: Literal["priority", "new_starters", "spread"]
    price_per_hour: Money
    who: Who | None = None
    hours: Annotated[float, Field(gt=0, le=10_000)] | None = None
    by: Literal["region", "status", "contract"] | None = None
    max_share: Share | None = None
    queues: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if (feature := denied_feature(self.name)) is not None:
            raise ValueError(f"name: {denial(feature)}")
        stated = {part for part in _PARTS if getattr(self, part) is not None}
        for part in sorted(NEEDED[self.kind] - stated):
            raise ValueError(f"{part} is needed for the kind {self.kind}")
        for part in sorted(stated - _ALLOWED[self.kind]):
            raise ValueError(f"{part}: is not for the kind {self.kind}")
        return self
