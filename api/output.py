"""A result folder that is there as a whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

# All that a plan ever writes at the top of its folder; nothing else is ever replaced.
OWN_NAMES = frozenset(
    {
        "schedule.json", "problem.json", "shifts.csv", "coverage.csv", "forecast.csv",
        "demand.csv", "prices.csv", "fairness.csv", "report.html", "schedule.xlsx", "workers",
        "reasons.json", "reasons.csv", "rules.json", "turnout.csv",
        "policies.csv", "layers.csv", "scorecard.csv",
        ".DS_Store", "Thumbs.db", "desktop.ini",  # left by file browsers
    }
)  # fmt: skip


class OutputRefused(Exception):
    """The result cannot be written there; nothing was changed."""


def check_output(out: Path, own: Collection[str] = OWN_NAMES) -> None:
    """Refuse a place that holds anything but an earlier result, or cannot be replaced.

    ``own`` are the names of an earlier result's files.
    """
    out = _real(out)
    if os.path.lexists(out) and not out.is_dir():
        raise OutputRefused(f"{out}: is a file, a folder is needed")
    if Path.cwd().is_relative_to(out):
        raise OutputRefused(f"{out}: is the current folder; choose one that may be replaced")
    if out.is_dir():
        foreign = sorted(entry.name for entry in out.iterdir() if entry.name not in own)
        if foreign:
            raise OutputRefused(
                f"{out}: holds {foreign[0]!r}, which is no result of a plan; choose another folder"
            )
        if out.is_mount():
            raise OutputRefused(f"{out}: is a mounted folder; choose one inside it")
    nearest = _nearest(out)
    if not nearest.is_dir():
        raise OutputRefused(f"{out}: {nearest} is not a folder")


@contextmanager
def result_folder(
    out: Path, keep: Collection[str] = (), own: Collection[str] = OWN_NAMES
) -> Iterator[Path]:
    """A folder to write into that takes the place of ``out`` when all went well.

    The files named in ``keep`` that are not written anew stay from the earlier result; ``own``
    are the names of an earlier result's files.
    """
    check_output(out, own)
    out = _real(out)
    # Beside the result or, where its parents are still to be made, above them: one file system.
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=_nearest(out)))
    try:
        fresh.chmod(0o755)
        yield fresh
        for name in keep:
            if (out / name).is_file() and not (fresh / name).exists():
                shutil.copy2(out / name, fresh / name)
        _put(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put(fresh: Path, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    if not out.exists():
        fresh.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    out.rename(old / out.name)
    fresh.rename(out)
    shutil.rmtree(old)


def _real(out: Path) -> Path:
    """The place itself, behind links; a loop of links ends as it is."""
    return Path(os.path.realpath(out))


def _nearest(out: Path) -> Path:
    """The nearest parent that is there."""
    return next(parent for parent in out.parents if parent.exists())


@contextmanager
def result_file(path: Path) -> Iterator[Path]:
    """A file to write that takes the place of ``path`` when all went well."""
    if path.is_dir():
        raise OutputRefused(f"{path}: is a folder, a file is needed")
    if path.exists() and not path.is_file():
        raise OutputRefused(f"{path}: is not a regular file")
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
