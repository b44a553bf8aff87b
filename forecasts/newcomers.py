"""Queues without any history: the shape of their parents, at a level that the planner states."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasts.calendar import Event, FloatArray, event_factors
from forecasts.errors import ForecastError
from forecasts.profile import Profile
from forecasts.spread import Spread

# A planner's guess of a level is off by a quarter or so (standard deviation).
GUESS_VARIANCE = 0.06


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A series that has never had a contact.

    Either ``contacts_per_week`` of an ordinary week, or a ``share`` of the contacts of the series
    it is ``like``. Its shape is that of the series it is like, or of its parents (see
    ``parent_levels``).

    Raises ForecastError if neither or both are stated, or a share without that other series.
    """

    unique_id: str
    contacts_per_week: float | None = None
    like: str | None = None
    share: float | None = None

    def __post_init__(self) -> None:
        if (self.contacts_per_week is None) == (self.share is None):
            raise ForecastError(f"{self.unique_id!r}: contacts a week or a share is needed")
        if self.share is not None and self.like is None:
            raise ForecastError(f"{self.unique_id!r}: a share of which series?")


@dataclass(frozen=True, slots=True)
class Newcomers:
    """New series as sums of known ones: ``weight`` is (new series, known series)."""

    unique_ids: tuple[str, ...]
    weight: FloatArray

    def mean(
        self, known: FloatArray, events: FloatArray, stated: Sequence[Event], ds: pd.DatetimeIndex
    ) -> FloatArray:
        """Expected contacts (new series, intervals), from those of the known ones.

        The events of the known series, factors ``events``, are theirs; ``stated`` are all.
        """
        calm = np.divide(known, events, out=np.zeros_like(known), where=events > 0)
        mean: FloatArray = self.weight @ calm * event_factors(stated, self.unique_ids, ds)
        return mean

    def spread(self, known: Spread) -> Spread:
        """The spread of all series: new ones scatter as their parents do, and by the guess."""
        part = self.weight / np.maximum(self.weight.sum(axis=1, keepdims=True), 1e-12)
        return replace(
            known,
            day=np.append(known.day, part @ known.day + GUESS_VARIANCE),
            interval=np.append(known.interval, part @ known.interval),
        )


def settle(
    newcomers: Sequence[Newcomer], unique_ids: Sequence[str], profile: Profile
) -> Newcomers | None:
    """Find each newcomer's parents among the known series; None if all are known already.

    Raises ForecastError if one is like a series that is not known.
    """
    new = [one for one in newcomers if one.unique_id not in unique_ids]
    if not new:
        return None
    per_week = profile.level * profile.weekday.sum(axis=1)
    weight = np.zeros((len(new), len(unique_ids)))
    for row, one in enumerate(new):
        parents = _parents(one, unique_ids)
        total = per_week[parents].sum()
        if one.share is not None:
            weight[row, parents] = one.share
        elif one.contacts_per_week is not None and total > 0:
            weight[row, parents] = one.contacts_per_week / total
    return Newcomers(tuple(one.unique_id for one in new), weight)


def _parents(newcomer: Newcomer, unique_ids: Sequence[str]) -> list[int]:
    """Rows of the series it is like, else of its category and channel, its channel, or all."""
    if newcomer.like is not None:
        if newcomer.like not in unique_ids:
            raise ForecastError(f"{newcomer.unique_id!r}: {newcomer.like!r} has no history")
        return [list(unique_ids).index(newcomer.like)]
    own = newcomer.unique_id.split("|")
    parts = [one.split("|") for one in unique_ids]
    for places in ((0, 2), (2,)):
        same = [
            row
            for row, part in enumerate(parts)
            if len(own) == len(part) == 3 and all(part[at] == own[at] for at in places)
        ]
        if same:
            return same
    return list(range(len(unique_ids)))
