"""``peakcrew repairs``, ``peakcrew fairness`` and ``peakcrew plan --repairs``."""

import json
import shutil
from pathlib import Path

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
