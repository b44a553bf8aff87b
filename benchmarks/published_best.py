"""The best published results, and the tables of our runs beside them."""

from benchmarks.results import Run, Section, note
from benchmarks.tables import Figures

TITLES = {
    "nrp": "Published: nurse rostering (Curtois & Qu 2014)",
    "msd": "Published: minimum shift design (Di Gaspero et al.)",
    "matsp": "Published: multi-activity multi-day shift scheduling (Qu & Curtois 2020)",
}
UNITS = {
    "nrp": "Cost: requests not granted, 100 per worker missing, 1 per worker too many.",
    "msd": "Cost in minutes: missing, idle, and one interval per distinct shift.",
    "matsp": "Cost: over-cover, squared per quarter-hour and task as the set's checker counts.",
}
# Not proven to be optimal: NRP 5 to 7, 10 to 12, 15 and 19.
BEST: dict[str, dict[str, int]] = {
    "nrp": {
        "Instance1": 607, "Instance2": 828, "Instance3": 1001, "Instance4": 1716,
        "Instance5": 1143, "Instance6": 1950, "Instance7": 1056, "Instance8": 1300,
        "Instance9": 439, "Instance10": 4631, "Instance11": 3443, "Instance12": 4040,
        "Instance13": 1348, "Instance14": 1278, "Instance15": 3829, "Instance16": 3225,
        "Instance17": 5746, "Instance18": 4459, "Instance19": 3149,
    },
    "msd": {
        "dataset1_example1": 480, "dataset1_example2": 300, "dataset1_example3": 600,
        "dataset1_example4": 450, "dataset1_example5": 480, "dataset2_example26": 1020,
        "dataset2_example29": 1140, "dataset2_example30": 1020, "dataset3_example23": 8280,
        "dataset3_example24": 10260, "dataset3_example25": 13020,
    },
    "matsp": {"1_7_10_1": 383},
}  # fmt: skip


def figures(kind: str, section: Section) -> Figures:
    """A set's instances: cost, own bound, and the best published cost."""
    runs = section.runs
    text = f"{note(section)} {UNITS[kind]}"
    rows = tuple(_row(name, run, BEST[kind].get(name)) for name, run in runs.items())
    columns = ("instance", "cost", "own bound", "best known", "above it", "seconds", "status")
    return Figures(TITLES[kind], text, columns, rows)


def _row(name: str, run: Run, best: int | None) -> tuple[str, ...]:
    cost = run["cost"]
    above = "" if best is None or cost is None else f"{(cost - best) / best:.2%}"
    return (
        *(name, "none" if cost is None else f"{cost:,}", f"{run['bound']:,}"),
        *("" if best is None else f"{best:,}", above),
        *(f"{run['seconds']:.1f} of {run['time_limit']:g}", run["status"]),
    )
