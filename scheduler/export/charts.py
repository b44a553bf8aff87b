"""The report's pictures: each queue over the horizon, and the hours of the workers.

Texts inside the pictures are ours alone (numbers and days); names of queues and workers stand in
the page, where they are escaped. No pyplot: nothing here is shared between two reports.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from scheduler.export.report import FloatArray, QueueOutlook
from scheduler.export.summary import WorkerLoad
from scheduler.export.svg import (
    BAND,
    CONTACTS,
    COVER,
    INK,
    LACK,
    MISSING,
    STAFFED,
    drawing,
    inline,
)
from scheduler.export.words import DAYS, MONTHS
from scheduler.horizon import Horizon
from scheduler.problem import IntArray

WIDTH = 9.6  # inches of 72 units
MARGINS = {"left": 0.06, "right": 0.995}  # fixed: measuring every label would take twice as long
MOST_DAY_LABELS = 16
SEPARATE_BARS = 60

Array = npt.NDArray[np.float64] | npt.NDArray[np.int64]


def queue_chart(outlook: QueueOutlook, horizon: Horizon, missing: IntArray, key: str) -> Markup:
    """Contacts with their band above, required and staffed workers below, on one time axis.

    Without a forecast the upper part is left out. ``key`` is unique in the page.
    """
    with drawing(key):
        mean = outlook.contacts_mean
        if mean is None:
            figure = Figure(figsize=(WIDTH, 2.2))
            workers = figure.subplots(gridspec_kw={**MARGINS, "bottom": 0.2, "top": 0.86})
        else:
            figure = Figure(figsize=(WIDTH, 3.9))
            grid = {**MARGINS, "bottom": 0.11, "top": 0.92, "hspace": 0.28, "height_ratios": (2, 3)}
            contacts, workers = figure.subplots(2, 1, sharex=True, gridspec_kw=grid)
            _draw_contacts(contacts, mean, outlook.contacts_low, outlook.contacts_high)
        _draw_workers(workers, outlook, missing)
        _label_days(workers, horizon)
        return inline(figure, key)


def hours_chart(loads: Sequence[WorkerLoad], key: str) -> Markup:
    """Hours of each worker, most first: from a handful of bars to a curve of thousands."""
    hours = np.array([load.minutes / 60 for load in loads])
    with drawing(key):
        figure = Figure(figsize=(WIDTH, 2.4))
        axes = figure.subplots(gridspec_kw={**MARGINS, "right": 0.98, "bottom": 0.22, "top": 0.88})
        ranks = np.arange(1, len(hours) + 1)
        if len(hours) <= SEPARATE_BARS:
            axes.bar(ranks, hours, color=STAFFED, width=0.8)
        elif len(hours):
            edges, (levels,) = _steps(hours)
            axes.fill_between(
                edges + 0.5, levels, step="post", facecolor=COVER, edgecolor=STAFFED, linewidth=1
            )
        axes.set_xlim(0.5, max(len(hours), 1) + 0.5)
        axes.set_ylim(bottom=0, top=None if hours.any() else 1)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
        axes.set_title("Hours per worker")
        axes.set_xlabel("workers, most hours first")
        return inline(figure, key)


def _draw_contacts(
    axes: Axes, mean: FloatArray, low: FloatArray | None, high: FloatArray | None
) -> None:
    middles = np.arange(len(mean)) + 0.5
    if low is not None and high is not None:
        axes.fill_between(middles, low, high, color=BAND, linewidth=0, label="band")
    axes.plot(middles, mean, color=CONTACTS, linewidth=1.1, label="mean")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
    _finish(axes, "Contacts that need a human, per interval", nonzero=bool(mean.any()))


def _draw_workers(axes: Axes, outlook: QueueOutlook, missing: IntArray) -> None:
    edges, (staffed, required, short) = _steps(outlook.staffed, outlook.requirement, missing)
    axes.fill_between(
        edges, staffed, step="post", facecolor=COVER, edgecolor=STAFFED, linewidth=0.9,
        label="staffed",
    )  # fmt: skip
    # Hatched, so that it does not depend on seeing the colour.
    axes.fill_between(
        edges, staffed, staffed + short, step="post", facecolor=LACK, edgecolor=MISSING,
        hatch="//////", linewidth=0, label="missing",
    )  # fmt: skip
    axes.step(edges, required, where="post", color=INK, linewidth=0.9, label="required")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    _finish(axes, "Workers, per interval", nonzero=bool(staffed.any() or required.any()))


def _finish(axes: Axes, title: str, *, nonzero: bool) -> None:
    axes.set_title(title)
    axes.set_ylim(bottom=0, top=None if nonzero else 1)
    axes.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0, handlelength=1.6
    )


def _label_days(axes: Axes, horizon: Horizon) -> None:
    edges = np.array(horizon.day_starts) / horizon.interval_minutes
    every = -(-horizon.days // MOST_DAY_LABELS)
    names = [
        f"{DAYS[day.weekday()][:2]} {day.day}" + (f"\n{MONTHS[day.month - 1]}" if first else "")
        for first, day in ((n == 0 or day.day <= every, day) for n, day in enumerate(horizon.dates))
    ]
    axes.set_xlim(0, horizon.num_intervals)
    axes.set_xticks(edges[:-1:every], names[::every])
    for label in axes.get_xticklabels():
        label.set_horizontalalignment("left")


def _steps(*values: Array) -> tuple[IntArray, list[Array]]:
    """The edges where any of the step functions changes, the end included, and the values there."""
    table = np.stack(values)
    changes = np.flatnonzero((table[:, 1:] != table[:, :-1]).any(axis=0)) + 1
    kept = np.concatenate(([0], changes, [table.shape[1] - 1]))
    edges = np.concatenate(([0], changes, [table.shape[1]]))
    return edges, list(table[:, kept])
