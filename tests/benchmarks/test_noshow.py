"""The simulation of no-shows: where everybody comes it costs what was planned."""

import numpy as np
import pytest

from benchmarks import noshow
from benchmarks.noshow import METHODS, measure, pool
from benchmarks.pool import Kind


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noshow, "KIND", Kind(40, 1, 4, 60))


@pytest.mark.parametrize("name", ["as needed, nothing added", "binomial, mean rate"])
def test_where_everybody_comes_the_simulation_costs_what_was_planned(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noshow, "RATES", (0.0, 0.0))
    found = measure(1, METHODS[name], 10)
    assert found.expected == found.planned
    assert found.chance == found.met


def test_late_starters_stay_away_more_often() -> None:
    problem, rates = pool(1)
    assert set(rates.values()) == set(noshow.RATES)
    starts = {
        worker.id: np.mean([window.start for window in worker.availability] or [0])
        for worker in problem.workers
    }
    often = [starts[worker] for worker, rate in rates.items() if rate == max(noshow.RATES)]
    seldom = [starts[worker] for worker, rate in rates.items() if rate == min(noshow.RATES)]
    assert np.mean(often) > np.mean(seldom)


def test_standby_costs_less_than_nothing_added_where_many_stay_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(noshow, "RATES", (0.3, 0.3))
    plain, standby = (
        measure(1, METHODS[name], 10)
        for name in ("as needed, nothing added", "standby at 30 % of the wage")
    )
    assert standby.chance > plain.chance
    assert standby.expected < plain.expected
