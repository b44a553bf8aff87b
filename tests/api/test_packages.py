"""The generic package names are Peakcrew's own, or the program says whose they are."""

import subprocess
import sys
from pathlib import Path

import pytest

from api.packages import check_packages


def test_the_checkout_is_its_own() -> None:
    check_packages()


@pytest.mark.parametrize("name", ["scheduler", "forecasts"])
def test_a_package_of_that_name_in_the_current_folder_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("# somebody else's\n")
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "check", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"the package {name!r} is taken from {tmp_path / name}" in done.stderr
    assert "Traceback" not in done.stderr
