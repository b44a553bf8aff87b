"""The notice of main parameters: made from the real site, in order of weight, in every language."""

import re
from typing import Any

import pytest

from api.languages import LANGUAGES
from api.trace.notice_words import RULES, WORDS
from scheduler.denied import DENIED
from scheduler.rules.params import PARAMS
from tests.api.serving import Tester
from tests.api.versions import TINY

WEIGHTS = """
[objective]
preference_cost_per_hour = 0.2
fairness_cost_per_hour = 900.5

[[policies]]
name = "students & others first"
kind = "priority"
price_per_hour = 7
who = {contract = ["part_time"]}
"""


@pytest.fixture
def site(tester: Tester) -> str:
    files = {**TINY, "site.toml": TINY["site.toml"] + WEIGHTS}
    return str(tester.post("/v1/sites", {"name": "tiny", "files": files}).json()["id"])


def test_it_says_what_the_site_weighs_in_order(tester: Tester, site: str) -> None:
    found = tester.get(f"/v1/sites/{site}/notice", "auditor").json()
    told = [(one["key"], one["most"]) for one in found["parameters"]]
    assert told == [
        ("fairness", 900.5),
        ("understaffing", 80.0),
        ("wages", 16.5),
        ("policy.priority", 7.0),
        ("preference", 0.2),
    ]
    assert found["parameters"][0]["share"] == 1.0
    assert "A wish is not granted" in found["unused"]
    assert set(found["denied"]) == DENIED
    assert "median wage" in found["what"]["lines"][-1]  # what a change costs, planned again
    assert any("14 days" in line for line in found["review"]["lines"])
    rules = {one["id"]: one for one in found["rules"]}
    assert rules["de.rest"]["value"] == "11 hours"
    assert rules["de.rest"]["source"].startswith("ArbZG")
    assert all(one["kept"] != "shown" for one in found["rules"])


def test_a_page_in_every_language(tester: Tester, site: str) -> None:
    for language in LANGUAGES:
        answer = tester.get(f"/v1/sites/{site}/notice.html?lang={language}", "planner")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "script" not in answer.headers["Content-Security-Policy"]
        assert WORDS["title"][language] in answer.text
        assert "students &amp; others first" in answer.text
        assert not re.search(r"https?://|<script", answer.text)
    assert tester.get(f"/v1/sites/{site}/notice?lang=fr").status_code == 422


def test_a_worker_reads_it_too(tester: Tester, site: str) -> None:
    tester.keys["W1"] = tester.key("worker", site_ids=[site], worker_id="W1")
    mine = tester.get("/v1/me/notice?lang=de", "W1").json()
    assert mine == tester.get(f"/v1/sites/{site}/notice?lang=de").json()
    assert tester.get("/v1/me/notice.html", "W1").status_code == 200
    assert tester.get(f"/v1/sites/{site}/notice", "W1").status_code == 403
    assert tester.get(f"/v1/sites/{site}/notice", "stranger").status_code == 404
    assert tester.get("/v1/me/notice").status_code == 403


def test_a_worker_says_that_he_has_read_it(tester: Tester, site: str) -> None:
    tester.keys["W1"] = tester.key("worker", site_ids=[site], worker_id="W1")
    read = tester.get("/v1/me/notice?lang=sv", "W1").json()["sha256"]
    path = "/v1/me/notice/acknowledge"
    done = tester.post(path, {"sha256": read}, "W1")
    assert done.status_code == 200, done.text
    entry = tester.get("/v1/audit?action=notice.acknowledged", "auditor").json()["items"][0]
    assert (entry["number"], entry["facts"]) == (done.json()["audit_number"], {"sha256": read})
    other = tester.post(path, {"sha256": "0" * 64}, "W1")
    assert (other.status_code, other.json()["code"]) == (409, "notice_changed")
    assert tester.post(path, {"sha256": read}).status_code == 403


def test_it_changes_with_the_site_and_says_when(tester: Tester, site: str) -> None:
    def change(name: str, text: str) -> Any:
        tag = {"If-Match": tester.get(f"/v1/sites/{site}").headers["ETag"]}
        changed = tester.post(f"/v1/sites/{site}/inputs", {"files": {name: text}}, headers=tag)
        assert changed.status_code == 201, changed.text
        return tester.get(f"/v1/sites/{site}/notice").json()

    before = tester.get(f"/v1/sites/{site}/notice").json()
    same = change("workers.csv", TINY["workers.csv"].replace("Worker 1", "Worker One"))
    assert same["sha256"] == before["sha256"]
    other = change("site.toml", TINY["site.toml"])
    assert other["sha256"] != before["sha256"]
    assert [one["input_number"] for one in other["changes"]] == [1, 3]


def test_few_people_have_no_middle_wage_told(tester: Tester) -> None:
    header, *rows = TINY["workers.csv"].splitlines()
    kept = "\n".join([header, *rows[:3]]) + "\n"
    others = ("W4", "W5", "W6", "W7", "W8")
    files = {**TINY, "workers.csv": kept}
    for name in set(files) - {"workers.csv", "site.toml"}:
        lines = files[name].splitlines(keepends=True)
        files[name] = "".join(line for line in lines if not line.startswith(others))
    made = tester.post("/v1/sites", {"name": "few", "files": files})
    assert made.status_code == 201, made.text
    found = tester.get(f"/v1/sites/{made.json()['id']}/notice").json()
    wage = next(one for one in found["parameters"] if one["key"] == "wages")
    assert (wage["least"], wage["most"]) == (None, None)


def test_a_site_without_input_has_none(tester: Tester) -> None:
    site = tester.post("/v1/sites", {"name": "empty"}).json()["id"]
    answer = tester.get(f"/v1/sites/{site}/notice")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_input")


def test_every_text_is_there_in_every_language() -> None:
    for texts in (*WORDS.values(), *RULES.values()):
        assert set(texts) == set(LANGUAGES)
        assert all(texts.values())
        places = {frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts.values()}
        assert len(places) == 1


def test_every_rule_that_is_kept_has_words() -> None:
    from api.trace.notice import KEPT

    kept = {name for name, param in PARAMS.items() if param.enforcement in KEPT}
    assert kept <= RULES.keys()
    units = {PARAMS[name].unit for name in kept} - {"", "minutes", "cents"}
    plain = {"wall clock", "weekdays"}
    assert {f"unit.{unit}" for unit in units - plain} <= WORDS.keys()
