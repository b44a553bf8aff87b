"""Layers on a site's forecast: base, steps, result, and what follows from them downstream."""

import csv
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from api.forecasting import DemandForecast, forecast_demand
from api.layering import Step, from_interval, layered
from api.site.read import read_site
from api.site.site import Site
from api.staffing import required_workers
from forecasts.adjustments import Adjustment, Grid
from forecasts.intraday import conditional_paths
from forecasts.spread import Spread, draw_counts
from tests.api.command import entries, peakcrew

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"
HEAD = "layer,start,end,unique_id,operation,value\n"
TUESDAY = "2026-03-24T08:00,2026-03-24T20:00"
SUNDAY = "2026-03-29T00:00,2026-03-30T00:00"  # 23 hours
ROWS = f"mail,{TUESDAY},{CHAT},add,100\nbusy,{TUESDAY},,factor,1.5\ncap,{SUNDAY},{CHAT},set,150\n"
DAY = slice(24, 48)
ONE_DAY = timedelta(days=1)

WithRows = Callable[[str], Path]


@pytest.fixture(scope="module")
def with_rows(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> WithRows:
    """The shop with these rows in ``adjustments.csv``."""

    def make(rows: str) -> Path:
        folder = Path(shutil.copytree(shop, tmp_path_factory.mktemp("layers") / "shop"))
        (folder / "adjustments.csv").write_text(HEAD + rows, encoding="utf-8")
        return folder

    return make


@pytest.fixture(scope="module")
def folder(with_rows: WithRows) -> Path:
    return with_rows(ROWS)


@pytest.fixture(scope="module")
def site(folder: Path) -> Site:
    return read_site(folder)


@pytest.fixture(scope="module")
def plain(shop: Path) -> DemandForecast:
    return forecast_demand(read_site(shop))


@pytest.fixture(scope="module")
def found(site: Site) -> DemandForecast:
    return forecast_demand(site)


def switched_off(site: Site, *layers: str) -> Site:
    settings = site.config.forecast.model_copy(update={"layers_off": layers})
    return replace(site, config=site.config.model_copy(update={"forecast": settings}))


def total(volume: npt.NDArray[np.int32], row: int, span: slice) -> float:
    return float(volume[row].mean(axis=0)[span].sum())


def test_the_base_is_the_forecast_without_layers(
    plain: DemandForecast, found: DemandForecast
) -> None:
    assert plain.steps == ()
    assert [step.layer for step in found.steps] == ["", "mail", "busy", "cap"]
    np.testing.assert_array_equal(found.steps[0].volume, plain.volume)
    np.testing.assert_array_equal(found.steps[-1].volume, found.volume)


def test_each_layer_stands_on_the_one_before(found: DemandForecast) -> None:
    base, mail, busy, cap = (step.volume for step in found.steps)
    assert total(mail, 0, DAY) == pytest.approx(total(base, 0, DAY) + 100, rel=0.02)
    hours = slice(24 + 8, 24 + 20)
    for row in range(2):
        assert total(busy, row, hours) == pytest.approx(1.5 * total(mail, row, hours), rel=0.02)
    assert total(cap, 0, slice(6 * 24, 6 * 24 + 23)) == pytest.approx(150, rel=0.05)
    assert total(cap, 0, slice(0, 6 * 24)) == total(busy, 0, slice(0, 6 * 24))


def test_the_need_follows(plain: DemandForecast, found: DemandForecast, site: Site) -> None:
    before, after = (required_workers(site, one) for one in (plain, found))
    assert after[CHAT][DAY].sum() > before[CHAT][DAY].sum()
    assert (after[CHAT][:24] == before[CHAT][:24]).all()


def test_what_a_layer_does_is_told(found: DemandForecast) -> None:
    notes = [note for note in found.notes if note.startswith("adjustments.csv: layer ")]
    assert [note.split(":")[1] for note in notes] == [" layer mail", " layer busy", " layer cap"]
    assert ": +" in notes[0]
    assert ": -" in notes[2]


def test_a_layer_that_is_off_is_as_if_absent(site: Site, plain: DemandForecast) -> None:
    none = forecast_demand(switched_off(site, "mail", "busy", "cap"))
    np.testing.assert_array_equal(none.volume, plain.volume)
    assert none.steps == ()


def test_switching_a_layer_off_leaves_the_draws_of_the_others(
    site: Site, found: DemandForecast
) -> None:
    without = forecast_demand(switched_off(site, "cap"))
    np.testing.assert_array_equal(without.volume, found.steps[2].volume)


def test_a_layer_survives_a_new_history(site: Site) -> None:
    """Re-forecast from another history, the factor and the total still hold."""
    assert site.history is not None
    doubled = replace(site, history=site.history.assign(y=2 * site.history["y"]))
    found = forecast_demand(switched_off(doubled, "mail"))
    base, busy, cap = (step.volume for step in found.steps)
    hours = slice(24 + 8, 24 + 20)
    assert total(busy, 0, hours) == pytest.approx(1.5 * total(base, 0, hours), rel=0.02)
    assert total(cap, 0, slice(6 * 24, 6 * 24 + 23)) == pytest.approx(150, rel=0.05)


def expected(found: DemandForecast, step: int, factor: float = 1.0) -> pd.DataFrame:
    """Contacts of Tuesday morning like a step's mean, times a factor."""
    morning = slice(24, 24 + 12)
    mean = found.steps[step].volume.mean(axis=1)[:, morning]
    return pd.DataFrame(
        {
            "unique_id": np.repeat([CHAT, VOICE], 12),
            "ds": np.tile(found.ds[morning], 2),
            "y": np.round(factor * mean).astype(np.int64).ravel(),
        }
    )


def test_a_morning_as_the_layers_said_is_no_news(site: Site, found: DemandForecast) -> None:
    """It came because of the layers: the afternoon is not raised a second time."""
    after = forecast_demand(site, expected(found, 3))
    rest = slice(24 + 12, 48)
    assert total(after.volume, 0, rest) == pytest.approx(total(found.volume, 0, rest), rel=0.04)


def test_a_day_without_news_keeps_its_paths(site: Site, found: DemandForecast) -> None:
    after = forecast_demand(site, expected(found, 3, 0.6))
    tuesday = np.isin(np.arange(167), np.arange(24, 48))
    np.testing.assert_array_equal(after.volume[:, :, ~tuesday], found.volume[:, :, ~tuesday])
    none = forecast_demand(site, expected(found, 3).iloc[:0])
    np.testing.assert_array_equal(none.volume, found.volume)


def test_news_of_the_morning_moves_what_a_layer_adds() -> None:
    """Half came where the layer doubled 10 to 20: the rest is half of what it was, too."""
    spread = Spread(np.array([0.2]), np.array([1e-4]), 0.3)
    day, kind = np.zeros(24, dtype=np.int64), np.zeros(24, dtype=np.int64)
    mean = np.full((1, 24), 10.0)
    ds = pd.date_range("2026-03-02", periods=24, freq="h", tz="UTC")
    grid = Grid(("a",), ds, 60, day, np.ones((1, 24), dtype=np.bool_))
    change = Adjustment("add", 240, ds[0].to_pydatetime(), ds[0].to_pydatetime() + ONE_DAY)

    def draw(actual: npt.NDArray[np.float64] | None) -> npt.NDArray[np.int32]:
        if actual is None:
            return draw_counts(0, mean[0], day, kind, spread, 500, 1)[None]
        return conditional_paths(mean, actual, day, kind, spread, 500, 1)

    actual = np.full((1, 24), np.nan)
    actual[0, :12] = 10
    base, layer = layered(draw, {"x": (change,)}, grid, 1, actual)
    assert base.volume[:, :, 12:].mean() == pytest.approx(5, rel=0.1)
    assert layer.volume[:, :, 12:].mean() == pytest.approx(10, rel=0.1)
    assert (layer.volume[:, :, :12] == 10).all()


def test_what_came_stays_as_it_came(site: Site, found: DemandForecast) -> None:
    came = expected(found, 3)
    after = forecast_demand(site, came)
    chats = came.loc[came["unique_id"] == CHAT, "y"].to_numpy()
    for step in after.steps:
        assert (step.volume[0, :, 24 : 24 + 12] == chats).all()


def test_steps_that_change_nothing_in_the_horizon_are_left_out() -> None:
    base = np.zeros((1, 2, 4), dtype=np.int32)
    early, late = base.copy(), base.copy()
    early[0, 0, 0], late[0, 0, 0], late[0, 1, 3] = 1, 1, 1
    steps = (Step("", base), Step("early", early), Step("late", late))
    assert [step.layer for step in from_interval(steps, 2)] == ["", "late"]
    assert from_interval(steps[:2], 2) == ()


def test_a_layer_between_history_and_horizon(site: Site, with_rows: WithRows) -> None:
    """The horizon begins a day after the history: a layer on that day is no step of it."""
    folder = with_rows("gap,2026-03-22T08:00,2026-03-22T20:00,,factor,3\n")
    known = read_site(folder)
    assert known.history is not None
    early = known.history[known.history["ds"] < pd.Timestamp("2026-03-22T00:00+01:00")]
    found = forecast_demand(replace(known, history=early))
    assert found.steps == ()
    assert found.volume.shape[2] == 167


def rows(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_show_base_layers_and_result(folder: Path, tmp_path: Path) -> None:
    done = peakcrew("forecast", folder, "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert "note: adjustments.csv: layer busy: +" in done.output
    assert entries(tmp_path / "out") == ["demand.csv", "forecast.csv", "layers.csv"]
    base = {(r["unique_id"], r["ds"]): r for r in rows(tmp_path / "out" / "forecast.csv")}
    changes = rows(tmp_path / "out" / "layers.csv")
    assert {one["layer"] for one in changes} == {"mail", "busy", "cap"}
    first = next(one for one in changes if one["layer"] == "mail")
    assert first["ds"] == "2026-03-24T08:00:00+01:00"
    assert base[CHAT, first["ds"]]["mean_unadjusted"] == first["mean_before"]
    last = next(one for one in changes if one["layer"] == "busy" and one["ds"] == first["ds"])
    assert base[CHAT, first["ds"]]["mean"] == last["mean_after"]


def test_too_many_contacts_are_bad_input(with_rows: WithRows, tmp_path: Path) -> None:
    rows = f"x,{TUESDAY},{CHAT},set,10000000\nx,{TUESDAY},{CHAT},factor,100\n"
    done = peakcrew("forecast", with_rows(rows), "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "layer 'x': more than 10,000,000 contacts in an interval are too many" in done.output
    assert entries(tmp_path) == []
