"""``drill.html``: a drill as one page that works offline."""

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from api.drills.files import (
    contacts_by_interval,
    day_slices,
    pair,
    price_of_need,
    spans,
)
from api.drills.run import Drilled
from api.drills.side import figures
from api.pages import rendered
from scheduler.export import words
from scheduler.export.svg import BAND, CONTACTS, GRID, MISSING, MUTED, STAFFED, drawing, inline

WIDTH = 9.6  # inches of 72 units
DAYS_AROUND = 2
LABELS = {"drill": "In the drill", "afterwards": "Afterwards", "horizon": "Whole horizon"}


def render(drilled: Drilled) -> str:
    """The whole page; all text is escaped, nothing is loaded from elsewhere."""
    every = drilled.before.forecast.queues
    sentence = drilled.drill.words(drilled.site.horizon)
    return rendered(
        "api.drills",
        "drill.html.j2",
        name=drilled.site.config.name,
        sentence=sentence[0].upper() + sentence[1:],
        currency=drilled.before.problem.currency,
        amount=words.amount,
        percent=words.percent,
        kind=drilled.drill.kind,
        spans=[
            (LABELS[name], *pair(drilled, every, one))
            for name, one in spans(drilled).items()
            if one.stop > one.start
        ],
        queues=[(queue, *pair(drilled, (queue,), drilled.intervals)) for queue in every],
        days=[
            (day, *pair(drilled, every, one))
            for day, one in zip(drilled.site.horizon.dates, day_slices(drilled), strict=True)
        ],
        unmet=[price_of_need(one) for one in (drilled.before, drilled.after)],
        replanned=[
            (
                one,
                figures(one.side, every, drilled.intervals),
                one.side.costs["wages"] - drilled.after.costs["wages"],
                price_of_need(one.side),
            )
            for one in drilled.replanned
        ],
        unchanged=figures(drilled.after, every, drilled.intervals),
        posts=drilled.posts,
        on_call=drilled.on_call,
        has_standby=drilled.site.config.staffing.standby is not None,
        picture=demand_chart(drilled, "demand"),
    )


def demand_chart(drilled: Drilled, key: str) -> Markup:
    """Contacts for people and workers missing around the drill, without it and with it."""
    shown = _around(drilled)
    with drawing(key):
        figure = Figure(figsize=(WIDTH, 3.9))
        grid = {"left": 0.06, "right": 0.995, "bottom": 0.09, "top": 0.92, "hspace": 0.3}
        contacts, missing = figure.subplots(2, 1, sharex=True, gridspec_kw=grid)
        _draw_contacts(contacts, drilled, shown)
        _draw_missing(missing, drilled, shown)
        for axes in (contacts, missing):
            axes.axvspan(
                drilled.intervals.start, drilled.intervals.stop, color=GRID, linewidth=0, zorder=0
            )
            axes.set_ylim(bottom=0)
            axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
            axes.legend(
                loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0,
                handlelength=1.6,
            )  # fmt: skip
        _label_days(missing, drilled, shown)
        return inline(figure, key)


def _around(drilled: Drilled) -> slice:
    """The days of the drill and some on both sides."""
    days = day_slices(drilled)
    touched = [
        number
        for number, one in enumerate(days)
        if one.start < drilled.intervals.stop and drilled.intervals.start < one.stop
    ]
    first, last = max(touched[0] - DAYS_AROUND, 0), min(touched[-1] + DAYS_AROUND, len(days) - 1)
    return slice(days[first].start, days[last].stop)


def _draw_contacts(axes: Axes, drilled: Drilled, shown: slice) -> None:
    at = np.arange(shown.start, shown.stop)
    mean, low, high = (one[shown] for one in contacts_by_interval(drilled.after))
    usual = contacts_by_interval(drilled.before)[0][shown]
    axes.fill_between(at, low, high, color=BAND, linewidth=0, label="5 % to 95 %")
    axes.plot(at, mean, color=CONTACTS, linewidth=1.3, label="with the drill")
    axes.plot(at, usual, color=MUTED, linewidth=1, linestyle="--", label="without it")
    axes.set_title("Contacts for people, per interval, all queues")


def _draw_missing(axes: Axes, drilled: Drilled, shown: slice) -> None:
    at = np.arange(shown.start, shown.stop)
    for side, colour, style, name in (
        (drilled.after, MISSING, "-", "with the drill"),
        (drilled.before, STAFFED, "--", "without it"),
    ):
        lacking = np.sum(list(side.missing.values()), axis=0)[shown]
        axes.step(
            at, lacking, where="post", color=colour, linestyle=style, linewidth=1.1, label=name
        )
    axes.set_title("Workers missing, the schedule as it is")


def _label_days(axes: Axes, drilled: Drilled, shown: slice) -> None:
    days = [
        (one.start, day)
        for one, day in zip(day_slices(drilled), drilled.site.horizon.dates, strict=True)
        if shown.start <= one.start < shown.stop
    ]
    axes.set_xlim(shown.start, shown.stop)
    axes.set_xticks(
        [start for start, _ in days],
        [f"{words.DAYS[day.weekday()][:2]} {day.day}" for _, day in days],
    )
    for label in axes.get_xticklabels():
        label.set_horizontalalignment("left")
