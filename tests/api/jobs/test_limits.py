"""No job takes more time or memory than it may have, and its log lines say whose it is."""

import subprocess
import sys
from typing import Any

import pytest
import structlog
from sqlalchemy import delete
from structlog.testing import capture_logs

from api.jobs.memory import is_over
from api.jobs.worker import Worker
from api.storage.tables import Blob
from tests.api.serving import Tester
from tests.api.versions import make_site

HOLD = """
import subprocess, sys
inner = "block = bytearray(120 * 2**20); block[::4096] = b'x' * len(block[::4096]); " \\
        "print('ready', flush=True); input()"
subprocess.run([sys.executable, "-c", inner], start_new_session=True)
"""


def do(tester: Tester, parameters: Any = None, **limits: Any) -> dict[str, Any]:
    """A job under other limits, done."""
    body = {"site_id": make_site(tester), "parameters": parameters or {}}
    job = tester.post("/v1/schedules", body, headers={"X-Request-Id": "req-7"}).json()["id"]
    Worker(tester.database, tester.settings.model_copy(update=limits)).work(until_idle=True)
    return dict(tester.get(f"/v1/jobs/{job}").json())


def test_too_much_memory_is_the_end_of_a_job(tester: Tester) -> None:
    done = do(tester, job_memory_mib=20)
    assert (done["state"], done["attempt"]) == ("failed", 1)
    assert done["error"]["code"] == "out_of_memory"


def test_too_much_time_is_the_end_of_a_job(tester: Tester) -> None:
    done = do(tester, max_job_seconds=0.2)
    assert (done["state"], done["attempt"]) == ("failed", 1)
    assert done["error"]["code"] == "timeout"


def test_nobody_searches_longer_than_he_may_and_the_log_says_whose_it_is(
    tester: Tester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")  # makes the child talk
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        done = do(tester, {"time_limit": 3000.0}, max_solve_seconds=7.0)
    path = f"/v1/schedules/{done['result']['schedule_id']}/versions/1/files/schedule.json"
    assert tester.get(path).json()["run"]["parameters"]["time_limit"] == 7.0
    said = {line["event"]: line for line in lines if line.get("job_id") == done["id"]}
    assert said["the job said"]["request_id"] == "req-7"
    assert "import time" in said["the job said"]["stderr"]
    assert said["job ended"]["attempt"] == 1


def test_what_the_whole_family_holds_counts() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert is_over(process.pid, 110)
        assert not is_over(process.pid, 400)
        process.communicate(b"\n")
    assert not is_over(process.pid, 0)


def test_a_job_whose_input_is_gone_does_not_take_the_worker_along(tester: Tester) -> None:
    job = tester.post("/v1/schedules", {"site_id": make_site(tester)}).json()["id"]
    with tester.database.write() as session:
        session.execute(delete(Blob))
    with capture_logs() as lines:
        Worker(tester.database, tester.settings).work(until_idle=True)
    assert [line["event"] for line in lines] == ["input is missing"]
    waiting = tester.get(f"/v1/jobs/{job}").json()
    assert (waiting["state"], waiting["attempt"]) == ("queued", 1)
    assert "its input is not there" in waiting["stage"]
