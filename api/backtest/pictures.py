"""The pictures of a backtest: errors by week, weekday and hour, and whether bands hold."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure

from api.backtest.run import FORECAST, FOUR_WEEKS, LAST_WEEK, MODELS
from scheduler.export.svg import CONTACTS, INK, MISSING, MUTED, STAFFED, drawing, inline

WIDTH, HEIGHT = 9.6, 2.9  # inches of 72 units
EDGES = {"left": 0.07, "right": 0.98}  # of the axes, as shares of the picture
LOOKS = {
    FORECAST: (STAFFED, "-", "o"),
    LAST_WEEK: (MISSING, ":", "s"),
    FOUR_WEEKS: (CONTACTS, "--", "^"),
}


def errors_chart(table: pd.DataFrame, column: str, labels: Sequence[str], key: str) -> Markup:
    """A line per model over the values of a column; ``labels`` name them in their order."""
    values = sorted(table[column].unique())
    positions = np.arange(len(values))
    with drawing(key):
        figure = Figure(figsize=(WIDTH, HEIGHT))
        axes = figure.subplots(gridspec_kw=EDGES | {"bottom": 0.13, "top": 0.88})
        for model in MODELS:
            own = table[table["model"] == model].set_index(column)["wape"].reindex(values)
            colour, dash, marker = LOOKS[model]
            axes.plot(
                positions, 100 * own.to_numpy(), color=colour, linestyle=dash, marker=marker,
                markersize=4, linewidth=1.6, label=model,
            )  # fmt: skip
        axes.set_xticks(positions, labels)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("error, % of contacts")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
        return inline(figure, key)


def calibration_chart(table: pd.DataFrame, key: str) -> Markup:
    """Share of actuals below each quantile, beside the line where both are equal."""
    with drawing(key):
        figure = Figure(figsize=(WIDTH, 1.3 * HEIGHT))
        axes = figure.subplots(gridspec_kw=EDGES | {"bottom": 0.14, "top": 0.97})
        axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1.0)
        axes.plot(
            100 * table["level"], 100 * table["observed"], color=STAFFED, marker="o", linewidth=1.6
        )
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        axes.set_xlabel("quantile of the forecast, %", color=INK)
        axes.set_ylabel("actuals below it, %", color=INK)
        return inline(figure, key)
