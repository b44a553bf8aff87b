"""The picture of a simulation: the service level day by day, simulated and predicted."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure

from api.simulation.figures import Row
from scheduler.export.svg import CONTACTS, COVER, STAFFED, drawing, inline
from scheduler.export.words import short_day

WIDTH, HEIGHT = 9.6, 3.2  # inches of 72 units
EDGES = {"left": 0.07, "right": 0.98, "bottom": 0.2, "top": 0.88}


def level_chart(rows: Sequence[Row], key: str) -> Markup:
    """Bars from 5 % to 95 % of the replications, a line at their mean, a mark at the prediction."""
    known = [row for row in rows if row.service_level is not None and row.day is not None]
    levels = [row.service_level for row in known if row.service_level is not None]
    low, middle, high = (
        100 * np.array([getattr(level, part) for level in levels])
        for part in ("low", "value", "high")
    )
    at = np.arange(len(known))
    with drawing(key):
        figure = Figure(figsize=(WIDTH, HEIGHT))
        axes = figure.subplots(gridspec_kw=EDGES)
        axes.bar(at, high - low, 0.6, low, color=COVER, label="simulated, 9 of 10 replications")
        axes.hlines(middle, at - 0.3, at + 0.3, color=STAFFED, linewidth=2.0, label="simulated")
        predicted = [np.nan if row.predicted is None else 100 * row.predicted for row in known]
        axes.plot(
            at, predicted, color=CONTACTS, marker="D", markersize=6, linestyle="none",
            label="predicted",
        )  # fmt: skip
        labels = [short_day(row.day).replace(" ", "\n", 1) for row in known if row.day is not None]
        axes.set_xticks(at, labels)
        axes.set_ylim(0, 100)
        axes.set_ylabel("served as promised, %")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
        return inline(figure, key)
