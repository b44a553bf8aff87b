"""A result folder that is there as a whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# All that a plan ever writes at the top of its folder; nothing else is ever replaced.
OWN_NAMES = frozenset(
    {
        "schedule.json", "problem.json", "shifts.csv", "coverage.csv", "forecast.csv",
        "demand.csv", "report.html", "schedule.xlsx", "workers",
    }
)  # fmt: skip


class OutputRefused(Exception):
    """The result cannot be written there; nothing was changed."""


def check_output(out: Path) -> None:
    """Refuse a place that holds anything but an earlier result."""
    if out.exists() and not out.is_dir():
        raise OutputRefused(f"{out}: is a file, a folder is needed")
    if out.is_dir():
        foreign = sorted(entry.name for entry in out.iterdir() if entry.name not in OWN_NAMES)
        if foreign:
            raise OutputRefused(
                f"{out}: holds {foreign[0]!r}, which is no result of a plan; choose another folder"
            )
    nearest = next(parent for parent in out.absolute().parents if parent.exists())
    if not nearest.is_dir():
        raise OutputRefused(f"{out}: {nearest} is not a folder")


@contextmanager
def result_folder(out: Path) -> Iterator[Path]:
    """A folder to write into that takes the place of ``out`` when all went well."""
    check_output(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        fresh.chmod(0o755)
        yield fresh
        if out.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
            out.rename(old / out.name)
            fresh.rename(out)
            shutil.rmtree(old)
        else:
            fresh.rename(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def result_file(path: Path) -> Iterator[Path]:
    """A file to write that takes the place of ``path`` when all went well."""
    if path.is_dir():
        raise OutputRefused(f"{path}: is a folder, a file is needed")
    if not path.absolute().parent.is_dir():
        raise OutputRefused(f"{path}: the folder {path.parent} does not exist")
    with tempfile.NamedTemporaryFile(dir=path.absolute().parent, delete=False) as file:
        fresh = Path(file.name)
    try:
        fresh.chmod(0o644)
        yield fresh
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
