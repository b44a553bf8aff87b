"""The picture of a queue: its resolved share day by day, what was believed, and alarms."""

from datetime import date, timedelta

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from api.bot_review.run import EPOCH, WEEKS, QueueReview
from forecasts.calendar import FloatArray
from scheduler.export.svg import BAND, CONTACTS, MISSING, STAFFED, drawing, inline

SIZE = (9.6, 2.5)  # inches of 72 units
EDGES = {"left": 0.07, "right": 0.965, "bottom": 0.13, "top": 0.87}


def share_chart(queue: QueueReview, at: date, key: str) -> Markup:
    """Resolved share of offered contacts: days as dots, the posterior and its 90 % band."""
    last = (at - EPOCH).days
    first = last - 7 * WEEKS
    with drawing(key):
        figure = Figure(figsize=SIZE)
        axes = figure.subplots(gridspec_kw=EDGES)
        axes.plot(*_daily(queue, first), "o", color=CONTACTS, markersize=2.5, label="a day")
        ends = np.array([(end - EPOCH).days for end, _ in queue.weeks])
        bands = np.array([one.resolved_quantiles([0.05, 0.95]) for _, one in queue.weeks])
        axes.fill_between(ends, *(100 * bands.T), color=BAND, linewidth=0, label="90 % interval")
        means = np.array([100 * one.mean[0] for _, one in queue.weeks])
        axes.plot(ends, means, color=STAFFED, linewidth=1.8, label="believed")
        recent = [day for day in queue.alarms if (day - EPOCH).days >= first]
        for number, day in enumerate(recent):
            label = "_" if number else "alarm"
            place = (day - EPOCH).days
            axes.axvline(place, color=MISSING, linestyle="--", linewidth=1.4, label=label)
        ticks = np.arange(first, last + 1, 14)
        axes.set_xticks(ticks, [f"{EPOCH + timedelta(days=int(day)):%d %b}" for day in ticks])
        axes.set_xlim(first - 1, last + 1)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.set_ylabel("resolved, %")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2)
        return inline(figure, key)


def _daily(queue: QueueReview, first: int) -> tuple[FloatArray, FloatArray]:
    """Days since 1970 of the picture and resolved per cent, open bounces estimated."""
    days = queue.days
    if days is None:
        return np.zeros(0), np.zeros(0)
    bounced = days.bounced / np.maximum(days.returned, 0.01)
    share = 100 * np.clip(1 - (days.escalated + bounced) / days.offered, 0, 1)
    shown = days.day >= first
    return days.day[shown].astype(np.float64), share[shown]
