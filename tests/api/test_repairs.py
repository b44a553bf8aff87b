"""``peakcrew repairs``, ``peakcrew fairness`` and ``peakcrew plan --repairs``."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.api.command import SEEDS, Planned, entries, peakcrew


def test_the_best_repair_comes_first_and_is_proven(tiny: Planned, tmp_path: Path) -> None:
    out = tmp_path / "repairs.json"
    done = peakcrew(
        "repairs", tiny.folder / "schedule.json", "--top", 2, "--out", out, "--workers", 1, "--json"
    )
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document == json.loads(out.read_text("utf-8"))
    assert document["format"] == "peakcrew.repairs/1"
    assert document["objective"] == document["bound"] == 1080.0
    values = [row["value_per_week_and_person"] for row in document["repairs"]]
    assert len(values) == 2
    assert values == sorted(values, reverse=True)
    for row in document["repairs"]:
        assert 0 < row["proven_per_week"] <= row["value_per_week"] <= row["at_most_per_week"]


def test_repairs_in_words(tiny: Planned) -> None:
    done = peakcrew("repairs", tiny.folder / "schedule.json", "--top", 1, "--workers", 1)
    assert done.exit_code == 0
    [line] = done.stdout.splitlines()
    assert line.startswith("1. ")
    assert "EUR a week" in line
    assert line.endswith("(proven)")


def test_repairs_of_another_problem_are_refused(tiny: Planned, tmp_path: Path) -> None:
    shutil.copy(tiny.folder / "schedule.json", tmp_path)
    out = tmp_path / "repairs.json"
    missing = peakcrew("repairs", tmp_path / "schedule.json", "--out", out)
    assert missing.exit_code == 2
    assert "problem.json" in missing.output
    assert entries(tmp_path) == ["schedule.json"]
    other = json.loads((tiny.folder / "problem.json").read_text("utf-8"))
    other["workers"] = [one for one in other["workers"] if one["id"] != "W1"]
    (tmp_path / "problem.json").write_text(json.dumps(other))
    refused = peakcrew("repairs", tmp_path / "schedule.json", "--out", out, "--json")
    assert refused.exit_code == 2
    assert json.loads(refused.stdout)["error"]
    assert not out.exists()


def test_a_plan_shows_the_repairs_that_were_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = peakcrew("plan", SEEDS / "tiny", "--out", out, "--repairs", 1, "--workers", 1)
    assert done.exit_code == 0, done.output
    page = (out / "report.html").read_text("utf-8")
    assert 'id="repairs"' in page
    # A second plan may replace the folder: all its files are known.
    assert peakcrew("plan", SEEDS / "tiny", "--out", out, "--json").exit_code == 0
    assert 'id="repairs"' not in (out / "report.html").read_text("utf-8")


def test_a_plan_without_repairs_has_prices_and_fairness(tiny: Planned) -> None:
    page = (tiny.folder / "report.html").read_text("utf-8")
    assert 'id="repairs"' not in page
    assert "The scarcest shifts of the week" in page
    assert 'id="fairness"' in page


def test_written_again_the_report_has_the_same_prices(tiny: Planned, tmp_path: Path) -> None:
    files = tiny.folder / "problem.json", tiny.folder / "schedule.json"
    done = peakcrew("export", *files, "--out", tmp_path / "out", "--site", SEEDS / "tiny")
    assert done.exit_code == 0, done.output
    for name in ("prices.csv", "fairness.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tiny.folder / name).read_bytes()
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "The scarcest shifts of the week" in page


def test_fairness_tells_who_got_how_much(tiny: Planned) -> None:
    done = peakcrew("fairness", tiny.folder / "schedule.json", "--site", SEEDS / "tiny", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["worst_off"][0] == "W6"
    assert set(document["gini"]) == {"hours", "share of offered hours", "unpopular hours"}
    by_worker = {row["worker"]: row for row in document["workers"]}
    assert by_worker["W1"]["hours"] == 12.0
    assert by_worker["W6"]["share"] == 0.0
    assert all(row["workers"] >= 5 for row in document["groups"])
    told = peakcrew("fairness", tiny.folder / "schedule.json")
    assert told.exit_code == 0
    assert "worst-off W6: 0.0 of 3.0 hours (0 %)" in told.stdout


def weekend(folder: Path, rules: str = "") -> Path:
    """``seeds/tiny`` two days earlier, from Saturday to Monday, without its pin."""
    shutil.copytree(SEEDS / "tiny", folder, ignore=shutil.ignore_patterns("pins.csv", "README.md"))
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        for day in range(11, 15):
            text = text.replace(f"2027-01-{day}", f"2027-01-{day - 2:02}")
        path.write_text(text + (rules if path.name == "site.toml" else ""), encoding="utf-8")
    return folder


def repairs(site: Path, out: Path, top: int) -> dict[str, dict[str, Any]]:
    """The best repair of each kind."""
    planned = peakcrew("plan", site, "--out", out, "--workers", 1, "--json")
    assert planned.exit_code == 0, planned.output
    asked = ("--site", site, "--top", top, "--workers", 1, "--json")
    done = peakcrew("repairs", out / "schedule.json", *asked)
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["repairs"]
    return {row["kind"]: row for row in reversed(rows)}


def cost(folder: Path) -> float:
    return float(json.loads((folder / "schedule.json").read_text("utf-8"))["objective"])


def test_a_sunday_permit_is_worth_what_a_plan_with_it_saves(tmp_path: Path) -> None:
    """The horizon has one Sunday, so the site's own permit for all of them is the same."""
    row = repairs(weekend(tmp_path / "barred"), tmp_path / "out", 1)["permit"]
    words = "get a Sunday permit for Sunday 10 Jan 2027 (de.sunday), of use to 4 workers"
    assert row["words"] == words
    site = weekend(tmp_path / "open", '\n[rules]\nsunday_permit = "A 1"\n')
    assert peakcrew("plan", site, "--out", tmp_path / "best", "--json").exit_code == 0
    saved = cost(tmp_path / "out") - cost(tmp_path / "best")
    assert saved > 0
    assert row["proven_per_week"] == row["at_most_per_week"] == pytest.approx(saved)


def test_a_longer_period_is_worth_what_a_plan_with_it_saves(tmp_path: Path) -> None:
    """W1 may earn 33.00 more this month; four hours more are 93.00."""
    head, *rows = (SEEDS / "tiny" / "workers.csv").read_text("utf-8").splitlines()
    for name, earned in (("bound", 600), ("more", 540)):
        shutil.copytree(SEEDS / "tiny", tmp_path / name)
        table = [f"{head},earned_this_month", *(f"{row},0" for row in rows)]
        table[1] = f"{rows[0]},{earned}"
        (tmp_path / name / "workers.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
        toml = tmp_path / name / "site.toml"
        rules = 'traits = { minijob = ["part_time"] }\nbinding = ["minijob_cents_per_month"]\n'
        toml.write_text(f"{toml.read_text('utf-8')}\n[rules]\n{rules}", encoding="utf-8")
    row = repairs(tmp_path / "bound", tmp_path / "out", 4)["period_limit"]
    words = "let 1 part time worker work up to 4 hours more than de.minijob_2027 allows"
    assert row["words"] == words
    done = peakcrew("plan", tmp_path / "more", "--out", tmp_path / "best", "--json")
    assert done.exit_code == 0, done.output
    saved = cost(tmp_path / "out") - cost(tmp_path / "best")
    assert row["proven_per_week"] == row["at_most_per_week"] == pytest.approx(saved)
