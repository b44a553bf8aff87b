"""Layers on volume paths: what mean they ask for, and paths that follow like drawn anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.adjustments import Adjustment, Grid, Operation, redrawn, wanted_mean, with_layer
from forecasts.errors import ForecastError
from forecasts.spread import PathArray, Spread, draw_counts

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAYS, PATHS = 3, 3000
NUM = DAYS * 24
DAY = np.repeat(np.arange(100, 100 + DAYS), 24)
KIND = np.zeros(NUM, dtype=np.int64)
SPREAD = Spread(np.array([0.05, 0.05]), np.array([0.03, 0.03]), 0.5)
OPEN = np.tile((np.arange(24) >= 8) & (np.arange(24) < 20), DAYS)
MEAN = np.where(OPEN, 12.0, 0.0)


def hour(number: int) -> datetime:
    return MONDAY + timedelta(hours=number)


def change(
    operation: Operation, value: float, first: int = 0, last: int = NUM, queue: str | None = None
) -> Adjustment:
    return Adjustment(operation, value, hour(first), hour(last), queue)


@pytest.fixture(scope="module")
def grid() -> Grid:
    ds = pd.date_range(MONDAY, periods=NUM, freq="h")
    return Grid(("a", "b"), ds, 60, DAY, np.stack([OPEN, OPEN]))


@pytest.fixture(scope="module")
def paths() -> PathArray:
    return np.stack([draw_counts(row, MEAN, DAY, KIND, SPREAD, PATHS, 1) for row in range(2)])


def moments(paths: PathArray) -> tuple[float, float, float, float]:
    """Mean, variance of an open interval, variance of a day, and how an hour follows its day."""
    days = paths.reshape(len(paths), DAYS, 24).sum(axis=2)
    hours = paths[:, OPEN]
    follows = np.mean([np.corrcoef(days[:, 0], paths[:, at])[0, 1] for at in range(8, 20)])
    return hours.mean(), hours.var(axis=0).mean(), days.var(axis=0).mean(), follows


@pytest.mark.parametrize("factor", [0.3, 0.8, 1.2, 2.0, 4.5])
def test_scaled_paths_are_like_paths_of_the_scaled_mean(paths: PathArray, factor: float) -> None:
    """Mean, scatter of intervals and days, and their correlation: all as if drawn directly."""
    rng = np.random.default_rng(7)
    found = redrawn(paths[0], factor * paths[0].mean(axis=0), DAY, rng)
    direct = draw_counts(0, factor * MEAN, DAY, KIND, SPREAD, PATHS, 99)
    assert found.dtype == np.int32
    assert found.min() >= 0
    got, wanted = moments(found), moments(direct)
    assert got[0] == pytest.approx(wanted[0], rel=0.02)
    assert got[1:3] == pytest.approx(wanted[1:3], rel=0.1)
    assert got[3] == pytest.approx(wanted[3], abs=0.04)


@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_a_busy_day_stays_busy(paths: PathArray, factor: float) -> None:
    found = redrawn(paths[0], factor * paths[0].mean(axis=0), DAY, np.random.default_rng(7))
    before, after = (one[:, DAY == 100].sum(axis=1) for one in (paths[0], found))
    assert np.corrcoef(before, after)[0, 1] > 0.9


def test_queues_stay_correlated(paths: PathArray, grid: Grid) -> None:
    found = with_layer(paths, [change("factor", 1.5)], grid, name="x", seed=1)
    before, after = (
        np.corrcoef(*one.reshape(2, PATHS, DAYS, 24).sum(axis=3)[:, :, 0]) for one in (paths, found)
    )
    assert before[0, 1] > 0.3
    assert after[0, 1] == pytest.approx(before[0, 1], abs=0.06)


def test_a_factor_of_one_changes_nothing(paths: PathArray, grid: Grid) -> None:
    found = with_layer(paths, [change("factor", 1.0)], grid, name="x", seed=1)
    assert (found == paths).all()


def test_only_the_time_and_queue_of_a_change_are_touched(paths: PathArray, grid: Grid) -> None:
    found = with_layer(paths, [change("factor", 2.0, 30, 36, "b")], grid, name="x", seed=1)
    changed = (found != paths).any(axis=1)
    assert np.flatnonzero(changed[0]).tolist() == []
    # From 06:00 to 12:00 of the second day, of which the first two hours are closed.
    assert np.flatnonzero(changed[1]).tolist() == [32, 33, 34, 35]


def test_set_and_add_state_totals(paths: PathArray, grid: Grid) -> None:
    mean = paths.mean(axis=1)
    fixed = wanted_mean(change("set", 500, 24, 48), mean, grid)
    assert fixed[:, 24:48].sum() == pytest.approx(500)
    assert (fixed[:, :24] == mean[:, :24]).all()
    shape = mean[0, 24:48] / mean[:, 24:48].sum()
    assert fixed[0, 24:48] == pytest.approx(500 * shape)
    more = wanted_mean(change("add", 60, 24, 48, "a"), mean, grid)
    assert (more - mean).sum() == pytest.approx(60)
    assert (more[1] == mean[1]).all()


def test_the_paths_follow_a_set(paths: PathArray, grid: Grid) -> None:
    found = with_layer(paths, [change("set", 500, 24, 48)], grid, name="x", seed=1)
    assert found[:, :, 24:48].sum(axis=(0, 2)).mean() == pytest.approx(500, rel=0.01)


def test_more_is_taken_away_than_there_is(paths: PathArray, grid: Grid) -> None:
    found = with_layer(paths, [change("add", -1e6, 0, 24)], grid, name="x", seed=1)
    assert found[:, :, :24].sum() == 0
    assert (found[:, :, 24:] == paths[:, :, 24:]).all()


def test_where_nothing_is_expected_open_intervals_share(grid: Grid) -> None:
    nothing = np.zeros((2, PATHS, NUM), dtype=np.int32)
    found = with_layer(nothing, [change("set", 240, 0, 24, "a")], grid, name="x", seed=1)
    mean = found.mean(axis=1)
    assert mean[0, 8:20] == pytest.approx(np.full(12, 20.0), rel=0.05)
    assert mean.sum() == pytest.approx(240, rel=0.02)
    closed = replace(grid, is_open=np.zeros_like(grid.is_open))
    even = wanted_mean(change("set", 240, 0, 24, "a"), np.zeros((2, NUM)), closed)
    assert even[0, :24] == pytest.approx(np.full(24, 10.0))


def test_beyond_the_grid_the_share_of_the_time_counts(paths: PathArray, grid: Grid) -> None:
    mean = paths.mean(axis=1)
    half = wanted_mean(change("add", 100, -24, 24), mean, grid)
    assert (half - mean).sum() == pytest.approx(50)
    late = wanted_mean(change("add", 100, 48, 96), mean, grid)
    assert (late - mean).sum() == pytest.approx(50)
    outside = wanted_mean(change("add", 100, NUM, NUM + 24), mean, grid)
    assert (outside == mean).all()


def test_changes_of_a_layer_follow_each_other(paths: PathArray, grid: Grid) -> None:
    changes = [change("set", 600), change("factor", 0.5), change("add", 100)]
    found = with_layer(paths, changes, grid, name="x", seed=1)
    assert found.sum(axis=(0, 2)).mean() == pytest.approx(400, rel=0.01)


def test_the_name_and_the_seed_decide_the_draws(paths: PathArray, grid: Grid) -> None:
    def layer(name: str, seed: int) -> PathArray:
        return with_layer(paths, [change("factor", 0.5)], grid, name=name, seed=seed)

    assert (layer("x", 1) == layer("x", 1)).all()
    assert (layer("x", 1) != layer("y", 1)).any()
    assert (layer("x", 1) != layer("x", 2)).any()


def test_paths_that_are_all_alike_have_no_day_factor(grid: Grid) -> None:
    """Contacts that came are the same on every path; a change on them scatters as counts do."""
    same = np.full((1, PATHS, NUM), 10, dtype=np.int32)
    found = redrawn(same[0], np.full(NUM, 15.0), DAY, np.random.default_rng(3))
    added = found - 10
    assert added.mean() == pytest.approx(5, rel=0.02)
    assert added.var() == pytest.approx(5, rel=0.05)


def test_impossible_volumes_are_refused(paths: PathArray, grid: Grid) -> None:
    with pytest.raises(ForecastError, match="layer 'x': more than 10,000,000 contacts"):
        with_layer(
            paths, [change("set", 5e6, 9, 10), change("factor", 100)], grid, name="x", seed=1
        )


@settings(deadline=None, max_examples=60)
@given(
    operation=st.sampled_from(["factor", "add", "set"]),
    value=st.floats(0, 100),
    span=st.tuples(st.integers(-30, NUM), st.integers(1, 120)),
    queue=st.sampled_from([None, "a", "b"]),
    level=st.sampled_from([0.0, 3.0]),
)
def test_totals_are_kept_whatever_is_asked(
    grid: Grid,
    operation: Operation,
    value: float,
    span: tuple[int, int],
    queue: str | None,
    level: float,
) -> None:
    one = change(operation, value, span[0], span[0] + span[1], queue)
    mean = level * np.stack([OPEN, 2.0 * OPEN])
    found = wanted_mean(one, mean, grid)
    covered, total = grid.covered(one), value * grid.share(one)
    assert found.min() >= 0
    assert (found[~covered] == mean[~covered]).all()
    wanted = {
        "factor": value * mean[covered].sum(),
        "add": mean[covered].sum() + total,
        "set": total,
    }
    assert found[covered].sum() == pytest.approx(wanted[operation] if covered.any() else 0)
