"""``peakcrew simulate``: figures that add up, prediction and simulation, and what it refuses."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from api.forecasting import forecast_demand
from api.planned import read_planned
from api.simulation import figures
from api.simulation.files import COLUMNS, FILES
from api.simulation.operation import operation
from api.simulation.run import SUMS, Asked, Simulation, run
from api.site.backlog import BacklogRow
from api.site.read import read_site
from tests.api.command import SEEDS, Planned, entries, peakcrew
from tests.api.shop import HORIZON

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"
COUNT = 40


@pytest.fixture(scope="module")
def schedule(planned_shop: Planned) -> Path:
    assert planned_shop.result.exit_code == 0, planned_shop.result.output
    return planned_shop.folder / "schedule.json"


@pytest.fixture(scope="module")
def found(shop: Path, schedule: Path) -> Simulation:
    return run(shop, schedule, Asked(replications=COUNT))


@pytest.fixture(scope="module")
def rows(found: Simulation) -> list[figures.Row]:
    return figures.rows(found)


def simulate(*args: object) -> Any:
    """Run the command; its JSON."""
    result = peakcrew("simulate", *args, "--json")
    return json.loads(result.output)


def test_prediction_and_simulation_agree(rows: list[figures.Row]) -> None:
    """Within two points and chance, in total and on both queues."""
    assert [row.queue for row in figures.totals(rows)] == [figures.ALL, CHAT, VOICE]
    for row in figures.totals(rows):
        assert row.service_level is not None
        assert row.difference is not None
        assert abs(row.difference) < 0.02 + 3 * row.service_level.error
    assert rows[0].contacts > 500


def test_days_add_up_to_the_horizon(found: Simulation, rows: list[figures.Row]) -> None:
    assert len(rows) == 3 * (1 + len(found.days))
    for queue in (figures.ALL, CHAT, VOICE):
        by_day = [row.contacts for row in rows if row.queue == queue and row.day is not None]
        total = next(row.contacts for row in rows if row.queue == queue and row.day is None)
        assert sum(by_day) == pytest.approx(total)
    voice = {row.day: row for row in rows if row.queue == VOICE}
    assert voice[found.days[5]].service_level is None  # closed on Saturdays
    assert voice[found.days[5]].predicted is None


def test_every_contact_of_the_paths_is_simulated(shop: Path, found: Simulation) -> None:
    demand = forecast_demand(read_site(shop)).demand
    offered = found.sums[..., SUMS.index("offered")].sum(axis=2)

    assert (offered == demand.contacts.sum(axis=2).T[:COUNT]).all()


def test_a_ratio_and_its_error() -> None:
    """Of 1 in 2 and 3 in 4: 4 in 6; the error of a ratio of means, by hand."""
    part, whole = np.array([1.0, 3.0]), np.array([2.0, 4.0])
    one = figures.ratio(part, whole)

    assert one is not None
    assert one.value == pytest.approx(2 / 3)
    assert one.error == pytest.approx((1 / 3) * np.sqrt(2) / 3 / np.sqrt(2))
    assert (one.low, one.high) == pytest.approx((0.5125, 0.7375))
    assert figures.ratio(part, np.zeros(2)) is None
    assert figures.average(np.array([np.nan, np.nan])) is None


def told(difference: float, error: float, contacts: float = 1000) -> list[str]:
    """The verdict on one queue that is so far off its prediction."""
    level = figures.Estimate(0.8 + difference, error, 0.7, 0.9)
    none = (None,) * 4
    total = figures.Row(figures.ALL, None, 5000, 0.8, figures.Estimate(0.8, 0.001, 0.7, 0.9), *none)
    return figures.verdict([total, figures.Row(CHAT, None, contacts, 0.8, level, *none)])[1:]


def test_the_verdict_names_queues_that_differ() -> None:
    assert told(0.011, 0.002) == [
        "Both agree within 1.1 points on every queue with 300 contacts or more."
    ]
    assert told(-0.05, 0.002) == [f"{CHAT}: simulated 75.0 %, predicted 80.0 %."]
    assert "cannot tell" in told(-0.05, 0.04)[0]
    assert told(-0.05, 0.002, contacts=299) == []


def test_the_command_writes_its_files(shop: Path, schedule: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = peakcrew("simulate", shop, schedule, "--out", out, "--replications", 5)

    assert result.exit_code == 0, result.output
    assert "served as promised" in result.output
    assert entries(out) == sorted(FILES)
    document = json.loads((out / "simulation.json").read_text("utf-8"))
    assert (document["format"], document["replications"]) == ("peakcrew.simulation/1", 5)
    with (out / "simulation.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == 1 + len(document["rows"]) == 1 + 3 * 8
    page = (out / "simulation.html").read_text("utf-8")
    assert "src=" not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")


def test_json_is_the_document_in_total(shop: Path, schedule: Path, tmp_path: Path) -> None:
    first, again, other = (
        simulate(shop, schedule, "--out", tmp_path / "out", "--replications", 5, "--seed", seed)
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first["rows"] != other["rows"]
    assert [row["queue"] for row in first["rows"]] == [figures.ALL, CHAT, VOICE]
    assert len(first["files"]) == 3


def test_actual_contacts_take_the_place_of_the_forecast(
    shop: Path, schedule: Path, tmp_path: Path
) -> None:
    """Ten calls in each open hour: that many in every replication, and the same prediction."""
    ds = pd.date_range(HORIZON, periods=167, freq="h", tz="Europe/Berlin")
    frame = pd.DataFrame({"unique_id": VOICE, "ds": ds.strftime("%Y-%m-%dT%H:%M:%S%z"), "y": 10})
    frame.to_csv(tmp_path / "actual.csv", index=False)
    asked = Asked(replications=3, actuals=tmp_path / "actual.csv")
    seen, usual = (run(shop, schedule, one) for one in (asked, Asked(replications=3)))

    calls = seen.sums[:, 1, :, SUMS.index("offered")]
    assert calls.tolist() == [[240] * 5 + [0, 0]] * 3
    assert seen.predicted.tolist() == usual.predicted.tolist()


def test_actual_contacts_of_other_days_are_refused(
    shop: Path, schedule: Path, tmp_path: Path
) -> None:
    result = peakcrew(
        "simulate", shop, schedule, "--out", tmp_path / "out", "--actuals", shop / "history.csv"
    )

    assert (result.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert "holds no contacts of" in result.output


def changed_site(shop: Path, folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the site with another text in one of its files."""
    shutil.copytree(shop, folder)
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_who_hangs_up_may_call_again(shop: Path, schedule: Path, tmp_path: Path) -> None:
    """Few of the shop's calls are answered: with some patience, many are tried again."""
    old, new = "aht_seconds = 240", "aht_seconds = 240\npatience_seconds = 120"
    site = changed_site(shop, tmp_path / "site", "site.toml", old, new)
    sums = [
        run(site, schedule, Asked(replications=2, redial=share)).sums.sum(axis=(0, 2))
        for share in (0.0, 0.5)
    ]
    offered, abandoned = SUMS.index("offered"), SUMS.index("abandoned")

    assert sums[0][0, offered] == sums[1][0, offered]  # chats: nobody hangs up
    assert sums[1][1, offered] > sums[0][1, offered] + 0.4 * sums[0][1, abandoned]


