"""What may never decide is refused at the door, with file, line and column."""

from scheduler.contract import documents
from scheduler.denied import denied_feature
from tests.api.serving import Tester
from tests.api.versions import TINY, make_site


def columns(name: str) -> str:
    header, *rows = TINY["workers.csv"].splitlines()
    return "\n".join([f"{header},{name}", *(f"{row},1" for row in rows)]) + "\n"


DENIED = ("rating", "reliability_score", "sick_days", "union", "Gender", "acceptance rate")


def test_a_denied_column_is_refused_where_it_stands(tester: Tester) -> None:
    site = make_site(tester)
    tag = {"If-Match": tester.get(f"/v1/sites/{site}").headers["ETag"]}
    place = {"file": "workers.csv", "line": 1, "column": TINY["workers.csv"].index("\n") + 2}
    for column in DENIED:
        body = {"files": {"workers.csv": columns(column)}}
        answer = tester.post(f"/v1/sites/{site}/inputs", body, headers=tag)
        assert (answer.status_code, answer.json()["code"]) == (422, "site_invalid")
        error = answer.json()["errors"][0]
        assert {key: error[key] for key in place} == place
        assert "no behaviour, health, belief or union" in error["message"]
    assert len(tester.get(f"/v1/sites/{site}/inputs").json()["items"]) == 1


def test_nor_by_a_form_or_as_rows(tester: Tester) -> None:
    site = make_site(tester)
    tag = {"If-Match": tester.get(f"/v1/sites/{site}").headers["ETag"]}
    files = [("files", ("workers.csv", columns("rating").encode(), "text/csv"))]
    sent = tester.call("POST", f"/v1/sites/{site}/uploads", files=files, headers=tag)
    assert (sent.status_code, sent.json()["errors"][0]["line"]) == (422, 1)
    rows = [{"worker_id": "W1", "punctuality": 3}]
    put = tester.call("PUT", f"/v1/sites/{site}/tables/workers", json={"rows": rows}, headers=tag)
    assert (put.status_code, "punctuality" in put.text) == (422, True)


def test_nor_as_a_reason_of_a_policy(tester: Tester) -> None:
    policy = """
[[policies]]
name = "no strikers"
kind = "priority"
price_per_hour = 1
who = {status = ["union member"]}
"""
    files = {**TINY, "site.toml": TINY["site.toml"] + policy}
    answer = tester.post("/v1/sites", {"name": "x", "files": files})
    assert answer.status_code == 422
    assert any("'union' may not decide" in one["message"] for one in answer.json()["errors"])
    assert tester.get("/v1/sites").json()["items"] == []


def test_the_problem_that_is_solved_has_no_such_key() -> None:
    models = [one for one in vars(documents).values() if hasattr(one, "model_fields")]
    names = {name for model in models for name in model.model_fields}
    assert "workers" in names
    assert [name for name in names if denied_feature(name)] == []
