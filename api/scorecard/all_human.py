"""The same days without a bot, planned: what is saved, without an estimate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from api.pipeline import plan_site
from api.scorecard.card import Row
from api.site.site import Site
from scheduler.errors import ProblemInvalid
from scheduler.export.words import amount
from scheduler.schedule import Progress
from scheduler.solver.parameters import Parameters

MEASURES = ("wages", "guaranteed_pay", "bot_cost", "understaffing_cost", "late_work")
PAID = frozenset({"wages", "guaranteed_pay", "bot_cost"})


@dataclass(frozen=True, slots=True)
class AllHuman:
    """Cents of the plan and of people alone, by measure; ``gap`` of the search without the bot."""

    plan: dict[str, float]
    alone: dict[str, float]
    gap: float

    @property
    def saved(self) -> float:
        """What people alone are paid more, less what the bot costs."""
        return sum(self.alone[name] - self.plan[name] for name in PAID)

    @property
    def unmet(self) -> float:
        """The price of need that people alone leave unmet or late, beyond the plan's."""
        return sum(self.alone[one] - self.plan[one] for one in MEASURES if one not in PAID)

    def document(self) -> dict[str, Any]:
        """The outcome for programs, in the currency's unit."""
        sides = {"plan": self.plan, "alone": self.alone}
        return {
            **{
                side: {name: cents / 100 for name, cents in costs.items()}
                for side, costs in sides.items()
            },
            "saved": self.saved / 100,
            "unmet": self.unmet / 100,
            "gap": round(self.gap, 6),
        }

    def words(self, currency: str) -> str:
        """The outcome in a sentence."""
        return (
            f"people alone, planned: {amount(round(self.saved), currency)} more are paid, and "
            f"unmet need has a price of {amount(round(self.unmet), currency)} more"
        )


def all_human(
    site: Site,
    rows: Sequence[Row],
    parameters: Parameters,
    on_stage: Callable[[str], None] = lambda stage: None,
    on_progress: Callable[[Progress], None] = lambda moment: None,
) -> AllHuman:
    """Plan the site of a scorecard without its bot, with the people that it has.

    Every contact then goes to people at once, and none comes back. Raises ProblemInvalid for the
    scorecard of another site or of other days.
    """
    days = site.horizon.dates
    if (rows[0].site, rows[0].first_day, rows[0].last_day) != (
        site.config.name, days[0], days[-1]
    ):  # fmt: skip
        raise ProblemInvalid(f"scorecard: is not of {site.path} and its days")
    planned = plan_site(replace(site, bot_outcomes=None), parameters, on_stage, on_progress)
    return AllHuman(_whole(rows), _whole(planned.scorecard), planned.schedule.gap)


def _whole(rows: Sequence[Row]) -> dict[str, float]:
    known = {row.measure: row.value for row in rows if (row.span, row.scope) == ("plan", "all")}
    return {name: known.get(name, 0.0) for name in MEASURES}
