"""Reasons and prices in a planner's words."""

from collections.abc import Mapping

from scheduler.contract.units import amount


def change_in_words(change: Mapping[str, int]) -> str:
    """A change of the cost with its terms: "+3.40 (wages +2.00, preference +1.40)"."""
    terms = ", ".join(f"{term} {amount(cents):+,.2f}" for term, cents in change.items())
    return f"{amount(sum(change.values())):+,.2f}" + (f" ({terms})" if terms else "")
