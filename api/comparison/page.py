"""``compare.html``: the comparison as one page that works offline."""

from collections.abc import Sequence
from datetime import date

from api.comparison.figures import Figures
from api.comparison.measures import measures, queues, terms
from api.comparison.pictures import costs_chart, days_chart, letter, tallest_day
from api.comparison.proof import difference
from api.pages import rendered
from scheduler.export.page import term_label


def render(figures: Sequence[Figures]) -> str:
    """The whole page; all text is escaped, nothing is loaded from elsewhere."""
    # A policy's name may hold what the picture would take for a formula.
    labels = [term_label(term).replace("$", r"\$") for term in terms(figures)]
    most = tallest_day(figures)
    return rendered(
        "api.comparison",
        "compare.html.j2",
        figures=figures,
        letters=[letter(number) for number in range(len(figures))],
        currency=next((one.currency for one in figures if one.currency), ""),
        differences=[difference(figures[0], one) for one in figures[1:]],
        measures=measures(figures),
        costs_picture=costs_chart(figures, labels, "costs"),
        days_pictures=[
            (number, one, days_chart(one.cover, most, f"days-{number + 1}"))
            for number, one in enumerate(figures)
            if one.cover
        ],
        queues=queues(figures),
        missing=_missing_by_day(figures),
    )


def _missing_by_day(figures: Sequence[Figures]) -> list[tuple[date, list[int | None]]]:
    """Worker-minutes missing on each day, a value per schedule; None on days it does not plan."""
    tables = [one.cover.by_day if one.cover else {} for one in figures]
    days = sorted({day for table in tables for day in table})
    return [(day, [table[day][2] if day in table else None for table in tables]) for day in days]
