"""``peakcrew drill``: the bot fails on the shop's Wednesday."""

import csv
import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from api.drills.drill import drilled, read_drill
from api.drills.standing_by import Posts, _filled
from api.forecasting import DemandForecast, forecast_demand
from api.site.problems import SiteInvalid
from api.site.read import read_site
from tests.api.command import SEEDS, Planned, entries, peakcrew

FILES = ["drill.csv", "drill.html", "drill.json", "problem.json"]
WEDNESDAY = ("--from", "2026-03-25", "--to", "2026-03-26")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MORE = "efghijklmnopqrst"
CHAT, VOICE = "refund|de|chat", "fraud|de|voice"
Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def slow(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop by day, with longer chats and more people who can chat: the bot is missed."""
    folder = Path(shutil.copytree(shop, tmp_path_factory.mktemp("slow") / "shop"))
    toml = (
        (folder / "site.toml").read_text("utf-8").replace("aht_seconds = 300", "aht_seconds = 400")
    )
    hours = "".join(f'{day} = ["08:00-20:00"]\n' for day in WEEK)
    toml = toml.replace("[horizon]", f"[opening_hours]\n{hours}\n[horizon]")
    (folder / "site.toml").write_text(toml, "utf-8")
    with (folder / "workers.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{one},{one},chat,part,employee,BE,20,0,40\n" for one in MORE)
    with (folder / "availability.csv").open("a", encoding="utf-8") as file:
        file.writelines(
            f"{one},2026-03-{day}T08:00,2026-03-{day}T20:00,1\n"
            for one in MORE
            for day in range(23, 30)
        )
    return folder


@pytest.fixture(scope="module")
def plan(slow: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plan") / "out"
    done = peakcrew("plan", slow, "--out", out, "--gap", 0.02, "--workers", 2)
    assert done.exit_code == 0, done.output
    return out


def run(site: Path, plan: Path, out: Path, *options: object) -> dict[str, Any]:
    done = peakcrew(
        "drill", site, *WEDNESDAY, "--schedule", plan, "--out", out, "--workers", 2, "--gap", 0.02,
        "--json",
        *options,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.output)
    return document


@pytest.fixture(scope="module")
def down(slow: Path, plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("down") / "out"
    run(slow, plan, out, "--kind", "bot-down", "--notice", 0, "--notice", 48)
    return out


@pytest.fixture(scope="module")
def found(down: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((down / "drill.json").read_text("utf-8"))
    return document


def test_without_the_bot_people_get_more_and_are_too_few(found: dict[str, Any]) -> None:
    before, after = found["drill"]["before"], found["drill"]["with_drill"]
    assert after["bot_resolved"] == 0 < before["bot_resolved"]
    # All the volume, and what the bot failed before.
    assert after["contacts"] > before["contacts"] + before["bot_resolved"]
    assert after["low"] < after["contacts"] < after["high"]
    assert after["service_level"] < before["service_level"]
    assert after["missing_hours"] > before["missing_hours"]
    assert found["costs"]["with_drill"]["understaffing"] > found["costs"]["before"]["understaffing"]
    assert found["costs"]["with_drill"]["wages"] == found["costs"]["before"]["wages"]


def test_afterwards_fewer_come_back(found: dict[str, Any]) -> None:
    """Nothing was failed while the bot was down, so bounces of that day are missing later."""
    before, after = found["afterwards"]["before"], found["afterwards"]["with_drill"]
    assert after["contacts"] < before["contacts"]
    assert after["bot_resolved"] == pytest.approx(before["bot_resolved"], rel=0.03)


def test_planning_again_helps_and_early_notice_helps_more(found: dict[str, Any]) -> None:
    unchanged = found["costs"]["with_drill"]
    at_once, early = found["replanned"]
    assert (at_once["notice_hours"], early["notice_hours"]) == (0, 48)
    for one in (at_once, early):
        assert one["costs"]["understaffing"] < unchanged["understaffing"]
        assert one["drill"]["missing_hours"] < found["drill"]["with_drill"]["missing_hours"]
        assert one["changed_workers"] > 0
    total = [sum(one["costs"].values()) for one in (at_once, early)]
    assert total[1] <= total[0] * 1.02


def test_what_starts_before_the_notice_stays(down: Path, plan: Path, tmp_path: Path) -> None:
    """The problem that is left lies there for planning in earnest."""
    done = peakcrew(
        "replan", plan / "schedule.json", "--problem", down / "problem.json", "--out",
        tmp_path / "out", "--freeze-before", "2026-03-25T00:00", "--time-limit", 10,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    old, new = (
        {
            (one["worker"], one["start"])
            for one in json.loads((folder / "schedule.json").read_text("utf-8"))["shifts"]
            if datetime.fromisoformat(one["start"]).day < 25
        }
        for folder in (plan, tmp_path / "out")
    )
    assert old == new


def test_the_table_adds_up_to_the_document(down: Path, found: dict[str, Any]) -> None:
    with (down / "drill.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 7 * 3
    wednesday = [row for row in rows if row["day"] == "2026-03-25"]
    for column, side, key in (
        ("contacts_before", "before", "contacts"),
        ("contacts_drill", "with_drill", "contacts"),
        ("missing_hours_drill", "with_drill", "missing_hours"),
        ("bot_resolved_drill", "with_drill", "bot_resolved"),
    ):
        whole, *parts = (float(row[column]) for row in wednesday)
        assert sum(parts) == pytest.approx(whole, abs=0.03)
        assert whole == pytest.approx(found["drill"][side][key], abs=0.03)
    calls = [row for row in rows if row["queue"] == VOICE]
    assert all(row["contacts_before"] == row["contacts_drill"] for row in calls)


def test_the_page_says_what_the_document_says(down: Path, found: dict[str, Any]) -> None:
    assert entries(down) == FILES
    page = (down / "drill.html").read_text("utf-8")
    assert "The bot is offered nothing from 2026-03-25 00:00 to 2026-03-26 00:00." in page
    assert f"{found['drill']['with_drill']['contacts']:,.0f}" in page
    assert "48 hours before" in page
    assert "refund|de|chat" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_degraded_bot_lies_between(
    slow: Path, plan: Path, found: dict[str, Any], tmp_path: Path
) -> None:
    worse = run(slow, plan, tmp_path / "out", "--kind", "bot-degraded", "--share", 0.4)
    usual, down = (found["drill"][side]["contacts"] for side in ("before", "with_drill"))
    assert usual < worse["drill"]["with_drill"]["contacts"] < down
    # It is still offered, so more of what it fails comes back later.
    assert worse["afterwards"]["with_drill"]["contacts"] > worse["afterwards"]["before"]["contacts"]
    assert worse["replanned"] == []


def test_a_new_version_is_planned_for_with_care(
    slow: Path, plan: Path, found: dict[str, Any], tmp_path: Path
) -> None:
    new = run(slow, plan, tmp_path / "out", "--kind", "new-version")
    before, after = new["drill"]["before"], new["drill"]["with_drill"]
    assert after["missing_hours"] >= before["missing_hours"]
    site = read_site(slow)
    drill = read_drill(site, "new-version", "2026-03-23", "2026-03-30", None)
    usual = resolved_shares(forecast_demand(site))
    drawn = resolved_shares(forecast_demand(drilled(site, drill)))
    careful = resolved_shares(forecast_demand(drilled(site, drill), share_quantile=0.2))
    assert drill.share_quantile == 0.2
    assert drawn.std() > 1.3 * usual.std()
    assert careful.mean() < drawn.mean()


def resolved_shares(forecast: DemandForecast) -> Floats:
    """Of each path the share of the week's offered chats that the bot resolves."""
    resolved, offered = (
        one[0].sum(axis=1) for one in (forecast.demand.bot_resolved, forecast.demand.bot_offered)
    )
    shares: Floats = resolved / offered
    return shares


def test_without_a_schedule_the_site_is_planned_first(slow: Path, tmp_path: Path) -> None:
    done = peakcrew(
        "drill", slow, "--kind", "bot-down", "--from", "2026-03-25T10:00", "--to",
        "2026-03-25T12:00", "--out", tmp_path / "out", "--gap", 0.05, "--workers", 2,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "scheduling" in done.output
    assert "instead of" in done.output
    assert entries(tmp_path / "out") == FILES


def test_planned_standby_is_counted(slow: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(slow, tmp_path / "site"))
    with (site / "site.toml").open("a", encoding="utf-8") as file:
        file.write("\n[staffing]\nno_show_rate = 0.2\n[staffing.standby]\npay_percent = 30\n")
    done = peakcrew("plan", site, "--out", tmp_path / "plan", "--gap", 0.05, "--workers", 2)
    assert done.exit_code == 0, done.output
    document = run(site, tmp_path / "plan", tmp_path / "out", "--kind", "bot-down")
    planned = document["standby_planned"]
    shifts = json.loads((tmp_path / "plan" / "schedule.json").read_text("utf-8"))["shifts"]
    minutes = sum(
        one["minutes"] for one in shifts
        if one["queue"].startswith("standby|") and one["start"].startswith("2026-03-25")
    )  # fmt: skip
    assert planned["hours"] == minutes / 60
    assert 0 <= planned["covered_hours"] <= document["drill"]["with_drill"]["missing_hours"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--from", "2026-03-20", "--to", "2026-03-25"), "--from: 2026-03-20 lies outside"),
        (("--from", "2026-03-25", "--to", "2026-04-25"), "--to: 2026-04-25 lies outside"),
        (("--from", "2026-03-25", "--to", "2026-03-25"), "is not later than --from"),
        (("--from", "2026-03-25T10:17", "--to", "2026-03-26"), "not the start of an interval"),
        (("--from", "2026-03-29T02:30", "--to", "2026-03-30"), "--from: "),
        (("--from", "soon", "--to", "2026-03-26"), "--from: expected an instant"),
        ((*WEDNESDAY, "--kind", "new-version", "--share", 0.5), "--share: a new version"),
    ],
)
def test_what_cannot_be_drilled_is_named(
    slow: Path, plan: Path, tmp_path: Path, options: tuple[object, ...], message: str
) -> None:
    out = tmp_path / "out"
    done = peakcrew("drill", slow, "--kind", "bot-down", "--schedule", plan, "--out", out, *options)
    assert done.exit_code == 2
    assert message in done.output
    assert not out.exists()


def test_only_an_earlier_drill_is_replaced(slow: Path, plan: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(plan, tmp_path / "plan"))
    before = entries(copy)
    done = peakcrew(
        "drill", slow, "--kind", "bot-down", *WEDNESDAY, "--schedule", plan, "--out", copy
    )
    assert done.exit_code == 2
    assert entries(copy) == before


def test_a_site_without_a_bot_or_with_a_stated_need_has_no_drill(
    slow: Path, tmp_path: Path
) -> None:
    with pytest.raises(SiteInvalid, match=r"requirement\.csv states the need"):
        read_drill(read_site(SEEDS / "tiny"), "bot-down", "2027-01-12", "2027-01-13", None)
    bare = Path(shutil.copytree(slow, tmp_path / "bare"))
    (bare / "bot_outcomes.csv").unlink()
    with pytest.raises(SiteInvalid, match=r"without bot_outcomes\.csv"):
        read_drill(read_site(bare), "bot-down", "2026-03-25", "2026-03-26", None)


def test_a_schedule_of_other_days_is_refused(slow: Path, tiny: Planned, tmp_path: Path) -> None:
    done = peakcrew(
        "drill", slow, "--kind", "bot-down", *WEDNESDAY, "--schedule", tiny.folder, "--out",
        tmp_path / "out",
    )  # fmt: skip
    assert done.exit_code == 2
    assert "is not a schedule of the days" in done.output


def test_posts_fill_the_dearest_places_first() -> None:
    missing = np.array([[2, 0, 1], [1, 3, 0]])
    cheap, dear = _filled(missing, [100, 200], 2)
    assert dear.tolist() == [1, 2, 0]
    assert cheap.tolist() == [1, 0, 1]


def test_posts_break_even_where_they_save_their_pay() -> None:
    assert Posts("chat", 1, 60, 60.0, saved=400, pay=100).break_even == 0.25
    assert Posts("chat", 1, 60, 60.0, saved=99, pay=100).break_even is None
