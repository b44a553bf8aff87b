"""The formulas against small discrete-event simulations that share nothing with them."""

import heapq
import math
import random
from dataclasses import dataclass

import pytest

from scheduler.staffing.chat import chat
from scheduler.staffing.erlang import Definition, erlang_a, erlang_c

# Of a share, for the run lengths below: some three standard errors.
NEAR = 0.012


@dataclass(frozen=True)
class Seen:
    """What a simulated day looked like; shares of all contacts."""

    p_wait: float
    p_abandon: float
    mean_wait: float
    answered_in_time: float
    gone_in_time: float
    concurrency: float = 1.0

    @property
    def levels(self) -> dict[Definition, float]:
        """Service level by definition."""
        return {
            "offered": self.answered_in_time,
            "answered": self.answered_in_time / (1 - self.p_abandon),
            "either": self.answered_in_time + self.gone_in_time,
        }


def simulate_calls(
    agents: int, gap: float, aht: float, patience: float, threshold: float, calls: int, seed: int
) -> Seen:
    """First come, first served: the next call goes to the agent who is free first."""
    rng = random.Random(seed)
    free_at = [0.0] * agents
    clock = waited = 0.0
    waits = gone = answered_in_time = gone_in_time = 0
    for _ in range(calls):
        clock += rng.expovariate(1 / gap)
        wait = max(0.0, free_at[0] - clock)
        stays = rng.expovariate(1 / patience) if math.isfinite(patience) else math.inf
        waits += wait > 0
        waited += min(wait, stays)
        if stays < wait:
            gone += 1
            gone_in_time += stays <= threshold
        else:
            answered_in_time += wait <= threshold
            heapq.heapreplace(free_at, clock + wait + rng.expovariate(1 / aht))
    return Seen(
        waits / calls, gone / calls, waited / calls, answered_in_time / calls, gone_in_time / calls
    )


def simulate_chats(
    agents: int, gap: float, aht: list[float], threshold: float, chats: int, seed: int
) -> Seen:
    """Workers with chats of their own; a new chat goes to the least busy, a freed slot at once.

    Exponential times have no memory, so each event redraws who ends next.
    """
    rng = random.Random(seed)
    serving = [0] * agents
    queue: list[float] = []
    clock = waited = busy_time = 0.0
    come = waits = in_time = 0
    while come < chats:
        ends = [level / aht[level - 1] if level else 0.0 for level in serving]
        rate = 1 / gap + sum(ends)
        step = rng.expovariate(rate)
        clock += step
        busy_time += step * sum(serving)
        draw = rng.random() * rate
        if draw < 1 / gap:
            come += 1
            if min(serving) < len(aht):
                serving[serving.index(min(serving))] += 1
                in_time += 1
            else:
                waits += 1
                queue.append(clock)
            continue
        worker = rng.choices(range(agents), weights=ends)[0]
        if queue:
            wait = clock - queue.pop(0)
            waited += wait
            in_time += wait <= threshold
        else:
            serving[worker] -= 1
    return Seen(waits / come, 0.0, waited / come, in_time / come, 0.0, busy_time / clock / agents)


@pytest.mark.parametrize(("agents", "per_hour"), [(14, 200), (11, 190), (3, 40)])
def test_erlang_c_is_what_calls_experience(agents: int, per_hour: int) -> None:
    """Chance of waiting, service level and mean wait without abandonment."""
    simulated = simulate_calls(agents, 3600 / per_hour, 180, math.inf, 20, 150_000, seed=1)
    formula = erlang_c(agents, per_hour * 180 / 3600, 180, 20)

    assert simulated.p_wait == pytest.approx(float(formula.p_wait), abs=NEAR)
    assert simulated.answered_in_time == pytest.approx(float(formula.service_level), abs=NEAR)
    assert simulated.mean_wait == pytest.approx(float(formula.mean_wait_seconds), rel=0.1)


@pytest.mark.parametrize(("agents", "patience"), [(12, 120), (8, 120), (11, 40), (2, 300)])
def test_erlang_a_is_what_calls_experience(agents: int, patience: float) -> None:
    """Waiting, abandonment and three service levels, also with fewer agents than the load."""
    load = 10.0 if agents > 2 else 2.5
    simulated = simulate_calls(agents, 180 / load, 180, patience, 20, 150_000, seed=2)

    for definition, level in simulated.levels.items():
        formula = erlang_a(agents, load, 180, patience, 20, definition)
        assert level == pytest.approx(float(formula.service_level), abs=NEAR)
    assert simulated.p_wait == pytest.approx(float(formula.p_wait), abs=NEAR)
    assert simulated.p_abandon == pytest.approx(float(formula.p_abandon), abs=NEAR)
    assert simulated.mean_wait == pytest.approx(float(formula.mean_wait_seconds), rel=0.03)


@pytest.mark.parametrize("agents", [7, 8])
def test_chat_is_what_chatters_experience(agents: int) -> None:
    """Balanced levels are an approximation of least-busy routing: two points at most."""
    simulated = simulate_chats(agents, 30, [360, 420, 540], 30, 60_000, seed=3)
    formula = chat(agents, 1 / 30, [360, 420, 540], None, 30)

    assert simulated.p_wait == pytest.approx(float(formula.p_wait), abs=0.02)
    assert simulated.answered_in_time == pytest.approx(float(formula.service_level), abs=0.02)
    if agents == 7:
        assert simulated.concurrency == pytest.approx(2.2509, abs=0.05)
