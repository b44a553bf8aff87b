"""A comparison on disk and on the terminal."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from api.comparison.figures import Figures
from api.comparison.measures import measures
from api.comparison.proof import difference
from api.output import result_folder
from scheduler.export.text import RFC4180, Cell, write_csv

FILES = ("compare.csv", "compare_days.csv", "compare.html")
COLUMNS = ("measure", "unit", "schedule", "value", "difference")
DAY_COLUMNS = ("schedule", "day", "queue", "required_hours", "staffed_hours", "missing_hours")


def write_comparison(figures: Sequence[Figures], out: Path) -> tuple[Path, ...]:
    """The comparison as two tables and a page; the folder appears as a whole or not at all."""
    from api.comparison.page import render  # pictures take a while to load

    with result_folder(out, own=FILES) as folder:
        write_csv(folder / FILES[0], COLUMNS, _rows(figures), RFC4180)
        write_csv(folder / FILES[1], DAY_COLUMNS, _day_rows(figures), RFC4180)
        (folder / FILES[2]).write_text(render(figures), encoding="utf-8", newline="\n")
    return tuple(out / name for name in FILES)


def lines(figures: Sequence[Figures]) -> list[str]:
    """The comparison as aligned text: a row per measure, a column per schedule."""
    table = [["", *(one.name for one in figures)]]
    for measure in measures(figures):
        cells = []
        for number in range(len(figures)):
            more = measure.difference_text(number)
            cells.append(f"{measure.text(number)}  {more}" if more else measure.text(number))
        table.append([measure.label, *cells])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    rows = [
        "   ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in table
    ]
    return [*rows, "", *(f"{difference(figures[0], one)}" for one in figures[1:])]


def _rows(figures: Sequence[Figures]) -> Iterator[Sequence[Cell]]:
    for measure in measures(figures):
        for number, one in enumerate(figures):
            yield (
                measure.label.strip(), measure.unit, one.name,
                measure.plain(measure.values[number]), measure.plain(measure.difference(number)),
            )  # fmt: skip
    for one in figures[1:]:
        found = difference(figures[0], one)
        for label, value in (
            ("Least difference of the best schedules", found.least),
            ("Most difference of the best schedules", found.most),
        ):
            yield label, "amount", one.name, value / 100, value / 100


def _day_rows(figures: Sequence[Figures]) -> Iterator[Sequence[Cell]]:
    for one in figures:
        for day in one.cover.days if one.cover else ():
            yield (
                one.name, day.day, day.queue,
                day.required / 60, day.staffed / 60, day.missing / 60,
            )  # fmt: skip
