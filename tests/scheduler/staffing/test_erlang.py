"""Erlang B, C and A against reference values, limits and laws."""

import json
from decimal import Decimal, localcontext
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.erlang import Definition, erlang_a, erlang_b, erlang_c

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "erlang_reference.json").read_text(encoding="utf-8")
)
EXACT = 1e-9
DEFINITIONS: dict[Definition, str] = {
    "offered": "sl_served_within_T_over_offered",
    "answered": "sl_served_within_T_over_answered",
    "virtual": "sl_virtual_wait_le_T",
}

agents = st.integers(1, 80)
load = st.floats(0.1, 70)
patience = st.floats(10, 2000)
threshold = st.floats(0, 300)
small_budget = settings(max_examples=50, deadline=None)


def test_reference_is_complete() -> None:
    """A lost reference case would go unnoticed."""
    counts = {kind: len(cases) for kind, cases in REFERENCE.items() if isinstance(cases, list)}

    assert counts == {"erlang_b": 10, "erlang_c_pwait": 8, "erlang_c": 32, "erlang_a": 13}


@pytest.mark.parametrize("case", REFERENCE["erlang_b"])
def test_blocking(case: dict[str, float]) -> None:
    """Share of lost contacts."""
    assert erlang_b(case["servers"], case["load"]) == pytest.approx(case["blocking"], rel=EXACT)


@pytest.mark.parametrize("case", REFERENCE["erlang_c_pwait"])
def test_chance_of_waiting(case: dict[str, float]) -> None:
    """Share of contacts that wait."""
    seen = erlang_c(case["servers"], case["load"], 60, 20)

    assert seen.p_wait == pytest.approx(case["p_wait"], rel=EXACT)


@pytest.mark.parametrize("case", REFERENCE["erlang_c"], ids=lambda case: case["id"])
def test_erlang_c(case: dict[str, float]) -> None:
    """All measures of a queue without abandonment, up to 10,013 agents."""
    seen = erlang_c(case["agents"], case["load_erl"], case["aht_s"], case["t_s"])

    assert seen.p_wait == pytest.approx(case["p_wait"], rel=EXACT)
    assert seen.service_level == pytest.approx(case["service_level"], rel=EXACT)
    assert seen.mean_wait_seconds == pytest.approx(case["asa_s"], rel=EXACT)
    assert seen.occupancy == pytest.approx(case["occupancy"], rel=EXACT)
    assert seen.p_abandon == 0


@pytest.mark.parametrize("definition", DEFINITIONS)
@pytest.mark.parametrize("case", REFERENCE["erlang_a"], ids=lambda case: case["id"])
def test_erlang_a(case: dict[str, float], definition: Definition) -> None:
    """All measures of a queue with abandonment, and three of its service levels."""
    load = case["calls_per_h"] * case["aht_s"] / 3600
    seen = erlang_a(
        case["agents"], load, case["aht_s"], case["patience_s"], case["t_s"], definition
    )

    assert seen.p_wait == pytest.approx(case["p_wait"], rel=EXACT)
    assert seen.p_abandon == pytest.approx(case["p_abandon"], rel=EXACT)
    assert seen.mean_wait_seconds == pytest.approx(case["mean_wait_s"], rel=EXACT)
    assert seen.occupancy == pytest.approx(case["occupancy"], rel=EXACT)
    assert seen.service_level == pytest.approx(case[DEFINITIONS[definition]], rel=EXACT)


def exact_blocking(agents: int, load: float) -> float:
    """The recursion with forty digits."""
    with localcontext(prec=40):
        blocking = Decimal(1)
        for k in range(1, agents + 1):
            blocking = blocking / (blocking + k / Decimal(load))
        return float(blocking)


@pytest.mark.parametrize("agents", [128, 129, 1000, 10_000])
@pytest.mark.parametrize("occupancy", [0.85, 0.98, 1.0, 1.05, 1.4, 2.5])
def test_large_groups_are_exact(agents: int, occupancy: float) -> None:
    """The closed form of large groups, on both sides of a full one and where it has no digits."""
    load = agents * occupancy

    assert float(erlang_b(agents, load)) == pytest.approx(exact_blocking(agents, load), rel=1e-10)


