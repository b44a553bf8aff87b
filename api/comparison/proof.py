"""What two bounds prove about the difference of two costs."""

from dataclasses import dataclass

from api.comparison.figures import Figures
from scheduler.export.words import amount


@dataclass(frozen=True, slots=True)
class Difference:
    """How much dearer ``other`` is than ``first``, in cents; below 0 it is cheaper.

    ``found`` compares the schedules. The best schedules of the two problems differ by at least
    ``least`` and at most ``most``: the best of each lies between its bound and its cost.
    """

    first: str
    other: str
    currency: str
    found: int
    least: int
    most: int

    @property
    def proven(self) -> int:
        """Cents by which the cheaper one is cheaper whatever better schedules there are."""
        return max(0, self.least if self.found > 0 else -self.most)

    @property
    def is_proven(self) -> bool:
        """Whether it is certain which of the two is cheaper."""
        return self.proven > 0 or (self.least == self.most == 0)

    def __str__(self) -> str:
        if not self.found:
            same = f"{self.other} costs the same as {self.first}"
            return same if self.is_proven else f"{same}; not proven, {self._range()}"
        names = (self.other, self.first) if self.found < 0 else (self.first, self.other)
        text = f"{names[0]} is cheaper than {names[1]} by {amount(abs(self.found), self.currency)}"
        if not self.is_proven:
            return f"{text}; not proven, as the gaps are wider than the difference"
        if self.proven == abs(self.found):
            return f"{text}, all of it proven"
        return f"{text}, proven at least {amount(self.proven, self.currency)}"

    def _range(self) -> str:
        return (
            f"the best schedules may differ by {amount(self.least, self.currency)} to "
            f"{amount(self.most, self.currency)}"
        )


def difference(first: Figures, other: Figures) -> Difference:
    """The difference of two schedules, and what is certain of it."""
    return Difference(
        first.name,
        other.name,
        other.currency or first.currency,
        found=other.objective - first.objective,
        least=other.bound - first.objective,
        most=other.objective - first.bound,
    )
