"""A client generated from the OpenAPI document does a planner's errands on a live server."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from api.jobs.worker import Worker
from tests.api.batch.live import listening
from tests.api.serving import Tester
from tests.api.versions import TINY

PACKAGE = "peakcrew_client"
# The generator knows bodies of bytes, but not that these are some.
FILES = (
    "text/csv",
    "application/toml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
CONFIG = {
    "package_name_override": PACKAGE,
    "post_hooks": [],
    "content_type_overrides": dict.fromkeys(FILES, "application/octet-stream"),
}


@pytest.fixture
def client(tester: Tester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The generated package, imported."""
    document = tmp_path / "openapi.json"
    document.write_bytes(tester.client.get("/v1/openapi.json").content)
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    program = Path(sys.executable).with_name("openapi-python-client")
    told = subprocess.run(
        [program, "generate", "--path", document, "--meta", "none", "--config", config,
         "--output-path", tmp_path / PACKAGE, "--fail-on-warning"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        monkeypatch.delitem(sys.modules, name)
    return importlib.import_module(PACKAGE)


def operation(tag: str, name: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.api.{tag}.{name}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_a_site_to_its_assignments(tester: Tester, client: ModuleType) -> None:
    models = importlib.import_module(f"{PACKAGE}.models")
    with listening(tester) as url:
        mine = client.AuthenticatedClient(base_url=url, token=tester.keys["planner"])
        site = operation("sites", "create_site").sync(
            client=mine, body=models.NewSite.from_dict({"name": "tiny", "files": TINY})
        )
        assert site.name == "tiny"
        job = operation("schedules", "create_schedule").sync(
            client=mine, body=models.NewScheduleJob.from_dict({"site_id": site.id}),
            idempotency_key="once",
        )  # fmt: skip
        assert job.state == "queued"
        Worker(tester.database, tester.settings).work(until_idle=True)
        done = operation("jobs", "read_job").sync(job.id, client=mine)
        assert done.state == "succeeded"
        result = done.result.to_dict()
        found = operation("schedules", "list_assignments").sync(
            result["schedule_id"], result["number"], client=mine, limit=200
        )
        assert found.next_cursor is None
        assert {one.worker_id for one in found.items} <= {f"W{n}" for n in range(1, 9)}
        assert all(one.start.tzinfo is not None for one in found.items)
        missing = operation("schedules", "read_schedule").sync_detailed("none", client=mine)
        assert missing.status_code == 404
