"""The batch at work: so many child processes at once, each with one unit."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.batch import checkpoint
from api.batch.checkpoint import Checkpoint
from api.batch.unit import Unit
from api.output import OutputRefused
from scheduler.contract.units import amount

MAX_ATTEMPTS = 3
BAD_INPUT = 2
OWN = frozenset(
    {
        "state",
        "plans",
        "compared",
        "work",
        "lock",
        "summary.csv",
        "summary.json",
        "index.html",
        ".summary.csv.new",
        ".summary.json.new",
        ".index.html.new",
    }
)
OnEnd = Callable[[Checkpoint], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How the batch shares the machine."""

    parallel: int
    solver_threads: int
    memory_mib: int | None


def run(
    units: Sequence[Unit], folder: Path, effort: Effort, on_end: OnEnd, closing: threading.Event
) -> list[Checkpoint]:
    """Do what is not done yet; returns the checkpoints of all units that have ended.

    A unit whose key is that of its checkpoint is done already. One that failed is tried again in
    each run. Raises OutputRefused for a folder that is not a batch's, or where one is at work.
    """
    with claimed(folder):
        waiting = [unit for unit in units if not is_done(folder, unit)]
        with ThreadPoolExecutor(effort.parallel) as pool:
            list(pool.map(lambda unit: _one(unit, folder, effort, on_end, closing), waiting))
    found = (checkpoint.read(folder, unit) for unit in units)
    return [one for one in found if one is not None]


def check_folder(folder: Path) -> None:
    """Raise OutputRefused for a folder that holds anything but a batch."""
    if folder.exists() and not folder.is_dir():
        raise OutputRefused(f"{folder}: is a file, a folder is needed")
    if folder.is_dir():
        foreign = sorted(entry.name for entry in folder.iterdir() if entry.name not in OWN)
        if foreign:
            raise OutputRefused(f"{folder}: holds {foreign[0]!r}, which is no part of a batch")


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """The folder for ourselves, and free of what a killed batch left half done.

    Raises OutputRefused for a folder that is not a batch's, or where one is at work.
    """
    check_folder(folder)
    for name in ("state", "plans"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputRefused(f"{folder}: another batch is at work here") from None
        shutil.rmtree(folder / "work", ignore_errors=True)
        (folder / "work").mkdir()
        yield
        shutil.rmtree(folder / "work", ignore_errors=True)


def is_done(folder: Path, unit: Unit) -> bool:
    """Whether a unit is done and its plan is there."""
    known = checkpoint.read(folder, unit)
    return known is not None and known.state == "done" and (folder / "plans" / unit.name).is_dir()


def _one(unit: Unit, folder: Path, effort: Effort, on_end: OnEnd, closing: threading.Event) -> None:
    """A unit to its checkpoint; a crash costs one attempt."""
    begun = time.monotonic()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        if closing.is_set():
            return
        work = Path(tempfile.mkdtemp(prefix=f"{unit.name}-", dir=folder / "work"))
        code = _child(unit, work, effort, closing)
        if closing.is_set() and not (work / "done.json").is_file():
            return
        ended = _ended(unit, folder, work, code, attempt, round(time.monotonic() - begun, 2))
        if ended is not None:
            on_end(ended)
            return


def _child(unit: Unit, work: Path, effort: Effort, closing: threading.Event) -> int:
    """Run the unit in a process of its own, the same as the service's jobs have."""
    (work / "site").symlink_to(unit.site.resolve())
    order = {
        "kind": "schedule",
        "parameters": unit.parameters,
        "changes": unit.scenario.changes,
        "max_solve_seconds": 86_400,
        "solver_threads": effort.solver_threads,
        "memory_mib": effort.memory_mib,
    }
    (work / "job.json").write_text(json.dumps(order))
    with (work / "stdout").open("wb") as out, (work / "stderr").open("wb") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "api.jobs.child", str(work)],
            stdin=subprocess.PIPE, stdout=out, stderr=errors, start_new_session=True,
        )  # fmt: skip
        while child.poll() is None:
            if closing.wait(0.1):
                os.killpg(child.pid, signal.SIGKILL)
        assert child.stdin is not None
        child.stdin.close()
        return child.wait()


def _ended(
    unit: Unit, folder: Path, work: Path, code: int, attempt: int, seconds: float
) -> Checkpoint | None:
    """The checkpoint of an attempt, written; None if it is worth another one."""
    done, error = work / "done.json", work / "error.json"
    if code == 0 and done.is_file():
        kept = folder / "plans" / unit.name
        shutil.rmtree(kept, ignore_errors=True)
        (work / "out").replace(kept)
        found = checkpoint.ended(
            unit, attempt, seconds, summary=_summary(json.loads(done.read_text()))
        )
    elif code == BAD_INPUT and error.is_file():
        found = checkpoint.ended(unit, attempt, seconds, error=json.loads(error.read_text()))
    elif attempt == MAX_ATTEMPTS:
        tail = (work / "stderr").read_bytes()[-2000:].decode(errors="replace")
        why = {"code": "crashed", "detail": f"ended with {code}, {attempt} times", "tail": tail}
        found = checkpoint.ended(unit, attempt, seconds, error=why)
    else:
        return None
    checkpoint.write(folder, found)
    return found


def _summary(done: dict[str, Any]) -> dict[str, Any]:
    """The figures of a plan, in units of the currency."""
    return {
        "status": done["status"],
        "cost": amount(done["objective"]),
        "bound": amount(done["bound"]),
        "gap": round(done["gap"], 6),
        "costs": done["costs"],
    }
