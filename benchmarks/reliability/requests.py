"""Schemathesis at length: all phases, with requests that follow each other, on one database.

``python -m benchmarks.reliability.requests [--database sqlite|postgresql] [--examples 50]
[--seed 1]``; exit code 1 if any check fails.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from api.http.logs import set_up_logs
from api.settings import Settings
from api.storage.database import Database
from api.storage.migrate import migrate
from benchmarks.reliability.batch_kills import SEED_SITE
from tests.api.fuzzing import PHASES, WIDE, examine
from tests.api.serving import Tester, serving
from tests.api.world import make_world
from tests.postgres import cluster, sqlalchemy_url


@contextmanager
def service(kind: str, folder: Path) -> Iterator[Tester]:
    """A service on a fresh database of a kind."""
    with ExitStack() as rest:
        url = f"sqlite:///{folder / 'peakcrew.db'}"
        if kind == "postgresql":
            url = sqlalchemy_url(rest.enter_context(cluster()).create("requests"))
        database = Database(url)
        rest.callback(database.close)
        migrate(database)
        yield from serving(database, folder, **WIDE)


def main(given: Sequence[str] | None = None) -> int:
    """Run, and print what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phases", nargs="+", choices=PHASES, default=list(PHASES))
    arguments: Any = parser.parse_args(given)
    set_up_logs(Settings(log_level="error"))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="peakcrew-requests-") as name:
        plan = Path(name) / "plan"
        command = [sys.executable, "-m", "api.cli", "plan", str(SEED_SITE), "--out", str(plan)]
        subprocess.run(command, check=True, capture_output=True)
        with service(arguments.database, Path(name)) as tester:
            world = make_world(tester, plan)
            found = examine(tester, world, arguments.phases, arguments.examples, arguments.seed)
    for (label, check), text in found.failures.items():
        print(f"{label}, {check}\n{text}\n")
    statuses = ", ".join(f"{count} x {status}" for status, count in sorted(found.statuses.items()))
    seconds = time.monotonic() - begun
    print(f"{found.requests} requests to {len(found.operations)} operations in {seconds:.0f} s, ")
    print(f"{len(found.failures)} failures; {statuses}")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
