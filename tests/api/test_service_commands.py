"""The service's commands as somebody at the machine uses them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.api.command import peakcrew
from tests.api.versions import TINY
from tests.postgres import free_port


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The service's folder, by its variable."""
    monkeypatch.setenv("PEAKCREW_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def key(*more: object) -> str:
    made = peakcrew("keys", "create", "--tenant", "acme", "--json", *more)
    assert made.exit_code == 0, made.output
    return str(json.loads(made.stdout)["key"])


def test_migrate_then_keys(data: Path) -> None:
    assert peakcrew("migrate", "--check").exit_code == 2
    refused = peakcrew("keys", "list")
    assert (refused.exit_code, "peakcrew migrate" in refused.output) == (2, True)
    assert peakcrew("migrate").exit_code == 0
    assert peakcrew("migrate", "--check").exit_code == 0
    first, second = key(), key("--role", "planner", "--days", 30)
    assert first != second
    listed = json.loads(peakcrew("keys", "list", "--json").stdout)["keys"]
    assert [one["role"] for one in listed] == ["admin", "planner"]
    assert first not in json.dumps(listed)
    assert peakcrew("keys", "revoke", "--id", listed[1]["id"]).exit_code == 0
    assert peakcrew("keys", "revoke", "--id", "key_0").exit_code == 2
    assert (data / "peakcrew.db").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ("create",), ("revoke",), ("make",), ("create", "--tenant", "a", "--role", "king"),
        ("create", "--tenant", "a", "--role", "worker"),
    ],
)  # fmt: skip
def test_keys_that_cannot_be_made(data: Path, arguments: tuple[str, ...]) -> None:
    peakcrew("migrate")
    told = peakcrew("keys", *arguments)
    assert told.exit_code == 2
    assert told.output.strip()
    assert "Traceback" not in told.output


def test_a_wrong_setting_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKCREW_MAX_ROWS", "many")
    told = peakcrew("migrate")
    assert (told.exit_code, "PEAKCREW_MAX_ROWS" in told.output) == (2, True)


def test_a_password_is_never_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"postgresql://me:hush-hush@127.0.0.1:{free_port()}/none"
    monkeypatch.setenv("PEAKCREW_DATABASE_URL", url)
    told = peakcrew("migrate")
    assert told.exit_code == 1
    assert "does not answer" in told.output
    assert "hush-hush" not in told.output


def until(holds: Any, seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while True:
        try:
            found = holds()
        except httpx2.HTTPError:
            found = None
        if found:
            return found
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def test_serve_from_an_empty_folder_to_a_published_schedule(data: Path) -> None:
    """As in the README: one command, a site, a job; then Ctrl-C."""
    port = free_port()
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    log = data.parent / "log"
    with log.open("wb") as told:
        service = subprocess.Popen(command, stderr=told, env=dict(os.environ))
    try:
        base = f"http://127.0.0.1:{port}"
        until(lambda: httpx2.get(f"{base}/ready").status_code == 200)
        with httpx2.Client(base_url=base, headers={"Authorization": f"Bearer {key()}"}) as client:
            site = client.post("/v1/sites", json={"name": "tiny", "files": TINY}).json()["id"]
            job = client.post("/v1/schedules", json={"site_id": site}).json()["id"]
            done = until(lambda: _ended(client, job))
            assert (done["state"], done["result"]["objective"]) == ("succeeded", 1080.0)
            feed = client.post(f"/v1/sites/{site}/people/W1/feed").json()["url"]
            assert feed.startswith(f"{base}/feeds/")
            assert client.get(feed).status_code == 200
    finally:
        service.send_signal(signal.SIGINT)
        assert service.wait(40) == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"request", "job ended"} <= {line["event"] for line in lines}


def _ended(client: httpx2.Client, job: str) -> dict[str, Any] | None:
    found: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
    return found if found["state"] in ("succeeded", "failed", "cancelled") else None
