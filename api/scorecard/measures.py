"""What a scorecard holds: sums that add up over days and queues, and ratios of such sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["count", "amount", "hours", "minutes", "share"]


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that adds up; amounts are counted in cents, hours in minutes."""

    label: str
    unit: Unit
    of_site_only: bool = False


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure that is a sum over another one."""

    label: str
    unit: Unit
    over: tuple[str, ...]
    under: tuple[str, ...]


PAID = ("wages", "guaranteed_pay")
COST = (*PAID, "bot_cost")
RESOLVED = ("bot_resolved", "people_contacts")

SUMS: Mapping[str, Sum] = {
    "contacts": Sum("Contacts", "count"),
    "bot_offered": Sum("Offered to the bot", "count"),
    "bot_resolved": Sum("Resolved by the bot", "count"),
    "people_contacts": Sum("Resolved by people", "count"),
    "people_hours": Sum("Handling time of people", "hours"),
    "shift_hours": Sum("Hours on shift", "hours"),
    "wages": Sum("Wages", "amount"),
    "guaranteed_pay": Sum("Pay for guaranteed hours not worked", "amount", of_site_only=True),
    "bot_cost": Sum("Cost of the bot", "amount"),
    "understaffing_cost": Sum("Price of unmet need", "amount"),
    "late_work": Sum("Price of late work", "amount"),
    "spared_hours": Sum("Handling time that the bot spares", "hours"),
    "saved": Sum("Saved against people alone", "amount"),
    "csat_points": Sum("Content customers", "count"),
    "csat_answers": Sum("Contacts of known satisfaction", "count"),
    "revenue": Sum("Revenue", "amount", of_site_only=True),
    "full_time_weeks": Sum("Full-time weeks on shift", "count"),
}
RATIOS: Mapping[str, Ratio] = {
    "bot_share": Ratio("Share resolved by the bot", "share", ("bot_resolved",), RESOLVED),
    "cost_per_contact": Ratio("Cost per contact", "amount", COST, ("contacts",)),
    "cost_per_resolved": Ratio("Cost per resolved contact", "amount", COST, RESOLVED),
    "bot_cost_per_resolved": Ratio(
        "Bot: cost per resolved contact", "amount", ("bot_cost",), ("bot_resolved",)
    ),
    "people_cost_per_resolved": Ratio(
        "People: cost per resolved contact", "amount", PAID, ("people_contacts",)
    ),
    "people_minutes_per_contact": Ratio(
        "People: handling minutes per contact", "minutes", ("people_hours",), ("people_contacts",)
    ),
    "csat": Ratio("Expected share of content customers", "share", ("csat_points",),
                  ("csat_answers",)),
    "csat_known_share": Ratio("Contacts of known satisfaction", "share", ("csat_answers",),
                              RESOLVED),
    "revenue_per_head": Ratio("Revenue per head and week", "amount", ("revenue",),
                              ("full_time_weeks",)),
}  # fmt: skip
# In this order they are shown; what only serves a ratio is in the file alone.
SHOWN = (
    "contacts", "bot_resolved", "people_contacts", "bot_share", "wages", "guaranteed_pay",
    "bot_cost", "cost_per_contact", "cost_per_resolved", "bot_cost_per_resolved",
    "people_cost_per_resolved", "people_minutes_per_contact", "saved", "understaffing_cost",
    "late_work", "csat", "csat_known_share", "revenue_per_head",
)  # fmt: skip
_PARTS: Mapping[Unit, int] = {"amount": 100, "hours": 60}


def label_of(name: str) -> str:
    """A measure as a planner reads it."""
    return (SUMS.get(name) or RATIOS[name]).label


def unit_of(name: str) -> Unit:
    """The unit of a measure."""
    return (SUMS.get(name) or RATIOS[name]).unit


def parts_of(name: str) -> int:
    """How many of what is counted inside make the unit of the file: cents, minutes."""
    return _PARTS.get(unit_of(name), 1)
