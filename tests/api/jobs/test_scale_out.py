"""procrastinate wakes workers; the jobs table stays the truth whatever is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from pydantic import ValidationError
from sqlalchemy import func, select, text

from api.app import create_app
from api.jobs import scale_out
from api.jobs.asking import ask_for_job
from api.jobs.dispatch import prepare_dispatch, worker_of
from api.jobs.queue import claim
from api.security.principal import Principal
from api.settings import Settings
from api.storage.database import Database
from api.storage.migrate import MigrationNeeded, config
from api.storage.tables import Job, ScheduleVersion
from tests.api.command import peakcrew
from tests.api.serving import Tester, serving
from tests.api.versions import make_site
from tests.postgres import Cluster, sqlalchemy_url

NUM_JOBS = int(os.environ.get("PEAKCREW_TEST_JOBS", "4"))


@pytest.fixture
def url(postgres: Cluster) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    yield postgres.create(name, "template")
    postgres.drop(name)


@pytest.fixture
def scaled(url: str, tmp_path: Path) -> Iterator[Tester]:
    """A service whose jobs go through procrastinate."""
    settings: dict[str, Any] = {
        "database_url": url, "dispatch": "procrastinate", "lease_seconds": 4.0,
        "solver_threads": 1,
    }  # fmt: skip
    database = Database(sqlalchemy_url(url))
    prepare_dispatch(database, Settings(**settings))
    yield from serving(database, tmp_path, **settings)
    database.close()


def nudges(tester: Tester, status: str = "todo") -> list[str]:
    query = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = :status ORDER BY id"
    with tester.database.read() as session:
        return list(session.scalars(text(query), {"status": status}))


def ask(tester: Tester, site: str, role: str = "planner") -> str:
    answer = tester.post("/v1/schedules", {"site_id": site}, role)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def states(tester: Tester) -> Counter[str]:
    with tester.database.read() as session:
        return Counter(session.scalars(select(Job.state)))


def until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def test_the_nudge_is_there_with_the_job_and_gone_with_it(scaled: Tester) -> None:
    site = make_site(scaled)
    job = ask(scaled, site)
    assert nudges(scaled) == [job]

    def fail() -> None:
        with scaled.database.write() as session:
            asking = Principal("key_x", scaled.tenant_id, "x", "admin")
            ask_for_job(session, asking, scaled.settings, "forecast", site, {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert nudges(scaled) == [job]
    assert states(scaled) == {"queued": 1}


def test_batches_go_the_same_way_longest_first(scaled: Tester) -> None:
    site = make_site(scaled)
    scenarios = [{"name": "base"}, {"name": "busy", "changes": {"volume": ["+50%"]}}]
    body = {"name": "peak", "site_ids": [site], "scenarios": scenarios}
    assert scaled.post("/v1/batches", body).status_code == 202
    with scaled.database.write() as session:
        jobs = session.scalars(select(Job).order_by(Job.created_at)).all()
        assert nudges(scaled) == [job.id for job in jobs]
        session.execute(text("DELETE FROM procrastinate_jobs"))
        jobs[1].priority += 1
    assert scale_out.care(scaled.database, scaled.settings) == 2
    assert scale_out.care(scaled.database, scaled.settings) == 0
    assert nudges(scaled) == [jobs[1].id, jobs[0].id]


def test_a_tenant_at_his_limit_waits_without_nudges(scaled: Tester) -> None:
    site = make_site(scaled)
    jobs = [ask(scaled, site) for _ in range(4)]
    with scaled.database.write() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    few = scaled.settings.model_copy(update={"max_running_jobs": 2})
    assert scale_out.care(scaled.database, few) == 2
    assert nudges(scaled) == jobs[:2]
    for job in jobs[:2]:
        assert claim(scaled.database, "w", few, job) is not None
    assert claim(scaled.database, "w", few, jobs[2]) is None
    with scaled.database.write() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    assert scale_out.care(scaled.database, few) == 0


def test_nudges_of_workers_that_are_gone(scaled: Tester) -> None:
    job = ask(scaled, make_site(scaled))
    query = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL"
    with scaled.database.write() as session:
        session.execute(text(query))
    assert scale_out.care(scaled.database, scaled.settings) == 1
    assert (nudges(scaled), nudges(scaled, "doing")) == ([job], [])


def test_the_tables_must_be_there(url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=url, dispatch="procrastinate")
    database = Database(settings.url)
    with pytest.raises(MigrationNeeded, match="procrastinate"):
        create_app(settings, database)
    prepare_dispatch(database, settings)
    prepare_dispatch(database, settings)
    create_app(settings, database)
    with database.write() as session:
        session.execute(text("COMMENT ON TABLE procrastinate_jobs IS '99.00.00'"))
    with pytest.raises(MigrationNeeded):
        create_app(settings, database)
    database.close()


def test_the_command_brings_the_tables(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKCREW_DATABASE_URL", url)
    monkeypatch.setenv("PEAKCREW_DISPATCH", "procrastinate")
    assert peakcrew("migrate", "--check").exit_code == 2
    assert peakcrew("migrate").exit_code == 0
    assert peakcrew("migrate", "--check").exit_code == 0
    database = Database(sqlalchemy_url(url))
    command.check(config(database))  # and ours know nothing of them
    database.close()


def test_sqlite_has_no_procrastinate() -> None:
    with pytest.raises(ValidationError, match="PostgreSQL"):
        Settings(dispatch="procrastinate")


def test_one_worker_until_nothing_waits(scaled: Tester) -> None:
    site = make_site(scaled)
    ask(scaled, site)
    worker_of(scaled.database, scaled.settings).work(until_idle=True)
    assert states(scaled) == {"succeeded": 1}
    assert nudges(scaled) == []


def test_a_closing_worker_gives_its_job_back(scaled: Tester) -> None:
    ask(scaled, make_site(scaled))
    worker = worker_of(scaled.database, scaled.settings)
    thread = threading.Thread(target=worker.work)
    thread.start()
    until(lambda: states(scaled) == {"running": 1}, 30)
    worker.closing.set()
    thread.join(20)
    assert not thread.is_alive()
    assert states(scaled) == {"queued": 1}


@contextmanager
def worker_process(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    variables = {
        "PEAKCREW_DATABASE_URL": settings.database_url.get_secret_value(),  # type: ignore[union-attr]
        "PEAKCREW_DISPATCH": "procrastinate",
        "PEAKCREW_LEASE_SECONDS": str(settings.lease_seconds),
        "PEAKCREW_SOLVER_THREADS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "worker"],
        env={**os.environ, **variables},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_two_workers_a_kill_and_a_power_cut(scaled: Tester, postgres: Cluster) -> None:
    site = make_site(scaled)
    for _ in range(NUM_JOBS):
        ask(scaled, site)

    def ended(number: int) -> bool:
        return states(scaled)["succeeded"] >= number

    with worker_process(scaled.settings) as first, worker_process(scaled.settings) as second:
        until(lambda: ended(2) and states(scaled)["running"] == 2, 60)
        first.kill()
        until(lambda: ended(3), 60)
        postgres.stop("immediate")
        time.sleep(1.0)
        postgres.start()
        until(lambda: ended(NUM_JOBS), 240)
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0
    assert states(scaled) == {"succeeded": NUM_JOBS}
    with scaled.database.read() as session:
        assert session.scalars(select(func.count(ScheduleVersion.id))).one() == NUM_JOBS
    assert nudges(scaled) == []
