"""Customers who come back anyway and contacts that the bot made: measured from the site's files."""

import csv
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from api.bot_review.corrections import corrections
from api.site.read import read_site
from api.site.site import Site
from tests.api.command import SEEDS, peakcrew

LAUNCH = date(2026, 9, 14)  # a Monday, eleven weeks into the sample site's history
CLOSE = ("payment|de|chat", "refund|de|chat", "refund|en|chat", "refund|sv|chat")
NEW = ("excess_bounced", "baseline_return", "substitution")


@pytest.fixture
def site(shop: Path, tmp_path: Path) -> Path:
    """A shop of one's own, whose files may be changed."""
    return Path(shutil.copytree(shop, tmp_path / "shop"))


def counted(site: Path, share: float, served: int = 100) -> None:
    """Add the columns of those whom people served to ``bot_outcomes.csv``."""
    path = site / "bot_outcomes.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    rows = [f"{row},{served},{round(share * served)}" for row in rows]
    lines = [f"{head},served_by_human,returned_to_human", *rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def setting(site: Path, *lines: str) -> None:
    path = site / "site.toml"
    path.write_text(path.read_text("utf-8").replace("[bot]", "\n".join(["[bot]", *lines])), "utf-8")


def reviewed(site: Path, out: Path, *options: object) -> dict[str, Any]:
    done = peakcrew("bot-review", site, "--out", out, "--json", *options)
    assert done.exit_code == 0, done.output
    queue: dict[str, Any] = json.loads(done.output)["queues"][0]
    return queue


def test_bounces_are_corrected_by_those_whom_people_served(site: Path, tmp_path: Path) -> None:
    """A tenth bounces, 4 % come back anyway; the limit of 8 % is kept only without them."""
    setting(site, "bounce_limit = 0.08")
    before = reviewed(site, tmp_path / "before")
    assert before["decision"] == "stop"
    assert before["baseline_return_source"].startswith("setting: ")
    assert before["excess_bounced"] == pytest.approx(before["bounced"], abs=0.002)
    counted(site, 0.04)
    after = reviewed(site, tmp_path / "after")
    assert after["decision"] == "ramp"
    assert after["probabilities"]["bounce"] > before["probabilities"]["bounce"] + 0.5
    low, high = after["baseline_return_q05"], after["baseline_return_q95"]
    assert low < 0.04 < high < low + 0.03
    excess = 1 - (1 - after["bounced"]) / (1 - after["baseline_return"])
    assert after["excess_bounced"] == pytest.approx(excess, abs=0.002)
    page = (tmp_path / "after" / "bot-review.html").read_text("utf-8")
    assert "effective contacts served by people" in page


def test_an_unsure_baseline_makes_the_chance_less_sure(site: Path, tmp_path: Path) -> None:
    """The same share from a twentieth of the contacts: a wider excess, a chance nearer a half."""
    few = Path(shutil.copytree(site, tmp_path / "few"))
    setting(site, "bounce_limit = 0.08", "baseline_return_share = 0.04")
    setting(few, "bounce_limit = 0.08", "baseline_return_share = 0.04")
    counted(few, 0.04, 25)
    sure, unsure = (reviewed(one, tmp_path / f"out-{one.name}") for one in (site, few))
    width = [one["excess_bounced_q95"] - one["excess_bounced_q05"] for one in (sure, unsure)]
    assert width[1] > width[0]
    assert 0.5 < unsure["probabilities"]["bounce"] < sure["probabilities"]["bounce"]


def test_a_short_history_leaves_the_ratio_to_the_setting(site: Path, tmp_path: Path) -> None:
    setting(site, "substitution_ratio = 0.8")
    queue = reviewed(site, tmp_path / "review")
    keys = ("substitution", "substitution_q05", "substitution_q95")
    assert [queue[key] for key in keys] == [0.8, 0.8, 0.8]
    assert queue["substitution_source"] == "setting: no history before the bot's launch"
    with (tmp_path / "review" / "review.csv").open(newline="", encoding="utf-8") as file:
        row = next(csv.DictReader(file))
    assert row["substitution"] == "0.8"
    assert row["baseline_return_source"] == queue["baseline_return_source"]


def test_a_review_without_the_new_fields_is_still_followed(site: Path, tmp_path: Path) -> None:
    reviewed(site, tmp_path / "old", "--at", "2026-03-16")
    path = tmp_path / "old" / "review.json"
    document = json.loads(path.read_text("utf-8"))
    document["queues"] = [
        {key: value for key, value in queue.items() if not key.startswith(NEW)}
        for queue in document["queues"]
    ]
    path.write_text(json.dumps(document), "utf-8")
    assert not any(name in path.read_text("utf-8") for name in NEW)
    after = reviewed(site, tmp_path / "new", "--previous", path)
    assert (after["decision"], after["since"]) == ("ramp", "2026-03-16")
    assert after["change"].startswith("unchanged; resolved ")


def launched(theta: float) -> tuple[Site, pd.DataFrame, pd.DataFrame, pd.Timestamp]:
    """The sample site as if its bot had begun in September, and made 1 - theta contacts each."""
    site = read_site(SEEDS / "returns_peak")
    assert site.bot_outcomes is not None
    assert site.history is not None
    zone = site.config.time_zone
    start = pd.Timestamp(LAUNCH).tz_localize(zone).tz_convert("UTC")
    outcomes = site.bot_outcomes[site.bot_outcomes["ds"] >= start]
    history = site.history.copy()
    day = history["ds"].dt.tz_convert(zone).dt.date
    total = history.groupby(["unique_id", day])["y"].transform("sum")
    made = outcomes.set_index(["unique_id", outcomes["ds"].dt.tz_convert(zone).dt.date])["resolved"]
    keys = pd.MultiIndex.from_arrays([history["unique_id"], day])
    more = (1 - theta) * made.reindex(keys).fillna(0).to_numpy() / np.maximum(total, 1)
    history["y"] = np.random.default_rng(1).poisson(history["y"] * more) + history["y"]
    at = pd.Timestamp("2026-12-28").tz_localize(zone).tz_convert("UTC")
    return replace(site, history=history, bot_outcomes=outcomes), outcomes, history, at


@pytest.mark.parametrize("theta", [1.0, 0.6])
def test_contacts_that_the_bot_made_are_found(theta: float) -> None:
    found = corrections(*launched(theta))
    for name in CLOSE:
        low, high = found[name].substitution.interval
        assert found[name].substitution.is_measured
        assert low <= theta <= high, name
        assert found[name].substitution.mean == pytest.approx(theta, abs=0.15)
        assert high - low < 0.6


def test_no_later_day_is_looked_at() -> None:
    site, outcomes, history, _ = launched(0.6)
    at = pd.Timestamp("2026-11-23", tz="Europe/Berlin").tz_convert("UTC")
    known = corrections(site, outcomes[outcomes["ds"] < at], history[history["ds"] < at], at)
    reason = known[CLOSE[0]].substitution.reason
    assert reason.startswith("measured: 11 weeks before and ")
    early = pd.Timestamp("2026-10-05", tz="Europe/Berlin").tz_convert("UTC")
    few = corrections(
        site, outcomes[outcomes["ds"] < early], history[history["ds"] < early], early
    )[CLOSE[0]].substitution
    assert not few.is_measured
    assert "11 weeks before and 2 after" in few.reason  # of the third, not all labels are closed


def test_days_before_the_bots_first_contact_are_before_its_launch() -> None:
    """Rows that only count whom people served do not launch it."""
    site, outcomes, history, at = launched(0.6)
    rows = outcomes[outcomes["unique_id"] == CLOSE[0]]
    early = rows.head(5).assign(ds=lambda one: one["ds"] - pd.Timedelta(days=28), offered=0)
    early = early.assign(resolved=0, escalated=0, bounced=0)
    found = corrections(site, pd.concat([outcomes, early]), history, at)[CLOSE[0]]
    assert (
        found.substitution.mean
        == corrections(site, outcomes, history, at)[CLOSE[0]].substitution.mean
    )
