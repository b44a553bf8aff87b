"""Jobs in any order of events: the table does what a model in plain Python does.

Whoever had a job once may still try to write about it, at any later moment.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select, update

from api.http.problems import Problem
from api.jobs import queue
from api.jobs.queue import Claim
from api.security.principal import Principal
from api.security.tenants import create_tenant
from api.settings import Settings
from api.storage.base import new_id, now
from api.storage.database import Database
from api.storage.tables import Job
from api.storage.tables.jobs import TERMINAL

MAX_ATTEMPTS, MAX_RUNNING, MAX_QUEUED = 3, 2, 4
SETTINGS = Settings(
    max_attempts=MAX_ATTEMPTS, max_running_jobs=MAX_RUNNING, max_queued_jobs=MAX_QUEUED
)
LIMITS = settings(
    max_examples=25, stateful_step_count=30, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@dataclass
class Model:
    """What a job is, as far as its followers can tell."""

    tenant: str
    priority: int
    state: str = "queued"
    attempt: int = 0
    max_attempts: int = MAX_ATTEMPTS
    is_ready: bool = True
    cancel: bool = False
    stop: bool = False
    result: dict[str, Any] | None = None
    revision: int = field(default=0, compare=False)

    def is_in(self, mine: Claim) -> bool:
        """Whether a claim still holds."""
        return self.state == "running" and self.attempt == mine.attempt

    def crash(self) -> None:
        """Once more, or the end."""
        if self.cancel:
            self.state = "cancelled"
        elif self.attempt >= self.max_attempts:
            self.state = "failed"
        else:
            self.state, self.is_ready = "queued", False


class Jobs(RuleBasedStateMachine):
    """Two tenants, any number of workers."""

    database: Database
    claims = Bundle("claims")
    jobs = Bundle("jobs")

    @initialize()
    def begin(self) -> None:
        self.model: dict[str, Model] = {}
        self.asking: dict[str, Principal] = {}
        with self.database.write() as session:
            session.execute(delete(Job))
            for name in ("a", "b"):
                tenant, key, _ = create_tenant(session, new_id(name))
                self.asking[name] = Principal(key.id, tenant.id, name, "admin")

    @rule(target=jobs, tenant=st.sampled_from(["a", "b"]), priority=st.integers(0, 1))
    def submit(self, tenant: str, priority: int) -> Any:
        waiting = [
            one for one in self.model.values() if (one.tenant, one.state) == (tenant, "queued")
        ]
        asked = self.asking[tenant], SETTINGS, "schedule", {}
        with self.database.write() as session:
            if len(waiting) == MAX_QUEUED:
                with pytest.raises(Problem, match="waiting already"):
                    queue.submit(session, *asked, priority=priority)
                return multiple()
            job = queue.submit(session, *asked, priority=priority)
        self.model[job.id] = Model(tenant, priority)
        return job.id

    @rule(target=claims)
    def claim(self) -> Any:
        mine = queue.claim(self.database, "w", SETTINGS)
        wanted = self._next()
        assert (mine and mine.job_id) == wanted
        if mine is None:
            return multiple()
        job = self.model[mine.job_id]
        job.state, job.attempt = "running", job.attempt + 1
        assert mine.attempt == job.attempt
        return mine

    def _next(self) -> str | None:
        running = [one.tenant for one in self.model.values() if one.state == "running"]
        found = [
            (-one.priority, place, name)
            for place, (name, one) in enumerate(self.model.items())
            if one.state == "queued" and one.is_ready and running.count(one.tenant) < MAX_RUNNING
        ]
        return min(found)[2] if found else None

    @rule(mine=claims, stage=st.sampled_from([None, "searching"]))
    def beat(self, mine: Claim, stage: str | None) -> None:
        progress = {"stage": stage} if stage else {}
        heard = queue.beat(self.database, mine, SETTINGS, progress)
        job = self.model[mine.job_id]
        assert heard.is_lost == (not job.is_in(mine))
        if not heard.is_lost:
            assert (heard.cancel, heard.stop) == (job.cancel, job.stop)

    @rule(mine=claims, state=st.sampled_from(TERMINAL))
    def finish(self, mine: Claim, state: str) -> None:
        result = {"attempt": mine.attempt}
        with self.database.write() as session:
            is_kept = queue.finish(session, mine, state, result=result)
        job = self.model[mine.job_id]
        assert is_kept == job.is_in(mine)
        if is_kept:
            job.state, job.result = state, result

    @rule(mine=claims)
    def crash(self, mine: Claim) -> None:
        with self.database.write() as session:
            queue.crashed(session, mine, "killed")
        if self.model[mine.job_id].is_in(mine):
            self.model[mine.job_id].crash()

    @rule(mine=consumes(claims))
    def give_back(self, mine: Claim) -> None:
        queue.give_back(self.database, mine)
        job = self.model[mine.job_id]
        if job.is_in(mine):
            job.state, job.max_attempts = "queued", job.max_attempts + 1

    @rule(names=st.lists(jobs, min_size=1, max_size=3, unique=True))
    def reap(self, names: list[str]) -> None:
        gone = [name for name in names if self.model[name].state == "running"]
        with self.database.write() as session:
            late = now() - timedelta(seconds=1)
            session.execute(update(Job).where(Job.id.in_(gone)).values(lease_until=late))
        assert queue.reap(self.database) == len(gone)
        for name in gone:
            self.model[name].crash()

    @rule(name=jobs, action=st.sampled_from(["cancel", "stop"]))
    def ask(self, name: str, action: str) -> None:
        job = self.model[name]
        work = queue.cancel if action == "cancel" else queue.stop
        with self.database.write() as session:
            row = session.get_one(Job, name, with_for_update=True)
            if job.state in TERMINAL or (action, job.state) == ("stop", "queued"):
                with pytest.raises(Problem, match="has"):
                    work(row)
                return
            work(row)
        setattr(job, action, True)
        if (action, job.state) == ("cancel", "queued"):
            job.state = "cancelled"

    @precondition(lambda self: any(not one.is_ready for one in self.model.values()))
    @rule()
    def wait(self) -> None:
        with self.database.write() as session:
            session.execute(update(Job).values(not_before=None))
        for job in self.model.values():
            job.is_ready = True

    @invariant()
    def the_table_is_as_the_model(self) -> None:
        with self.database.read() as session:
            rows = {row.id: row for row in session.scalars(select(Job))}
        assert set(rows) == set(self.model)
        for name, job in self.model.items():
            row = rows[name]
            assert (row.state, row.attempt, row.max_attempts, row.result) == (
                job.state, job.attempt, job.max_attempts, job.result,
            )  # fmt: skip
            assert (row.cancel_requested_at is not None) == job.cancel
            assert (row.finished_at is not None) == (job.state in TERMINAL)
            assert (row.lease_until is not None) == (job.state == "running")
            assert row.revision >= job.revision
            job.revision = row.revision


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_jobs_in_any_order(database: Database) -> None:
    run_state_machine_as_test(type("On", (Jobs,), {"database": database}), settings=LIMITS)
