"""The picture of fairness: how many workers got which share, and how the hours add up."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from scheduler.explain.fairness import Fairness
from scheduler.export.svg import COVER, INK, MISSING, STAFFED, drawing, inline

WIDTH = 9.6  # inches of 72 units
BINS = 10
MOST_POINTS = 100  # of a curve; more cannot be seen


def fairness_chart(found: Fairness, key: str) -> Markup:
    """Left, workers by the share of offered hours they got; right, Lorenz curves of hours.

    ``key`` is unique in the page.
    """
    people = found.offering
    with drawing(key):
        figure = Figure(figsize=(WIDTH, 3.0))
        grid = {"left": 0.06, "right": 0.98, "bottom": 0.19, "top": 0.88, "wspace": 0.22}
        shares, curves = figure.subplots(1, 2, gridspec_kw=grid)
        _draw_shares(shares, [one.share or 0.0 for one in people])
        _draw_curve(curves, [one.minutes for one in people], "hours", STAFFED, "-")
        _draw_curve(curves, [one.unpopular for one in people], "unpopular hours", MISSING, "--")
        curves.plot([0, 1], [0, 1], color=INK, linewidth=0.7, linestyle=":", label="all alike")
        curves.set_title("Who has which part of the hours")
        curves.set_xlabel("workers, fewest hours first")
        for axis in (curves.xaxis, curves.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0))
        curves.set_xlim(0, 1)
        curves.set_ylim(0, 1)
        curves.legend(loc="upper left")
        return inline(figure, key)


def _draw_shares(axes: Axes, shares: Sequence[float]) -> None:
    counts, edges = np.histogram(np.clip(shares, 0.0, 1.0), bins=BINS, range=(0.0, 1.0))
    axes.bar(edges[:-1], counts, width=1.0 / BINS, align="edge", color=COVER, edgecolor=STAFFED)
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.set_title("Workers")
    axes.set_xlabel("share of the offered hours that they got")


def _draw_curve(axes: Axes, minutes: Sequence[int], label: str, color: str, style: str) -> None:
    """The share of all that the first so many workers have, by the share of workers."""
    total = sum(minutes)
    if not total:
        return
    heights = np.concatenate([[0.0], np.cumsum(np.sort(minutes)) / total])
    at = np.unique(np.linspace(0, len(minutes), MOST_POINTS).round().astype(np.int64))
    axes.plot(
        at / len(minutes), heights[at], color=color, linestyle=style, linewidth=1.3, label=label
    )
