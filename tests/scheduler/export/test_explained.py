"""Prices, repairs and fairness in the report and in their files."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scheduler.explain.codes import meanings
from scheduler.explain.policy_effects import PolicyEffect, Worked
from scheduler.explain.prices import CoveragePrices
from scheduler.explain.reasons import reasons_report
from scheduler.explain.repairs import Repair, RepairList
from scheduler.explain.standing import Standing
from scheduler.export.files import write_exports
from scheduler.export.page import render, term_label
from scheduler.export.policies import COLUMNS
from scheduler.export.report import Report
from scheduler.policy import Priority
from tests.scheduler.export.conftest import QUEUES
from tests.scheduler.export.test_report import Page

REPAIRS = RepairList(
    (
        Repair("hire", "3 more workers with <sv>, Fridays 18:00-22:00", 3, 9000, 8200, 8000, 8400),
        Repair("permit", "get the permit", 1, 500, 100, 0, 200),
        Repair("place", "one more shift", 1, 500, 0, 0, 600),
    ),
    objective=50_000,
    bound=49_000,
    weeks=2.0,
    num_candidates=17,
)


@pytest.fixture
def priced(report: Report) -> Report:
    """The ordinary report, where one queue is worth 40.00 an hour on Sunday from 10:00 to 14:00."""
    worth = {queue: np.zeros(report.problem.horizon.num_intervals) for queue in QUEUES}
    worth[QUEUES[0]][70:78] = 2000.0
    return replace(report, prices=CoveragePrices(worth, 0, True))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text(report: Report) -> str:
    return " ".join(" ".join(Page(render(report)).words).split())


def test_the_scarcest_hours_and_shifts_are_shown(priced: Report) -> None:
    page = Page(render(priced))
    shown = " ".join(page.text["prices"].split())
    assert "Sunday10:00 - 14:00160.00 EUR" in shown
    assert "Sunday10:00 - 11:0040.00 EUR" in shown
    assert QUEUES[1] not in shown
    assert "samples" not in shown


def test_prices_of_samples_are_said_to_be_that(priced: Report) -> None:
    assert priced.prices is not None
    close = replace(priced.prices, is_exact=False)
    assert "come from samples" in text(replace(priced, prices=close))


def test_without_prices_the_report_says_why(report: Report) -> None:
    page = text(replace(report, prices_note="There are no prices: the search was stopped."))
    assert "There are no prices: the search was stopped." in page


def test_where_nothing_is_worth_anything_it_says_so(priced: Report) -> None:
    nothing = {queue: np.zeros(priced.problem.horizon.num_intervals) for queue in QUEUES}
    page = text(replace(priced, prices=CoveragePrices(nothing, 0, True)))
    assert "One more worker would save nothing at any hour." in page


def test_repairs_stand_with_their_worth_a_week(priced: Report) -> None:
    page = Page(render(replace(priced, repairs=REPAIRS)))
    shown = " ".join(page.text["repairs"].split())
    assert "Of 17 changes estimated at the prices, the 3 most promising were solved; 1" in shown
    assert "3 more workers with <sv>, Fridays 18:00-22:00341.00 EUR13.67 EUR40.00" in shown
    assert "Get the permit" in shown
    assert "One more shift1not settled-0.00 EUR3.00 EUR" in shown


def test_no_repairs_were_asked_for(priced: Report) -> None:
    assert "repairs" not in Page(render(priced)).text


def test_fairness_is_shown_with_its_groups(report: Report) -> None:
    groups = {"status": {worker.id: "student" for worker in report.problem.workers}}
    shown = " ".join(Page(render(replace(report, dimensions=groups))).text["fairness"].split())
    assert "Gini" in shown
    # Three students are fewer than five.
    assert "student" not in shown
    assert "20:00 to 06:00" in shown


def test_a_site_without_offers_has_a_fairness_section_all_the_same(
    make_report: Callable[..., Report],
) -> None:
    report = make_report((), need=(), bound_below=0)
    idle = [replace(worker, availability=()) for worker in report.problem.workers]
    problem = replace(report.problem, workers=tuple(idle))
    assert "Nobody offered any time." in text(replace(report, problem=problem))


def test_prices_csv_has_each_hour_once(priced: Report, tmp_path: Path) -> None:
    write_exports(priced, tmp_path)
    table = read(tmp_path / "prices.csv")
    assert len(table) == 2 * 49
    dear = [row for row in table if row["worth"] != "0.00"]
    assert [(row["weekday"], row["hour"], row["worth"]) for row in dear] == [
        ("Sunday", str(hour), "40.00") for hour in (10, 11, 12, 13)
    ]
    assert dear[0]["start"] == "2026-10-25T10:00:00+01:00"


def test_fairness_csv_has_each_worker(report: Report, tmp_path: Path) -> None:
    write_exports(report, tmp_path)
    table = {row["worker"]: row for row in read(tmp_path / "fairness.csv")}
    assert set(table) == {"w1", "w2", "w3"}
    assert table["w1"]["hours"] == "8.0"
    assert table["w1"]["name"] == "Åsa Öberg"
    assert float(table["w1"]["share"]) == pytest.approx(
        8 / float(table["w1"]["offered_hours"]), abs=1e-4
    )
    assert not (tmp_path / "prices.csv").exists()


def test_the_page_stays_one_file_without_scripts(priced: Report) -> None:
    page = render(replace(priced, repairs=REPAIRS))
    assert "<sv>" not in page
    assert not re.search(r"<script|url\((?!#)|@import", page)


def test_the_largest_gaps_stand_with_their_reasons(report: Report) -> None:
    assert report.schedule.understaffing
    reasons = reasons_report(Standing(report.problem, report.schedule.shifts))
    explained = Page(render(replace(report, reasons=reasons)))
    shown, words = " ".join(explained.text["reasons"].split()), meanings()
    for one in reasons.lacks:
        assert all(f"{number}: {words[code]}" in shown for code, number in one.counts.items())
        assert all(code in shown for code in one.counts)  # for reasons.json and peakcrew why
    assert "Most often against more" in explained.text["fairness"]
    assert "reasons" not in Page(render(report)).text


def test_a_sample_of_reasons_is_said_to_be_one(report: Report) -> None:
    standing = Standing(report.problem, report.schedule.shifts)
    every, some = reasons_report(standing), reasons_report(standing, most_workers=0)
    shown = [Page(render(replace(report, reasons=one))).text["reasons"] for one in (every, some)]
    assert "All are in reasons.json" in shown[0]
    assert "a sample of" not in shown[0]
    assert some.sample is not None
    needs = f"a sample of {some.sample.needs} of {some.sample.of_needs} uncovered needs"
    assert needs in shown[1]
    assert "All are in reasons.json" not in shown[1]


EFFECTS = (
    PolicyEffect(
        "rural <first>", "priority", 1200, Worked(50_000, 480, 960, 480),
        Worked(49_500, 240, 960, 720), least=1000, most=1700,
    ),
    PolicyEffect("new", "new_starters", 0, Worked(9, 60, 60, 0), Worked(9, 60, 60, 0), 0, 0),
)  # fmt: skip


@pytest.fixture
def with_policies(report: Report) -> Report:
    """The ordinary report with two declared policies and one that costs nothing."""
    declared = tuple(
        Priority(name, price, frozenset({"w1"}))
        for name, price in (("rural <first>", 150), ("new", 100), ("off", 0))
    )
    return replace(report, problem=replace(report.problem, policies=declared))


def test_what_each_policy_changes_stands_in_the_report(with_policies: Report) -> None:
    shown = Page(render(replace(with_policies, policy_effects=EFFECTS))).text["policies"]
    text = " ".join(shown.split())
    assert "1 of 2 costs are proven to the cent" in text
    assert "stopped" not in text
    assert (
        "rural <first>priority10.00 EUR to 17.00 EUR12.00 EUR+5.00 EUR+48 / 450.0 % / 25.0 %8 / 12"
        in text
    )
    assert "newnew starters0.00 EUR0.00 EUR0.00 EUR01 / 1100.0 % / 100.0 %0 / 0" in text


def test_policies_that_were_not_searched_say_how_to(with_policies: Report) -> None:
    shown = Page(render(with_policies)).text["policies"]
    assert "peakcrew plan SITE --out DIR --policy-effects" in shown
    assert ("rural <first>" in shown, "new" in shown, "off" in shown) == (True, True, False)


def test_a_stopped_comparison_says_how_many_are_left_out(with_policies: Report) -> None:
    page = Page(render(replace(with_policies, policy_effects=EFFECTS[:1])))
    assert "The search was stopped: 1 were not compared." in page.text["policies"]


def test_a_site_without_policies_has_no_section(report: Report, tmp_path: Path) -> None:
    assert "policies" not in Page(render(report)).text
    write_exports(report, tmp_path)
    assert not (tmp_path / "policies.csv").exists()


def test_policies_csv_has_each_policy(with_policies: Report, tmp_path: Path) -> None:
    write_exports(replace(with_policies, policy_effects=EFFECTS), tmp_path)
    first, second = read(tmp_path / "policies.csv")
    assert tuple(first.values()) == (
        "rural <first>", "priority", "10.00", "17.00", "12.00", "500.00", "495.00", "8.0", "4.0",
        "0.5", "0.25", "8.0", "12.0",
    )  # fmt: skip
    assert tuple(second) == COLUMNS
    assert second["policy"] == "new"


@pytest.mark.parametrize(
    ("term", "label"),
    [
        ("policy:rural first", "Policy: rural first"),
        ("no_shows", "Too few who come, after no-shows"),
        ("changes", "Changes of the schedule that people know"),
        ("period_excess", "Hours beyond a limit that is priced"),
        ("some_new_term", "Some new term"),
    ],
)
def test_each_term_of_the_cost_has_a_label(term: str, label: str) -> None:
    assert term_label(term) == label
