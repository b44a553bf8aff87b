"""``[[rolling_limits]]`` of ``site.toml``: least and most hours in any so many days."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from api.site.part import Identifier, Money, Part

Hours = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]


class RollingLimitConfig(Part):
    """In any ``days`` local days in a row so many hours, for a contract or for everybody.

    ``shortfall_price_per_hour`` is paid for hours below the least; without it that is forbidden.
    """

    contract: Identifier | None = None
    days: Annotated[int, Field(ge=1, le=371)]
    min_hours: Hours = 0.0
    max_hours: Hours | None = None
    shortfall_price_per_hour: Money | None = None

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if not self.min_hours and self.max_hours is None:
            raise ValueError("expected min_hours, max_hours or both")
        if self.max_hours is not None and self.max_hours < self.min_hours:
            raise ValueError("max_hours: is below min_hours")
        if self.shortfall_price_per_hour is not None and not self.min_hours:
            raise ValueError("shortfall_price_per_hour: is the price of hours below min_hours")
        return self

    def is_for(self, contract: str) -> bool:
        """Whether a worker of this contract has the limit."""
        return self.contract is None or self.contract == contract
