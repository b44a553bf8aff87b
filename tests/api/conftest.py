"""Plans that many tests look at, each made once, and databases, each test its own.

Copy a plan's folder before changing anything in it.
"""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from api.storage.database import Database
from api.storage.migrate import migrate
from tests.api.command import SEEDS, Planned, peakcrew
from tests.api.serving import Tester, serving
from tests.api.shop import write_shop
from tests.postgres import Cluster, cluster, sqlalchemy_url


@pytest.fixture(scope="session", autouse=True)
def _plain_logs() -> None:
    """Tracebacks without the values of all variables, which take longer than the tests."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    )


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server, whose database ``template`` has the tables of this version."""
    with cluster() as server:
        database = Database(sqlalchemy_url(server.create("template")))
        migrate(database)
        database.close()
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables of this version, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "peakcrew.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database with all tables, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "peakcrew.db"
        shutil.copy2(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: Cluster = request.getfixturevalue("postgres")
    name = f"test_{uuid.uuid4().hex}"
    yield sqlalchemy_url(server.create(name, "template"))
    server.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The same, opened."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def tester(database: Database, tmp_path: Path) -> Iterator[Tester]:
    """A service with two tenants on each kind of database."""
    yield from serving(database, tmp_path)


@pytest.fixture
def sqlite_tester(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Tester]:
    """The same on SQLite only, for what is decided before any database is asked."""
    shutil.copy2(migrated_sqlite, tmp_path / "peakcrew.db")
    database = Database(f"sqlite:///{tmp_path / 'peakcrew.db'}")
    yield from serving(database, tmp_path)
    database.close()


@pytest.fixture(scope="session")
def shop_files(shop: Path) -> dict[str, str]:
    """The site with history, as texts by file name."""
    return {path.name: path.read_text() for path in shop.iterdir() if path.is_file()}
