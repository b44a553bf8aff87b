"""``peakcrew plan``: from a folder to the files of a proven schedule."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.api.command import Planned, peakcrew

ALWAYS = {
    "schedule.json",
    "problem.json",
    "shifts.csv",
    "coverage.csv",
    "prices.csv",
    "fairness.csv",
    "reasons.json",
    "reasons.csv",
    "rules.json",
    "report.html",
    "schedule.xlsx",
}
SCHEDULE_KEYS = {
    "format",
    "status",
    "objective",
    "bound",
    "gap",
    "solve_seconds",
    "costs",
    "shifts",
    "understaffing",
    "violations",
    "run",
}
SHIFT_KEYS = {"id", "worker", "queue", "template", "start", "end", "minutes", "cost"}
RUN_KEYS = {
    "problem_sha256",
    "rules_sha256",
    "versions",
    "seed",
    "parameters",
    "started",
    "finished",
}
PLANS = ["tiny", "requirement_only", "planned_shop"]


@pytest.fixture(params=PLANS)
def planned(request: pytest.FixtureRequest) -> Planned:
    """Each of the plans in turn."""
    plan: Planned = request.getfixturevalue(request.param)
    return plan


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_plan_ends_well(planned: Planned) -> None:
    assert planned.result.exit_code == 0


def test_every_file_of_the_contract_is_there(planned: Planned) -> None:
    top = {name for name in planned.files if "/" not in name}
    forecast = {"forecast.csv", "demand.csv", "scorecard.csv"}
    assert top - forecast == ALWAYS


def test_each_worker_with_a_shift_gets_a_calendar_and_a_table(planned: Planned) -> None:
    workers = {shift["worker"] for shift in planned.schedule["shifts"]}
    endings = (".ics", ".csv", "~de.csv")
    expected = {f"workers/{one}{ending}" for one in workers for ending in endings}
    assert {name for name in planned.files if "/" in name} == expected


def test_the_schedule_has_every_key(planned: Planned) -> None:
    schedule = planned.schedule
    assert schedule["format"] == "peakcrew.schedule/1"
    assert schedule.keys() >= SCHEDULE_KEYS
    assert all(shift.keys() == SHIFT_KEYS for shift in schedule["shifts"])
    assert all(one.keys() == {"queue", "start", "workers"} for one in schedule["understaffing"])
    assert schedule["run"].keys() >= RUN_KEYS


def test_no_rule_is_broken(planned: Planned) -> None:
    assert planned.schedule["violations"] == []


def test_the_terms_add_up_to_the_objective(planned: Planned) -> None:
    schedule = planned.schedule
    assert sum(schedule["costs"].values()) == pytest.approx(schedule["objective"], abs=1e-6)


def test_the_shifts_cost_the_wages(planned: Planned) -> None:
    schedule = planned.schedule
    wages = sum(shift["cost"] for shift in schedule["shifts"])
    assert wages == pytest.approx(schedule["costs"]["wages"], abs=1e-6)


def test_the_gap_is_what_lies_between_bound_and_objective(planned: Planned) -> None:
    schedule = planned.schedule
    objective, bound = schedule["objective"], schedule["bound"]
    assert 0 < bound <= objective
    assert schedule["gap"] == pytest.approx((objective - bound) / objective, abs=1e-6)
    assert (schedule["status"] == "optimal") == (bound == objective)


def test_instants_carry_an_offset_and_shifts_last_their_minutes(planned: Planned) -> None:
    for shift in planned.schedule["shifts"]:
        start, end = (datetime.fromisoformat(shift[key]) for key in ("start", "end"))
        assert start.tzinfo is not None
        assert end - start == timedelta(minutes=shift["minutes"])


def test_the_table_holds_the_same_shifts(planned: Planned) -> None:
    ids = [row["id"] for row in rows(planned.folder / "shifts.csv")]
    assert sorted(ids) == sorted(shift["id"] for shift in planned.schedule["shifts"])


def test_the_cover_counts_what_is_missing(planned: Planned) -> None:
    table = rows(planned.folder / "coverage.csv")
    missing = {
        (row["queue"], row["start"], int(row["understaffing"]))
        for row in table
        if row["understaffing"] != "0"
    }
    told = planned.schedule["understaffing"]
    assert missing == {(one["queue"], one["start"], one["workers"]) for one in told}


def test_the_calendars_hold_the_same_shifts(planned: Planned) -> None:
    found = set()
    for path in (planned.folder / "workers").glob("*.ics"):
        for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            assert event["SEQUENCE"] == 0
            found.add(str(event["UID"]).partition("@")[0])
    assert found == {shift["id"] for shift in planned.schedule["shifts"]}


def test_the_report_stands_alone(planned: Planned) -> None:
    page = (planned.folder / "report.html").read_text("utf-8")
    assert page.startswith("<!")
    for outside in ("<script", "<link", 'src="http', "url(http", "@import"):
        assert outside not in page


def test_the_problem_can_be_judged_with_the_schedule(planned: Planned) -> None:
    done = peakcrew("validate", planned.folder / "problem.json", planned.folder / "schedule.json")
    assert (done.exit_code, done.stdout.partition(":")[0]) == (0, "valid")


def test_tiny_costs_what_its_readme_derives(tiny: Planned) -> None:
    schedule = tiny.schedule
    assert (schedule["status"], schedule["objective"]) == ("optimal", 1080.0)
    assert (schedule["costs"]["wages"], schedule["costs"]["understaffing"]) == (680.0, 400.0)
    assert len(schedule["shifts"]) == 10


def test_a_person_reads_the_outcome_and_where_the_report_lies(tiny: Planned) -> None:
    assert tiny.result.stdout.splitlines() == [
        "10 shifts, 40 hours, 7 of 8 workers",
        f"cost 1,080.00 EUR: proven optimal, {tiny.schedule['solve_seconds']:.1f} s",
        "8.0 worker-hours understaffed in 8 intervals",
        f"report: {tiny.folder / 'report.html'}",
    ]


def test_stages_progress_and_notes_are_told_beside_it(tiny: Planned) -> None:
    told = tiny.result.stderr
    assert told.startswith("reading the site ...\nscheduling ...\n")
    assert "gap   0.000%" in told
    assert "note: workers.csv: 1 of 8 workers have no window of 240 minutes" in told


def test_without_a_forecast_there_are_no_forecast_files(tiny: Planned) -> None:
    assert not {"forecast.csv", "demand.csv"} & tiny.files


def test_a_forecast_leaves_its_files(planned_shop: Planned) -> None:
    assert {"forecast.csv", "demand.csv"} <= planned_shop.files


def test_forecast_demand_and_cover_speak_of_the_same_intervals(planned_shop: Planned) -> None:
    folder = planned_shop.folder
    cover = [(row["queue"], row["start"]) for row in rows(folder / "coverage.csv")]
    assert len(cover) == 2 * (7 * 24 - 1)  # the Sunday has 23 hours
    for name in ("forecast.csv", "demand.csv"):
        assert [(row["unique_id"], row["ds"]) for row in rows(folder / name)] == cover


def test_the_streams_add_up_to_the_demand(planned_shop: Planned) -> None:
    for row in rows(planned_shop.folder / "demand.csv"):
        streams = sum(float(row[name]) for name in ("direct", "escalated", "bounced"))
        assert streams == pytest.approx(float(row["mean"]), abs=2e-4)


def test_quantiles_rise(planned_shop: Planned) -> None:
    for name in ("forecast.csv", "demand.csv"):
        for row in rows(planned_shop.folder / name):
            values = [float(row[level]) for level in ("q05", "q25", "q50", "q75", "q95")]
            assert values == sorted(values)


def test_the_report_of_a_forecast_tells_service_level_and_bot_share(planned_shop: Planned) -> None:
    page = (planned_shop.folder / "report.html").read_text("utf-8")
    assert "Expected service level" in page
    assert "Bot / people" in page


def test_the_report_names_who_is_paid_too_little(planned_shop: Planned) -> None:
    page = (planned_shop.folder / "report.html").read_text("utf-8")
    assert "1 hourly_cost below the minimum wage of 13.90 (profile de), first d" in page


def test_a_promise_is_kept_where_people_are_enough(planned_shop: Planned) -> None:
    """Enough for who comes; behind those who wait since a night without people it is broken."""
    table = rows(planned_shop.folder / "coverage.csv")
    full = [row for row in table if row["understaffing"] == "0" and row["service_level"]]
    monday = [float(row["service_level"]) for row in full if row["start"].startswith("2026-03-23")]
    assert len(monday) > 1
    assert monday[0] < 0.75
    assert all(level >= 0.75 for level in monday[1:])


def test_the_record_repeats_what_was_asked(planned_shop: Planned) -> None:
    run = planned_shop.schedule["run"]
    assert (run["seed"], run["parameters"]["gap"], run["parameters"]["workers"]) == (1, 0.05, 2)
    assert json.loads(planned_shop.result.stdout)["gap"] <= 0.05
