"""Events whose factor nobody stated: it is learnt from earlier events of the same kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasts.calendar import BoolArray, Event, FloatArray, IntArray, Slots, event_masks
from forecasts.history import History
from forecasts.parents import Level
from forecasts.special import Usual, learnt_ratio
from forecasts.spread import Spread

# Before any such event was seen, half as many contacts or double as many are no surprise.
USUAL_EVENT = Usual(1.0, 4.0, 0.05)
# The level around an event is that of its neighbouring days.
AROUND = pd.Timedelta(days=10)


@dataclass(frozen=True, slots=True)
class EventEffects:
    """By kind of event the factor and how often it was seen, each (series,)."""

    factor: Mapping[str, FloatArray]
    num_seen: Mapping[str, FloatArray]

    def factors(self, masks: Mapping[str, BoolArray]) -> FloatArray | float:
        """What the events multiply by where the masks (series, intervals) say they are."""
        product: FloatArray | float = 1.0
        for kind, mask in masks.items():
            product = product * np.where(mask, self.factor[kind][:, None], 1.0)
        return product

    def spread(self, spread: Spread, masks: Mapping[str, BoolArray], slots: Slots) -> Spread:
        """The spread on days with such events: they differ, and their factor is not sure."""
        if not masks:
            return spread
        number = slots.day - slots.day[0]
        extra = np.zeros((len(spread.day), int(number[-1]) + 1))
        for kind, mask in masks.items():
            of_one = USUAL_EVENT.variance
            variance = of_one + 1 / (USUAL_EVENT.strength + self.num_seen[kind] / of_one)
            row, interval = np.nonzero(mask)
            np.maximum.at(extra, (row, number[interval]), variance[row])
        return replace(spread, events=extra)

    def notes(self) -> tuple[str, ...]:
        """For the planner, what each kind was found to do."""
        return tuple(
            f"events: no {kind} has been seen yet, so its factor is 1"
            if not self.num_seen[kind].any()
            else f"events: {kind} multiplies by {np.median(factor):.2f}, as in the past"
            for kind, factor in sorted(self.factor.items())
        )


def open_kinds(events: Sequence[Event]) -> tuple[str, ...]:
    """Kinds with events whose factor was not stated."""
    return tuple(sorted({event.kind for event in events if event.factor is None}))


def learn_events(
    events: Sequence[Event], history: History, usual: FloatArray, levels: Sequence[Level]
) -> EventEffects:
    """Factors from past events: contacts against those that their days would have had.

    ``usual`` is the profile of all intervals of the history, (series, intervals), fitted without
    these events. Each event is measured against the days around it, and a kind's factor is
    pulled to that of the parents, and theirs to 1 (see ``learnt_ratio``).
    """
    factor: dict[str, FloatArray] = {}
    num_seen: dict[str, FloatArray] = {}
    for kind in open_kinds(events):
        actual, base, num = _sums(kind, events, history, usual)
        learnt = np.ones(len(usual))
        for level in levels:
            learnt *= learnt_ratio(actual, base * learnt, num, level, USUAL_EVENT)
        factor[kind] = learnt
        num_seen[kind] = levels[0].largest(num.astype(np.float64))
    return EventEffects(factor, num_seen)


def _sums(
    kind: str, events: Sequence[Event], history: History, usual: FloatArray
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Contacts during events of a kind, what would have come, and their number, (series,)."""
    ds = history.ds(0, history.num_intervals)
    masks = event_masks(events, history.unique_ids, ds)
    calm = history.observed & ~np.logical_or.reduce(list(masks.values()))
    actual, base = np.zeros(len(usual)), np.zeros(len(usual))
    num = np.zeros(len(usual), dtype=np.int64)
    for event in (one for one in events if one.kind == kind and one.factor is None):
        mask = event_masks([event], history.unique_ids, ds).get(kind, np.False_)
        mask = mask & history.observed
        start, end = pd.Timestamp(event.start), pd.Timestamp(event.end)
        near = calm & np.asarray((ds >= start - AROUND) & (ds < end + AROUND))
        level = ((history.counts * near).sum(axis=1) + 1) / ((usual * near).sum(axis=1) + 1)
        would_be = (usual * mask).sum(axis=1) * level
        actual += (history.counts * mask).sum(axis=1)
        base += would_be
        num += would_be > 0
    return actual, base, num
