"""The verbs around a plan: solve, validate, export, check and forecast."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.api.command import SEEDS, Planned, entries, peakcrew

VERBS = ("plan", "solve", "check", "forecast", "validate", "export")
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def edited(tiny: Planned, tmp_path: Path) -> Callable[[Change], Path]:
    """A copy of the schedule of tiny with something changed by hand."""

    def edit(change: Change) -> Path:
        document = json.loads((tiny.folder / "schedule.json").read_text("utf-8"))
        change(document)
        path = tmp_path / "edited.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return edit


@pytest.fixture
def copy(tiny: Planned, tmp_path: Path) -> Path:
    """The plan of tiny in a folder that a test may change."""
    return Path(shutil.copytree(tiny.folder, tmp_path / "out"))


def test_the_help_names_every_verb() -> None:
    done = peakcrew("--help")
    assert done.exit_code == 0
    assert all(verb in done.stdout for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself(verb: str) -> None:
    done = peakcrew(verb, "--help")
    assert done.exit_code == 0
    assert f"{verb} [OPTIONS]" in done.stdout
    assert "--json" in done.stdout


def test_solve_writes_the_schedule_of_a_problem(solved: Planned, tiny: Planned) -> None:
    assert solved.result.exit_code == 0
    assert solved.files == {"schedule.json"}
    schedule = solved.schedule
    assert (schedule["objective"], schedule["status"]) == (1080.0, "optimal")
    assert schedule["run"]["seed"] == 7
    assert schedule["run"]["problem_sha256"] == tiny.schedule["run"]["problem_sha256"]


def longer(document: dict[str, Any]) -> None:
    shift = next(one for one in document["shifts"] if one["worker"] == "W2")
    shift |= {"end": "2027-01-11T13:00:00+01:00", "minutes": 300}


def other_worker(document: dict[str, Any]) -> None:
    shift = next(one for one in document["shifts"] if one["worker"] == "W8")
    shift["worker"] = "W3"


def unpinned(document: dict[str, Any]) -> None:
    document["shifts"] = [one for one in document["shifts"] if one["worker"] != "W7"]


def nobody(document: dict[str, Any]) -> None:
    document["shifts"][0]["worker"] = "W99"


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (longer, {"template"}),
        (other_worker, {"skill", "availability", "max_shifts_per_day", "max_minutes_per_week"}),
        (unpinned, {"pin"}),
        (nobody, {"known"}),
    ],
)
def test_a_broken_rule_is_named(
    change: Change, rules: set[str], edited: Callable[[Change], Path], tiny: Planned
) -> None:
    done = peakcrew("validate", tiny.folder / "problem.json", edited(change))
    *broken, count = done.stdout.splitlines()
    assert done.exit_code == 2
    assert {line.partition(":")[0] for line in broken} >= rules
    assert count == ("1 violation" if len(broken) == 1 else f"{len(broken)} violations")


def test_a_wrong_objective_is_named(edited: Callable[[Change], Path], tiny: Planned) -> None:
    def cheaper(document: dict[str, Any]) -> None:
        document["objective"] = 999.99

    done = peakcrew("validate", tiny.folder / "problem.json", edited(cheaper))
    assert done.exit_code == 2
    assert "objective: the file says 999.99, its shifts cost 1080.00" in done.stdout


def test_a_valid_schedule_is_told_with_its_cost(tiny: Planned) -> None:
    done = peakcrew("validate", tiny.folder / "problem.json", tiny.folder / "schedule.json")
    assert (done.exit_code, done.stdout) == (0, "valid: 10 shifts, cost 1,080.00 EUR\n")


def test_export_writes_the_files_again(tiny: Planned, tmp_path: Path) -> None:
    out = tmp_path / "again"
    problem, schedule = tiny.folder / "problem.json", tiny.folder / "schedule.json"
    done = peakcrew("export", problem, schedule, "--out", out, "--site", SEEDS / "tiny")
    assert done.exit_code == 0
    files = {name.as_posix() for name in (one.relative_to(out) for one in out.rglob("*.*"))}
    assert files == tiny.files
    for name in files - {"report.html", "schedule.xlsx"}:
        assert (out / name).read_bytes() == (tiny.folder / name).read_bytes()


def test_export_names_workers_from_the_site_only(tiny: Planned, tmp_path: Path) -> None:
    problem, schedule = tiny.folder / "problem.json", tiny.folder / "schedule.json"
    peakcrew("export", problem, schedule, "--out", tmp_path / "ids")
    peakcrew("export", problem, schedule, "--out", tmp_path / "names", "--site", SEEDS / "tiny")
    ids, names = (
        [row["name"] for row in csv.DictReader((tmp_path / out / "shifts.csv").open())]
        for out in ("ids", "names")
    )
    assert set(ids) == {""}
    assert "Worker 1" in names


def test_export_counts_the_revision(tiny: Planned, tmp_path: Path) -> None:
    problem, schedule = tiny.folder / "problem.json", tiny.folder / "schedule.json"
    peakcrew("export", problem, schedule, "--out", tmp_path / "out", "--revision", 3)
    calendar = Calendar.from_ical((tmp_path / "out" / "workers" / "W1.ics").read_bytes())
    events = calendar.walk("VEVENT")
    assert [event["SEQUENCE"] for event in events] == [3, 3, 3]


def test_export_over_a_plan_keeps_what_it_was_made_from(copy: Path) -> None:
    before = {name: (copy / name).read_bytes() for name in ("problem.json", "schedule.json")}
    done = peakcrew("export", copy / "problem.json", copy / "schedule.json", "--out", copy)
    assert done.exit_code == 0
    assert {name: (copy / name).read_bytes() for name in before} == before


def test_export_after_an_edit_drops_the_files_of_who_has_no_shift_now(copy: Path) -> None:
    document = json.loads((copy / "schedule.json").read_text("utf-8"))
    document["shifts"] = [one for one in document["shifts"] if one["worker"] != "W8"]
    (copy / "schedule.json").write_text(json.dumps(document), encoding="utf-8")
    done = peakcrew("export", copy / "problem.json", copy / "schedule.json", "--out", copy)
    assert done.exit_code == 0
    assert (copy / "workers" / "W1.ics").exists()
    assert not (copy / "workers" / "W8.ics").exists()


def test_export_tells_that_a_proven_schedule_is_proven(tiny: Planned, tmp_path: Path) -> None:
    problem, schedule = tiny.folder / "problem.json", tiny.folder / "schedule.json"
    peakcrew("export", problem, schedule, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "proven: no cheaper schedule exists" in page
    assert '<td class="long">optimal</td>' in page


def test_export_refuses_a_bound_above_the_cost(
    edited: Callable[[Change], Path], tiny: Planned, tmp_path: Path
) -> None:
    """Tests that a bound which cannot be this problem's is never shown as a proof."""

    def boast(document: dict[str, Any]) -> None:
        document["bound"] = document["objective"] + 1.0

    problem = str(tiny.folder / "problem.json")
    result = peakcrew("export", problem, str(edited(boast)), "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "bound" in result.stderr
    assert not (tmp_path / "out").exists()


def test_export_shows_the_need_of_a_value_curve(tiny: Planned, tmp_path: Path) -> None:
    document = json.loads((tiny.folder / "problem.json").read_text(encoding="utf-8"))
    queue, values = next(iter(document["requirement"].items()))
    del document["requirement"][queue]
    document["coverage_value"] = {queue: [[50.0] * need for need in values]}
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(document), encoding="utf-8")
    schedule = str(tiny.folder / "schedule.json")
    peakcrew("export", str(problem), schedule, "--out", str(tmp_path / "out"))
    with (tmp_path / "out" / "coverage.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["queue"] == queue]
    assert [int(row["requirement"]) for row in rows] == values


def test_export_takes_a_schedule_without_a_run_record(
    edited: Callable[[Change], Path], tiny: Planned, tmp_path: Path
) -> None:
    def by_hand(document: dict[str, Any]) -> None:
        del document["run"], document["solve_seconds"], document["history"]

    done = peakcrew(
        "export", tiny.folder / "problem.json", edited(by_hand), "--out", tmp_path / "out"
    )
    assert done.exit_code == 0


def test_export_refuses_a_schedule_that_breaks_a_rule(
    edited: Callable[[Change], Path], tiny: Planned, tmp_path: Path
) -> None:
    path = edited(longer)
    done = peakcrew("export", tiny.folder / "problem.json", path, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "template: worker W2" in done.stderr
    assert entries(tmp_path) == ["edited.json"]


def test_a_good_site_can_be_planned() -> None:
    done = peakcrew("check", SEEDS / "requirement_only")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == f"{SEEDS / 'requirement_only'}: can be planned"


def test_a_bad_site_shows_every_problem_at_once(tmp_path: Path) -> None:
    site = Path(shutil.copytree(SEEDS / "tiny", tmp_path / "site"))
    with (site / "workers.csv").open("a") as file:
        file.write("W9,Worker 9,cooking,part_time,,DE-BE,15,0,12,1,5,11\n")
    with (site / "availability.csv").open("a") as file:
        file.write("W1,yesterday,2027-01-11T12:00:00+01:00,0\n")
    done = peakcrew("check", site)
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert lines[0].startswith("workers.csv:10:13: ")
    assert lines[1].startswith("availability.csv:16:4: ")
    assert lines[-1] == "2 problems"


def test_a_forecast_alone_leaves_only_its_files(shop: Path, tmp_path: Path) -> None:
    done = peakcrew("forecast", shop, "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert entries(tmp_path / "out") == ["demand.csv", "forecast.csv"]
    assert "fraud|de|voice: sensitive, sensitive category: never offered" in done.stdout
    assert f"contacts need a person: {tmp_path / 'out' / 'demand.csv'}" in done.stdout


def test_a_forecast_is_that_of_the_plan(shop: Path, planned_shop: Planned, tmp_path: Path) -> None:
    peakcrew("forecast", shop, "--out", tmp_path / "out")
    for name in ("forecast.csv", "demand.csv"):
        assert (tmp_path / "out" / name).read_text() == (planned_shop.folder / name).read_text()
