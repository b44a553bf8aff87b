"""The pictures of a comparison: cost by term, and each schedule's days on one scale.

Texts inside the pictures are numbers, days and the letters that the page explains.
"""

from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from api.comparison.figures import Cover, Figures
from api.comparison.measures import terms
from scheduler.export.svg import (
    BAND,
    CONTACTS,
    COVER,
    GRID,
    INK,
    LACK,
    MISSING,
    MUTED,
    STAFFED,
    drawing,
    inline,
)
from scheduler.export.words import DAYS

WIDTH = 9.6  # inches of 72 units
MOST_DAY_LABELS = 16
LEGEND_COLUMNS = 4
# Colour and hatch of each term; the hatches tell apart what colour does not.
LOOKS = {
    "wages": (STAFFED, ""),
    "unworked_minimum": (COVER, ""),
    "understaffing": (MISSING, "////"),
    "overstaffing": (LACK, ""),
    "preference": (CONTACTS, ""),
    "fairness": (BAND, ""),
}
OTHERS = ((MUTED, ""), (GRID, "...."), (MUTED, "xxxx"), (GRID, "\\\\\\\\"))


def letter(number: int) -> str:
    """A, B, ... Z, A2, B2, ...: how the pictures call a schedule."""
    turn, place = divmod(number, len(ascii_uppercase))
    return ascii_uppercase[place] + (str(turn + 1) if turn else "")


def look(term: str, names: Sequence[str]) -> tuple[str, str]:
    """Colour and hatch of a term, the same in picture and legend."""
    if term in LOOKS:
        return LOOKS[term]
    others = [one for one in names if one not in LOOKS]
    return OTHERS[others.index(term) % len(OTHERS)]


def costs_chart(figures: Sequence[Figures], labels: Sequence[str], key: str) -> Markup:
    """A bar per schedule, cut into the terms of its cost; a line marks the proven bound.

    ``labels`` name the terms in the order of ``terms``.
    """
    names = terms(figures)
    positions = np.arange(len(figures))
    with drawing(key):
        legend = 0.15 + 0.22 * -(-len(names) // LEGEND_COLUMNS)
        height = 0.5 + legend + 0.42 * len(figures)
        figure = Figure(figsize=(WIDTH, height))
        grid = {"left": 0.05, "right": 0.98, "bottom": 0.4 / height, "top": 1 - legend / height}
        axes = figure.subplots(gridspec_kw=grid)
        left = np.zeros(len(figures))
        for term, label in zip(names, labels, strict=True):
            values = np.array([one.costs.get(term, 0) / 100 for one in figures])
            colour, hatch = look(term, names)
            axes.barh(positions, values, left=left, height=0.62, facecolor=colour, hatch=hatch,
                      edgecolor=INK, linewidth=0.4, label=label)  # fmt: skip
            left += values
        bounds = [one.bound / 100 for one in figures]
        axes.vlines(bounds, positions - 0.42, positions + 0.42, color=INK, linewidth=1.6)
        axes.set_yticks(positions, [letter(number) for number in range(len(figures))])
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=LEGEND_COLUMNS, borderaxespad=0.2
        )
        return inline(figure, key)


def days_chart(cover: Cover, most: float, key: str) -> Markup:
    """Worker-hours of each day: what is staffed, what is missing, and the need as a line.

    ``most`` worker-hours is the top of the scale, the same for every schedule.
    """
    days = cover.by_day
    required, staffed, missing = np.array(list(days.values())).T / 60
    edges = np.arange(len(days) + 1)
    with drawing(key):
        figure = Figure(figsize=(WIDTH, 1.9))
        axes = figure.subplots(
            gridspec_kw={"left": 0.06, "right": 0.995, "bottom": 0.17, "top": 0.85}
        )
        axes.bar(edges[:-1] + 0.5, staffed, width=0.8, facecolor=COVER, edgecolor=STAFFED,
                 linewidth=0.9, label="staffed")  # fmt: skip
        axes.bar(edges[:-1] + 0.5, missing, bottom=staffed, width=0.8, facecolor=LACK,
                 edgecolor=MISSING, hatch="//////", linewidth=0, label="missing")  # fmt: skip
        axes.hlines(required, edges[:-1] + 0.04, edges[1:] - 0.04, color=INK, linewidth=1.4,
                    label="required")  # fmt: skip
        axes.set_xlim(0, len(days))
        axes.set_ylim(0, most * 1.05 or 1)
        every = -(-len(days) // MOST_DAY_LABELS)
        names = [f"{DAYS[day.weekday()][:2]} {day.day}" for day in days]
        axes.set_xticks(edges[:-1:every] + 0.5, names[::every])
        axes.grid(axis="x", visible=False)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        axes.set_title("Worker-hours per day")
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0)
        return inline(figure, key)


def tallest_day(figures: Sequence[Figures]) -> float:
    """Worker-hours of the tallest day of any schedule: one scale for all."""
    tops = [
        max(required, staffed + missing)
        for one in figures
        if one.cover
        for required, staffed, missing in one.cover.by_day.values()
    ]
    return max(tops, default=0) / 60
