"""Why, over HTTP: from the reasons kept with a version, in the worker's language."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import update

from api.languages import LANGUAGES
from api.storage.tables import Person
from api.trace.reason_words import WORDS
from scheduler.explain.codes import meanings
from tests.api.command import Planned
from tests.api.serving import Tester
from tests.api.trace.planned import keep_plan
from tests.api.versions import bring_to, make_site, make_version, shift

TUESDAY = "2027-01-12"


@pytest.fixture
def site(tester: Tester) -> str:
    return make_site(tester)


@pytest.fixture
def version(tester: Tester, site: str, tiny: Planned) -> str:
    return keep_plan(tester, site, tiny.folder)


def codes(found: Any) -> list[str]:
    return [one["code"] for one in found["reasons"]]


def test_what_is_kept_of_a_worker(tester: Tester, version: str, tiny: Planned) -> None:
    kept = json.loads((tiny.folder / "reasons.json").read_text())
    for own in kept["workers"]:
        path = f"{version}/reasons?worker_id={own['worker']}"
        found = tester.get(path, "auditor").json()
        assert len(found["shifts"]) == own["shifts"]
        assert all(one["reasons"] for one in found["shifts"])
        told = {one["code"]: one["shifts"] for one in found["uncovered"]}
        assert told == own["uncovered_shifts"]
    near = tester.get(f"{version}/reasons?worker_id=W5").json()["nearest"]
    assert "rest.own_shifts" in codes(near[0])
    assert tester.get(f"{version}/reasons?worker_id=nobody").status_code == 404
    assert tester.get(f"{version}/reasons?worker_id=W1", "stranger").status_code == 404
    assert tester.get(f"{version}/reasons").status_code == 422


@pytest.mark.parametrize(
    ("worker", "start", "queue", "code", "possible"),
    [
        ("W6", f"{TUESDAY}T08:00:00+01:00", None, "availability.too_short", False),
        ("W3", f"{TUESDAY}T08:00:00+01:00", "payment|de|chat", "skill.missing", False),
        ("W5", f"{TUESDAY}T08:00:00+01:00", None, "rest.own_shifts", True),
        ("W2", f"{TUESDAY}T11:00:00Z", None, "need_met.no_shortage", True),
    ],
)
def test_a_question_about_one_shift(
    tester: Tester, version: str, worker: str, start: str, queue: str | None, code: str,
    possible: bool,
) -> None:  # fmt: skip
    body = {"worker_id": worker, "start": start, "queue": queue}
    answer = tester.post(f"{version}/why", body, "planner")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    if worker == "W6":
        assert found["is_possible"] is False
    else:
        assert (code in codes(found), found["is_possible"]) == (True, possible), found
    if worker == "W2":
        assert (found["cost_change"], found["cost_terms"]) == (64.0, {"wages": 64.0})


def test_questions_about_nothing(tester: Tester, version: str, site: str) -> None:
    def ask(**changes: Any) -> int:
        body = {"worker_id": "W1", "start": f"{TUESDAY}T08:00:00+01:00", **changes}
        return tester.post(f"{version}/why", body).status_code

    assert ask(worker_id="nobody") == 404
    assert ask(start=f"{TUESDAY}T08:07:00+01:00") == 422
    assert ask(start="2029-01-01T08:00:00+01:00") == 422
    assert ask(start=f"{TUESDAY}T08:00:00") == 422
    assert ask(queue="no such") == 422
    bare = make_version(tester, site, [shift("W1", 0, 8)])
    body = {"worker_id": "W1", "start": f"{TUESDAY}T08:00:00+01:00"}
    assert tester.post(f"{bare}/why", body).status_code == 404


def test_a_worker_asks_about_himself_in_his_language(
    tester: Tester, version: str, site: str
) -> None:
    for worker in ("W4", "W5"):
        tester.keys[worker] = tester.key("worker", site_ids=[site], worker_id=worker)
    assert tester.get("/v1/me/reasons", "W5").status_code == 404  # nothing is in force yet
    bring_to(tester, version, "published")
    with tester.database.write() as session:
        session.execute(update(Person).where(Person.worker_id == "W5").values(language="sv"))
    found = tester.get("/v1/me/reasons", "W5").json()
    assert found["worker_id"] == "W5"
    near = found["nearest"][0]["reasons"]
    assert "vila" in near[0]["meaning"]
    german = tester.get("/v1/me/reasons?lang=de&on=2027-01-12", "W5").json()
    assert "Ruhezeit" in german["nearest"][0]["reasons"][0]["meaning"]
    assert tester.get("/v1/me/reasons?on=2028-01-12", "W5").status_code == 404
    body = {"start": f"{TUESDAY}T08:00:00+01:00"}
    assert "rest.own_shifts" in codes(tester.post("/v1/me/why", body, "W5").json())
    assert tester.post("/v1/me/why", body, "planner").status_code == 403
    assert tester.get(f"{version}/reasons?worker_id=W5", "W5").status_code == 403


def test_a_worker_reads_of_nobody_else(tester: Tester, version: str, site: str) -> None:
    bring_to(tester, version, "published")
    starts = [f"2027-01-{day}T{hour:02d}:00:00+01:00" for day in (11, 12, 13) for hour in (8, 12)]
    for number in range(1, 9):
        worker = f"W{number}"
        tester.keys[worker] = tester.key("worker", site_ids=[site], worker_id=worker)
        texts = [tester.get("/v1/me/reasons", worker).text]
        texts += [tester.post("/v1/me/why", {"start": one}, worker).text for one in starts]
        named = set(re.findall(r"\bW\d\b", "".join(texts)))
        assert named == {worker}


def test_every_reason_has_words_in_every_language() -> None:
    assert WORDS.keys() == meanings().keys()
    for texts in WORDS.values():
        assert set(texts) == set(LANGUAGES)
        assert all(text.endswith(".") for text in texts.values())
