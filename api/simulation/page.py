"""A simulation as a page that works offline, and as lines on the terminal."""

from collections.abc import Iterator

from api.pages import rendered
from api.simulation import figures
from api.simulation.figures import Estimate, Row
from api.simulation.run import Simulation
from scheduler.export.words import percent, short_day

HOUR = 3600.0


def page(simulation: Simulation, rows: list[Row]) -> str:
    """The whole page; all text is escaped, nothing is loaded from elsewhere."""
    from api.simulation.pictures import level_chart  # takes a while to load

    by_queue: dict[str, list[Row]] = {row.queue: [] for row in rows}
    for row in rows:
        if row.day is not None:
            by_queue[row.queue].append(row)
    return rendered(
        "api.simulation",
        "simulation.html.j2",
        name=simulation.site.config.name,
        asked=simulation.asked,
        verdict=figures.verdict(rows),
        totals=figures.totals(rows),
        days=[short_day(day) for day in simulation.days],
        by_queue=by_queue,
        shade=shade,
        share=share,
        spread=spread,
        seconds=seconds,
        points=points,
        picture=level_chart(by_queue[figures.ALL], "levels"),
    )


def lines(rows: list[Row]) -> Iterator[str]:
    """The verdict, and a row of measures per queue, as aligned text."""
    yield from figures.verdict(rows)
    yield ""
    names = ("contacts", "predicted", "simulated", "error", "wait", "90 % wait", "gone", "busy")
    width = max(len(row.queue) for row in rows) + 2
    yield " " * width + "".join(f"{name:>11}" for name in names)
    for row in figures.totals(rows):
        error = "–" if row.service_level is None else percent(row.service_level.error, 2)
        cells = (
            f"{row.contacts:,.0f}", share(row.predicted), share(row.service_level), error,
            seconds(row.mean_wait), seconds(row.long_wait), share(row.abandonment),
            share(row.occupancy),
        )  # fmt: skip
        yield f"{row.queue:<{width}}" + "".join(f"{cell:>11}" for cell in cells)


def share(one: Estimate | float | None) -> str:
    """``83.1 %``."""
    value = one.value if isinstance(one, Estimate) else one
    return "–" if value is None else percent(value)


def spread(one: Estimate | None) -> str:
    """``80.2 to 85.7``: five and 95 % of the replications, in percent."""
    return "" if one is None else f"{100 * one.low:.1f} to {100 * one.high:.1f}"


def seconds(one: Estimate | None) -> str:
    """Seconds, or hours of what may wait for hours."""
    if one is None:
        return "–"
    return f"{one.value:,.0f} s" if one.value < 2 * HOUR else f"{one.value / HOUR:,.1f} h"


def points(difference: float | None) -> str:
    """``-1.2``: points by which the simulation differs."""
    if difference is None:
        return "–"
    return f"{100 * difference:+.1f}" if abs(difference) >= 0.0005 else "0.0"


def shade(row: Row) -> str:
    """The darker, the fewer contacts are served as promised."""
    if row.service_level is None:
        return ""
    missed = 1.0 - row.service_level.value
    return f"s{sum(missed > limit for limit in (0.1, 0.2, 0.3, 0.5, 0.7))}"
