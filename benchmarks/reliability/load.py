"""Reads while solves run, on a database with 10,000 workers and 100,000 shifts.

``python -m benchmarks.reliability.load [--database sqlite|postgresql] [--rate 300]
[--seconds 30] [--workers 10000] [--shifts 100000]``

The API alone on core 0, the client and a PostgreSQL on core 1, and two workers solving the site
``returns_peak`` wherever the system puts them. Requests are begun at fixed times, whether or not
the ones before were answered, and timed from when they were due. Afterwards, without solves, the
median of each list and feed. Exit code 1 if a target is missed; figures count on an idle machine.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import psutil
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from api.feeds.tokens import new_feed
from api.security.keys import make_key
from api.security.tenants import create_tenant
from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import Assignment, FeedEvent, Person, Schedule, ScheduleVersion, Site
from benchmarks.reliability.clients import wait_until_up
from benchmarks.reliability.kills import settings_of
from benchmarks.reliability.stack import Stack, stack
from benchmarks.tables import Figures, markdown

PEAK = Path(__file__).parents[2] / "seeds" / "returns_peak"
MAX_P99_MS, MAX_MEDIAN_MS = 500.0, 100.0
NUM_WORKERS_ASKED = 200
NUM_CONNECTIONS = 64
EACH = 40
CHUNK = 10_000
SETTINGS = {
    "requests_per_minute": "1000000",
    "feed_requests_per_minute": "1000000",
    "solver_threads": "1",
}


@dataclass(frozen=True)
class Stored:
    """What is asked for, and with which keys."""

    paths: dict[str, list[str]]
    key: str


def fill(database: Database, num_workers: int, num_shifts: int) -> Stored:
    """A large site with a published schedule, written straight into the tables."""
    first = now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    asked = random.Random(1).sample(range(num_workers), min(NUM_WORKERS_ASKED, num_workers))
    with database.write() as session:
        version = _version(session)
        session.execute(insert(Person), [_person(version, n, first) for n in range(num_workers)])
        for begin in range(0, num_shifts, CHUNK):
            numbers = range(begin, min(begin + CHUNK, num_shifts))
            rows = [_shift(version, n, num_workers, first) for n in numbers]
            session.execute(insert(Assignment), rows)
            session.execute(insert(FeedEvent), [_event(version, row) for row in rows])
        owner = version.tenant_id, version.site_id
        tokens = [new_feed(session, *owner, f"W{n}")[1] for n in asked]
        key, planner = make_key(version.tenant_id, "planner", "planner")
        session.add(key)
    with database.write() as session:
        session.execute(text("ANALYZE"))  # as the database itself does within a minute
    return Stored(_paths(version, tokens, asked, first), planner)


def _version(session: Session) -> ScheduleVersion:
    """A published version of a new site of a new tenant."""
    tenant = create_tenant(session, "load")[0]
    site = Site(tenant_id=tenant.id, name="large")
    session.add(site)
    session.flush()
    schedule = Schedule(
        tenant_id=tenant.id, site_id=site.id, first_day=date.today(), days=28, time_zone="UTC"
    )
    session.add(schedule)
    session.flush()
    version = ScheduleVersion(
        tenant_id=tenant.id, schedule_id=schedule.id, site_id=site.id, number=1,
        state="published", status="feasible", objective=1, bound=1, gap=0.0, files={}, run={},
        created_by="key_x",
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def _paths(
    version: ScheduleVersion, tokens: list[str], asked: list[int], first: datetime
) -> dict[str, list[str]]:
    base = f"/v1/schedules/{version.schedule_id}/versions/1"
    people = f"/v1/sites/{version.site_id}/people"
    return {
        "a worker's feed": [f"/feeds/{token}.ics" for token in tokens],
        "a worker's shifts": [f"{people}/W{n}/shifts" for n in asked],
        "assignments of a worker": [f"{base}/assignments?worker_id=W{n}" for n in asked],
        "first 50 assignments": [f"{base}/assignments"],
        "200 assignments of a day": [_day(base, first + timedelta(days=n)) for n in range(9)],
        "first 50 people": [people],
        "a version": [base],
        "schedules": ["/v1/schedules"],
        "sites": ["/v1/sites"],
        "jobs": ["/v1/jobs"],
    }


def _person(version: ScheduleVersion, n: int, first: datetime) -> dict[str, Any]:
    return {
        "id": f"person_{n:024}", "tenant_id": version.tenant_id, "site_id": version.site_id,
        "worker_id": f"W{n}", "name": f"Worker {n}", "language": "en", "version": 1,
        "created_at": first + timedelta(milliseconds=n),
    }  # fmt: skip


def _day(base: str, first: datetime) -> str:
    start, end = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (first, first + timedelta(days=1)))
    return f"{base}/assignments?limit=200&from={start}&to={end}"


def _shift(version: ScheduleVersion, n: int, num_workers: int, first: datetime) -> dict[str, Any]:
    worker, day = n % num_workers, n // num_workers
    start = first + timedelta(days=day % 28, minutes=15 * (worker % 32))
    return {
        "tenant_id": version.tenant_id, "version_id": version.id, "site_id": version.site_id,
        "shift_id": f"s{n}", "worker_id": f"W{worker}", "queue": f"queue {worker % 12}",
        "template": "four", "start_at": start, "end_at": start + timedelta(hours=4),
        "minutes": 240, "cost": 6000,
    }  # fmt: skip


def _event(version: ScheduleVersion, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "uid": f"{row['shift_id']}@load", "tenant_id": row["tenant_id"],
        "site_id": row["site_id"], "schedule_id": version.schedule_id,
        "worker_id": row["worker_id"],
        "shift_id": row["shift_id"], "queue": row["queue"], "start_at": row["start_at"],
        "end_at": row["end_at"], "sequence": 0, "is_cancelled": False, "changed_at": now(),
    }  # fmt: skip


def begin_solves(running: Stack, key: str, seconds: float) -> list[Any]:
    """Two workers, each with a search that lasts longer than the load; returns the workers."""
    files = {
        path.name: path.read_text() for path in PEAK.iterdir() if path.suffix in (".csv", ".toml")
    }
    headers = {"Authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=running.url, headers=headers, timeout=120) as client:
        site = client.post("/v1/sites", json={"name": "peak", "files": files}).json()["id"]
        for seed in (1, 2):
            parameters = {"time_limit": seconds + 120, "gap": 0.0, "seed": seed}
            body = {"site_id": site, "parameters": parameters}
            assert client.post("/v1/schedules", json=body).status_code == 202
        workers = [running.run("worker") for _ in range(2)]
        while True:
            jobs = client.get("/v1/jobs").json()["items"]
            if all(job["incumbent"] is not None for job in jobs):
                return workers
            assert all(job["state"] in ("queued", "running") for job in jobs), jobs
            time.sleep(0.5)


class Connections:
    """Kept open and used in turn; no more work than needed, as the client shares the machine."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key
        self.free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
        self.free = asyncio.Queue()

    async def open(self, number: int) -> None:
        """Open so many."""
        for _ in range(number):
            self.free.put_nowait(await asyncio.open_connection("127.0.0.1", self.port))

    async def ask(self, path: str, due: float) -> tuple[float, int]:
        """Milliseconds since it was due until the last byte, and the status."""
        reader, writer = connection = await self.free.get()
        lines = f"GET {path} HTTP/1.1", "Host: load", f"Authorization: Bearer {self.key}", "", ""
        writer.write("\r\n".join(lines).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(int(head.split("content-length: ")[1].split("\r")[0]))
        self.free.put_nowait(connection)
        return (time.perf_counter() - due) * 1000, int(head.split()[1])

    def close(self) -> None:
        """Close all."""
        while not self.free.empty():
            self.free.get_nowait()[1].close()


async def press(running: Stack, stored: Stored, rate: float, seconds: float) -> list[Any]:
    """So many reads a second, begun when they are due; milliseconds and status of each."""
    chance, kinds = random.Random(2), list(stored.paths.values())
    connections = Connections(running.port, stored.key)
    await connections.open(NUM_CONNECTIONS)
    begun, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        path = chance.choice(chance.choice(kinds))
        tasks.append(asyncio.create_task(connections.ask(path, due)))
    answers = list(await asyncio.gather(*tasks))
    connections.close()
    return answers


def medians(running: Stack, stored: Stored) -> dict[str, float]:
    """Milliseconds of each kind of read, one after the other."""
    found = {}
    headers = {"Authorization": f"Bearer {stored.key}"}
    with httpx2.Client(base_url=running.url, headers=headers, timeout=60) as client:
        for name, paths in stored.paths.items():
            times = []
            for number in range(EACH):
                begun = time.perf_counter()
                answer = client.get(paths[number % len(paths)])
                times.append((time.perf_counter() - begun) * 1000)
                assert answer.status_code == 200, answer.text
            found[name] = statistics.median(times)
    return found


def main(given: Sequence[str] | None = None) -> int:
    """Fill, press, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rate", type=float, default=300.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--workers", type=int, default=10_000)
    parser.add_argument("--shifts", type=int, default=100_000)
    arguments: Any = parser.parse_args(given)
    with stack(arguments.database, "table", num_workers=0, core=0, **SETTINGS) as running:
        wait_until_up(running.url)
        os.sched_setaffinity(0, {1})
        for process in running.victims("postgresql") if running.server else ():
            os.sched_setaffinity(process.pid, {1})
        database = Database(settings_of(running).url)
        stored = fill(database, arguments.workers, arguments.shifts)
        database.close()
        quiet = medians(running, stored)
        os.sched_setaffinity(0, {0, 1})  # for the workers, who inherit it
        workers = begin_solves(running, stored.key, arguments.seconds)
        os.sched_setaffinity(0, {1})
        begun, worked = time.perf_counter(), _cpu(running)
        try:
            answers = asyncio.run(press(running, stored, arguments.rate, arguments.seconds))
            took, worked = time.perf_counter() - begun, _cpu(running) - worked
            solving = len(running.victims("solver"))
        finally:
            for one in workers:
                one.terminate()
                one.wait()
    return _tell(arguments, quiet, answers, took, worked, solving)


def _cpu(running: Stack) -> float:
    """Seconds that the API has worked."""
    assert running.process is not None
    times = psutil.Process(running.process.pid).cpu_times()
    return float(times.user + times.system)


def _tell(
    arguments: Any, quiet: dict[str, float], answers: list[Any], took: float, worked: float,
    solving: int,
) -> int:  # fmt: skip
    times = sorted(milliseconds for milliseconds, _ in answers)
    wrong = sum(status != 200 for _, status in answers)
    p99 = times[int(0.99 * len(times))]
    achieved = len(times) / took
    rows = [
        ("asked for, a second", f"{arguments.rate:.0f}"),
        ("answered, a second", f"{achieved:.0f}"),
        ("answers other than 200", str(wrong)),
        ("median, ms", f"{statistics.median(times):.0f}"),
        ("99 %, ms", f"{p99:.0f}"),
        ("longest, ms", f"{times[-1]:.0f}"),
        ("work of the API a read, ms", f"{worked / len(times) * 1000:.2f}"),
        ("solves at work all the time", str(solving)),
    ]
    note = f"{len(times)} reads in {took:.1f} s; {arguments.workers} workers stored."
    title = f"Reads while two solves run, {arguments.database}"
    print(markdown(Figures(title, note, ("", ""), tuple(rows))), end="\n\n")
    lines = tuple((name, f"{value:.1f}") for name, value in quiet.items())
    note = f"{arguments.workers} workers, {arguments.shifts} shifts stored; {EACH} requests each."
    title = f"Lists and feeds, {arguments.database}"
    print(markdown(Figures(title, note, ("read", "median, ms"), lines)))
    is_good = p99 < MAX_P99_MS and achieved > 0.98 * arguments.rate and not wrong and solving == 2
    return 0 if is_good and max(quiet.values()) < MAX_MEDIAN_MS else 1


if __name__ == "__main__":
    sys.exit(main())
