"""``peakcrew intraday``: from the morning's counts to a changed schedule, or a named problem."""

import csv
import json
from pathlib import Path

import pytest

from tests.api.command import SEEDS, Planned, entries, peakcrew
from tests.api.intraday.conftest import NOON, Write

FILES = ["demand.csv", "forecast.csv", "intraday.csv", "intraday.html", "problem.json"]


def test_the_files_of_an_update(lively: Path, write_actuals: Write, tmp_path: Path) -> None:
    out = tmp_path / "out"
    actuals = write_actuals(1.5)
    done = peakcrew("intraday", lively, "--actuals", actuals, "--now", NOON, "--out", out)
    assert done.exit_code == 0, done.output
    assert entries(out) == FILES
    assert f"--problem {out / 'problem.json'} --freeze-before 2026-03-25T12:00:00+01:00" in (
        done.output
    )
    assert peakcrew("solve", out / "problem.json", "--out", tmp_path / "s.json").exit_code == 0
    with (out / "intraday.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 24
    assert [bool(row["actual"]) for row in rows] == 2 * ([True] * 12 + [False] * 12)
    ten, two = rows[10], rows[14]
    assert float(ten["after_mean"]) == float(ten["actual"])
    assert float(two["after_mean"]) > 1.2 * float(two["before_mean"])
    assert float(two["after_q05"]) < float(two["after_mean"]) < float(two["after_q95"])


def test_the_page_shows_every_queue_and_loads_nothing(
    lively: Path, write_actuals: Write, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    peakcrew("intraday", lively, "--actuals", write_actuals(), "--now", NOON, "--out", out)
    page = (out / "intraday.html").read_text("utf-8")
    assert "Wednesday 25 Mar 2026 12:00" in page
    assert page.count("<svg") == 2
    assert "refund|de|chat" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_schedule_follows_the_day(
    lively: Path, planned_lively: Planned, write_actuals: Write, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    schedule = planned_lively.folder / "schedule.json"
    actuals = write_actuals(1.8)
    done = peakcrew(
        "intraday", lively, "--actuals", actuals, "--now", NOON, "--out", out,
        "--schedule", schedule, "--change-cost", 1, "--workers", 2, "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    report = json.loads(done.output.splitlines()[-1])
    assert report["queues"][0]["rest_after"] > report["queues"][0]["rest_before"]
    judged = peakcrew("validate", out / "replan" / "problem.json", out / "replan/schedule.json")
    assert judged.exit_code == 0, judged.output
    before, after = (
        {
            (one["worker"], one["start"], one["queue"])
            for one in json.loads(path.read_text())["shifts"]
        }
        for path in (schedule, out / "replan" / "schedule.json")
    )
    # What started before noon, and what is planned for other days, stays as it is.
    assert all(start[:10] == "2026-03-25" and start[11:] >= "12" for _, start, _ in before ^ after)


def test_the_day_goes_on(
    lively: Path, planned_lively: Planned, write_actuals: Write, tmp_path: Path
) -> None:
    """At two, the schedule of noon is the one in force."""
    schedule = planned_lively.folder / "schedule.json"
    for hours in (12, 14):
        out = tmp_path / f"at-{hours}"
        done = peakcrew(
            "intraday", lively, "--actuals", write_actuals(1.5, hours), "--out", out,
            "--now", f"2026-03-25T{hours}:00", "--schedule", schedule, "--workers", 2,
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        schedule = out / "replan" / "schedule.json"
    first, second = (
        {
            (one["worker"], one["start"], one["queue"])
            for one in json.loads((tmp_path / name / "replan/schedule.json").read_text())["shifts"]
            if one["start"] < "2026-03-25T14"
        }
        for name in ("at-12", "at-14")
    )
    assert first == second


def test_a_later_day_may_change_if_asked(
    lively: Path, planned_lively: Planned, write_actuals: Write, tmp_path: Path
) -> None:
    actuals = write_actuals(1.0)
    done = peakcrew(
        "intraday", lively, "--actuals", actuals, "--now", NOON, "--out", tmp_path / "out",
        "--schedule", planned_lively.folder / "schedule.json", "--days", 5, "--workers", 2,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "schedule: " in done.output


BAD_ROWS = [
    ("refund|de|chat,2026-03-25T12:00,5",
     'actuals.csv:3:16: ds: "2026-03-25T12:00" begins an interval that is not over at '
     "2026-03-25T12:00:00+01:00"),
    ("refund|de|chat,2026-03-25T10:30,5",
     "actuals.csv:3:16: ds: expected the start of a 60-minute interval"),
    ("refund|de|chat,2026-03-25T09:00,-1", "actuals.csv:3:33: y: expected a whole number"),
    ("refund|de|chat,2026-03-25T09:00,1.5", "actuals.csv:3:33: y: expected a whole number"),
    ("nobody,2026-03-25T09:00,1", 'actuals.csv:3:1: unique_id: unknown queue "nobody"'),
    ("refund|de|chat,2026-03-25T08:00,9",
     "actuals.csv:3:1: unique_id: the same unique_id and ds as on line 2"),
    ("refund|de|chat,2026-03-25T09:00", "actuals.csv:3: expected 3 fields, found 2"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "message"), BAD_ROWS)
def test_a_bad_count_is_named_with_its_place(
    row: str, message: str, lively: Path, tmp_path: Path
) -> None:
    actuals = tmp_path / "actuals.csv"
    actuals.write_text(f"unique_id,ds,y\nrefund|de|chat,2026-03-25T08:00,7\n{row}\n")
    out = tmp_path / "out"
    done = peakcrew("intraday", lively, "--actuals", actuals, "--now", NOON, "--out", out)
    assert done.exit_code == 2
    assert message in done.output
    assert not out.exists()


BAD_CALLS = [
    ({"--now": "noon"}, "--now: expected an instant in whole minutes"),
    ({"--now": "2026-04-25T12:00"}, "--now: 2026-04-25T12:00 lies outside the horizon"),
    ({"--now": "2026-03-29T02:30"}, "does not exist in Europe/Berlin"),
    ({"--actuals": "absent.csv"}, "absent.csv: is not a file"),
]


@pytest.mark.parametrize(("options", "message"), BAD_CALLS)
def test_a_bad_call_is_named(
    options: dict[str, str], message: str, lively: Path, write_actuals: Write, tmp_path: Path
) -> None:
    call = {"--now": NOON, "--actuals": str(write_actuals())} | options
    arguments = [part for pair in call.items() for part in pair]
    done = peakcrew("intraday", lively, *arguments, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert message in done.output
    assert not (tmp_path / "out").exists()


def test_a_site_without_history_is_refused(tmp_path: Path) -> None:
    actuals = tmp_path / "actuals.csv"
    actuals.write_text("unique_id,ds,y\n")
    done = peakcrew("intraday", SEEDS / "tiny", "--actuals", actuals,
                    "--now", "2027-01-11T12:00", "--out", tmp_path / "out")  # fmt: skip
    assert done.exit_code == 2
    assert "requirement.csv: the site states its need" in done.output
