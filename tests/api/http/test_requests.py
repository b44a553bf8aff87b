"""What holds for every request: strict JSON, problems, headers, pages, answers given once."""

import threading
from typing import Any

import pytest

from tests.api.serving import Tester

BAD_JSON = {
    "NaN": b'{"name": NaN, "role": "planner"}',
    "Infinity": b'{"name": Infinity}',
    "too large": b'{"name": 1e999}',
    "many digits": b'{"name": ' + b"9" * 5000 + b"}",
    "a key twice": b'{"name": "a", "name": "b", "role": "planner"}',
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "cut off": b'{"name": "a"',
    "deep": b"[" * 100_000,
    "deep and closed": b"[" * 200 + b"]" * 200,
    "NUL": b'{"name": "a\\u0000b", "role": "planner"}',
    "empty": b"",
    "text": b"hello",
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_json_that_is_none_is_refused(sqlite_tester: Tester, name: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = sqlite_tester.call("POST", "/v1/keys", content=BAD_JSON[name], headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert {"type", "title", "code", "detail", "instance", "request_id"} <= set(problem)


def test_unknown_paths_and_methods_are_problems(sqlite_tester: Tester) -> None:
    assert sqlite_tester.get("/v1/nothing").json()["code"] == "not_found"
    answer = sqlite_tester.call("PUT", "/v1/keys")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST"


def test_headers_of_every_answer(sqlite_tester: Tester) -> None:
    answer = sqlite_tester.get("/v1/keys", headers={"X-Request-Id": "abc-1"})
    assert answer.headers["X-Request-Id"] == "abc-1"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    forged = sqlite_tester.get("/v1/keys", headers={"X-Request-Id": "a b{}"})
    assert forged.headers["X-Request-Id"] != "a b{}"


def test_a_body_that_is_too_large(sqlite_tester: Tester) -> None:
    headers = {"Content-Type": "application/json"}
    large = b" " * (sqlite_tester.settings.max_body_mib * 2**20 + 1)
    answer = sqlite_tester.call("POST", "/v1/keys", content=large, headers=headers)
    assert answer.status_code == 413


def test_pages_show_everything_once(tester: Tester) -> None:
    for _ in range(7):
        tester.key("planner")
    seen: list[str] = []
    cursor = None
    while True:
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        found = tester.get("/v1/keys", params={"limit": 3, **more}).json()
        seen += [one["id"] for one in found["items"]]
        cursor = found["next_cursor"]
        if cursor is None:
            break
    everything = [one["id"] for one in tester.get("/v1/keys?limit=200").json()["items"]]
    assert seen == everything
    assert len(set(seen)) == len(seen) == 11


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WzEsMiwzXQ", "ä", "[" * 900])
def test_a_cursor_of_somebody_elses_making(sqlite_tester: Tester, cursor: str) -> None:
    answer = sqlite_tester.get("/v1/keys", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1e9", "9" * 30])
def test_a_limit_out_of_range(sqlite_tester: Tester, limit: str) -> None:
    assert sqlite_tester.get("/v1/keys", params={"limit": limit}).status_code == 422


def test_too_many_requests(tester: Tester) -> None:
    service = tester.client.app.state.service  # type: ignore[attr-defined]
    object.__setattr__(
        service, "settings", service.settings.model_copy(update={"requests_per_minute": 3})
    )
    answers = [tester.get("/v1/keys") for _ in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_ready_and_healthy(tester: Tester) -> None:
    assert tester.client.get("/health").json() == {"status": "ok"}
    assert tester.client.get("/ready").json() == {"status": "ok"}


def test_every_error_of_the_document_is_a_problem(sqlite_tester: Tester) -> None:
    document = sqlite_tester.client.get("/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["operationId"], (path, method)
            for status, answer in operation["responses"].items():
                if status >= "400":
                    kinds = set(answer.get("content", {"application/problem+json": {}}))
                    assert kinds == {"application/problem+json"}, (path, method, status)


def test_threads_do_not_get_in_each_others_way(tester: Tester) -> None:
    statuses: list[int] = []

    def ask() -> None:
        for _ in range(5):
            answer = tester.post("/v1/keys", {"name": "x", "role": "planner"})
            statuses.append(answer.status_code)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 20


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/keys", {"name": "x", "role": "planner"}),
        ("/v1/webhooks", {"url": "https://example.com/hook"}),
    ],
)
def test_an_answer_with_a_secret_is_not_kept(
    sqlite_tester: Tester, path: str, body: dict[str, Any]
) -> None:
    before = sqlite_tester.get(path).json()["items"]
    answer = sqlite_tester.post(path, body, headers={"Idempotency-Key": "once"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "not_repeatable"
    assert sqlite_tester.get(path).json()["items"] == before
