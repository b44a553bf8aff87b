"""Figures for Prometheus: counted by route, never by id or name."""

from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from structlog.testing import capture_logs

from api.jobs.queue import claim, finish
from tests.api.serving import Tester
from tests.api.versions import make_site


def figures(tester: Tester) -> dict[tuple[str, ...], float]:
    answer = tester.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return dict(_samples(answer.text))


def _samples(text: str) -> Iterator[tuple[tuple[str, ...], float]]:
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            yield (one.name, *one.labels.values()), one.value


def test_requests_by_route_and_status(tester: Tester) -> None:
    site = make_site(tester)
    for _ in range(3):
        tester.get(f"/v1/sites/{site}")
    tester.get("/v1/sites/site_nowhere")
    tester.client.get("/somewhere/else/7")
    tester.client.request("BREW", "/v1/sites")
    found = figures(tester)
    route = "/v1/sites/{site_id}"
    assert found["peakcrew_requests_total", "GET", route, "200"] == 3
    assert found["peakcrew_requests_total", "GET", route, "404"] == 1
    assert found["peakcrew_requests_total", "GET", "other", "404"] == 1
    assert found["peakcrew_request_seconds_count", "GET", route] == 4
    assert not any(site in part or "BREW" in part for key in found for part in key)


def test_jobs_and_deliveries(tester: Tester) -> None:
    site = make_site(tester)
    for _ in range(3):
        assert tester.post("/v1/schedules", {"site_id": site}).status_code == 202
    mine = claim(tester.database, "w", tester.settings)
    assert mine is not None
    with tester.database.write() as session:
        assert finish(session, mine, "succeeded")
    assert claim(tester.database, "w", tester.settings) is not None
    found = figures(tester)
    states = {state: found["peakcrew_jobs", state] for state in ("queued", "running", "failed")}
    assert states == {"queued": 1, "running": 1, "failed": 0}
    assert 0 <= found["peakcrew_oldest_waiting_job_seconds",] < 60
    assert 0 <= found["peakcrew_recent_job_seconds", "schedule", "0.95"] < 60
    assert found["peakcrew_deliveries", "pending"] == 0
    assert found["peakcrew_database_up",] == 1
    assert not any("acme" in part or site in part for key in found for part in key)


def test_without_a_database_that_is_what_it_tells(
    tester: Tester, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import create_engine

    away = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nowhere")
    monkeypatch.setattr(tester.database, "reading", away)
    found = figures(tester)
    assert found["peakcrew_database_up",] == 0
    assert not any(key[0] == "peakcrew_jobs" for key in found)


def test_a_fault_is_counted_as_one(tester: Tester) -> None:
    service = tester.client.app.state.service  # type: ignore[attr-defined]
    object.__setattr__(service, "limiter", None)
    with capture_logs():  # a traceback for people takes its time
        assert tester.get("/v1/sites").status_code == 500
    assert figures(tester)["peakcrew_requests_total", "GET", "/v1/sites", "500"] == 1


def test_a_token_may_be_asked_for(tester: Tester) -> None:
    service = tester.client.app.state.service  # type: ignore[attr-defined]
    secret = service.settings.model_copy(update={"metrics_token": SecretStr("open sesame")})
    object.__setattr__(service, "settings", secret)
    assert tester.client.get("/metrics").status_code == 401
    assert tester.get("/metrics").status_code == 401
    headers = {"Authorization": "Bearer open sesame"}
    assert tester.client.get("/metrics", headers=headers).status_code == 200
