"""Erasure: the name is in no byte that is kept, the rest stays, and the audit log is whole."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from api.inputs.states import check
from api.storage.tables import WebhookEndpoint
from api.trace.erasure import NAMED
from api.trace.personal import blanked, mentions
from tests.api.command import Planned, peakcrew
from tests.api.serving import Tester
from tests.api.trace.planned import keep_plan
from tests.api.versions import TINY, bring_to, step

NAME, EMAIL = "Zoë Ångström-Quux", "zoe.quux@example.com"
FORMS = (NAME.encode(), b"Zo\\u00eb", b"Quux", EMAIL.encode())
BORN = "1989-07-29"


def named_files() -> dict[str, str]:
    """``seeds/tiny`` in which W1 has a name and a date of birth."""
    header, *rows = TINY["workers.csv"].splitlines()
    rows = [f"{row},1989-07-29" if row.startswith("W1,") else f"{row}," for row in rows]
    text = "\n".join([f"{header},birth_date", *rows]) + "\n"
    return {**TINY, "workers.csv": text.replace("Worker 1", NAME)}


def without_w1() -> dict[str, str]:
    """The same after W1 has left."""
    return {
        name: "".join(line for line in text.splitlines(keepends=True) if not line.startswith("W1,"))
        for name, text in named_files().items()
        if name.endswith(".csv")
    }


@pytest.fixture(scope="session")
def named(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """That site, planned."""
    folder = tmp_path_factory.mktemp("named")
    (folder / "site").mkdir()
    for name, text in named_files().items():
        (folder / "site" / name).write_text(text)
    return Planned(folder / "out", peakcrew("plan", folder / "site", "--out", folder / "out"))


@pytest.fixture
def site(tester: Tester) -> str:
    answer = tester.post("/v1/sites", {"name": "named", "files": named_files()})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
def used(tester: Tester, site: str, named: Planned) -> str:
    """A site in which the name has got everywhere; path of its version."""
    person = f"/v1/sites/{site}/people/W1"
    tag = {"If-Match": tester.get(person).headers["ETag"]}
    tester.call("PUT", person, json={"email": EMAIL, "language": "sv"}, headers=tag)
    with tester.database.write() as session:
        session.add(WebhookEndpoint(tenant_id=tester.tenant_id, url="https://x", secret="s"))
    version = keep_plan(tester, site, named.folder)
    bring_to(tester, version, "approved")
    assert step(tester, version, "reject", "approver", {"reason": f"{NAME} is away"}).is_success
    body = {"name": f"key of {NAME}", "role": "worker", "site_ids": [site], "worker_id": "W1"}
    tester.keys["W1"] = tester.post("/v1/keys", body).json()["key"]
    once = {"headers": {"Idempotency-Key": "r1"}}
    asked = tester.post("/v1/reviews", {"text": f"I, {NAME}, ask"}, "W1", **once)
    review = asked.headers["Location"]
    headers = {"If-Match": asked.headers["ETag"], "Idempotency-Key": "d1"}
    answer = {"person": "P", "outcome": "upheld", "answer": f"Dear {NAME}"}
    assert tester.post(f"{review}/decide", answer, "planner", headers=headers).is_success
    bring_to(tester, version, "published")
    return version


def kept_bytes(tester: Tester, request: pytest.FixtureRequest) -> bytes:
    """All that the database keeps: its files, or a dump."""
    url = make_url(tester.database.url)
    if tester.database.is_sqlite:
        folder = Path(str(url.database)).parent
        return b"".join(path.read_bytes() for path in folder.glob("peakcrew.db*"))
    program = request.getfixturevalue("postgres").binaries / "pg_dump"
    # The dump holds the contents of files as hexadecimal digits.
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run([program, plain], capture_output=True, check=True, env=dict(os.environ))
    return done.stdout + b"".join(_unhexed(done.stdout))


def _unhexed(dump: bytes) -> Iterator[bytes]:
    for line in dump.splitlines():
        for cell in line.split(b"\t"):
            if cell.startswith(b"\\\\x"):
                yield bytes.fromhex(cell[3:].decode())


def leave(tester: Tester, site: str) -> None:
    """W1 is in the site's input no longer."""
    tag = {"If-Match": tester.get(f"/v1/sites/{site}").headers["ETag"]}
    body = {"files": without_w1()}
    changed = tester.post(f"/v1/sites/{site}/inputs", body, headers=tag)
    assert changed.status_code == 201, changed.text


