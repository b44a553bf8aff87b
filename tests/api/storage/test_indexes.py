"""Every list is read from an index in its order: a page costs the same however much is stored."""

from typing import Any

import pytest
from sqlalchemy import event

from tests.api.command import Planned
from tests.api.serving import Tester
from tests.api.world import World, make_world, operations


@pytest.fixture
def world(sqlite_tester: Tester, tiny: Planned) -> World:
    return make_world(sqlite_tester, tiny.folder)


def lists(tester: Tester) -> list[str]:
    """Templates of all routes that answer in pages from the database."""
    document = tester.client.get("/v1/openapi.json").json()
    return [
        path
        for path, methods in document["paths"].items()
        if any(one["name"] == "cursor" for one in methods.get("get", {}).get("parameters", ()))
        and "/tables/" not in path
    ]


def plans(tester: Tester, path: str) -> list[str]:
    """How SQLite reads the rows of a page, for each query that has an order and a limit."""
    found: list[str] = []
    engine = tester.database.engine

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "ORDER BY" in statement and "LIMIT" in statement:
            rows = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            found.append("; ".join(row[-1] for row in rows))

    event.listen(engine, "before_cursor_execute", explain)
    try:
        answer = tester.get(path)
    finally:
        event.remove(engine, "before_cursor_execute", explain)
    assert answer.status_code == 200, answer.text
    return found


def test_no_list_is_sorted_or_searched_through(sqlite_tester: Tester, world: World) -> None:
    asked = lists(sqlite_tester)
    assert len(asked) >= 15
    assert {one.template for one in operations(sqlite_tester)} >= set(asked)
    for template in asked:
        found = plans(sqlite_tester, world.path(template))
        assert found, template
        for plan in found:
            assert "TEMP B-TREE" not in plan, (template, plan)
            assert "SCAN" not in plan, (template, plan)


@pytest.mark.parametrize("narrowed", ["worker_id=W1", "queue=chat", "from=2027-01-11T00:00:00Z"])
def test_assignments_are_found_by_what_they_are_narrowed_to(
    sqlite_tester: Tester, world: World, narrowed: str
) -> None:
    path = world.path("/v1/schedules/{schedule_id}/versions/{number}/assignments")
    (plan,) = plans(sqlite_tester, f"{path}?{narrowed}")
    assert "USING INDEX" in plan
    assert "TEMP B-TREE" not in plan
    name = narrowed.split("=")[0]
    assert name == "from" or f"{name}=?" in plan


def test_the_next_page_is_gone_to_straight(sqlite_tester: Tester, world: World) -> None:
    path = world.path("/v1/schedules/{schedule_id}/versions/{number}/assignments")
    cursor = sqlite_tester.get(f"{path}?limit=1").json()["next_cursor"]
    (plan,) = plans(sqlite_tester, f"{path}?limit=1&cursor={cursor}")
    assert "(start_at,shift_id)>(?,?)" in plan.replace(" ", "")
