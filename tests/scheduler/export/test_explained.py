"""Prices, repairs and fairness in the report and in their files."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scheduler.explain.prices import CoveragePrices
from scheduler.explain.reasons import reasons_report
from scheduler.explain.repairs import Repair, RepairList
from scheduler.explain.standing import Standing
from scheduler.export.files import write_exports
from scheduler.export.page import render
from scheduler.export.report import Report
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
    shown = " ".join(explained.text["reasons"].split())
    for one in reasons.lacks:
        assert all(f"{number} {code}" in shown for code, number in one.counts.items())
    assert "Most often against more" in explained.text["fairness"]
    assert "reasons" not in Page(render(report)).text
