"""What docs/operations.md and the files for containers and systemd say is so."""

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from api.audit.chain import verify
from api.cli import app
from api.settings import Settings
from api.storage.database import Database
from api.storage.migrate import require_current
from tests.api.serving import Tester
from tests.api.versions import make_site
from tests.postgres import Cluster, sqlalchemy_url

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "operations.md").read_text("utf-8")
CONTAINERFILE = (ROOT / "container" / "Containerfile").read_text("utf-8")
COMPOSE = (ROOT / "container" / "compose.yaml").read_text("utf-8")
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def test_every_setting_is_told_with_its_default() -> None:
    table = DOCUMENT.partition("## Settings")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| `?([^|`]*)`? \|", table, re.MULTILINE))
    assert told == {name.upper(): _shown(name) for name in Settings.model_fields}


def _shown(name: str) -> str:
    default = Settings.model_fields[name].default
    if default is None:
        return "none"
    return json.dumps(default) if isinstance(default, bool | tuple) else str(default)


def test_every_metric_is_told(tester: Tester) -> None:
    tester.get("/v1/sites")
    found = re.findall(r"^# TYPE (\w+)", tester.client.get("/metrics").text, re.MULTILINE)
    names = {name for name in found if not name.endswith("_created")}
    assert set(re.findall(r"^\| `(peakcrew_\w+)", DOCUMENT, re.MULTILINE)) == names


def commands() -> list[list[str]]:
    """What the units and the compose file start."""
    starts = [
        re.findall(r"^ExecStart=\S+/peakcrew (.*)$", unit.read_text(), re.M) for unit in UNITS
    ]
    listed = re.findall(r"^    command: \[(.*)\]$", COMPOSE, re.MULTILINE)
    return [
        *(shlex.split(one) for found in starts for one in found),
        *(shlex.split(one.replace(",", " ")) for one in listed),
        *(json.loads(one) for one in re.findall(r"^CMD (.*)$", CONTAINERFILE, re.MULTILINE)),
    ]


def test_there_is_something_to_start() -> None:
    assert len(commands()) == 9


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_what_is_started_exists(command: list[str]) -> None:
    done = CliRunner().invoke(app, [*command, "--help"])
    assert done.exit_code == 0, done.output
    options = {word for word in command if word.startswith("--")}
    assert options <= set(re.findall(r"--[a-z-]+", done.output))


def test_the_compose_file_sets_what_there_is() -> None:
    names = set(re.findall(r"^    PEAKCREW_([A-Z_]+):", COMPOSE, re.MULTILINE))
    assert names
    assert names <= {name.upper() for name in Settings.model_fields}


def test_the_image_copies_all_that_is_built() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    first_stage = CONTAINERFILE.partition("COPY --from")[0]
    copied = re.findall(r"^COPY (.*) \S+$", first_stage, re.MULTILINE)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored
    assert re.search(r"^USER (?!root|0)", CONTAINERFILE, re.MULTILINE)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in (ROOT / "deploy" / "systemd").iterdir():
        body = unit.read_text().replace("/opt/peakcrew/.venv/bin/peakcrew", "/bin/true")
        (tmp_path / unit.name.replace("@", "@1")).write_text(body)
    units = sorted(tmp_path.iterdir())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_services_come_back_and_have_time_to_end(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert any(line.startswith("MemoryMax=") for line in lines)
    assert "NoNewPrivileges=yes" in lines
    if "Type=oneshot" not in lines:
        assert {"Restart=always", "KillMode=mixed", "TimeoutStopSec=35"} <= set(lines)


def test_a_backup_is_the_whole_service(
    tester: Tester, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    make_site(tester)
    if tester.database.is_sqlite:
        copy = Database(f"sqlite:///{_copied(tester.database, tmp_path)}")
    else:
        copy = Database(_dumped(request.getfixturevalue("postgres"), tester.database, tmp_path))
    require_current(copy)
    with copy.snapshot() as session:
        assert verify(session, tester.tenant_id) is None
        assert session.execute(text("SELECT count(*) FROM sites")).scalar() == 1
    with pytest.raises(DBAPIError, match="only ever added to"), copy.write() as session:
        session.execute(text("DELETE FROM audit"))
    copy.close()


def _copied(database: Database, folder: Path) -> Path:
    """What `.backup` of the sqlite3 program does."""
    path = folder / "backup.db"
    source, target = sqlite3.connect(database.engine.url.database or ""), sqlite3.connect(path)
    source.backup(target)
    source.close()
    target.close()
    return path


def _dumped(cluster: Cluster, database: Database, folder: Path) -> str:
    """`pg_dump`, and `pg_restore` into a new database."""
    name = str(database.engine.url.database)
    dump = folder / "peakcrew.dump"
    programs = cluster.binaries
    options = ["--no-owner", "--exit-on-error"]
    copy = cluster.create(f"{name}_new")
    for command in (
        [programs / "pg_dump", "--format=custom", f"--file={dump}", cluster.url(name)],
        [programs / "pg_restore", *options, f"--dbname={copy}", dump],
    ):
        subprocess.run(command, check=True)
    return sqlalchemy_url(copy)
