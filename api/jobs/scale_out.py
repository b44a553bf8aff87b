"""procrastinate's tables beside ours: they wake workers on many machines, and decide nothing.

A nudge in ``procrastinate_jobs`` names a job of ours that may be worth claiming. It is written in
the transaction that accepts the job. A nudge too many does nothing; a job without one, because it
was put back or its nudge was lost with a worker, gets another from whoever looks after them.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.orm import Session

from api.settings import Settings
from api.storage.base import now
from api.storage.database import Database
from api.storage.migrate import MigrationNeeded
from api.storage.tables import Job

QUEUE = "peakcrew"
TASK = "peakcrew.do_job"
# Any number; of all machines one at a time looks after the nudges.
CARE_LOCK = 0x6E756467
# A worker that has not been heard of for so long is gone, and what it held with it.
SILENT_SECONDS = 30.0
_DEFER = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW(:queue, :task, job.priority, NULL, job.id, jsonb_build_object('job_id', job.id), NULL)
    ::procrastinate_job_to_defer_v1 ORDER BY job.place))
FROM jsonb_to_recordset(CAST(:jobs AS jsonb)) AS job(id varchar, priority integer, place integer)
"""
_FORGET = """
DELETE FROM procrastinate_jobs WHERE queue_name = :queue AND status = 'doing' AND worker_id IS NULL
"""


def prepare(database: Database) -> None:
    """Bring procrastinate's tables to the version that is installed.

    The name of its last migration stands as a comment on its main table.
    """
    with database.write() as session:
        found = _found(session)
        steps = _migrations()
        if found is None:
            _execute(session, [_schema()])
        else:
            _execute(session, [path.read_text("utf-8") for path in steps if path.stem > found])
        comment = f"COMMENT ON TABLE procrastinate_jobs IS '{steps[-1].stem}'"
        session.connection().exec_driver_sql(comment)


def require_prepared(database: Database) -> None:
    """Raise MigrationNeeded unless procrastinate's tables are those of the installed version."""
    with database.read() as session:
        found = _found(session)
    if found != _migrations()[-1].stem:
        raise MigrationNeeded(
            "the tables of procrastinate are missing or of another version: run peakcrew migrate"
        )


def _found(session: Session) -> str | None:
    query = "SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')"
    found: str | None = session.execute(text(query)).scalar()
    return found


def _migrations() -> list[Path]:
    from procrastinate.schema import SchemaManager

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _schema() -> str:
    from procrastinate.schema import SchemaManager

    return str(SchemaManager.get_schema())


def _execute(session: Session, scripts: Iterable[str]) -> None:
    # Scripts of many statements, in which a percent sign is a percent sign.
    connection: Any = session.connection().connection.driver_connection
    for script in scripts:
        connection.execute(script)


def nudge(session: Session, jobs: Iterable[Job]) -> int:
    """Tell the workers of jobs when the session commits; returns of how many."""
    listed = [
        {"id": job.id, "priority": job.priority, "place": place} for place, job in enumerate(jobs)
    ]
    if listed:
        about = {"queue": QUEUE, "task": TASK, "jobs": json.dumps(listed)}
        session.execute(text(_DEFER), about)
    return len(listed)


def care(database: Database, settings: Settings) -> int:
    """Nudge for every job that may run and has no nudge that waits; returns how many.

    Nudges in the hands of workers that are gone are thrown away.
    """
    with database.write() as session:
        if not session.scalar(select(func.pg_try_advisory_xact_lock(CARE_LOCK))):
            return 0
        session.execute(select(func.procrastinate_prune_stalled_workers_v1(SILENT_SECONDS)))
        session.execute(text(_FORGET), {"queue": QUEUE})
        waiting = select(text("queueing_lock")).select_from(text("procrastinate_jobs"))
        nudged = set(session.scalars(waiting.where(text("status = 'todo'"))))
        jobs = session.scalars(_may_run(settings)).all()
        return nudge(session, (job for job in jobs if job.id not in nudged))


def _may_run(settings: Settings) -> Select[Job]:
    """The jobs that would be claimed next, of each tenant as many as he has places left."""
    running = (
        select(Job.tenant_id, func.count().label("number"))
        .where(Job.state == "running")
        .group_by(Job.tenant_id)
        .subquery()
    )
    in_turn = (Job.priority.desc(), Job.created_at, Job.id)
    place = func.row_number().over(partition_by=Job.tenant_id, order_by=in_turn)
    ranked = (
        select(Job.id, place.label("place"), func.coalesce(running.c.number, 0).label("running"))
        .outerjoin(running, running.c.tenant_id == Job.tenant_id)
        .where(Job.state == "queued", or_(Job.not_before.is_(None), Job.not_before <= now()))
        .subquery()
    )
    return (
        select(Job)
        .join(ranked, ranked.c.id == Job.id)
        .where(ranked.c.place + ranked.c.running <= settings.max_running_jobs)
        .order_by(*in_turn)
    )
