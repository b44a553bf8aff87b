"""A worker's feed and lists: his own, up to date, readable elsewhere, and nobody else's."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from openpyxl import load_workbook
from sqlalchemy import update

from api.feeds import lists
from api.feeds.calendar import feed
from api.feeds.shifts import WorkerShifts
from api.feeds.words import WORDS
from api.languages import LANGUAGES
from api.storage.base import now
from api.storage.tables import FeedEvent, Person
from tests.api.serving import Tester
from tests.api.versions import MONDAY, bring_to, make_site, make_version, shift


@pytest.fixture
def site(tester: Tester) -> str:
    return make_site(tester)


def address(tester: Tester, site: str, worker: str = "W1") -> str:
    made = tester.post(f"/v1/sites/{site}/people/{worker}/feed", role="planner")
    assert made.status_code == 201, made.text
    return str(made.json()["url"]).removeprefix(tester.settings.public_url)


def events(tester: Tester, path: str) -> list[Any]:
    answer = tester.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_feed_through_three_publications(tester: Tester, site: str) -> None:
    path = address(tester, site)
    assert events(tester, path) == []
    first = make_version(tester, site, [shift("W1", 0, 8), shift("W1", 2, 8), shift("W2", 1, 8)])
    bring_to(tester, first, "published")
    one, two = events(tester, path)
    assert one["DTSTART"].dt == MONDAY + timedelta(hours=8)
    assert one["SEQUENCE"] == 0
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 10)]), "published")
    moved, gone = events(tester, path)
    assert (moved["UID"], gone["UID"]) == (one["UID"], two["UID"])
    assert (moved["DTSTART"].dt, moved["SEQUENCE"]) == (MONDAY + timedelta(hours=10), 1)
    assert (gone["STATUS"], gone["SEQUENCE"]) == ("CANCELLED", 1)
    assert gone["SUMMARY"].startswith("CANCELLED: ")
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 10)]), "published")
    assert [one["SEQUENCE"] for one in events(tester, path)] == [1, 1]


def test_a_cancelled_shift_is_dropped_after_some_weeks(tester: Tester, site: str) -> None:
    path = address(tester, site)
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 8)]), "published")
    bring_to(tester, make_version(tester, site, []), "published")
    assert len(events(tester, path)) == 1
    with tester.database.write() as session:
        session.execute(update(FeedEvent).values(changed_at=now() - timedelta(days=31)))
    assert events(tester, path) == []


def test_the_raw_lines_are_those_of_the_standards(tester: Tester, site: str) -> None:
    path = address(tester, site)
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 8)]), "published")
    with tester.database.write() as session:
        queue = "Rückerstattung|" + "ß" * 60 + "\r\nX-EVIL:1\x07"
        session.execute(update(FeedEvent).values(queue=queue))
    raw = tester.client.get(path).content
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    lines = raw.replace(b"\r\n ", b"").decode().split("\r\n")
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "METHOD:PUBLISH" in lines
    assert "DTSTART:20270111T080000Z" in lines
    assert not any(line.startswith("X-EVIL") for line in lines)
    assert any("Rückerstattung|" + "ß" * 60 in line for line in lines)


def test_nothing_new_is_304(tester: Tester, site: str) -> None:
    path = address(tester, site)
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 8)]), "published")
    first = tester.client.get(path)
    assert first.headers["Cache-Control"].startswith("private")
    assert "Last-Modified" in first.headers
    again = tester.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    bring_to(tester, make_version(tester, site, [shift("W1", 0, 9)]), "published")
    changed = tester.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_a_new_address_ends_the_old_one_and_revoking_ends_it(tester: Tester, site: str) -> None:
    old = address(tester, site)
    new = address(tester, site)
    assert tester.client.get(old).status_code == 404
    assert tester.client.get(new).status_code == 200
    done = tester.call("DELETE", f"/v1/sites/{site}/people/W1/feed", "planner")
    assert done.status_code == 204
    assert tester.client.get(new).status_code == 404


def test_a_feed_is_limited_and_its_address_never_logged(
    tester: Tester, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = address(tester, site)
    capsys.readouterr()
    limit = tester.settings.feed_requests_per_minute
    statuses = [tester.client.get(path).status_code for _ in range(limit + 1)]
    assert statuses == [200] * limit + [429]
    told = "".join(capsys.readouterr())
    assert "/feeds/***" in told
    assert path.split("/")[2].removesuffix(".ics") not in told


def test_open_offers_are_not_in_the_calendar(tester: Tester, site: str) -> None:
    from tests.api.schedules.test_publication import late

    path = address(tester, site)
    version = make_version(tester, site, [shift("W1", 0, 8)])
    bring_to(tester, version, "approved")
    late(tester, version, hours_before=10, firm=24)
    assert events(tester, path) == []
    tester.keys["W1"] = tester.key("worker", site_ids=[site], worker_id="W1")
    mine = tester.get("/v1/me/shifts", "W1").json()
    assert (mine["shifts"], len(mine["offers"])) == ([], 1)
    tester.post(f"/v1/offers/{mine['offers'][0]['id']}/accept", role="W1")
    assert len(events(tester, path)) == 1


def test_lists_for_the_worker_and_the_planner(tester: Tester, site: str) -> None:
    bring_to(
        tester, make_version(tester, site, [shift("W1", 0, 8), shift("W2", 0, 8)]), "published"
    )
    tester.keys["W1"] = tester.key("worker", site_ids=[site], worker_id="W1")
    for role, base in (("W1", "/v1/me/shifts"), ("auditor", f"/v1/sites/{site}/people/W1/shifts")):
        assert [one["queue"] for one in tester.get(base, role).json()["shifts"]] == [
            "support|de|chat"
        ]
        text = tester.get(f"{base}.csv?lang=de", role).content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        assert rows[0] == ["Tag", "Beginn", "Ende", "Stunden", "Aufgabe", "Stand"]
        assert rows[1] == ["11.01.2027", "08:00", "12:00", "4,0", "support|de|chat", "gilt"]
        book = load_workbook(io.BytesIO(tester.get(f"{base}.xlsx", role).content))
        assert book.active is not None
        assert book.active["D2"].value == 4
        page = tester.get(f"{base}.html?lang=sv", role)
        assert "Arbetspass för" in page.text
        assert "script" not in page.headers["Content-Security-Policy"]
        assert "W2" not in page.text + text


def test_a_workers_key_opens_his_own_and_nothing_else(tester: Tester, site: str) -> None:
    tester.keys["W1"] = tester.key("worker", site_ids=[site], worker_id="W1")
    assert tester.get("/v1/me/shifts", "W1").status_code == 200
    for path in (f"/v1/sites/{site}/people/W2/shifts", f"/v1/sites/{site}/people", "/v1/sites"):
        assert tester.get(path, "W1").status_code == 403
    assert tester.get("/v1/me/shifts", "planner").status_code == 403


def test_people_and_how_they_are_reached(tester: Tester, site: str) -> None:
    path = f"/v1/sites/{site}/people/W1"
    tag = {"If-Match": tester.get(path).headers["ETag"]}
    body = {"email": "w1@example.com", "language": "sv"}
    assert tester.call("PUT", path, json=body).status_code == 428
    done = tester.call("PUT", path, json=body, headers=tag)
    assert (done.json()["email"], done.json()["language"]) == ("w1@example.com", "sv")
    assert tester.call("PUT", path, json=body, headers=tag).status_code == 412
    tag = {"If-Match": done.headers["ETag"]}
    for wrong in ("nobody", "a@b\nBcc: c@d", "a b@c", "a@b, c@d", ""):
        answer = tester.call("PUT", path, json={"email": wrong, "language": "sv"}, headers=tag)
        assert answer.status_code == 422, wrong
    assert tester.get(path, "stranger").status_code == 404
    with tester.database.write() as session:
        session.execute(update(Person).where(Person.worker_id == "W1").values(erased_at=now()))
    assert tester.get(path).status_code == 404


def event(start: datetime, hours: float = 8.0, queue: str = "q") -> FeedEvent:
    return FeedEvent(
        uid="u@peakcrew", tenant_id="t", site_id="s", worker_id="w", schedule_id="x", shift_id="i",
        queue=queue, start_at=start, end_at=start + timedelta(hours=hours), changed_at=start,
    )  # fmt: skip


def shifts(*found: FeedEvent, zone: str = "Europe/Berlin") -> WorkerShifts:
    return WorkerShifts("w", "W", "de", ZoneInfo(zone), found)


@pytest.mark.parametrize(
    ("start", "wall", "hours"),
    [
        (datetime(2026, 10, 24, 20, tzinfo=UTC), ("22:00", "06:00"), 9.0),  # one hour twice
        (datetime(2027, 3, 27, 21, tzinfo=UTC), ("22:00", "06:00"), 7.0),  # one hour never
    ],
)
def test_hours_of_a_night_of_the_clock_change(
    start: datetime, wall: tuple[str, str], hours: float
) -> None:
    line = lists.lines(shifts(event(start, hours)))[0]
    assert (f"{line.start:%H:%M}", f"{line.end:%H:%M}") == wall
    assert line.hours == hours


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    minutes=st.integers(1, 1440),
    zone=st.sampled_from(["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_calendars_read_the_same_instants(start: datetime, minutes: int, zone: str) -> None:
    at = start.replace(tzinfo=UTC, second=0, microsecond=0)
    raw = feed(shifts(event(at, minutes / 60), zone=zone), "de")
    found = next(iter(Calendar.from_ical(raw).walk("VEVENT")))
    assert found["DTSTART"].dt == at
    assert found["DTEND"].dt == at + timedelta(hours=minutes / 60)


def test_cells_cannot_calculate() -> None:
    text = lists.as_csv(shifts(event(MONDAY, queue="=1+1")), "en").decode()
    assert "'=1+1" in text
    book = load_workbook(io.BytesIO(lists.as_xlsx(shifts(event(MONDAY, queue="=1+1")), "en")))
    assert book.active is not None
    assert book.active["E2"].data_type == "s"


@pytest.mark.parametrize("key", WORDS)
def test_every_text_is_there_in_every_language(key: str) -> None:
    assert set(WORDS[key]) == set(LANGUAGES)
    assert all(WORDS[key].values())