def erase(tester: Tester, site: str, role: str = "admin", worker: str = "W1") -> Any:
    person = tester.get(f"/v1/sites/{site}/people/{worker}")
    headers = {"If-Match": person.headers.get("ETag", '"1"')}
    path = f"/v1/sites/{site}/workers/{worker}/erase"
    return tester.post(path, role=role, headers=headers)


def test_nothing_of_the_name_is_kept(
    tester: Tester, site: str, used: str, request: pytest.FixtureRequest
) -> None:
    before = kept_bytes(tester, request)
    assert all(form in before for form in (NAME.encode(), b"Quux", EMAIL.encode()))
    feed = tester.post(f"/v1/sites/{site}/people/W1/feed").json()["url"]
    feed = feed.removeprefix(tester.settings.public_url)
    leave(tester, site)
    assert erase(tester, site).json()["code"] == "has_shifts"
    assert step(tester, used, "withdraw", "planner", {"reason": "x"}).is_success
    done = erase(tester, site)
    assert done.status_code == 200, done.text
    found = done.json()
    assert (found["inputs"], found["versions"], found["feeds"], found["reviews"]) == (1, 1, 1, 1)
    after = kept_bytes(tester, request)
    assert len(after) > 10_000
    for form in FORMS:
        assert form not in after, after[after.index(form) - 200 : after.index(form) + 200]
    assert tester.get("/v1/audit/verify", "auditor").json()["is_whole"]
    assert tester.client.get(feed).status_code == 404
    assert tester.get("/v1/me/shifts", "W1").status_code == 401
    assert erase(tester, site).status_code == 404
    _what_stays(tester, site, used)


def _what_stays(tester: Tester, site: str, version: str) -> None:
    """The id, what was planned under it, the run that can be repeated, and the hashes."""
    found = tester.get(version).json()
    assert not NAMED & set(found["files"])
    assert {"schedule.json", "problem.json", "reasons.json", "rules.json"} <= set(found["files"])
    rows = tester.get(f"{version}/assignments?worker_id=W1").json()["items"]
    assert rows
    run = tester.get(f"{version}/run").json()
    assert (run["is_as_audited"], run["input_erased_at"] is not None) == (True, True)
    changed = tester.get("/v1/audit?action=input.erased", "auditor").json()["items"]
    inputs = tester.get(f"/v1/sites/{site}/inputs").json()["items"]
    assert changed[0]["facts"]["after_sha256"] == inputs[-1]["sha256"] == run["input_sha256"]
    assert changed[0]["facts"]["before_sha256"] != run["input_sha256"]
    reviews = tester.get("/v1/reviews", "planner").json()["items"]
    assert [(one["worker_id"], one["text"], one["state"]) for one in reviews] == [
        ("W1", "", "upheld")
    ]
    others = tester.get(f"/v1/sites/{site}/people").json()["items"]
    assert {one["name"] for one in others} == {f"Worker {number}" for number in range(2, 9)}


def test_handed_in_again_the_name_is_not_kept(tester: Tester, site: str) -> None:
    leave(tester, site)
    assert erase(tester, site).status_code == 200
    tag = {"If-Match": tester.get(f"/v1/sites/{site}").headers["ETag"]}
    files = {name: text for name, text in named_files().items() if name.endswith(".csv")}
    changed = tester.post(f"/v1/sites/{site}/inputs", {"files": files}, headers=tag).json()
    assert any("erased" in note for note in changed["notes"])
    kept = tester.get(f"/v1/sites/{site}/files/workers.csv").text
    assert "W1,,payment-de" in kept
    assert NAME not in kept
    assert BORN not in kept
    assert "Worker 2" in kept


