"""Kill processes of a batch, start it again, and compare with a batch that was left alone.

``python -m benchmarks.reliability.batch_kills [--sites 50] [--every 4] [--parallel 1] [--seed 1]``

The victim is any process of the batch: the coordinator, which is then started again with the same
command, a unit's process, or its solver. Afterwards every unit must be done, its figures those of
the undisturbed batch, and the solves that were begun at most the units and the kills together.
Exit code 1 if anything does not hold.
"""

import argparse
import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.reliability.stack import MARK
from benchmarks.tables import Figures, markdown

SEED_SITE = Path(__file__).parents[2] / "seeds" / "tiny"
# Figures that a unit must have alike; times and attempts are its own.
ALIKE = ("site", "scenario", "state", "status", "cost", "bound", "gap", "wages", "understaffing")
SHAPES = {"coordinator": "batch", "unit": "api.jobs.child", "solver": "scheduler.solver.child"}
SECONDS = 3600.0
# Kills are at least so many undisturbed units apart.
MIN_UNITS = 2.0


@dataclass
class Batch:
    """A batch that is started again until it is done."""

    sites: list[Path]
    out: Path
    parallel: int
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    starts: int = 0
    # Processes of units that were ever seen: each is a solve that was begun.
    begun: set[tuple[int, float]] = field(default_factory=set)
    kills: Counter[str] = field(default_factory=Counter)

    def start(self) -> "subprocess.Popen[bytes]":
        """The command, always the same."""
        self.starts += 1
        options = ["--out", str(self.out), "--parallel", str(self.parallel), "--scenario", "base"]
        options += ["--time-limit", "10", "--workers", "1", "--json"]
        return subprocess.Popen(
            [sys.executable, "-m", "api.cli", "batch", *map(str, self.sites), *options],
            env={**os.environ, MARK: self.mark},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Its processes by what they are; units are noted."""
        found: dict[str, list[psutil.Process]] = {name: [] for name in SHAPES}
        for one in psutil.process_iter():
            with suppress(psutil.Error):
                if one.environ().get(MARK) == self.mark and one.status() != psutil.STATUS_ZOMBIE:
                    line = one.cmdline()
                    for name, shape in SHAPES.items():
                        if shape in line:
                            found[name].append(one)
                            if name == "unit":
                                self.begun.add((one.pid, one.create_time()))
        return found

    def strike(self, chance: random.Random) -> None:
        """kill -9 of one of its processes."""
        victims = [(name, one) for name, all_ in self.processes().items() for one in all_]
        if victims:
            name, victim = chance.choice(victims)
            with suppress(ProcessLookupError):
                os.kill(victim.pid, signal.SIGKILL)
                self.kills[name] += 1

    def run(self, chance: random.Random | None, every: float) -> None:
        """To the end, with a kill every few seconds, or undisturbed."""
        end = time.monotonic() + SECONDS
        process = self.start()
        next_kill = time.monotonic() + every
        while time.monotonic() < end:
            if (code := process.poll()) is not None:
                if code == 0:
                    return
                # Killed; or 1, as a unit was killed too often: that is tried again as well.
                process = self.start()
            self.processes()
            if chance is not None and time.monotonic() >= next_kill:
                self.strike(chance)
                next_kill = time.monotonic() + chance.uniform(0.5, 1.5) * every
            time.sleep(0.05)
        raise TimeoutError("the batch does not end")

    def figures(self) -> dict[tuple[str, str], dict[str, str]]:
        """What its summary says of each unit."""
        with (self.out / "summary.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        return {(row["site"], row["scenario"]): {name: row[name] for name in ALIKE} for row in rows}


def make_sites(folder: Path, count: int) -> list[Path]:
    """Small sites, no two with the same wages."""
    text = (SEED_SITE / "workers.csv").read_text()
    found = []
    for number in range(count):
        site = folder / f"site{number:03}"
        shutil.copytree(SEED_SITE, site)
        (site / "workers.csv").write_text(text.replace(",DE-BE,15,", f",DE-BE,{15 + number},"))
        found.append(site)
    return found


def main(given: Sequence[str] | None = None) -> int:
    """Both batches, and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument(
        "--every", type=float, default=4.0, help="seconds between kills, on average"
    )
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments: Any = parser.parse_args(given)
    with tempfile.TemporaryDirectory(prefix="peakcrew-batch-") as name:
        folder = Path(name)
        sites = make_sites(folder / "sites", arguments.sites)
        calm = Batch(sites, folder / "calm", arguments.parallel)
        begun = time.monotonic()
        calm.run(None, arguments.every)
        each = (time.monotonic() - begun) / arguments.sites
        # On a slow machine less often: what is always killed before it is done is never done.
        every = max(arguments.every, MIN_UNITS * each)
        killed = Batch(sites, folder / "killed", arguments.parallel)
        killed.run(random.Random(arguments.seed), every)
        rows = _findings(calm, killed, arguments.sites)
    note = (
        f"{arguments.sites} sites, {each:.1f} s each undisturbed, a kill every {every:.1f} s on "
        f"average, {arguments.parallel} at the same time, seed {arguments.seed}."
    )
    told = tuple((what, found, "holds" if holds else "**broken**") for what, found, holds in rows)
    print(markdown(Figures("Kills of a batch", note, ("what", "found", ""), told)))
    return 0 if all(holds for _, _, holds in rows) else 1


def _findings(calm: Batch, killed: Batch, num_units: int) -> list[tuple[str, str, bool]]:
    before, after = calm.figures(), killed.figures()
    done = sum(row["state"] == "done" for row in after.values())
    alike = sum(after.get(unit) == row for unit, row in before.items())
    kills = sum(killed.kills.values())
    # A coordinator that dies takes all units in hand along.
    most = num_units + kills + killed.kills["coordinator"] * (killed.parallel - 1)
    solves = len(killed.begun)
    left = sum(map(len, killed.processes().values()))
    shown = ", ".join(f"{count} {name}" for name, count in sorted(killed.kills.items()))
    return [
        ("kills", f"{kills}: {shown}; started {killed.starts} times", kills > 0),
        ("units done", f"{done} of {num_units}", done == num_units == len(after)),
        ("figures as undisturbed", f"{alike} of {num_units}", alike == num_units),
        ("solves begun undisturbed", str(len(calm.begun)), len(calm.begun) <= num_units),
        ("solves begun", f"{solves}, units and kills are {most}", solves <= most),
        ("processes left behind", str(left), left == 0),
    ]


if __name__ == "__main__":
    sys.exit(main())
