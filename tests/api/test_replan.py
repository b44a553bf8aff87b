"""replan, diff, replace and offers as a planner runs them, and the questions they refuse."""

import json
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.api.command import Planned, entries, peakcrew

DIFF = {"diff.csv", "diff.json", "diff.html"}


def shifts(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "schedule.json").read_text("utf-8"))[
        "shifts"
    ]
    return found


@pytest.fixture
def plan(requirement_only: Planned, tmp_path: Path) -> Path:
    """A plan of its own, to be changed."""
    assert requirement_only.result.exit_code == 0
    folder = tmp_path / "plan"
    shutil.copytree(requirement_only.folder, folder)
    return folder


def replanned(plan: Path, out: Path, *more: object) -> dict[str, Any]:
    quick = ("--workers", 2, "--time-limit", 1.5, "--gap", 0.02, "--json")
    done = peakcrew("replan", plan / "schedule.json", "--out", out, *quick, *more)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def can_be_replaced(plan: Path, shift: dict[str, Any]) -> bool:
    path = plan / "schedule.json"
    told = json.loads(peakcrew("replace", path, "--shift", shift["id"], "--json").stdout)
    return bool(told["open"][0]["feasible"])


def refused(*arguments: object) -> str:
    done = peakcrew(*arguments)
    assert done.exit_code == 2, done.output
    return done.output


def test_a_sick_call_is_planned_around_and_all_of_it_is_valid(plan: Path, tmp_path: Path) -> None:
    out, sick = tmp_path / "out", shifts(plan)[0]["worker"]
    told = replanned(plan, out, "--absent", sick, "--max-changes", 2)
    assert told["changed_workers"] <= 2
    assert told["lost"] == sum(one["worker"] == sick for one in shifts(plan)) > 0
    assert set(entries(out)) == {"schedule.json", "problem.json", *DIFF}
    assert sick not in {one["worker"] for one in shifts(out)}
    assert peakcrew("validate", out / "problem.json", out / "schedule.json").exit_code == 0
    assert told["cost_after"] <= told["cost_before"]
    before, after = (
        json.loads((folder / "schedule.json").read_text("utf-8"))["run"] for folder in (plan, out)
    )
    assert before["rules_sha256"] == after["rules_sha256"]
    document = json.loads((out / "diff.json").read_text("utf-8"))
    assert {one["reason"] for one in document["changes"] if "reason" in one} == {"absent"}