def test_who_is_planned_stays_and_only_admins_erase(tester: Tester, site: str) -> None:
    assert erase(tester, site).json()["code"] == "still_planned"
    for role in ("planner", "approver", "auditor"):
        assert erase(tester, site, role).status_code == 403
    assert erase(tester, site, "stranger").status_code == 404
    assert erase(tester, site, worker="nobody").status_code == 404
    path = f"/v1/sites/{site}/workers/W1/erase"
    assert tester.post(path).status_code == 428
    assert tester.post(path, headers={"If-Match": '"99"'}).status_code == 412
    assert tester.post("/v1/schedules", {"site_id": site}).status_code == 202
    leave(tester, site)
    assert erase(tester, site).json()["code"] == "jobs_at_work"


def test_another_site_with_the_same_file_keeps_it(tester: Tester, site: str) -> None:
    other = tester.post("/v1/sites", {"name": "other", "files": named_files()}).json()["id"]
    leave(tester, site)
    assert erase(tester, site).status_code == 200
    kept = tester.get(f"/v1/sites/{other}/files/workers.csv").text
    assert NAME in kept


def test_all_that_is_kept_on_a_worker(tester: Tester, site: str, used: str) -> None:
    found = tester.get(f"/v1/sites/{site}/workers/W1/data").json()
    assert (found["name"], found["email"]) == (NAME, EMAIL)
    rows = found["inputs"][0]["tables"]
    assert rows["workers.csv"][0]["birth_date"] == BORN
    assert len(rows["availability.csv"]) == 3
    assert {one["worker_id"] for table in rows.values() for one in table} == {"W1"}
    assert len(found["assignments"]) == len(found["shifts"]) == 3
    assert NAME in found["reviews"][0]["text"]
    assert {one["topic"] for one in found["messages"]} == {"review.decided", "schedule.published"}
    assert {"review.requested", "key.created"} <= {one["action"] for one in found["audit"]}
    mine = tester.get("/v1/me/data", "W1").json()
    assert mine["shifts"] == found["shifts"]
    assert "W2" not in tester.get("/v1/me/data", "W1").text
    for role, status in (("planner", 403), ("stranger", 404)):
        assert tester.get(f"/v1/sites/{site}/workers/W1/data", role).status_code == status
    read = tester.get("/v1/audit?action=person.data_read", "auditor").json()["items"]
    assert len(read) == 1


def test_no_other_file_of_a_plan_names_anybody(named: Planned) -> None:
    who = mentions([NAME], "W1")
    naming = {
        path.name
        for path in named.folder.iterdir()
        if path.is_file() and who.are_in(path.read_bytes())
    }
    assert naming <= NAMED
    assert "report.html" in naming


HEADER = (
    "worker_id,name,skills,contract,status,region,hourly_cost,"
    "min_hours_per_week,max_hours_per_week\n"
)
REST = ",a,b,c,d,15,0,12\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("W1,A" + REST, "W1," + REST),
        ('W1,"A, ""B""\nC"' + REST, "W1," + REST),
        ("W2,A" + REST + "W1,B" + REST, "W2,A" + REST + "W1," + REST),
        (" W1 ,A" + REST, " W1 ," + REST),
        ("W1," + REST, "W1," + REST),
        ("W11,A" + REST, "W11,A" + REST),
    ],
)
def test_only_the_cell_is_emptied(before: str, after: str) -> None:
    assert blanked((HEADER + before).encode(), {"W1"}) == (HEADER + after).encode()


def test_a_state_that_was_blanked_can_still_be_planned() -> None:
    files = {name: text.encode() for name, text in named_files().items()}
    files["workers.csv"] = blanked(files["workers.csv"], {"W1", "W2"})
    assert check(files).files == files


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Dear Ann,", "Dear w7,"),
        ("Annabel and Joann", "Annabel and Joann"),
        ("Ann Ann", "w7 w7"),
        ("O&amp;x", "O&amp;x"),
    ],
)
def test_names_inside_longer_words_stay(text: str, wanted: str) -> None:
    assert mentions(["Ann", "w7", None, " "], "w7").replaced(text) == wanted
