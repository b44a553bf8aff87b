"""The pictures of kept forecasts: each day, and the error by days ahead and by weekday."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from api.actuals.run import FORECAST, LAST_WEEK, METHODS, MODEL
from scheduler.export.svg import CONTACTS, INK, MISSING, STAFFED, drawing, inline

WIDTH, HEIGHT = 9.6, 2.9  # inches of 72 units
EDGES = {"left": 0.08, "right": 0.98, "bottom": 0.16, "top": 0.88}  # shares of the picture
LOOKS = {
    FORECAST: (STAFFED, "-", "o"),
    MODEL: (CONTACTS, "--", "^"),
    LAST_WEEK: (MISSING, ":", "s"),
}
MOST_LABELS = 14


def errors_chart(table: pd.DataFrame, label: Callable[[int], str], key: str) -> Markup:
    """The error of each method over the values of a part."""
    values = sorted(table["key"].unique())
    with drawing(key):
        figure = Figure(figsize=(WIDTH, HEIGHT))
        axes = figure.subplots(gridspec_kw=EDGES)
        for method in METHODS:
            own = table[table["method"] == method].set_index("key")["wape"].reindex(values)
            _line(axes, 100 * own.to_numpy(dtype=np.float64), method)
        _label(axes, [label(one) for one in values])
        axes.set_ylabel("error, % of contacts")
        return _finished(figure, axes, key)


def days_chart(table: pd.DataFrame, key: str) -> Markup:
    """What came on each day, beside the forecast with and without layers."""
    with drawing(key):
        figure = Figure(figsize=(WIDTH, 1.2 * HEIGHT))
        axes = figure.subplots(gridspec_kw=EDGES)
        for method in (FORECAST, MODEL):
            _line(axes, table[method].to_numpy(dtype=np.float64), method)
        axes.plot(
            np.arange(len(table)), table["came"].to_numpy(dtype=np.float64), color=INK,
            linewidth=0, marker="_", markersize=14, markeredgewidth=2, label="came",
        )  # fmt: skip
        _label(axes, [f"{day:%d %b}" for day in table["day"]])
        axes.set_ylabel("contacts")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:,.0f}"))
        return _finished(figure, axes, key)


def _line(axes: Axes, values: np.ndarray[tuple[int], np.dtype[np.float64]], method: str) -> None:
    colour, dash, marker = LOOKS[method]
    axes.plot(
        np.arange(len(values)), values, color=colour, linestyle=dash, marker=marker,
        markersize=4, linewidth=1.6, label=method,
    )  # fmt: skip


def _label(axes: Axes, labels: list[str]) -> None:
    step = -(-len(labels) // MOST_LABELS)
    axes.set_xticks(np.arange(0, len(labels), step), labels[::step])
    axes.set_xlim(-0.5, len(labels) - 0.5)


def _finished(figure: Figure, axes: Axes, key: str) -> Markup:
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    return inline(figure, key)
