"""``intraday.html``: today as it was expected, as it came, and as it is expected now."""

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from api.intraday.update import QueueUpdate, Update
from api.pages import rendered
from scheduler.export import words
from scheduler.export.svg import BAND, CONTACTS, GRID, INK, MUTED, drawing, inline

WIDTH = 9.6  # inches of 72 units


def render(update: Update) -> str:
    """The whole page; all text is escaped, nothing is loaded from elsewhere."""
    now = update.site.horizon.instant(update.now)
    return rendered(
        "api.intraday",
        "intraday.html.j2",
        site_name=update.site.config.name,
        now=f"{words.long_day(now)} {now:%H:%M}",
        queues=[
            (row + 1, one, queue_chart(update, row, f"queue-{row + 1}"), sentence(one))
            for row, one in enumerate(update.queues)
        ],
        notes=update.notes,
    )


def sentence(one: QueueUpdate) -> str:
    """A queue's day in words."""
    rest = f"{one.rest_after:,.0f} more are expected today, {one.rest_before:,.0f} without this."
    if not one.known:
        return f"No count is known today. {rest}"
    return f"{one.came:,} contacts came where {one.expected:,.0f} were expected. {rest}"


def queue_chart(update: Update, row: int, key: str) -> Markup:
    """Contacts above, required workers below, over today's intervals; a line marks now."""
    with drawing(key):
        figure = Figure(figsize=(WIDTH, 3.6))
        grid = {"left": 0.06, "right": 0.995, "bottom": 0.09, "top": 0.92, "hspace": 0.3}
        contacts, workers = figure.subplots(2, 1, sharex=True, gridspec_kw=grid)
        _draw_contacts(contacts, update, row)
        _draw_workers(workers, update, row)
        now = update.now / update.site.config.interval_minutes - update.day.start
        for axes in (contacts, workers):
            axes.axvline(now, color=INK, linewidth=1)
            axes.set_ylim(bottom=0)
            axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
            axes.legend(
                loc="lower right", bbox_to_anchor=(1, 1), ncols=4, borderaxespad=0,
                handlelength=1.6,
            )  # fmt: skip
        _label_hours(workers, update)
        return inline(figure, key)


def _draw_contacts(axes: Axes, update: Update, row: int) -> None:
    before, after = (one.volume[row][:, update.day] for one in (update.before, update.after))
    middles = np.arange(before.shape[1]) + 0.5
    low, high = np.quantile(after, [0.05, 0.95], axis=0)
    axes.fill_between(middles, low, high, color=BAND, linewidth=0, label="5 % to 95 %")
    axes.plot(middles, after.mean(axis=0), color=CONTACTS, linewidth=1.3, label="expected now")
    axes.plot(
        middles, before.mean(axis=0), color=MUTED, linewidth=1, linestyle="--",
        label="expected before",
    )  # fmt: skip
    came = update.actual[row][update.day]
    axes.plot(middles, came, "o", color=INK, markersize=3, label="came")
    axes.set_title("All contacts, per interval")


def _draw_workers(axes: Axes, update: Update, row: int) -> None:
    queue = update.site.config.queues[row].id
    edges = np.arange(update.day.stop - update.day.start + 1)
    for need, colour, style, name in (
        (update.old_need.get(queue), MUTED, "--", "required before"),
        (update.problem.requirement.get(queue), INK, "-", "required now"),
    ):
        if need is not None:
            today = need[update.day]
            steps = np.append(today, today[-1:])
            axes.step(edges, steps, where="post", color=colour, linestyle=style, linewidth=1.1,
                      label=name)  # fmt: skip
    axes.set_title("Workers required, per interval")


def _label_hours(axes: Axes, update: Update) -> None:
    horizon, length = update.site.horizon, update.site.config.interval_minutes
    marks = [
        (index, horizon.instant((update.day.start + index) * length))
        for index in range(update.day.stop - update.day.start)
    ]
    hours = [(index, at) for index, at in marks if at.minute == 0 and at.hour % 2 == 0]
    axes.set_xlim(0, len(marks))
    axes.set_xticks([index for index, _ in hours], [f"{at:%H}" for _, at in hours])
    axes.grid(color=GRID)