def test_ten_thousand_agents_cost_no_more_than_a_hundred() -> None:
    """By ratio, as machines differ: many intervals, no recursion over the agents."""
    loads = np.linspace(0.9, 1.02, 200)
    seconds = []
    for agents in (120, 10_000):
        began = perf_counter()
        for _ in range(5):
            erlang_a(agents, agents * loads, 180, 120, 20)
        seconds.append(perf_counter() - began)

    assert seconds[1] < 20 * seconds[0]


def test_arrays_give_what_single_numbers_give() -> None:
    """Bulk calls broadcast agents against loads."""
    agents, load = np.arange(1, 40)[:, None], np.array([0.0, 3.0, 20.0, 33.5])
    bulk = erlang_a(agents, load, 200, 150, 20).service_level

    assert bulk.shape == pytest.approx((39, 4))
    assert bulk[11, 2] == pytest.approx(erlang_a(12, 20, 200, 150, 20).service_level, rel=1e-13)


@pytest.mark.parametrize("agents", [0, 3, 20])
def test_too_few_agents_without_abandonment_never_catch_up(agents: int) -> None:
    """Agents at or below the load: everyone waits for ever, no negative service level."""
    seen = erlang_c(agents, 20, 180, 20)

    assert (seen.p_wait, seen.service_level, seen.occupancy) == pytest.approx((1, 0, 1))
    assert seen.mean_wait_seconds == np.inf


@pytest.mark.parametrize("agents", [0, 5])
def test_no_load_means_no_waiting(agents: int) -> None:
    """A night interval is served perfectly, even by nobody."""
    for seen in (erlang_c(agents, 0, 180, 20), erlang_a(agents, 0, 180, 120, 20)):
        assert (seen.p_wait, seen.p_abandon, seen.mean_wait_seconds) == pytest.approx((0, 0, 0))
        assert (seen.service_level, seen.occupancy) == pytest.approx((1, 0))


def test_threshold_zero_counts_those_who_do_not_wait() -> None:
    """Answered at once is one minus the chance of waiting."""
    assert erlang_c(14, 10, 180, 0).service_level == pytest.approx(1 - 0.17413193359504983)
    assert erlang_a(12, 10, 180, 120, 0).service_level == pytest.approx(
        1 - erlang_a(12, 10, 180, 120, 0).p_wait
    )


@pytest.mark.parametrize("definition", ["offered", "answered"])
def test_nobody_there_with_abandonment(definition: Definition) -> None:
    """Without agents everyone hangs up after his patience."""
    seen = erlang_a(0, 5, 180, 120, 20, definition)

    assert (seen.p_wait, seen.p_abandon, seen.service_level) == pytest.approx((1, 1, 0))
    assert seen.mean_wait_seconds == pytest.approx(120)


def test_ten_thousand_agents_with_abandonment_in_deep_overload() -> None:
    """Half of the contacts must be lost when there are half the agents: no overflow."""
    seen = erlang_a(5000, 10_000, 180, 120, 20)

    assert seen.p_abandon == pytest.approx(0.5, abs=1e-6)
    assert seen.occupancy == pytest.approx(1.0, abs=1e-6)


@small_budget
@given(agents, load, threshold)
def test_endless_patience_is_erlang_c(agents: int, load: float, threshold: float) -> None:
    """Erlang A nears Erlang C as patience grows, where that is stable with room to spare."""
    load = min(load, 0.9 * agents)
    patient, impatient = (
        erlang_c(agents, load, 180, threshold),
        erlang_a(agents, load, 180, 1e8, threshold),
    )

    assert impatient.p_wait == pytest.approx(patient.p_wait, abs=1e-4)
    assert impatient.service_level == pytest.approx(patient.service_level, abs=1e-4)


