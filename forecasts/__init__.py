"""Contacts in the past -> human demand in the future.

The command line imports this package at every start, so the forecaster, and pandas with it,
is loaded only when somebody asks for it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forecasts.volume import Forecaster

__all__ = ["Forecaster"]


def __getattr__(name: str) -> Any:
    if name == "Forecaster":
        from forecasts.volume import Forecaster

        return Forecaster
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
