"""docs/benchmarks.md, written from the stored measurements: ``python -m benchmarks.page``.

A section that has nothing stored stays as it stands in the page.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import (
    optimiser_peers,
    optimiser_pyworkforce,
    optimiser_runs,
    plan_figures,
    published_best,
    replanning_figures,
)
from benchmarks.pool import KINDS
from benchmarks.results import FOLDER, ROOT, Section, read
from benchmarks.tables import Figures, markdown

PAGE = ROOT / "docs" / "benchmarks.md"

HEAD = """\
# Measurements

Each section names the command that measured it; every run is stored in `out/bench` and this page
is written from there (`python -m benchmarks.page`). Seconds are of the wall clock. A range runs
from the least to the most of all runs."""

# What is stored, and how it becomes a table; pyworkforce's runs make two.
TABLES: tuple[tuple[str, Callable[[Section], Figures]], ...] = (
    (plan_figures.SECTION, plan_figures.figures),
    *((kind, partial(optimiser_runs.figures, kind)) for kind in KINDS),
    *((f"peers_{kind}", partial(optimiser_peers.figures, kind)) for kind in KINDS),
    (optimiser_pyworkforce.SECTION, optimiser_pyworkforce.design_figures),
    (optimiser_pyworkforce.SECTION, optimiser_pyworkforce.rule_figures),
    *(
        (f"{replanning_figures.SECTION}_{kind}", partial(replanning_figures.figures, kind))
        for kind in KINDS
    ),
    *((kind, partial(published_best.figures, kind)) for kind in published_best.TITLES),
)
TITLES = (
    plan_figures.TITLE,
    *map(optimiser_runs.title, KINDS),
    *map(optimiser_peers.title, KINDS),
    *optimiser_pyworkforce.TITLES,
    *map(replanning_figures.title, KINDS),
    *published_best.TITLES.values(),
)


def write_page(page: Path = PAGE, folder: Path = FOLDER) -> Path:
    """Write what is stored into the page, and leave its other sections as they are."""
    sections = _standing(page) | {one.title: markdown(one) for one in stored_figures(folder)}
    place = {title: number for number, title in enumerate(TITLES)}
    ordered = sorted(sections, key=lambda title: place.get(title, len(place)))
    text = "\n\n".join([HEAD, *(sections[title] for title in ordered)])
    page.write_text(text + "\n", encoding="utf-8")
    return page


def stored_figures(folder: Path) -> list[Figures]:
    """The tables of all that was measured."""
    read_sections = ((read(name, folder), figures) for name, figures in TABLES)
    return [figures(section) for section, figures in read_sections if section is not None]


def _standing(page: Path) -> dict[str, str]:
    """The page's sections by their titles."""
    if not page.is_file():
        return {}
    parts = page.read_text(encoding="utf-8").split("\n## ")[1:]
    return {part.split("\n", 1)[0]: f"## {part.strip()}" for part in parts}


if __name__ == "__main__":
    print(f"The page is {write_page()}")
