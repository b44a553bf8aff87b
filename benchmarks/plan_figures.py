"""The table of the sample plan's time and memory."""

from benchmarks.results import Run, Section, note, spread
from benchmarks.tables import Figures
from scheduler.export.words import count

SECTION = "plan"
TITLE = "The sample plan, `seeds/returns_peak`"


def figures(section: Section) -> Figures:
    """Median and range over the seeds, beside the targets."""
    runs = list(section.runs.values())
    text = (
        f"{note(section)} {count(len(runs), 'seed')}, each a "
        "whole process, one after the other. The plan stops at a gap of 0.1 %, its default, or "
        "after 40 s of search."
    )
    return Figures(TITLE, text, ("", "median", "range", "target"), tuple(_rows(runs)))


def _rows(runs: list[Run]) -> list[tuple[str, ...]]:
    seconds, percent, mebibytes = "{:.1f} s".format, "{:.3%}".format, "{:,.0f} MiB".format

    def column(key: str) -> list[float | None]:
        return [run[key] for run in runs]

    helps = [one for run in runs for one in run["help_seconds"]]
    return [
        ("whole plan", *spread(column("plan_seconds"), seconds), "60 s"),
        ("of that the optimiser", *spread(column("solve_seconds"), seconds), ""),
        ("proven gap", *spread(column("gap"), percent), "1 %"),
        ("peak memory, both processes", *spread(column("mebibytes"), mebibytes), "1,500 MB"),
        ("forecast of the 12 series: fit, back-test, 400 paths",
         *spread(column("forecast_seconds"), seconds), "3 s"),
        ("`peakcrew --help`", *spread(helps, "{:.2f} s".format), "0.5 s"),
    ]  # fmt: skip