def test_a_frozen_day_and_a_locked_day_stay_shift_by_shift(plan: Path, tmp_path: Path) -> None:
    before = shifts(plan)
    days = sorted({one["start"][:10] for one in before})
    first, last = days[0], days[-1]
    middle = days[len(days) // 2]
    sick = next(one["worker"] for one in before if one["start"][:10] == middle)
    out = tmp_path / "out"
    replanned(plan, out, "--absent", sick, "--freeze-before", f"{days[1]}T00:00",
              "--lock-day", last, "--change-cost", 0)  # fmt: skip

    def of_days(found: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
        return {
            (one["worker"], one["start"], one["queue"])
            for one in found
            if one["start"][:10] in (first, last)
        }

    gone = {one for one in of_days(before) if one[0] == sick and one[1][:10] != first}
    assert of_days(shifts(out)) == of_days(before) - gone


def test_a_replan_is_the_start_of_the_next_one(plan: Path, tmp_path: Path) -> None:
    """Nothing new happened: everybody keeps everything, and no lock of before is left."""
    out, again = tmp_path / "out", tmp_path / "again"
    replanned(plan, out, "--absent", shifts(plan)[0]["worker"], "--lock-day",
              shifts(plan)[0]["start"][:10])  # fmt: skip
    told = replanned(out, again)
    assert told["lost"] == 0
    problem = json.loads((again / "problem.json").read_text("utf-8"))
    assert "locked_times" not in problem
    assert len(problem["previous"]) == len(shifts(out))


def test_a_new_problem_may_lack_a_worker(plan: Path, tmp_path: Path) -> None:
    """Of one who is gone the shifts are lost, by that reason."""
    document = json.loads((plan / "problem.json").read_text("utf-8"))
    gone = shifts(plan)[0]["worker"]
    document["workers"] = [one for one in document["workers"] if one["id"] != gone]
    new = tmp_path / "new.json"
    new.write_text(json.dumps(document), encoding="utf-8")
    out = tmp_path / "out"
    told = replanned(plan, out, "--problem", new)
    assert told["lost"] > 0
    found = json.loads((out / "diff.json").read_text("utf-8"))["changes"]
    assert {one["worker"] for one in found if "reason" in one} == {gone}
    assert {one["reason"] for one in found if "reason" in one} == {"the worker is gone"}


def test_a_schedule_differs_from_itself_in_nothing(plan: Path, tmp_path: Path) -> None:
    path = plan / "schedule.json"
    told = json.loads(peakcrew("diff", path, path, "--json").stdout)
    assert (told["changes"], told["kept"]) == ([], len(shifts(plan)))
    assert told["cost_before"] == told["cost_after"]
    done = peakcrew("diff", path, path, "--out", tmp_path / "diff")
    assert done.exit_code == 0
    assert "0 workers changed" in done.output
    assert set(entries(tmp_path / "diff")) == DIFF


def test_two_schedules_with_problems_of_their_own_are_compared(plan: Path, tmp_path: Path) -> None:
    out, sick = tmp_path / "out", shifts(plan)[0]["worker"]
    told = replanned(plan, out, "--absent", sick)
    compared = json.loads(
        peakcrew("diff", plan / "schedule.json", out / "schedule.json", "--json").stdout
    )
    for key in ("dropped", "added", "moved", "kept", "cost_after"):
        assert compared[key] == told[key]
    original = json.loads((plan / "schedule.json").read_text("utf-8"))["objective"]
    assert compared["cost_before"] == original


def test_replacements_are_ranked_and_everybody_else_has_a_reason(plan: Path) -> None:
    one = shifts(plan)[0]
    told = json.loads(
        peakcrew("replace", plan / "schedule.json", "--shift", one["id"], "--json").stdout
    )
    (found,) = told["open"]
    assert (found["shift"], found["worker"]) == (one["id"], one["worker"])
    prices = [each["extra_cost"] for each in found["feasible"]]
    assert prices == sorted(prices)
    assert all(each["reasons"] for each in found["forbidden"])
    everybody = json.loads((plan / "problem.json").read_text("utf-8"))["workers"]
    total = sum(len(found[verdict]) for verdict in ("feasible", "offer", "forbidden"))
    assert total == len(everybody) - 1
    done = peakcrew("replace", plan / "schedule.json", "--shift", one["id"])
    assert f"open without {one['worker']}" in done.output


def test_who_is_absent_from_then_on_leaves_all_his_later_shifts_open(plan: Path) -> None:
    one = shifts(plan)[0]
    later = [each for each in shifts(plan) if each["worker"] == one["worker"]]
    told = json.loads(
        peakcrew(
            "replace", plan / "schedule.json", "--shift", one["id"], "--absent", "all", "--json"
        ).stdout
    )
    assert [each["shift"] for each in told["open"]] == [each["id"] for each in later]


def test_offers_go_out_in_waves_until_the_deadline(plan: Path, tmp_path: Path) -> None:
    one = next(each for each in shifts(plan) if can_be_replaced(plan, each))
    day = date.fromisoformat(one["start"][:10]) - timedelta(days=1)
    now, deadline = (f"{day}T{hour}:00" for hour in ("08", "09"))
    ask = ("offers", plan / "schedule.json", "--shift", one["id"], "--now", now, "--deadline",
           deadline, "--wave-minutes", 20)  # fmt: skip
    told = json.loads(peakcrew(*ask, "--json").stdout)
    assert 1 <= len(told["waves"]) <= 3
    assert told["is_enough"] is (told["filled"] >= 0.95)
    likely = told["waves"][0]["asked"][0]["worker"]
    chances = tmp_path / "acceptance.json"
    chances.write_text(json.dumps({"default": 0.1, "workers": {likely: 1.0}}), encoding="utf-8")
    sure = json.loads(peakcrew(*ask, "--acceptance-file", chances, "--json").stdout)
    assert [each["worker"] for each in sure["waves"][0]["asked"]] == [likely]
    assert (len(sure["waves"]), sure["filled"]) == (1, 1.0)
    assert "by the deadline" in peakcrew(*ask).output
    chances.write_text(json.dumps({"workers": {"nobody": 1.0}}), encoding="utf-8")
    assert "workers.nobody: is not in the problem" in refused(*ask, "--acceptance-file", chances)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--absent", "nobody"), "worker 'nobody': is not in the problem"),
        (("--lock-worker", "nobody"), "worker 'nobody': is not in the problem"),
        (("--lock-queue", "tax"), "queue 'tax': is not in the problem"),
        (("--lock-day", "1999-01-01"), "day 1999-01-01: is not planned"),
        (("--lock-day", "soon"), "day 'soon': expected a date"),
        (("--freeze-before", "tomorrow"), "expected an instant"),
        (("--freeze-before", "2099-01-01T00:00Z"), "nothing is left to plan"),
    ],
)
def test_a_bad_replan_is_refused_by_name_and_writes_nothing(
    plan: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    out = tmp_path / "out"
    assert message in refused("replan", plan / "schedule.json", "--out", out, *arguments)
    assert not out.exists()


def test_the_schedule_of_another_problem_is_refused(
    plan: Path, tiny: Planned, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(plan / "schedule.json", other)
    shutil.copy(tiny.folder / "problem.json", other)
    ask = (other / "schedule.json", "--shift", shifts(plan)[0]["id"])
    assert "is not the problem that" in refused("replace", *ask)
    message = refused("replace", *ask, "--problem", tiny.folder / "problem.json")
    assert "none of its days is one of" in message or "is it another site's?" in message


def test_a_shift_that_is_unknown_or_past_is_refused(plan: Path) -> None:
    path, one = plan / "schedule.json", shifts(plan)[0]
    assert "shift 'x': is not in the schedule" in refused("replace", path, "--shift", "x")
    ask = ("--shift", one["id"], "--now", "2099-01-01T00:00:00+00:00")
    assert "it is past" in refused("replace", path, *ask)
    late = ("offers", path, "--shift", one["id"], "--now", "2000-01-01T00:00Z", "--deadline")
    assert "after the shift's start" in refused(*late, "2099-01-01T00:00Z")
    assert "too few for a wave" in refused(*late, "2000-01-01T00:10Z")


def test_a_plan_is_not_replaced_by_a_replan(plan: Path) -> None:
    before = entries(plan)
    message = refused("replan", plan / "schedule.json", "--out", plan)
    assert "which is no result" in message
    assert entries(plan) == before


def test_the_answer_to_a_sick_call_waits_for_no_heavy_library() -> None:
    heavy = {"ortools", "scipy", "pandas", "matplotlib", "jinja2"}
    names = "api.cli, api.replacing, api.offering"
    code = f"import sys, {names}; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