@small_budget
@given(agents, load)
def test_no_patience_is_erlang_b(agents: int, load: float) -> None:
    """Erlang A nears Erlang B as patience vanishes: who would wait is lost."""
    seen = erlang_a(agents, load, 180, 1e-6, 20)

    assert seen.p_wait == pytest.approx(erlang_b(agents, load), abs=1e-6)
    assert seen.p_abandon == pytest.approx(erlang_b(agents, load), abs=1e-6)


@small_budget
@given(agents, load, patience)
def test_abandonment_and_wait_agree_with_flow_balance(
    agents: int, load: float, patience: float
) -> None:
    """Busy agents serve what does not hang up: the closed form of P(abandon | wait)."""
    seen = erlang_a(agents, load, 180, patience, 20)
    x, y = agents * patience / 180, load * patience / 180
    terms = np.cumprod(y / (x + np.arange(1, 20_000)))
    weight = 1 + terms.sum()
    expected = seen.p_wait * (agents / load / weight + 1 - agents / load)

    assert seen.p_abandon == pytest.approx(expected, abs=1e-9)
    assert seen.mean_wait_seconds == pytest.approx(seen.p_abandon * patience)


@small_budget
@given(agents, load, patience, threshold)
def test_definitions_are_ordered(
    agents: int, load: float, patience: float, threshold: float
) -> None:
    """All service levels are shares, and "offered" is the strictest."""
    level = {
        name: float(erlang_a(agents, load, 180, patience, threshold, name).service_level)
        for name in ("offered", "answered", "either", "virtual")
    }

    assert all(-1e-12 <= value <= 1 + 1e-12 for value in level.values())
    assert level["offered"] <= min(level["answered"], level["virtual"], level["either"]) + 1e-12
    assert level["virtual"] <= level["either"] + 1e-12


@small_budget
@given(agents, load, patience, threshold, st.sampled_from(get_args(Definition)))
def test_one_more_agent_never_hurts_by_any_definition(
    agents: int, load: float, patience: float, threshold: float, definition: Definition
) -> None:
    """The search for the fewest workers relies on it."""
    both = np.array([agents, agents + 1])
    level = erlang_a(both, load, 180, patience, threshold, definition).service_level

    assert level[1] >= level[0] - 1e-9


@small_budget
@given(agents, load, patience, threshold)
def test_one_more_agent_never_hurts(
    agents: int, load: float, patience: float, threshold: float
) -> None:
    """Service level rises and waiting falls with the number of agents."""
    both = np.array([agents, agents + 1])
    for seen in (
        erlang_c(both, load, 180, threshold),
        erlang_a(both, load, 180, patience, threshold),
    ):
        assert seen.service_level[1] >= seen.service_level[0] - 1e-12
        assert seen.p_wait[1] <= seen.p_wait[0] + 1e-12


@small_budget
@given(agents, load, patience, threshold)
def test_more_load_or_a_stricter_threshold_never_helps(
    agents: int, load: float, patience: float, threshold: float
) -> None:
    """Service level falls with load and rises with the time allowed."""
    loads, thresholds = np.array([load, load * 1.1]), np.array([threshold, threshold + 5])
    for by_load, by_threshold in (
        (erlang_c(agents, loads, 180, threshold), erlang_c(agents, load, 180, thresholds)),
        (
            erlang_a(agents, loads, 180, patience, threshold),
            erlang_a(agents, load, 180, patience, thresholds),
        ),
    ):
        assert by_load.service_level[1] <= by_load.service_level[0] + 1e-12
        assert by_threshold.service_level[1] >= by_threshold.service_level[0] - 1e-12


@small_budget
@given(st.integers(2, 40), st.floats(0.3, 0.95), st.integers(2, 5))
def test_bigger_teams_wait_less(agents: int, occupancy: float, times: int) -> None:
    """Scale economy: the same occupancy is served better by a bigger team."""
    size = np.array([agents, agents * times])

    assert np.diff(erlang_c(size, size * occupancy, 180, 20).p_wait) <= 1e-12
