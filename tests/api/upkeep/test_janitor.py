"""The janitor: what nobody needs goes, what somebody was told stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.audit.chain import verify
from api.inputs import blobs
from api.jobs.worker import Worker
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
    with tester.database.snapshot() as session:
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
    assert tester.post("/v1/batches", {"name": "peak", "site_ids": [site]}).status_code == 202
    Worker(tester.database, tester.settings).work(until_idle=True)
    make_version(tester, site, [shift("W1", 0, 8)])
    with tester.database.write() as session:
        _add_forecast(session, tester, site)
    _change_input(tester, site)
    waiting = tester.post("/v1/schedules", {"site_id": site}).json()["id"]
    _change_input(tester, site)
    age(tester, Batch, Job, ScheduleVersion, Schedule, Forecast, SiteInput, OutboxEvent, Blob)
    with tester.database.write() as session:
        ended = update(Job).where(Job.state == "succeeded")
        session.execute(ended.values(finished_at=now() - LONG_AGO))
    cleaned = clean(tester.database, tester.settings)
    assert (cleaned.batches, cleaned.jobs, cleaned.versions, cleaned.forecasts) == (1, 1, 2, 1)
    assert number(tester, Assignment) == number(tester, Schedule) == 0
    # That in force, and that of the job which still waits.
    assert (cleaned.inputs, number(tester, SiteInput)) == (1, 2)
    assert tester.get(f"/v1/jobs/{waiting}").json()["state"] == "queued"
    assert cleaned.files > 0
    _all_contents_are_wanted(tester)
    assert clean(tester.database, tester.settings) == NOTHING


def _change_input(tester: Tester, site: str) -> None:
    path = f"/v1/sites/{site}"
    text = tester.get(f"{path}/files/site.toml").text + "# changed\n"
    tag = tester.get(path).headers["ETag"]
    headers = {"If-Match": tag, "Content-Type": "application/toml"}
    answer = tester.call("PUT", f"{path}/files/site.toml", content=text, headers=headers)
    assert answer.status_code == 200, answer.text


def _all_contents_are_wanted(tester: Tester) -> None:
    with tester.database.snapshot() as session:
        assert verify(session, tester.tenant_id) is None
        wanted = {
            sha256
            for holder in (SiteInput.files, ScheduleVersion.files, Forecast.files)
            for files in session.scalars(select(holder))
            for sha256 in files.values()
        }
        assert set(session.scalars(select(Blob.sha256))) == wanted


def _add_forecast(session: Session, tester: Tester, site: str) -> None:
    state = session.scalars(select(SiteInput).where(SiteInput.site_id == site)).first()
    assert state is not None
    files = {"demand.csv": blobs.keep(session, tester.tenant_id, b"demand")}
    session.add(
        Forecast(
            tenant_id=tester.tenant_id, site_id=site, input_id=state.id, job_id="j", files=files
        )
    )


def test_what_was_published_stays(tester: Tester) -> None:
    site = make_site(tester)
    path = make_version(tester, site, [shift("W1", 0, 8)])
    bring_to(tester, path, "published")
    _change_input(tester, site)
    age(tester, ScheduleVersion, Schedule, SiteInput, Blob)
    cleaned = clean(tester.database, tester.settings)
    assert (cleaned.versions, cleaned.inputs, cleaned.files) == (0, 0, 0)
    assert len(tester.get(f"{path}/assignments").json()["items"]) == 1


def test_old_deliveries(tester: Tester) -> None:
    with tester.database.write() as session:
        for state in ("pending", "delivered", "dead"):
            session.add(
                OutboxEvent(
                    tenant_id=tester.tenant_id, channel="email", topic="t", recipient="r",
                    payload={}, state=state, created_at=now() - LONG_AGO,
                )
            )  # fmt: skip
    assert clean(tester.database, tester.settings).deliveries == 2
    with tester.database.read() as session:
        assert session.scalars(select(OutboxEvent.state)).all() == ["pending"]
        facts = session.scalars(
            select(AuditEntry.facts).where(AuditEntry.subject == tester.tenant_id)
        )
        assert '{"num_rows":2}' in facts.all()


def test_a_content_that_is_wanted_again_is_young_again(tester: Tester) -> None:
    with tester.database.write() as session:
        blobs.keep(session, tester.tenant_id, b"loose")
    age(tester, Blob)
    with tester.database.write() as session:
        blobs.keep(session, tester.tenant_id, b"loose")
    assert clean(tester.database, tester.settings).files == 0
    age(tester, Blob)
    assert clean(tester.database, tester.settings).files == 1
    with tester.database.write() as session:
        blobs.keep(session, tester.tenant_id, b"loose")
    assert number(tester, Blob) == 1


def test_beside_the_api(tester: Tester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.upkeep.janitor.EVERY_SECONDS", 0.05)
    tester.post("/v1/sites", {"name": "x"}, headers={"Idempotency-Key": "k"})
    age(tester, IdempotencyRecord)
    with Janitor(tester.database, tester.settings):
        end = now() + timedelta(seconds=10)
        while number(tester, IdempotencyRecord) and now() < end:
            pass
    assert number(tester, IdempotencyRecord) == 0


def test_the_command(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKCREW_DATABASE_URL", database_url)
    done = peakcrew("janitor")
    assert done.exit_code == 0, done.output
    assert "calendar events: 0" in done.stdout
