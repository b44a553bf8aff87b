"""A share by which the bot's figures are corrected: stated by the site, or measured."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecasts.calendar import FloatArray

Quantile = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Correction:
    """A share from 0 to 1, how sure it is, and where it comes from.

    ``reason`` in words; ``quantile`` gives the share at levels from 0 to 1, None where the
    share is stated and taken as it is.
    """

    mean: float
    reason: str
    quantile: Quantile | None = None

    @property
    def is_measured(self) -> bool:
        """Whether it was estimated from data."""
        return self.quantile is not None

    def at(self, levels: FloatArray) -> FloatArray:
        """Quantiles at levels from 0 to 1."""
        if self.quantile is None:
            return np.full(len(levels), self.mean)
        return np.clip(self.quantile(levels), 0.0, 1.0)

    @property
    def interval(self) -> tuple[float, float]:
        """5 % and 95 % quantile."""
        low, high = self.at(np.array([0.05, 0.95]))
        return float(low), float(high)

    def draw(self, rng: np.random.Generator, num: int) -> FloatArray:
        """``num`` draws of the share."""
        return self.at(rng.random(num))
