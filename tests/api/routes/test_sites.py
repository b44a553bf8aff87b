"""Sites and their input over HTTP: all or nothing, with the place of every problem."""

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook

from api.inputs.uploads import XLSX
from tests.api.command import SEEDS
from tests.api.serving import Tester

TINY = {
    path.name: path.read_text()
    for path in (SEEDS / "tiny").iterdir()
    if path.suffix in (".csv", ".toml")
}


@pytest.fixture
def site(tester: Tester) -> str:
    answer = tester.post("/v1/sites", {"name": "tiny", "files": TINY}, "planner")
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/sites/{answer.json()['id']}"
    return str(answer.json()["id"])


def tag(tester: Tester, site: str) -> dict[str, str]:
    return {"If-Match": tester.get(f"/v1/sites/{site}").headers["ETag"]}


def test_a_site_comes_with_its_tables(tester: Tester, site: str) -> None:
    workers = tester.get(f"/v1/sites/{site}/tables/workers").json()
    assert workers["total"] == TINY["workers.csv"].strip().count("\n")
    assert workers["items"][0]["worker_id"] == "W1"
    one = tester.get(f"/v1/sites/{site}/tables/availability?worker_id=W1").json()
    assert one["items"]
    assert {row["worker_id"] for row in one["items"]} == {"W1"}
    queues = tester.get(f"/v1/sites/{site}/queues").json()["items"]
    assert all(queue["settings"]["understaffing_cost_per_hour"] > 0 for queue in queues)
    assert tester.get(f"/v1/sites/{site}/files/workers.csv").text == TINY["workers.csv"]


def test_rows_come_in_pages(tester: Tester, site: str) -> None:
    rows, cursor = [], ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        page = tester.get(
            f"/v1/sites/{site}/tables/availability", params={"limit": 2, **more}
        ).json()
        rows += page["items"]
        cursor = page["next_cursor"]
    assert len(rows) == page["total"]
    other = tester.get(f"/v1/sites/{site}/tables/workers", params={"limit": 2}).json()[
        "next_cursor"
    ]
    wrong = tester.get(f"/v1/sites/{site}/tables/availability", params={"cursor": other})
    assert wrong.json()["code"] == "bad_cursor"


def test_a_problem_has_file_line_and_column_and_changes_nothing(tester: Tester, site: str) -> None:
    lines = TINY["workers.csv"].splitlines()
    broken = "\n".join(
        [*lines[:2], lines[2].replace(lines[2].split(",")[6], "dear", 1), *lines[3:]]
    )
    before = tester.get(f"/v1/sites/{site}").json()
    body = {"files": {"workers.csv": broken, "site.toml": TINY["site.toml"] + "\n"}}
    answer = tester.post(f"/v1/sites/{site}/inputs", body, headers=tag(tester, site))
    assert answer.status_code == 422
    first = answer.json()["errors"][0]
    assert (first["file"], first["line"]) == ("workers.csv", 3)
    assert first["column"] > 1
    assert "hourly_cost" in first["message"]
    assert tester.get(f"/v1/sites/{site}").json() == before


def test_a_site_is_there_with_its_input_or_not_at_all(tester: Tester) -> None:
    files = {**TINY, "workers.csv": "worker_id\n"}
    assert tester.post("/v1/sites", {"name": "bad", "files": files}).status_code == 422
    assert tester.get("/v1/sites").json()["items"] == []


def test_versions_guard_against_each_other(tester: Tester, site: str) -> None:
    body = {"files": {"site.toml": TINY["site.toml"] + "\n# a\n"}}
    assert tester.post(f"/v1/sites/{site}/inputs", body).status_code == 428
    seen = tag(tester, site)
    done = tester.post(f"/v1/sites/{site}/inputs", body, headers=seen)
    assert done.status_code == 201
    assert done.headers["ETag"] == tag(tester, site)["If-Match"] != seen["If-Match"]
    again = tester.post(f"/v1/sites/{site}/inputs", body, headers=seen)
    assert (again.status_code, again.json()["code"]) == (412, "stale")
    assert [one["number"] for one in tester.get(f"/v1/sites/{site}/inputs").json()["items"]] == [
        2,
        1,
    ]


def test_a_site_is_deleted_with_what_is_its(tester: Tester, site: str) -> None:
    assert tester.call("DELETE", f"/v1/sites/{site}").status_code == 428
    assert tester.call("DELETE", f"/v1/sites/{site}", headers=tag(tester, site)).status_code == 204
    assert tester.get(f"/v1/sites/{site}").status_code == 404
    assert tester.get("/v1/sites").json()["items"] == []


