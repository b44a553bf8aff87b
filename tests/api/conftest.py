"""Plans that many tests look at, each made once; copy a folder before changing anything in it."""

from pathlib import Path

import pytest

from tests.api.command import SEEDS, Planned, peakcrew
from tests.api.shop import write_shop


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """``seeds/tiny``, planned."""
    folder = tmp_path_factory.mktemp("tiny") / "out"
    return Planned(folder, peakcrew("plan", SEEDS / "tiny", "--out", folder))


@pytest.fixture(scope="session")
def solved(tiny: Planned, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """The problem of tiny, solved by the bare optimiser."""
    folder = tmp_path_factory.mktemp("solved")
    out = folder / "schedule.json"
    problem = tiny.folder / "problem.json"
    return Planned(folder, peakcrew("solve", problem, "--out", out, "--seed", 7, "--json"))


@pytest.fixture(scope="session")
def requirement_only(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """``seeds/requirement_only``, planned."""
    folder = tmp_path_factory.mktemp("requirement_only") / "out"
    site = SEEDS / "requirement_only"
    result = peakcrew("plan", site, "--out", folder, "--gap", 0.05, "--workers", 2, "--json")
    return Planned(folder, result)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with history."""
    return write_shop(tmp_path_factory.mktemp("site") / "shop")


@pytest.fixture(scope="session")
def planned_shop(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """The site with history, planned."""
    folder = tmp_path_factory.mktemp("shop") / "out"
    result = peakcrew("plan", shop, "--out", folder, "--gap", 0.05, "--workers", 2, "--json")
    return Planned(folder, result)
