"""The table of docs/benchmarks.md about sick calls."""

from statistics import median

from benchmarks.pool import KINDS
from benchmarks.results import Run, Section, note, spread
from benchmarks.tables import Figures
from scheduler.export.words import count

SECTION = "replanning"
# How what is left is planned again, and the options that ask for it.
WAYS = {
    "anew": ("--change-cost", "0"),
    "price": (),
    "price and cap": ("--max-changes",),
}
ONE_DAY = "one day"
COLUMNS = (
    "planned again", "changed workers", "dropped", "added", "cost against anew", "seconds",
)  # fmt: skip


def title(kind: str) -> str:
    """Heading of the section of a pool."""
    return f"Sick calls: {KINDS[kind].workers:,} workers, {KINDS[kind].days} days"


def figures(kind: str, section: Section) -> Figures:
    """A row for each way; medians, and the range of seconds, over all seeds."""
    runs = list(section.runs.values())
    seconds = [one for run in runs for one in run["replace_seconds"]]
    middle, span = spread(seconds, _seconds)
    words = (
        f"{note(section)} Changed workers, dropped and added shifts are medians over "
        f"{count(len(runs), 'seed')} and leave out those that fell ill; seconds are of the "
        f"whole process, files included. `peakcrew replace` of one shift took {middle} "
        f"seconds, {span}."
    )
    return Figures(title(kind), words, COLUMNS, tuple(_row(way, runs) for way in (*WAYS, ONE_DAY)))


def _row(way: str, runs: list[Run]) -> tuple[str, ...]:
    own = [run[way] for run in runs]
    middle, span = spread([one["seconds"] for one in own], _seconds)
    return (
        way,
        f"{median(one['changed_workers'] for one in own):g}",
        # A moved shift is one dropped and one added.
        f"{median(one['dropped'] - one['lost'] + one['moved'] for one in own):g}",
        f"{median(one['added'] + one['moved'] for one in own):g}",
        "" if way == ONE_DAY else _against_anew(way, runs),
        f"{middle} ({span})",
    )


def _against_anew(way: str, runs: list[Run]) -> str:
    shares = [run[way]["cost"] / run["anew"]["cost"] - 1 for run in runs]
    return f"{100 * median(shares):+.2f} %"


def _seconds(value: float) -> str:
    return f"{value:.1f}"
