"""Kill anything at any moment while jobs are asked for, done and published; then count.

``python -m benchmarks.reliability.kills [--minutes 15] [--database sqlite|postgresql]
[--dispatch table|procrastinate] [--jobs 200] [--kills 20] [--seed 1]``

Real processes: the API with two workers and a dispatcher beside it, kept by a supervisor, and a
PostgreSQL of its own. Every few seconds one of them, chosen at random among the kinds that have
been killed least, gets ``kill -9``. The clients send again what they lost, under the same
Idempotency-Key, and sometimes what they did not lose. Exit code 1 if anything does not hold.
"""

import argparse
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.settings import Settings
from api.storage.database import Database
from benchmarks.reliability import checks
from benchmarks.reliability.checks import Finding
from benchmarks.reliability.clients import Client, Publisher, Submitter, wait_until_up
from benchmarks.reliability.stack import Kind, Stack, stack
from benchmarks.tables import Figures, markdown
from tests.api.delivery.receiver import Receiver, receiving
from tests.api.versions import TINY

NUM_SITES = 4
NUM_CLIENTS = 3
NUM_PEOPLE = 8
WAIT_FOR_VICTIM_SECONDS = 20.0
SETTLE_SECONDS = 1800.0
# Kills cost attempts, and here far more than anywhere else.
SETTINGS = {
    "lease_seconds": "5",
    "max_attempts": "10",
    "solver_threads": "2",
    "max_queued_jobs": "1000",
    "delivery_pause_seconds": "0.2",
    "delivery_attempts": "50",
    "webhook_allow_http": "true",
    "webhook_private_hosts": '["localhost"]',
    "log_level": "warning",
}


@dataclass
class Campaign:
    """A stack under load, and who has been killed so far."""

    stack: Stack
    receiver: Receiver
    chance: random.Random
    closing: threading.Event = field(default_factory=threading.Event)
    kills: Counter[Kind] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)

    def client(self) -> Client:
        """A client with keys of all roles."""
        return Client(self.stack.url, self.keys, self.statuses, self.closing)

    def prepare(self) -> list[str]:
        """A tenant, its keys, sites, feeds and a webhook; returns the sites."""
        wait_until_up(self.stack.url)
        self.keys = {role: self._key(role) for role in ("admin", "planner", "approver")}
        client = self.client()
        client.call("POST", "/v1/webhooks", "admin", {"url": self.receiver.url})
        sites = []
        for number in range(NUM_SITES):
            body = {"name": f"site {number}", "files": TINY}
            sites.append(client.call("POST", "/v1/sites", "planner", body).json()["id"])
        for site in sites:
            for number in range(1, NUM_PEOPLE + 1):
                path = f"/v1/sites/{site}/people/W{number}/feed"
                made = client.call("POST", path, "planner").json()["url"]
                name = made.rsplit("/", 1)[1]
                self.addresses[site, f"W{number}"] = f"{self.stack.url}/feeds/{name}"
        return sites

    def _key(self, role: str) -> str:
        command = [sys.executable, "-m", "api.cli", "keys", "create", "--tenant", "acme"]
        told = subprocess.run(
            [*command, "--role", role, "--json"], env=self.stack.environment,
            capture_output=True, check=True,
        )  # fmt: skip
        return str(json.loads(told.stdout)["key"])

    def strike(self, kinds: Sequence[Kind]) -> None:
        """Kill one of the kinds that were spared most, at a moment that nobody chose."""
        fewest = min(self.kills[kind] for kind in kinds)
        kind = self.chance.choice([one for one in kinds if self.kills[one] == fewest])
        end = time.monotonic() + WAIT_FOR_VICTIM_SECONDS
        while time.monotonic() < end:
            time.sleep(self.chance.uniform(0, 0.3))
            victims = self.stack.victims(kind)
            if victims and self.stack.kill(self.chance.choice(victims), kind):
                self.kills[kind] += 1
                return