def test_a_folder_with_anything_else_is_not_replaced(
    shop: Path, schedule: Path, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    result = peakcrew("simulate", shop, schedule, "--out", tmp_path)

    assert (result.exit_code, entries(tmp_path)) == (2, ["letter.txt"])


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("site.toml", "days = 7", "days = 6", "not the schedule's"),
        ("site.toml", "fraud|de|voice", "theft|de|voice", "the schedule does not know it"),
    ],
)
def test_a_schedule_of_another_site_is_refused(
    shop: Path, schedule: Path, tmp_path: Path, name: str, old: str, new: str, complaint: str
) -> None:
    site = changed_site(shop, tmp_path / "site", name, old, new)
    if "theft" in new:
        for table in ("history.csv",):
            path = site / table
            path.write_text(path.read_text("utf-8").replace("fraud|", "theft|"), encoding="utf-8")
    result = peakcrew("simulate", site, schedule, "--out", tmp_path / "out")

    assert (result.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert complaint in result.output


def test_a_site_without_contacts_cannot_be_simulated(
    requirement_only: Planned, tmp_path: Path
) -> None:
    schedule = requirement_only.folder / "schedule.json"
    result = peakcrew("simulate", SEEDS / "requirement_only", schedule, "--out", tmp_path / "out")

    assert (result.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert "history.csv" in result.output


def test_standby_keeps_more_of_the_promise(shop: Path, schedule: Path, tmp_path: Path) -> None:
    """Half of the shifts nobody comes to: somebody on standby for each makes up for it."""
    text = "\n[staffing]\nno_show_rate = 0.5\n\n[staffing.standby]\npay_percent = 30\n"
    site = shutil.copytree(shop, tmp_path / "site")
    with (site / "site.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    shutil.copytree(schedule.parent, tmp_path / "with")
    document = json.loads(schedule.read_text("utf-8"))
    shift = next(one for one in document["shifts"] if one["queue"] == VOICE)
    problem = json.loads((schedule.parent / "problem.json").read_text("utf-8"))
    queue = next(one for one in problem["queues"] if one["id"] == VOICE)
    problem["queues"].append({**queue, "id": "standby|voice"})
    (tmp_path / "problem.json").write_text(json.dumps(problem), encoding="utf-8")
    calls = [
        {**one, "id": f"s{n}", "queue": "standby|voice"}
        for n, one in enumerate(document["shifts"])
        if one["queue"] == VOICE
    ]
    document["shifts"] += calls
    (tmp_path / "with.json").write_text(json.dumps(document), encoding="utf-8")
    asked = Asked(replications=20, problem=tmp_path / "problem.json")
    without, beside = (run(site, one, asked) for one in (schedule, tmp_path / "with.json"))
    in_time, offered = SUMS.index("in_time"), SUMS.index("offered")

    assert shift
    assert without.sums[..., offered].tolist() == beside.sums[..., offered].tolist()
    assert beside.sums[:, 1, :, in_time].sum() > 1.2 * without.sums[:, 1, :, in_time].sum()


def test_the_opening_backlog_is_simulated_contact_by_contact(shop: Path, schedule: Path) -> None:
    """Three rows, five contacts; how long each has waited when the horizon begins."""
    site, planned = read_site(shop), read_planned(schedule, None)
    waiting = (BacklogRow(CHAT, -90, 2), BacklogRow(CHAT, -600, 3), BacklogRow(VOICE, -60, 0))
    day = operation(
        replace(site, backlog=waiting), planned.problem, planned.shifts, forecast_demand(site)
    )

    assert [one.waiting_seconds for one in day.queues] == [(5400.0,) * 2 + (36_000.0,) * 3, ()]
