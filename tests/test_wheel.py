"""The wheel by itself: built from the checkout, installed elsewhere, and run from there."""

import json
import os
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
UV = shutil.which("uv", path=os.pathsep.join((str(ROOT / ".uv" / "bin"), os.environ["PATH"])))


def uv(*args: object) -> None:
    """Run uv with what its cache holds; only where that is not enough, with the index."""
    assert UV is not None, "uv is missing: `make setup` brings it"
    for more in ("--offline",), ():
        done = subprocess.run([UV, *map(str, args), *more], cwd=ROOT, capture_output=True)
        if done.returncode == 0:
            return
    pytest.fail(done.stderr.decode())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--wheel", "--out-dir", folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new environment with the wheel in it.

    The dependencies are lent by this environment, to install nothing twice; Peakcrew is not, as
    a checkout is found by a ``.pth`` file, and those are not read in a lent folder.
    """
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    programs = home / "bin"
    uv("pip", "install", "--no-deps", "--python", programs / "python", wheel)
    (site_packages,) = home.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs


def run(*command: object, cwd: Path) -> str:
    """What a program prints that ends well, without help from this process's environment."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_three_packages_and_their_data_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {
        "api/cli.py",
        "forecasts/__init__.py",
        "scheduler/__init__.py",
        "scheduler/rules/profiles/eu.toml",
        "scheduler/export/templates/report.html.j2",
        "scheduler/export/templates/report.css",
    } <= set(names)
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "api",
        "forecasts",
        "scheduler",
    }
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_packages_come_from_the_wheel(programs: Path, tmp_path: Path) -> None:
    where = "import api, forecasts, scheduler; print(api.__file__, forecasts.__file__, "
    found = run(programs / "python", "-c", where + "scheduler.__file__)", cwd=tmp_path).split()
    assert len(found) == 3
    assert all(Path(one).is_relative_to(programs.parent) for one in found)


def test_the_command_plans_from_another_folder(programs: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "seeds" / "tiny", tmp_path / "tiny")
    said = run(programs / "peakcrew", "plan", "tiny", "--out", "out", "--json", cwd=tmp_path)
    assert json.loads(said)["objective"] == 1080.0
    schedule = json.loads((tmp_path / "out" / "schedule.json").read_text("utf-8"))
    assert "search_failed" not in schedule["run"]
    assert "<style>" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert {one.name for one in (tmp_path / "out" / "workers").glob("W1.*")} == {
        "W1.csv",
        "W1.ics",
    }