def run(arguments: argparse.Namespace) -> list[Finding]:
    """The campaign, and what was found when all had settled."""
    kinds: list[Kind] = ["api", "worker", "job", "solver", "deliver"]
    if arguments.database == "postgresql":
        kinds.append("postgresql")
    with (
        receiving() as receiver,
        stack(arguments.database, arguments.dispatch, **SETTINGS) as running,
    ):
        campaign = Campaign(running, receiver, random.Random(arguments.seed))
        sites = campaign.prepare()
        database = Database(settings_of(running).url)
        submitters, publisher = _load(campaign, sites, arguments)
        try:
            _strike_until_enough(campaign, kinds, submitters, arguments)
            for one in submitters:
                one.join()
            checks.wait_until_done(database, SETTLE_SECONDS)
        finally:
            campaign.closing.set()
            publisher.join()
        is_settled = checks.wait_until_done(database, SETTLE_SECONDS)
        found = _findings(campaign, database, submitters, publisher, is_settled)
        database.close()
        running.stop()
        left = running.processes()
        found.append(("processes left behind", str(len(left)), not left))
        if arguments.log:
            print(running.log.read_text()[-20_000:], file=sys.stderr)
    return found


def _load(
    campaign: Campaign, sites: list[str], arguments: argparse.Namespace
) -> tuple[list[Submitter], Publisher]:
    each = -(-arguments.jobs // NUM_CLIENTS)
    pause = arguments.minutes * 60 / each * 0.7
    submitters = [
        Submitter(campaign.client(), sites, each, pause, random.Random(f"{arguments.seed} {n}"))
        for n in range(NUM_CLIENTS)
    ]
    publisher = Publisher(campaign.client(), sites, 1.0)
    for one in (*submitters, publisher):
        one.start()
    return submitters, publisher


def _strike_until_enough(
    campaign: Campaign,
    kinds: Sequence[Kind],
    submitters: Sequence[Submitter],
    arguments: argparse.Namespace,
) -> None:
    begun = time.monotonic()
    pause = arguments.minutes * 60 / (arguments.kills * len(kinds)) * 0.6
    while any(campaign.kills[kind] < arguments.kills for kind in kinds):
        if time.monotonic() - begun > 2 * 60 * arguments.minutes:
            print("out of time", file=sys.stderr)
            return
        campaign.strike(kinds)
        time.sleep(campaign.chance.uniform(0, 2 * pause))
        done = sum(len(one.acknowledged) for one in submitters)
        seconds = time.monotonic() - begun
        print(f"{seconds:6.0f} s, {done} keys, {dict(campaign.kills)}", file=sys.stderr)


def settings_of(running: Stack) -> Settings:
    """The settings that the stack runs with, as far as the database goes."""
    url = running.environment.get("PEAKCREW_DATABASE_URL")
    return Settings(data_dir=running.folder / "data", database_url=url)  # type: ignore[arg-type]


def _findings(
    campaign: Campaign,
    database: Database,
    submitters: Sequence[Submitter],
    publisher: Publisher,
    is_settled: bool,
) -> list[Finding]:
    acknowledged = {key: ids for one in submitters for key, ids in one.acknowledged.items()}
    got = [headers["webhook-id"] for headers, _ in campaign.receiver.got]
    kills = Counter(dict(campaign.kills))
    faults = campaign.statuses[500]
    return [
        ("kills", checks.shown(kills), True),
        ("settled", "yes" if is_settled else "no", is_settled),
        *checks.jobs(database, acknowledged),
        *checks.chain(database),
        *checks.deliveries(database, publisher.published, got),
        *checks.feeds(database, campaign.addresses),
        *checks.integrity(database),
        ("answers by status (0: none came)", checks.shown(campaign.statuses), faults == 0),
    ]


def report(title: str, note: str, found: Sequence[Finding]) -> str:
    """The findings as a table."""
    rows = tuple((what, told, "holds" if holds else "**broken**") for what, told, holds in found)
    return markdown(Figures(title, note, ("what", "found", ""), rows))


def main(given: Sequence[str] | None = None) -> int:
    """Run the campaign and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0, help="over which kills are spread")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--dispatch", choices=["table", "procrastinate"], default="table")
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", action="store_true", help="show the end of the service's log")
    arguments: Any = parser.parse_args(given)
    begun = time.monotonic()
    found = run(arguments)
    title = f"Kills on {arguments.database}, dispatch by {arguments.dispatch}"
    note = f"Seed {arguments.seed}, {(time.monotonic() - begun) / 60:.1f} minutes."
    print(report(title, note, found))
    return 0 if all(holds for _, _, holds in found) else 1


if __name__ == "__main__":
    sys.exit(main())