def test_the_same_key_makes_one_site(tester: Tester) -> None:
    headers = {"Idempotency-Key": "abc"}
    first = tester.post("/v1/sites", {"name": "one"}, headers=headers)
    again = tester.post("/v1/sites", {"name": "one"}, headers=headers)
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    other = tester.post("/v1/sites", {"name": "two"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(tester.get("/v1/sites").json()["items"]) == 1
    mine = tester.post("/v1/sites", {"name": "one"}, "stranger", headers=headers)
    assert mine.status_code == 201


def test_a_refused_request_may_be_repeated_with_its_key(tester: Tester) -> None:
    tester.post("/v1/sites", {"name": "one"})
    headers = {"Idempotency-Key": "abc"}
    for _ in range(2):
        answer = tester.post("/v1/sites", {"name": "one"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_as_its_table(tester: Tester, site: str) -> None:
    rows = [line.split(",") for line in TINY["workers.csv"].splitlines()]
    rows[1][1] = "Zoë"
    answer = tester.call(
        "PUT",
        f"/v1/sites/{site}/files/workers.csv",
        content=workbook(rows),
        headers={"Content-Type": XLSX, **tag(tester, site)},
    )
    assert answer.status_code == 200, answer.text
    assert tester.get(f"/v1/sites/{site}/tables/workers").json()["items"][0]["name"] == "Zoë"


def test_days_and_times_of_a_workbook(tmp_path: Path) -> None:
    from datetime import datetime

    from api.inputs.uploads import Limits, from_xlsx

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c", "d"])
        sheet.write_datetime(
            1, 0, datetime(2027, 1, 4), book.add_format({"num_format": "yyyy-mm-dd"})
        )
        sheet.write_datetime(
            1, 1, datetime(2027, 1, 4), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write_number(1, 2, 14.5)
        sheet.write_number(1, 3, 3)
    text = from_xlsx("history.csv", path.read_bytes(), Limits(10, 100)).decode()
    assert text == "a,b,c,d\n2027-01-04,2027-01-04T00:00,14.5,3\n"


def test_rows_as_json(tester: Tester, site: str) -> None:
    page = tester.get(f"/v1/sites/{site}/tables/workers").json()
    body = {"rows": page["items"]}
    path = f"/v1/sites/{site}/tables/workers"
    assert tester.call("PUT", path, json=body, headers=tag(tester, site)).status_code == 200
    assert tester.get(path).json()["items"] == page["items"]
    body["rows"][0]["hourly_cost"] = -1
    answer = tester.call("PUT", path, json=body, headers=tag(tester, site))
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["file"], answer.json()["errors"][0]["line"]) == (
        "workers.csv",
        2,
    )


def test_several_files_as_a_form(tester: Tester, site: str) -> None:
    files = [("files", (name, text.encode())) for name, text in TINY.items()]
    answer = tester.call(
        "POST", f"/v1/sites/{site}/uploads", files=files, headers=tag(tester, site)
    )
    assert answer.status_code == 201, answer.text
    assert {one["name"] for one in answer.json()["files"]} == set(TINY)


def bomb() -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300 * 2**20)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "status"), [("bomb", 413), ("text", 422), ("zip", 422), ("empty", 422)]
)
def test_workbooks_that_are_none(tester: Tester, site: str, name: str, status: int) -> None:
    import zipfile

    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a.txt", "a")
    bodies = {"bomb": bomb, "text": lambda: b"hello", "zip": plain.getvalue, "empty": lambda: b""}
    answer = tester.call(
        "PUT",
        f"/v1/sites/{site}/files/workers.csv",
        content=bodies[name](),
        headers={"Content-Type": XLSX, **tag(tester, site)},
    )
    assert answer.status_code == status, answer.text


def test_files_that_a_site_does_not_have(tester: Tester, site: str) -> None:
    for path in ("files/passwd", "files/..%2Fsite.toml", "tables/nothing"):
        assert tester.get(f"/v1/sites/{site}/{path}").status_code in (404, 422)
    assert tester.post(f"/v1/sites/{site}/inputs", {"files": {"../x": "a"}}).status_code == 404


def test_sites_of_others_are_not_there(tester: Tester, site: str) -> None:
    for path in ("", "/inputs", "/queues", "/tables/workers", "/files/site.toml"):
        assert tester.get(f"/v1/sites/{site}{path}", "stranger").status_code == 404
    tester.keys["narrow"] = tester.key("planner", site_ids=["site_" + "0" * 24])
    assert tester.get(f"/v1/sites/{site}", "narrow").status_code == 404
    assert tester.get("/v1/sites", "narrow").json()["items"] == []


@pytest.mark.parametrize("role", ["approver", "auditor"])
def test_who_may_not_edit(tester: Tester, site: str, role: str) -> None:
    assert tester.get(f"/v1/sites/{site}", role).status_code == 200
    assert tester.post("/v1/sites", {"name": "x"}, role).status_code == 403
    assert tester.call("DELETE", f"/v1/sites/{site}", role).status_code == 403


def test_rule_profiles(tester: Tester) -> None:
    assert "de" in tester.get("/v1/rule-profiles").json()["items"]
    table = tester.get("/v1/rule-profiles/de?on=2026-12-24").json()
    assert any(rule["id"].startswith("de.") for rule in table["rules"])
    assert tester.get("/v1/rule-profiles/xx?on=2026-12-24").status_code == 404
    assert tester.get("/v1/rule-profiles/de?on=0001-01-01").status_code == 422
