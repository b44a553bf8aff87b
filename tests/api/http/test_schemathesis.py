"""Whatever is sent to whichever route: what comes back is what the OpenAPI document says.

The long run is `python -m benchmarks.reliability.requests`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.storage.database import Database
from tests.api.command import Planned
from tests.api.fuzzing import WIDE, Examined, examine
from tests.api.serving import Tester, serving
from tests.api.world import make_world, operations


@pytest.fixture
def wide(database: Database, tmp_path: Path) -> Iterator[Tester]:
    """A service that is not in the way of many requests."""
    yield from serving(database, tmp_path, **WIDE)


def shown(found: Examined) -> str:
    return "\n".join(
        f"{label}, {check}\n{text}\n" for (label, check), text in found.failures.items()
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_parameter_and_field_at_its_limits(wide: Tester, tiny: Planned) -> None:
    found = examine(wide, make_world(wide, tiny.folder), ("examples", "coverage"), 1)
    assert not found.failures, shown(found)
    labels = {f"{one.method.upper()} {one.template}" for one in operations(wide)}
    assert labels <= found.operations
    assert 200 in found.statuses


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_requests_at_random(wide: Tester, tiny: Planned) -> None:
    found = examine(wide, make_world(wide, tiny.folder), ("fuzzing",), 3)
    assert not found.failures, shown(found)
    assert 200 in found.statuses
