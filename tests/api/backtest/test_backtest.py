"""``peakcrew backtest``: its figures against sums by hand, its page, and what it refuses."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from api.backtest import figures
from api.backtest.run import FORECAST, FOUR_WEEKS, LAST_WEEK, Backtest, run
from api.site.problems import SiteInvalid
from api.site.read import read_site
from api.site.site import Site
from forecasts.accuracy import POOLED
from forecasts.volume import QUANTILES
from tests.api.command import SEEDS, peakcrew

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"


@pytest.fixture(scope="module")
def site(shop: Path) -> Site:
    return read_site(shop)


@pytest.fixture(scope="module")
def found(site: Site) -> Backtest:
    return run(site, 8)


def test_a_short_history_gives_fewer_weeks(found: Backtest) -> None:
    """Five weeks: two are needed before the first, so three can be judged."""
    assert found.weeks == 3
    assert found.rows["cutoff"].nunique() == 3


def test_no_forecast_knows_what_came_after_its_cutoff(site: Site, found: Backtest) -> None:
    """Other contacts in the last week change no forecast of it or of the weeks before."""
    assert site.history is not None
    last = found.rows["cutoff"].max()
    history = site.history.copy()
    history.loc[history["ds"] > last, "y"] *= 7
    other = run(replace(site, history=history), 8).rows
    columns = ["mean", *QUANTILES]
    pd.testing.assert_frame_equal(other[columns], found.rows[columns])


def test_last_week_is_last_week(site: Site, found: Backtest) -> None:
    assert site.history is not None
    history = site.history.set_index(["unique_id", "ds"])["y"]
    rows = found.rows[(found.rows["model"] == LAST_WEEK) & (found.rows["unique_id"] == CHAT)]
    first = rows.iloc[0]
    assert first["mean"] == history[CHAT, first["ds"] - pd.Timedelta(days=7)]
    assert first["y"] == history[CHAT, first["ds"]]


def test_only_open_intervals_are_judged(found: Backtest) -> None:
    voice = found.rows[found.rows["unique_id"] == VOICE]
    assert set(voice["ds"].dt.day_of_week) == {0, 1, 2, 3, 4}
    assert str(found.rows["ds"].dt.tz) == "Europe/Berlin"


def test_the_table_adds_up(found: Backtest) -> None:
    table = figures.by_queue(found)
    assert list(figures.overall(table).index) == [FORECAST, LAST_WEEK, FOUR_WEEKS]
    rows = found.rows[(found.rows["model"] == FORECAST) & (found.rows["unique_id"] == CHAT)]
    own = table[(table["model"] == FORECAST) & (table["unique_id"] == CHAT)].iloc[0]
    error = (rows["y"] - rows["mean"]).abs().sum() / rows["y"].sum()
    assert own["wape"] == pytest.approx(error)
    by_day = figures.by_time(found, "weekday")
    every = by_day[by_day["model"] == FORECAST]
    assert every["num"].sum() == len(found.rows[found.rows["model"] == FORECAST])


def by_hand(found: Backtest, **columns: list[float]) -> Backtest:
    """The backtest with rows of one queue that were made up, for every model."""
    length = len(columns["y"])
    frame = pd.DataFrame(
        {"unique_id": CHAT, "ds": found.rows["ds"].iloc[:length].tolist(), **columns}
    )
    rows = [frame.assign(model=model) for model in (FORECAST, LAST_WEEK, FOUR_WEEKS)]
    return replace(found, rows=pd.concat(rows, ignore_index=True))


def test_calibration_counts_ties_half(found: Backtest) -> None:
    levels = {name: [2.0, 2.0, 2.0, 2.0] for name in QUANTILES}
    made_up = by_hand(found, y=[1.0, 2.0, 2.0, 3.0], mean=[2.0] * 4, **levels)
    assert figures.calibration(made_up)["observed"].tolist() == [0.5] * len(QUANTILES)


def test_the_verdict_says_when_a_rule_of_thumb_is_better(found: Backtest) -> None:
    levels = {name: [0.0, 0.0] for name in QUANTILES}
    made_up = by_hand(found, y=[10.0, 10.0], mean=[14.0, 14.0], **levels)
    rows = made_up.rows
    rows.loc[rows["model"] == LAST_WEEK, "mean"] = 10.0
    lines = figures.verdict(made_up, figures.by_queue(made_up))
    assert lines[0].startswith("Over 3 weeks the forecast missed 40.0% of the contacts")
    assert lines[1] == "In total it was 40.0% too high."
    assert "held 0.0% of the intervals: it is too narrow" in lines[2]
    assert lines[3] == (
        f"A rule of thumb did better here: {CHAT} (last week 0.0%, forecast 40.0%)."
    )


def test_the_verb_writes_tables_and_a_page(shop: Path, tmp_path: Path) -> None:
    done = peakcrew("backtest", shop, "--out", tmp_path / "bt", "--json")
    assert done.exit_code == 0
    told = json.loads(done.output)
    table = pd.read_csv(tmp_path / "bt" / "backtest.csv")
    pooled = table[(table["unique_id"] == POOLED) & (table["model"] == FORECAST)].iloc[0]
    assert told["models"][FORECAST]["wape"] == pytest.approx(pooled["wape"], abs=1e-6)
    page = (tmp_path / "bt" / "backtest.html").read_text("utf-8")
    assert page.count("<svg") == 4
    assert CHAT in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    again = peakcrew("backtest", shop, "--out", tmp_path / "bt")
    assert again.exit_code == 0  # an earlier result is replaced
    assert "forecast" in again.output


def test_without_history_there_is_nothing_to_judge(tmp_path: Path) -> None:
    done = peakcrew("backtest", SEEDS / "requirement_only", "--out", tmp_path / "bt")
    assert done.exit_code == 2
    assert "history.csv: needed for a backtest" in done.output
    assert not (tmp_path / "bt").exists()


def test_a_history_that_is_too_short_is_refused(site: Site) -> None:
    assert site.history is not None
    first = site.history["ds"].min()
    short = site.history[site.history["ds"] < first + pd.Timedelta(days=20)]
    with pytest.raises(SiteInvalid, match="2 whole weeks; a backtest needs 3"):
        run(replace(site, history=short), 8)
