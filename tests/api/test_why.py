"""``peakcrew why``: the rule that forbids a shift, its price, or why a worker has it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.api.command import Planned, peakcrew

MONDAY, TUESDAY, WEDNESDAY = "2027-01-11", "2027-01-12", "2027-01-13"


def why(tiny: Planned, worker: str, shift: str, *more: object) -> dict[str, Any]:
    """The answer as JSON."""
    schedule = tiny.folder / "schedule.json"
    done = peakcrew("why", schedule, "--worker", worker, "--shift", shift, *more, "--json")
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def codes(answer: dict[str, Any]) -> list[str]:
    return [one["code"] for one in answer["reasons"]]


# What seeds/tiny/README.md derives by hand, asked of the plan.
FORBIDDEN = {
    "W6 can do nothing": ("W6", f"{MONDAY}T08:00", "availability.too_short"),
    "nobody offers Wednesday noon": ("W1", f"{WEDNESDAY}T12:00", "availability.not_offered"),
    "W3 cannot do payments": (
        "W3",
        f"{TUESDAY}T08:00",
        "skill.missing",
        "--queue",
        "payment|de|chat",
    ),
}


@pytest.mark.parametrize("case", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_rule_forbids_it_and_nothing_is_searched(case: tuple[str, ...], tiny: Planned) -> None:
    worker, shift, code, *more = case
    answer = why(tiny, worker, shift, *more)
    assert (answer["is_possible"], answer["is_assigned"]) == (False, False)
    assert code in codes(answer)
    assert "forced" not in answer
    assert {"rule", "cause", "subject", "severity", "detail"} <= answer["reasons"][0].keys()


PRICED = {
    # Without Monday night, 320 of refunds, he could do Tuesday's payments, 200.
    "W5 after a short night": ("W5", f"{TUESDAY}T08:00", "rest.own_shifts", 120.0),
    # His two mornings are worth 320 each, and on Tuesday there is W4, who then does payments.
    "W3 beyond his hours": ("W3", f"{TUESDAY}T08:00", "max_minutes_per_week.own_shifts", 120.0),
    # 64 instead of the 60 of W1.
    "W2 in the place of W1": ("W2", f"{TUESDAY}T12:00", "need_met.no_shortage", 4.0),
}


@pytest.mark.parametrize("case", PRICED.values(), ids=PRICED)
def test_the_price_of_forcing_it(case: tuple[str, str, str, float], tiny: Planned) -> None:
    worker, shift, code, price = case
    answer = why(tiny, worker, shift)
    forced = answer["forced"]
    assert (answer["is_possible"], code in codes(answer)) == (True, True)
    assert (forced["price_low"], forced["price_high"]) == (price, price)
    assert forced["objective_without"] == forced["bound_without"] == 1080.0
    assert forced["objective"] == forced["bound"] == 1080.0 + price
    assert answer["change"]["cost"] >= price  # with all else kept it cannot be cheaper


def test_the_quick_answer_searches_nothing(tiny: Planned) -> None:
    answer = why(tiny, "W2", f"{TUESDAY}T12:00", "--quick")
    assert "forced" not in answer
    assert answer["change"] == {"cost": 64.0, "terms": {"wages": 64.0}, "dropped": []}


ASSIGNED = {
    "pinned": ("W7", f"{TUESDAY}T12:00", ["pin.kept"]),
    "the only one": ("W1", f"{MONDAY}T08:00", ["only_one_possible.nobody_else"]),
    "the cheaper one has the morning": (
        "W8", f"{MONDAY}T12:00", ["only_one_possible.nobody_else", "needed_elsewhere.worth_more"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ASSIGNED.values(), ids=ASSIGNED)
def test_why_a_worker_has_his_shift(case: tuple[str, str, list[str]], tiny: Planned) -> None:
    worker, shift, expected = case
    answer = why(tiny, worker, shift)
    assert (answer["is_assigned"], codes(answer)) == (True, expected)


def test_the_answer_in_words(tiny: Planned) -> None:
    schedule = tiny.folder / "schedule.json"
    done = peakcrew("why", schedule, "--worker", "W5", "--shift", f"{TUESDAY}T08:00")
    lines = done.stdout.splitlines()
    assert lines[0] == "W5 does not work payment|de|chat at 2027-01-12T08:00:00+01:00"
    assert lines[1].startswith("  forbidden rest.own_shifts: 480 minutes of rest before")
    assert lines[2].startswith("  instead of refund|sv|chat at 2027-01-11T20:00:00+01:00: ")
    assert lines[3] == "  forcing it, everything else free, costs 120.00 EUR"


BAD = {
    "unknown worker": ("W9", f"{MONDAY}T08:00", "worker 'W9': is not in the problem"),
    "unknown queue": ("W1", f"{MONDAY}T08:00", "queue 'tax': is not", "--queue", "tax"),
    "before the horizon": ("W1", "2027-01-10T08:00", "lies before the planned days"),
    "after the horizon": ("W1", "2027-01-14T08:00", "lies after the planned days"),
    "off the grid": ("W1", f"{MONDAY}T08:30", "no template starts then"),
    "no time": ("W1", "tomorrow", "shift: expected an instant in whole minutes"),
}


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_bad_questions_are_named(case: tuple[str, ...], as_json: bool, tiny: Planned) -> None:
    worker, shift, said, *more = case
    schedule = tiny.folder / "schedule.json"
    options = [*more, *(["--json"] if as_json else [])]
    done = peakcrew("why", schedule, "--worker", worker, "--shift", shift, *options)
    assert done.exit_code == 2
    text = " ".join(json.loads(done.stdout)["error"]) if as_json else done.stderr
    assert said in text


@pytest.fixture
def copy(tiny: Planned, tmp_path: Path) -> Path:
    """A copy of the plan that may be changed."""
    shutil.copytree(tiny.folder, tmp_path / "copy")
    return tmp_path / "copy"


def test_the_schedule_of_another_problem_is_refused(copy: Path) -> None:
    problem = json.loads((copy / "problem.json").read_text("utf-8"))
    problem["workers"][0]["hourly_cost"] += 1
    (copy / "problem.json").write_text(json.dumps(problem))
    done = peakcrew("why", copy / "schedule.json", "--worker", "W1", "--shift", f"{MONDAY}T08:00")
    assert (done.exit_code, "is not the problem that" in done.stderr) == (2, True)


def test_a_schedule_that_breaks_a_rule_is_refused(copy: Path) -> None:
    schedule = json.loads((copy / "schedule.json").read_text("utf-8"))
    schedule["shifts"].append(schedule["shifts"][0])
    (copy / "schedule.json").write_text(json.dumps(schedule))
    done = peakcrew("why", copy / "schedule.json", "--worker", "W1", "--shift", f"{MONDAY}T08:00")
    assert (done.exit_code, "breaks a rule" in done.stderr) == (2, True)


def test_a_plan_says_why_need_stays_uncovered(tiny: Planned) -> None:
    """W4 does refunds then, W5 has to rest, W3 lacks the skill; at noon nobody is there."""
    document = json.loads((tiny.folder / "reasons.json").read_text("utf-8"))
    assert document["format"] == "peakcrew.reasons/1"
    morning, noon = document["needs"]
    assert (morning["start"], morning["missing_hours"]) == (f"{TUESDAY}T08:00:00+01:00", 4.0)
    assert morning["workers"] == {
        "availability.not_offered": 5, "skill.missing": 1, "no_overlap.same_shift": 1,
        "rest.own_shifts": 1,
    }  # fmt: skip
    near = {one["worker"]: one["reasons"][0] for one in morning["nearest"]}
    assert near.keys() == {"W4", "W5"}
    assert near["W5"]["subject"] == "refund|sv|chat at 2027-01-11T20:00:00+01:00"
    assert noon["workers"] == {"availability.not_offered": 7, "skill.missing": 1}
    assert noon["nearest"] == []
    assert [one["worker"] for one in document["workers"]] == [f"W{n}" for n in range(1, 9)]
    assert len(document["shifts"]) == 10
    assert all(one["reasons"] for one in document["shifts"])
    used = {code for need in document["needs"] for code in need["workers"]}
    assert used <= document["codes"].keys()


def test_the_table_of_reasons_counts_every_worker_once(tiny: Planned) -> None:
    lines = (tiny.folder / "reasons.csv").read_text("utf-8").splitlines()
    assert lines[0] == "queue,start,end,missing_hours,code,workers,meaning"
    assert sum(int(line.split(",")[5]) for line in lines[1:]) == 2 * 8
