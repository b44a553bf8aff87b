"""The janitor: what nobody needs goes, what somebody was told stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.audit.chain import verify
from api.inputs import blobs
from api.jobs.worker import Worker
from api.settings import Settings
from api.storage.base import Base, now
from api.storage.tables import (
    Assignment,
    AuditEntry,
    Batch,
    Blob,
    FeedEvent,
    Forecast,
    IdempotencyRecord,
    Job,
    Offer,
    OutboxEvent,
    Schedule,
    ScheduleVersion,
    SiteInput,
)
from api.upkeep.janitor import Cleaned, Janitor, clean
from tests.api.command import peakcrew
from tests.api.serving import Tester
from tests.api.versions import bring_to, make_site, make_version, shift

LONG_AGO = timedelta(days=1000)
NOTHING = Cleaned(*[0] * 10)


def number(tester: Tester, table: type[Base]) -> int:
    with tester.database.read() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def age(tester: Tester, *tables: Any) -> None:
    """As if all of it had been made long ago."""
    with tester.database.write() as session:
        for table in tables:
            session.execute(update(table).values(created_at=now() - LONG_AGO))


def test_nothing_young_goes(tester: Tester) -> None:
    site = make_site(tester)
    headers = {"Idempotency-Key": "k"}
    assert tester.post("/v1/schedules", {"site_id": site}, headers=headers).status_code == 202
    make_version(tester, site, [shift("W1", 0, 8)])
    assert clean(tester.database, tester.settings) == NOTHING


def test_kept_answers(tester: Tester) -> None:
    body, headers = {"site_id": make_site(tester)}, {"Idempotency-Key": "k"}
    first = tester.post("/v1/schedules", body, headers=headers).json()["id"]
    age(tester, IdempotencyRecord)
    assert clean(tester.database, tester.settings).requests == 1
    assert number(tester, IdempotencyRecord) == 0
    assert tester.post("/v1/schedules", body, headers=headers).json()["id"] != first


def test_offers_lapse_when_the_shift_begins(tester: Tester) -> None:
    site = make_site(tester)
    version = make_version(tester, site, [shift("W1", 0, 8)]).split("/")[3]
    at = now()
    with tester.database.write() as session:
        newest = session.scalars(select(ScheduleVersion)).one()
        for expires in (at - timedelta(minutes=1), at + timedelta(hours=1)):
            session.add(
                Offer(
                    tenant_id=tester.tenant_id, site_id=site, schedule_id=version,
                    version_id=newest.id, worker_id="W1", kind="added", queue="q", shift_id="s",
                    start_at=expires, end_at=expires, expires_at=expires,
                )
            )  # fmt: skip
    assert clean(tester.database, tester.settings).offers == 1
    with tester.database.read() as session:
        assert sorted(session.scalars(select(Offer.state))) == ["lapsed", "open"]
        actions = set(session.scalars(select(AuditEntry.action)))
        assert "offer.lapsed" in actions
        assert verify(session, tester.tenant_id) is None
    assert clean(tester.database, tester.settings) == NOTHING


def test_cancelled_shifts(tester: Tester) -> None:
    site = make_site(tester)
    at, days = now(), timedelta(days=1)
    long = 2 * tester.settings.cancelled_shifts_shown_days
    cases = {  # cancelled, changed, ends
        "gone": (True, at - (long + 1) * days, at - days),
        "not so long ago": (True, at - (long - 1) * days, at - days),
        "still to come": (True, at - (long + 1) * days, at + days),
        "worked": (False, at - (long + 1) * days, at - days),
    }
    with tester.database.write() as session:
        for uid, (is_cancelled, changed, end) in cases.items():
            session.add(
                FeedEvent(
                    tenant_id=tester.tenant_id, uid=uid, site_id=site, worker_id="W1",
                    schedule_id="s", shift_id="x", queue="q", start_at=end, end_at=end,
                    is_cancelled=is_cancelled, changed_at=changed,
                )
            )  # fmt: skip
    assert clean(tester.database, tester.settings).calendar_events == 1
    with tester.database.read() as session:
        assert set(session.scalars(select(FeedEvent.uid))) == cases.keys() - {"gone"}


def test_what_is_old_and_was_never_published(tester: Tester) -> None:
    site = make_site(tester)
    batch = {"name": "peak", "site_ids": [site]}
    assert tester.post("/v1/batches", batch).status_code == 202
    Worker(tester.database, tester.settings).work(until_idle=True)
    make_version(tester, site, [shift("W1", 0, 8)])
    waiting = tester.post("/v1/schedules", {"site_id": site}).json()["id"]
    files = {"schedule_sha": "x"}
    with tester.database.write() as session:
        _add_forecast(session, tester, site)
    new = tester.call("PUT", f"/v1/sites/{site}/files/workers.csv", content=_workers(tester, site))
    assert new.status_code in (200, 201, 204, 428), (new.text, files)
    tables = (Batch, Job, ScheduleVersion, Schedule, Forecast, SiteInput, OutboxEvent, Blob)
    age(tester, *tables)
    with tester.database.write() as session:
        session.execute(update(Job).values(finished_at=now() - LONG_AGO))
    cleaned = clean(tester.database, tester.settings)
    assert (cleaned.batches, cleaned.jobs, cleaned.versions, cleaned.forecasts) == (1, 1, 2, 1)
    assert number(tester, Assignment) == number(tester, Schedule) == 0
    assert tester.get(f"/v1/jobs/{waiting}").status_code == 200
    with tester.database.read() as session:
        assert verify(session, tester.tenant_id) is None
        kept = session.scalars(select(SiteInput)).all()
        assert set(session.scalars(select(Blob.sha256))) == {
            sha256 for state in kept for sha256 in state.files.values()
        }
    assert clean(tester.database, tester.settings) == NOTHING


def _add_forecast(session: Session, tester: Tester, site: str) -> None:
    state = session.scalars(select(SiteInput).where(SiteInput.site_id == site)).first()
    assert state is not None
    files = {"demand.csv": blobs.keep(session, tester.tenant_id, b"demand")}
    session.add(
        Forecast(
            tenant_id=tester.tenant_id, site_id=site, input_id=state.id, job_id="j", files=files
        )
    )
