"""The difference on disk: a table for programs, JSON, and a page that escapes what it shows."""

import csv
import json
from dataclasses import replace
from pathlib import Path

from scheduler.export.change_page import MOST_PICTURED, render
from scheduler.export.changes import ChangeReport, diff_json, worker_changes, write_changes
from scheduler.replan.difference import difference
from scheduler.schedule import Shift
from tests.factories import make_horizon, make_problem, make_shift, make_worker

WEEK = make_horizon()
PROBLEM = make_problem(WEEK, make_worker(WEEK))


def shift(start: str, worker: str = "ada") -> Shift:
    return make_shift(PROBLEM, f"2026-11-{start}", worker=worker)


def report(before: list[Shift], after: list[Shift], reasons: dict[Shift, str]) -> ChangeReport:
    return ChangeReport(
        WEEK, "EUR", tuple(before), tuple(after), difference(WEEK, before, after),
        {"wages": 12000}, {"wages": 18000, "changes": 3000}, reasons,
    )  # fmt: skip


BEFORE = [shift("02 08:00"), shift("03 08:00"), shift("04 08:00", "bo")]
AFTER = [shift("02 12:00"), shift("04 08:00", "bo"), shift("03 08:00", "cy")]
CHANGED = report(BEFORE, AFTER, {BEFORE[1]: "absent"})


def test_the_table_has_a_row_for_each_change(tmp_path: Path) -> None:
    write_changes(CHANGED, tmp_path)
    with (tmp_path / "diff.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["worker"], row["kind"], row["reason"]) for row in rows] == [
        ("ada", "moved", ""), ("ada", "dropped", "absent"), ("cy", "added", "")
    ]  # fmt: skip
    assert rows[0]["before_start"] == "2026-11-02T08:00:00+01:00"
    assert rows[0]["after_end"] == "2026-11-02T16:00:00+01:00"
    assert (rows[2]["before_start"], rows[2]["after_queue"]) == ("", "refund")


def test_the_document_adds_up(tmp_path: Path) -> None:
    write_changes(CHANGED, tmp_path)
    found = json.loads((tmp_path / "diff.json").read_text("utf-8"))
    assert found == json.loads(json.dumps(diff_json(CHANGED)))
    assert (found["dropped"], found["added"], found["moved"], found["kept"]) == (1, 1, 1, 1)
    assert (found["cost_before"], found["cost_after"]) == (120.0, 210.0)
    assert found["costs"]["changes"] == {"before": 0.0, "after": 30.0}
    hours = {
        one["worker"]: (one["minutes_before"], one["minutes_after"]) for one in found["workers"]
    }
    assert hours == {"ada": (480, 240), "cy": (0, 240)}


def test_who_only_loses_what_could_not_stay_is_not_a_changed_worker() -> None:
    """Ada is moved as well; without the move only Cy is changed."""
    assert CHANGED.changed_workers == ("ada", "cy")
    only_lost = report(BEFORE, [BEFORE[0], *AFTER[1:]], {BEFORE[1]: "absent"})
    assert only_lost.changed_workers == ("cy",)
    assert [one.worker for one in worker_changes(only_lost)] == ["ada", "cy"]


def test_the_page_shows_names_as_text_and_loads_nothing() -> None:
    evil = replace(BEFORE[0], worker="<script>alert(1)</script>")
    page = render(report([evil], [], {}))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")
    assert page.count('class="dropped"') == 2  # the legend's and the shift's


def test_a_long_list_is_cut_with_a_sentence_that_says_so() -> None:
    many = [shift("02 08:00", f"w{number:03}") for number in range(600)]
    page = render(report(many, [], {}))
    assert f"The first {MOST_PICTURED} of 600 are shown." in page
    assert "The first 500 of 600; diff.csv holds all." in page


def test_no_change_is_said() -> None:
    assert "Nothing changed." in render(report(BEFORE, BEFORE, {}))
