"""The simulation against exact values of Erlang C, Erlang A and the chat formula.

Each measure within four standard errors; the runs are long enough that 2 points are more.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from scheduler.staffing.chat import chat
from scheduler.staffing.erlang import Definition, erlang_a
from scheduler.staffing.requirement import QueueWork
from tests.scheduler.simulation.runs import batched, near, simulated

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "staffing" / "erlang_reference.json").read_text(encoding="utf-8")
)
CONTACTS = 60_000
# Light enough that a run sees many busy periods; heavier ones need longer runs.
STABLE = [one for one in REFERENCE["erlang_c"] if one["load_erl"] / one["agents"] < 0.92
          and one["load_erl"] < 200]  # fmt: skip


@pytest.mark.parametrize("case", REFERENCE["erlang_a"], ids=lambda case: case["id"])
def test_erlang_a(case: dict[str, float]) -> None:
    """All reference cases, the overloaded one and a single agent among them."""
    work = QueueWork(
        "a|de|voice", "live", (case["aht_s"],),
        patience_seconds=case["patience_s"], threshold_seconds=case["t_s"],
    )  # fmt: skip
    hours = max(40, int(CONTACTS / case["calls_per_h"]))
    seen = simulated(work, case["calls_per_h"], int(case["agents"]), hours, seed=17)

    level = case["sl_served_within_T_over_offered"]
    assert near(batched(seen.in_time, seen.offered), level)
    assert near(batched(seen.abandoned, seen.offered), case["p_abandon"])
    assert near(batched(seen.waiting_seconds, seen.offered), case["mean_wait_s"])
    assert near(batched(seen.busy_seconds, seen.present_seconds), case["occupancy"])


@pytest.mark.parametrize("definition", ["offered", "answered", "either", "virtual"])
def test_every_definition_of_the_service_level(definition: Definition) -> None:
    """Each is counted as its formula says; they differ by more than the error."""
    work = QueueWork(
        "a|de|voice", "live", (180.0,),
        patience_seconds=120.0, service_level_definition=definition,
    )  # fmt: skip
    seen = simulated(work, 200, 9, CONTACTS // 200, seed=20)
    known = erlang_a(9, 10.0, 180, 120, 20, definition)

    assert near(batched(seen.in_time, seen.judged), float(known.service_level))


def test_reference_cases_are_there() -> None:
    assert (len(REFERENCE["erlang_a"]), len(STABLE)) == (13, 25)


@pytest.mark.parametrize("case", STABLE[::3], ids=lambda case: case["id"])
def test_erlang_c(case: dict[str, float]) -> None:
    """Nobody hangs up."""
    work = QueueWork("a|de|voice", "live", (case["aht_s"],), threshold_seconds=case["t_s"])
    per_hour = case["load_erl"] / case["aht_s"] * 3600
    seen = simulated(work, per_hour, int(case["agents"]), max(40, int(CONTACTS / per_hour)), 18)

    assert near(batched(seen.in_time, seen.offered), case["service_level"])
    assert near(batched(seen.waiting_seconds, seen.offered), case["asa_s"])


@pytest.mark.parametrize(
    ("agents", "patience"), [(7, None), (8, None), (5, 240.0), (7, 240.0), (8, 60.0)]
)
def test_chat(agents: int, patience: float | None) -> None:
    """Up to three chats at once, the more the slower, with and without patience."""
    handle = (360.0, 420.0, 540.0)
    work = QueueWork("a|de|chat", "chat", handle, 3, patience, threshold_seconds=30)
    known = chat(agents, 120 / 3600, handle, patience, 30)
    seen = simulated(work, 120, agents, CONTACTS // 120, seed=19)

    assert near(batched(seen.in_time, seen.offered), float(known.service_level))
    assert near(batched(seen.abandoned, seen.offered), float(known.p_abandon))
    assert near(batched(seen.waiting_seconds, seen.offered), float(known.mean_wait_seconds))
    assert near(batched(seen.busy_seconds, seen.present_seconds), float(known.occupancy))
