"""Result folders and schedule files -> the figures of each."""

import csv
from collections.abc import Sequence
from pathlib import Path

from api.comparison.figures import Figures, figures_of
from api.export import read_report
from scheduler.contract.documents import ScheduleDocument
from scheduler.contract.reading import read_document
from scheduler.contract.units import cents
from scheduler.errors import ProblemInvalid


def read_all(paths: Sequence[Path]) -> tuple[Figures, ...]:
    """Two or more results, each under the shortest name that tells it from the others.

    Raises ProblemInvalid for fewer than two, or for results in several currencies.
    """
    if len(paths) < 2:
        raise ProblemInvalid("compare: two results or more are needed")
    for path in paths:
        if [one.resolve() for one in paths].count(path.resolve()) > 1:
            raise ProblemInvalid(f"{path}: is named twice")
    found = tuple(read(path, name) for path, name in zip(paths, names_of(paths), strict=True))
    currencies = sorted({one.currency for one in found if one.currency})
    if len(currencies) > 1:
        raise ProblemInvalid(f"compare: the results are in {' and '.join(currencies)}")
    return found


def read(path: Path, name: str) -> Figures:
    """A result folder, or a schedule file; its problem, if it is there, lies beside it."""
    schedule = path / "schedule.json" if path.is_dir() else path
    problem = schedule.parent / "problem.json"
    if not problem.is_file() and not path.is_dir():
        return _without_problem(schedule, name)
    report = read_report(problem, schedule, None)
    return figures_of(name, report, _service_level(schedule.parent / "coverage.csv"))


def names_of(paths: Sequence[Path]) -> list[str]:
    """The last parts of the paths, as many as tell them apart."""
    parts = [_without_ending(path.resolve()).parts for path in paths]
    for length in range(1, max(map(len, parts)) + 1):
        names = ["/".join(one[-length:]) for one in parts]
        if len(set(names)) == len(names):
            break
    return names


def _without_ending(path: Path) -> Path:
    """A folder, or the folder of a file that has the usual name."""
    if path.name == "schedule.json":
        return path.parent
    return path.with_suffix("") if path.suffix == ".json" else path


def _without_problem(path: Path, name: str) -> Figures:
    document = read_document(path, ScheduleDocument)
    objective, bound = cents(document.objective), cents(document.bound)
    if bound > objective:
        # Shown as it stands it would pass for a proof.
        raise ProblemInvalid(f"{path}: bound: lies above the objective")
    return Figures(
        name=name,
        currency=str((document.model_extra or {}).get("currency", "")),
        objective=objective,
        bound=bound,
        costs={term: cents(value) for term, value in document.costs.items()},
        shifts=len(document.shifts),
        minutes=sum(one.minutes for one in document.shifts),
        workers=len({one.worker for one in document.shifts}),
    )


def _service_level(coverage: Path) -> float | None:
    """Share of contacts answered in time, as the plan expects it; None if it says nothing."""
    if not coverage.is_file():
        return None
    with coverage.open(encoding="utf-8", newline="") as file:
        rows = [
            (float(row["contacts_mean"] or 0), float(row["service_level"]))
            for row in csv.DictReader(file)
            if row.get("service_level") and row.get("contacts_mean") is not None
        ]
    contacts = sum(weight for weight, _ in rows)
    return sum(weight * level for weight, level in rows) / contacts if contacts else None
