"""``peakcrew compare``: results side by side, and the way there from a site."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.api.command import SEEDS, Planned, entries, peakcrew

FILES = ["compare.csv", "compare.html", "compare_days.csv"]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny with half as much again to do, planned: from scenario to plan, as the page says."""
    folder = tmp_path_factory.mktemp("busy")
    done = peakcrew("scenario", SEEDS / "tiny", "--out", folder / "site", "--volume", "+50%")
    assert done.exit_code == 0
    assert peakcrew("plan", folder / "site", "--out", folder / "busy").exit_code == 0
    return folder / "busy"


def compared(*results: Path) -> dict[str, Any]:
    done = peakcrew("compare", *results, "--json")
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.output)
    return document


def test_more_work_costs_more_and_leaves_more_undone(tiny: Planned, busy: Path) -> None:
    found = compared(tiny.folder, busy)
    measures = found["measures"]
    assert found["schedules"] == ["out", "busy"]
    assert measures["Cost"][0] == 1080.0
    assert measures["Cost"][1] > 1080.0
    base, more = measures["Required worker-hours"]
    assert more == pytest.approx(1.5 * base, rel=0.05)
    missing = measures["Understaffed worker-hours"]
    assert missing[1] > missing[0]
    assert measures["Workers in the pool"] == [8, 8]
    (difference,) = found["differences"]
    assert difference["proven"]
    assert difference["least"] <= difference["found"] <= difference["most"]


def test_the_measures_are_those_of_the_schedule_file(tiny: Planned, busy: Path) -> None:
    measures = compared(tiny.folder, busy)["measures"]
    for number, folder in enumerate((tiny.folder, busy)):
        document = json.loads((folder / "schedule.json").read_text("utf-8"))
        assert measures["Cost"][number] == document["objective"]
        assert measures["Proven lower bound"][number] == document["bound"]
        assert measures["Wages"][number] == document["costs"]["wages"]
        assert measures["Shifts"][number] == len(document["shifts"])
        hours = sum(one["minutes"] for one in document["shifts"]) / 60
        assert measures["Hours worked"][number] == hours
        short = sum(one["workers"] for one in document["understaffing"])
        assert measures["Understaffed worker-hours"][number] == short


def test_the_files_of_a_comparison(tiny: Planned, busy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = peakcrew("compare", tiny.folder, busy, "--out", out)
    assert done.exit_code == 0
    assert "out is cheaper than busy by" in done.output
    assert entries(out) == FILES
    with (out / "compare_days.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 3 * 2  # schedules, days, queues
    assert {row["schedule"] for row in rows} == {"out", "busy"}
    missing = sum(float(row["missing_hours"]) for row in rows if row["schedule"] == "busy")
    with (out / "compare.csv").open(encoding="utf-8", newline="") as file:
        table = {(row["measure"], row["schedule"]): row for row in csv.DictReader(file)}
    assert float(table["Understaffed worker-hours", "busy"]["value"]) == missing
    cost = table["Cost", "busy"]
    assert float(cost["difference"]) == float(cost["value"]) - 1080


def test_a_comparison_is_replaced_and_nothing_else(tiny: Planned, busy: Path, tmp_path: Path):
    out = tmp_path / "out"
    for _ in range(2):
        assert peakcrew("compare", tiny.folder, busy, "--out", out).exit_code == 0
    copy = Path(shutil.copytree(busy, tmp_path / "plan"))
    before = entries(copy)
    assert peakcrew("compare", tiny.folder, busy, "--out", copy).exit_code == 2
    assert entries(copy) == before


def test_a_service_level_is_that_of_the_plan(planned_shop: Planned, tmp_path: Path) -> None:
    other = Path(shutil.copytree(planned_shop.folder, tmp_path / "other"))
    page = (planned_shop.folder / "report.html").read_text("utf-8")
    (level, same) = compared(planned_shop.folder, other)["measures"]["Expected service level"]
    assert level == same
    assert f"{100 * level:,.1f} %" in page
    (other / "coverage.csv").unlink()
    found = compared(planned_shop.folder, other)["measures"]["Expected service level"]
    assert found == [level, None]


def test_a_schedule_file_without_its_problem(tiny: Planned, busy: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.json"
    shutil.copyfile(busy / "schedule.json", alone)
    found = compared(tiny.folder, alone)
    assert found["schedules"] == ["out", "alone"]
    assert found["measures"]["Shifts"] == compared(tiny.folder, busy)["measures"]["Shifts"]
    assert found["measures"]["Understaffed worker-hours"][1] is None


def test_a_schedule_file_with_its_problem_beside_it(tiny: Planned, busy: Path) -> None:
    files = compared(tiny.folder / "schedule.json", busy / "schedule.json")
    assert files["measures"] == compared(tiny.folder, busy)["measures"]


def test_a_blended_schedule_serves_whom_it_serves(tiny: Planned, tmp_path: Path) -> None:
    """Its cost is the file's only if each part of a shift counts on its own queue."""
    folder = tmp_path / "blended"
    folder.mkdir()
    document = json.loads((tiny.folder / "problem.json").read_text("utf-8"))
    need = {queue: len(values) for queue, values in document["requirement"].items()}
    document |= {"blended": True, "pins": []}
    document["requirement"] = {
        queue: [int(index % 24 >= 8 and index % 2 == place) for index in range(num)]
        for place, (queue, num) in enumerate(need.items())
    }
    for worker in document["workers"]:
        worker["skills"] = ["payment-de", "refund-sv"]
    (folder / "problem.json").write_text(json.dumps(document), "utf-8")
    peakcrew("solve", folder / "problem.json", "--out", folder / "schedule.json", "--workers", 2)
    schedule = json.loads((folder / "schedule.json").read_text("utf-8"))
    assert any("segments" in one for one in schedule["shifts"])
    measures = compared(tiny.folder, folder)["measures"]
    assert measures["Cost"][1] == schedule["objective"]
    short = sum(one["workers"] for one in schedule["understaffing"])
    assert measures["Understaffed worker-hours"][1] == short


def edit(folder: Path, name: str, **changes: object) -> None:
    document = json.loads((folder / name).read_text("utf-8"))
    (folder / name).write_text(json.dumps(document | changes), "utf-8")


def test_what_cannot_be_compared_is_named(tiny: Planned, busy: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(busy, tmp_path / "other"))
    edit(other, "problem.json", currency="SEK")
    swollen = Path(shutil.copytree(busy, tmp_path / "swollen"))
    edit(swollen, "schedule.json", bound=1e6)
    lonely = tmp_path / "lonely.json"
    shutil.copyfile(swollen / "schedule.json", lonely)
    (tmp_path / "empty").mkdir()
    for results, message in (
        ([tiny.folder], "two results or more are needed"),
        ([tiny.folder, tiny.folder], "is named twice"),
        ([tiny.folder, other], "the results are in EUR and SEK"),
        ([tiny.folder, tmp_path / "absent"], "absent: cannot be read"),
        ([tiny.folder, tmp_path / "empty"], "problem.json: cannot be read"),
        ([tiny.folder, swollen], "bound: 1000000.00 lies above the cost of the shifts"),
        ([tiny.folder, lonely], "bound: lies above the objective"),
    ):
        done = peakcrew("compare", *results)
        assert done.exit_code == 2
        assert message in done.output
