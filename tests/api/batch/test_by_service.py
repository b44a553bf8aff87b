"""The command with its plans made by a live service: the same files, and nothing done twice."""

import csv
import json
import shutil
import signal
import socket
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from api.batch import by_service, remote
from api.jobs.dispatch import prepare_dispatch
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import SiteInput
from tests.api.batch.live import handing_in, listening, states, until, verb
from tests.api.command import SEEDS, entries, peakcrew
from tests.api.serving import Tester, serving
from tests.postgres import Cluster, sqlalchemy_url

QUICK = ("--time-limit", 5, "--gap", 0)
BASE = ("--scenario", "base")
BUSY = ("--scenario", "base", "--scenario", "busy:volume=+20%")


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_service, "LOOK_SECONDS", 0.1)


@pytest.fixture
def sites(tmp_path: Path) -> list[Path]:
    """Two small sites; an umlaut of one of them is in Windows-1252."""
    found = []
    for name in ("north", "south"):
        shutil.copytree(SEEDS / "tiny", tmp_path / "sites" / name)
        found.append(tmp_path / "sites" / name)
    workers = found[0] / "workers.csv"
    lines = workers.read_text().splitlines()
    name = lines[0].split(",").index("name")
    cells = lines[1].split(",")
    cells[name] = "Jörg"
    workers.write_bytes("\n".join([lines[0], ",".join(cells), *lines[2:], ""]).encode("cp1252"))
    return found


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A site that cannot be planned."""
    shutil.copytree(SEEDS / "tiny", tmp_path / "sites" / "wrong")
    (tmp_path / "sites" / "wrong" / "workers.csv").write_text("worker_id\nx\n")
    return tmp_path / "sites" / "wrong"


def asked(tester: Tester, url: str, out: Path, *arguments: object, role: str = "planner") -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PEAKCREW_API_KEY", tester.keys.get(role, role))
        patch.setenv("PEAKCREW_SERVICE_URL", url)
        return peakcrew("batch", *arguments, "--out", out, *QUICK)


def rows(out: Path) -> list[dict[str, str]]:
    """The summary without what no two runs share."""
    with (out / "summary.csv").open(newline="") as file:
        return [{**row, "seconds": ""} for row in csv.DictReader(file)]


def keys(out: Path) -> dict[str, str]:
    files = (out / "state").glob("*.json")
    return {path.stem: json.loads(path.read_text())["key"] for path in files}


def shifts(out: Path, unit: str) -> Any:
    return json.loads((out / "plans" / unit / "schedule.json").read_text())["shifts"]


def calendars(out: Path) -> dict[str, list[str]]:
    return {
        str(path.relative_to(out)): [
            line
            for line in path.read_text().splitlines()
            if not line.startswith(("DTSTAMP", "LAST-MODIFIED"))
        ]
        for path in out.glob("plans/*/workers/*")
    }


def last(told: Any) -> str:
    """What the command printed, without the log of the service in this process."""
    return str(told.stdout.splitlines()[-1])


def answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def num_inputs(tester: Tester) -> int:
    with tester.database.read() as session:
        return session.scalars(select(func.count(SiteInput.id))).one()


def test_the_same_as_on_this_machine(
    sqlite_tester: Tester,
    sites: list[Path],
    wrong: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tester, (north, _) = sqlite_tester, sites
    here, there, other = (tmp_path / name for name in ("here", "there", "other"))
    local = peakcrew("batch", north, wrong, "--out", here, "--parallel", 2, *BUSY, *QUICK)
    with listening(tester) as url, verb(tester.settings, "worker"):
        told = asked(tester, url, there, north, wrong, *BUSY)
        assert told.exit_code == local.exit_code == 1
        assert last(told).replace(str(there), "") == last(local).replace(str(here), "")
        assert rows(there) == rows(here)
        assert keys(there) == keys(here)
        for unit in ("north--base", "north--busy"):
            assert shifts(there, unit) == shifts(here, unit)
        assert entries(there) == entries(here)
        assert calendars(there) == calendars(here)
        # Again, and into another folder: nothing is done twice.
        asked(tester, url, there, north, wrong, *BUSY)
        with monkeypatch.context() as patch:  # as if its versions were others than ours
            patch.setattr(by_service, "unit_key", lambda *_: "another")
            told = asked(tester, url, other, north, *BUSY)
        assert (told.exit_code, "warning: 2 plans are not of these" in told.stderr) == (0, True)
        theirs = keys(other)
        assert asked(tester, url, other, north, *BUSY).exit_code == 0
        assert keys(other).items() <= keys(here).items()
        assert not keys(other).items() & theirs.items()
        assert rows(other) == [row for row in rows(here) if row["site"] != "wrong"]
        assert (states(tester), num_inputs(tester)) == (["succeeded"] * 2, 1)
        # What changed is done anew; a file that is gone is gone there too.
        (north / "pins.csv").unlink()
        assert asked(tester, url, there, north, *BASE).exit_code == 0
        assert (states(tester), num_inputs(tester)) == (["succeeded"] * 3, 2)
        # What the service did counts here as well.
        written = (there / "state" / "north--base.json").stat().st_mtime_ns
        assert peakcrew("batch", north, "--out", there, *BASE, *QUICK).exit_code == 0
        assert (there / "state" / "north--base.json").stat().st_mtime_ns == written
        # A site that became wrong stays as it was.
        windows = north / "availability.csv"
        windows.write_text("worker_id,start,end,preference\nW1,soon,later,1\n")
        told = asked(tester, url, there, north, *BASE)
        assert told.exit_code == 1
        assert "failed: north, base: availability.csv:2:4:" in told.stderr
        assert (states(tester), num_inputs(tester)) == (["succeeded"] * 3, 2)


def test_killed_at_any_time_it_goes_on(
    sqlite_tester: Tester, sites: list[Path], tmp_path: Path
) -> None:
    out, tester = tmp_path / "out", sqlite_tester
    arguments = (*sites, *BASE, *QUICK)
    with listening(tester) as url:
        moments: tuple[Any, ...] = (
            lambda: (out / "lock").exists(),
            lambda: num_inputs(tester) > 0,
            lambda: states(tester),
        )
        for moment in moments:
            with handing_in(url, tester.keys["planner"], out, *arguments) as process:
                until(moment)
                process.send_signal(signal.SIGKILL)
        shutil.rmtree(out / "work")
        with handing_in(url, tester.keys["planner"], out, *arguments) as process:
            until((out / "work").exists)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
            assert (process.returncode, "goes on there" in errors) == (130, True)
        assert states(tester) == ["queued"] * 2
        with verb(tester.settings, "worker"):
            with handing_in(url, tester.keys["planner"], out, *arguments) as process:
                until(lambda: list((out / "state").glob("*.json")))
                process.send_signal(signal.SIGKILL)
            assert asked(tester, url, out, *sites, *BASE).exit_code == 0
    assert states(tester) == ["succeeded"] * 2
    assert num_inputs(tester) == 2
    assert [row["state"] for row in rows(out)] == ["done"] * 2
    assert not (out / "work").exists()


def test_a_service_that_is_killed_meanwhile(
    sqlite_tester: Tester, sites: list[Path], tmp_path: Path
) -> None:
    tester, out = sqlite_tester, tmp_path / "out"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    serve = ("serve", "--port", str(port), "--no-deliver")
    base = (*BASE, *QUICK)
    with ExitStack() as first:
        first.enter_context(verb(tester.settings, *serve, "--workers", "0"))
        until(lambda: answers(port))
        with handing_in(url, tester.keys["planner"], out, sites[0], *base, "--json") as process:
            until(lambda: states(tester))
            first.close()
            with verb(tester.settings, *serve):
                told, errors = process.communicate(timeout=120)
    assert process.returncode == 0, told + errors
    assert [one["cost"] for one in json.loads(told)["units"]] == [1080.0]
    assert states(tester) == ["succeeded"]


def test_what_failed_or_was_cancelled_is_tried_again(
    sqlite_tester: Tester, sites: list[Path], tmp_path: Path
) -> None:
    tester, out = sqlite_tester, tmp_path / "out"
    nobody = ("--scenario", "odd:drop-skill=juggling", *BASE)
    with listening(tester) as url:
        with handing_in(url, tester.keys["planner"], out, sites[0], *nobody, *QUICK) as process:
            until(lambda: len(states(tester)) == 2)
            batch = tester.get("/v1/batches").json()["items"][0]["id"]
            assert tester.post(f"/v1/batches/{batch}/cancel").status_code == 202
            _, errors = process.communicate(timeout=30)
        assert (process.returncode, "north, base: was cancelled" in errors) == (1, True)
        with verb(tester.settings, "worker"):
            for num_failed in (1, 2):
                told = asked(tester, url, out, sites[0], *nobody)
                assert (told.exit_code, "north, odd:" in told.stderr) == (1, True)
                assert "juggling" in told.stderr
                assert Counter(states(tester)) == {
                    "cancelled": 2, "succeeded": 1, "failed": num_failed,
                }  # fmt: skip


def test_keys_that_do_not_open(sqlite_tester: Tester, sites: list[Path], tmp_path: Path) -> None:
    tester, out = sqlite_tester, tmp_path / "out"
    with listening(tester) as url:
        for role, words in (
            ("pk_" + "0" * 40, "does not know this key"),
            ("auditor", "the key does not allow this"),
            ("", "the key of the service is missing"),
            ("käse", "is no key"),
        ):
            told = asked(tester, url, out, sites[0], role=role)
            assert (told.exit_code, words in told.stderr, "PEAKCREW_API_KEY" in told.stderr) == (
                2, True, True,
            )  # fmt: skip
        assert asked(tester, f"{url}/elsewhere", out, sites[0]).exit_code == 2
    assert tester.get("/v1/sites").json()["items"] == []


def test_nobody_there(
    sqlite_tester: Tester, sites: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "FIRST_PATIENCE_SECONDS", 1.0)
    told = asked(sqlite_tester, "http://127.0.0.1:1", tmp_path / "out", sites[0], "--json")
    assert told.exit_code == 1
    assert "does not answer" in json.loads(last(told))["error"][0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--parallel", 2), "--parallel: is for plans made on this machine"),
        (("--workers", 2), "--workers: is for"),
        (("--memory-limit", 900), "--memory-limit: is for"),
        (("--service", "ftp://x"), "--service: expected an address"),
        (("--service", "http://me:secret@x"), "without name and password"),
        (tuple(x for n in range(51) for x in ("--scenario", f"s{n}:seed={n}")), "scenarios"),
        (("--scenario", f"{'x' * 201}:seed=1"), "scenarios.0.name"),
    ],
)
def test_what_is_refused_before_anything_is_sent(
    sqlite_tester: Tester, sites: list[Path], tmp_path: Path, arguments: tuple[Any, ...], words: str
) -> None:
    with listening(sqlite_tester) as url:
        told = asked(sqlite_tester, url, tmp_path / "out", sites[0], *arguments)
    assert (told.exit_code, words in told.stderr) == (2, True), told.stderr
    assert "secret" not in told.stderr
    assert sqlite_tester.get("/v1/sites").json()["items"] == []


@pytest.fixture
def scaled(postgres: Cluster, tmp_path: Path) -> Iterator[Tester]:
    """A service whose jobs go through procrastinate."""
    name = f"test_{uuid.uuid4().hex}"
    url = postgres.create(name, "template")
    settings: dict[str, Any] = {"database_url": url, "dispatch": "procrastinate"}
    database = Database(sqlalchemy_url(url))
    prepare_dispatch(database, Settings(**settings))
    yield from serving(database, tmp_path, **settings)
    database.close()
    postgres.drop(name)


def test_by_workers_that_procrastinate_wakes(
    scaled: Tester, sites: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with listening(scaled) as url, verb(scaled.settings, "worker"), verb(scaled.settings, "worker"):
        for _ in range(2):
            assert asked(scaled, url, out, *sites, *BASE).exit_code == 0
    assert [float(row["cost"]) for row in rows(out)] == [1080.0, 1080.0]
    assert states(scaled) == ["succeeded"] * 2
