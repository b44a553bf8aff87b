"""``scorecard.csv`` of a plan, and ``peakcrew scorecard`` over several."""

import csv
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.scorecard.adding import added
from api.scorecard.card import Row
from api.scorecard.files import NAME, read_scorecard, write_scorecard
from scheduler.errors import ProblemInvalid
from tests.api.command import Planned, peakcrew


@pytest.fixture(scope="module")
def rows(planned_shop: Planned) -> list[Row]:
    return read_scorecard(planned_shop.folder)


def figure(rows: Sequence[Row], measure: str, period: str = "plan", name: str = "") -> Row:
    (found,) = [
        row for row in rows if (row.measure, row.period, row.name) == (measure, period, name)
    ]
    return found


def test_the_scorecard_adds_up_to_the_schedule(planned_shop: Planned, rows: list[Row]) -> None:
    costs = planned_shop.schedule["costs"]
    for measure, term in (
        ("wages", "wages"),
        ("guaranteed_pay", "unworked_minimum"),
        ("understaffing_cost", "understaffing"),
    ):
        assert figure(rows, measure).value == pytest.approx(100 * costs[term])
        for span in ("week", "quarter"):
            parts = [row.value for row in rows
                     if (row.measure, row.span, row.scope) == (measure, span, "all")]  # fmt: skip
            assert sum(parts) == pytest.approx(100 * costs[term])


def test_the_scorecard_adds_up_to_the_forecast(planned_shop: Planned, rows: list[Row]) -> None:
    for file, column, measure in (
        ("forecast.csv", "mean", "contacts"),
        ("demand.csv", "mean", "people_contacts"),
        ("demand.csv", "bot_resolved", "bot_resolved"),
    ):
        with (planned_shop.folder / file).open(encoding="utf-8", newline="") as stream:
            total = sum(float(row[column]) for row in csv.DictReader(stream))
        assert figure(rows, measure).value == pytest.approx(total, abs=0.1)


def test_the_report_shows_it(planned_shop: Planned, rows: list[Row]) -> None:
    page = (planned_shop.folder / "report.html").read_text("utf-8")
    assert 'id="scorecard"' in page
    assert f"{figure(rows, 'contacts').value:,.0f}" in page
    assert "Cost per resolved contact" in page
    assert "2026-W13: 7 days" in page


def test_a_plan_without_a_forecast_has_none(tiny: Planned) -> None:
    assert NAME not in tiny.files
    assert 'id="scorecard"' not in (tiny.folder / "report.html").read_text("utf-8")
    done = peakcrew("scorecard", tiny.folder)
    assert done.exit_code == 2
    assert "has no scorecard.csv" in done.output


def test_one_plan_is_told_as_it_is(planned_shop: Planned, rows: list[Row], tmp_path: Path) -> None:
    done = peakcrew("scorecard", planned_shop.folder, "--out", tmp_path / "out.csv")
    assert done.exit_code == 0, done.output
    assert "Cost per contact (EUR)" in done.output
    assert (tmp_path / "out.csv").read_bytes() == (planned_shop.folder / NAME).read_bytes()
    document = json.loads(peakcrew("scorecard", planned_shop.folder, "--json").output)
    assert document["currency"] == "EUR"
    (contacts,) = [
        one for one in document["figures"]
        if (one["measure"], one["span"], one["scope"]) == ("contacts", "plan", "all")
    ]  # fmt: skip
    assert contacts["value"] == pytest.approx(figure(rows, "contacts").value)
    assert contacts["q05"] < contacts["value"] < contacts["q95"]


def later(rows: Sequence[Row], days: int, **changes: Any) -> list[Row]:
    """The same card of another plan; its weeks keep their names, so they are added to."""
    step = timedelta(days=days)
    return [
        replace(row, first_day=row.first_day + step, last_day=row.last_day + step, **changes)
        for row in rows
    ]


def test_plans_add_up(rows: list[Row], tmp_path: Path) -> None:
    other = later(rows, 7)
    for number, one in enumerate((rows, other)):
        write_scorecard(one, tmp_path / f"{number}.csv")
    done = peakcrew("scorecard", tmp_path / "0.csv", tmp_path / "1.csv", "--out", tmp_path / "both")
    assert done.exit_code == 0, done.output
    both = read_scorecard(tmp_path / "both")
    for measure in ("contacts", "wages", "saved", "understaffing_cost"):
        first, sums = figure(rows, measure), figure(both, measure)
        assert sums.value == pytest.approx(2 * first.value)
        if first.low is not None:
            assert sums.low == pytest.approx(2 * first.low)
            assert sums.high == pytest.approx(2 * (first.high or 0))
    # Alike, so the ratios stay as they are.
    for measure in ("cost_per_contact", "bot_share", "people_cost_per_resolved"):
        first, sums = figure(rows, measure), figure(both, measure)
        assert (sums.value, sums.low, sums.high) == pytest.approx(
            (first.value, first.low, first.high)
        )
    assert figure(both, "contacts").last_day == figure(rows, "contacts").last_day + timedelta(7)


def test_ratios_of_unequal_plans_are_those_of_the_sums(rows: list[Row]) -> None:
    other = []
    for row in later(rows, 7):
        factor = {"contacts": 3, "cost_per_contact": 1 / 3}.get(row.measure, 1)
        ends = [None if one is None else factor * one for one in (row.low, row.high)]
        other.append(replace(row, value=factor * row.value, low=ends[0], high=ends[1]))
    both = added([rows, other])
    cost, contacts = figure(rows, "wages").value, figure(rows, "contacts").value
    paid = cost + figure(rows, "guaranteed_pay").value
    assert figure(both, "cost_per_contact").value == pytest.approx(2 * paid / (4 * contacts))


def test_a_plan_of_another_week_stands_beside_it(rows: list[Row]) -> None:
    other = [
        replace(row, period="2026-W14") if row.span == "week" else row for row in later(rows, 7)
    ]
    both = added([rows, other])
    weeks = {row.period: row.value for row in both
             if (row.measure, row.span, row.scope) == ("contacts", "week", "all")}  # fmt: skip
    assert list(weeks) == ["2026-W13", "2026-W14"]
    assert sum(weeks.values()) == pytest.approx(figure(both, "contacts").value)
    assert figure(both, "contacts", "2026-W13").low == figure(rows, "contacts", "2026-W13").low


def test_the_same_day_of_a_site_is_not_counted_twice(rows: list[Row]) -> None:
    with pytest.raises(ProblemInvalid, match="two plans of 'Shop' hold the day 2026-03-29"):
        added([rows, later(rows, 6)])
    added([rows, later(rows, 6, site="Other shop")])


def test_amounts_of_two_currencies_are_not_added(rows: list[Row]) -> None:
    with pytest.raises(ProblemInvalid, match="EUR and SEK"):
        added([rows, later(rows, 7, currency="SEK")])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("site,currency", "place,currency", "scorecard.csv:1: expected the columns"),
        (
            ",contacts,count,",
            ",visits,count,",
            "scorecard.csv:2: is no row of a scorecard: unknown",
        ),
        ("2026-03-23", "2026-03-32", "scorecard.csv:2: is no row of a scorecard"),
        (",plan,plan,", ",year,plan,", "scorecard.csv:2: is no row of a scorecard: unknown span"),
    ],
)
def test_a_file_that_is_none_is_refused(
    planned_shop: Planned, tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = (planned_shop.folder / NAME).read_bytes().decode()
    assert old in text
    (tmp_path / NAME).write_bytes(text.replace(old, new).encode())
    done = peakcrew("scorecard", tmp_path, "--out", tmp_path / "sum.csv")
    assert done.exit_code == 2
    assert message in done.output
    assert not (tmp_path / "sum.csv").exists()


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xff\xfe\x00")
    done = peakcrew("scorecard", tmp_path / NAME)
    assert done.exit_code == 2
    assert "is no scorecard" in done.output
    (tmp_path / "empty.csv").write_bytes(b"")
    assert peakcrew("scorecard", tmp_path / "empty.csv").exit_code == 2
    assert peakcrew("scorecard", tmp_path / "absent.csv").exit_code == 2


def test_a_name_that_a_spreadsheet_would_calculate_comes_back_as_it_was(
    rows: list[Row], tmp_path: Path
) -> None:
    odd = [replace(row, site="=1+1") for row in rows]
    write_scorecard(odd, tmp_path / NAME)
    assert {row.site for row in read_scorecard(tmp_path / NAME)} == {"=1+1"}


def test_an_export_keeps_the_scorecard_of_its_schedule_only(
    planned_shop: Planned, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(planned_shop.folder, tmp_path / "plan"))
    command = ("export", folder / "problem.json", folder / "schedule.json", "--out", folder)
    assert peakcrew(*command).exit_code == 0
    assert (folder / NAME).read_bytes() == (planned_shop.folder / NAME).read_bytes()
    document = json.loads((folder / "schedule.json").read_text("utf-8"))
    document["shifts"] = document["shifts"][1:]
    (folder / "schedule.json").write_text(json.dumps(document), "utf-8")
    done = peakcrew(*command)
    assert done.exit_code == 0, done.output
    assert not (folder / NAME).exists()


def test_people_alone_are_planned(shop: Path, tmp_path: Path) -> None:
    site, out = Path(shutil.copytree(shop, tmp_path / "site")), tmp_path / "out"
    toml = (site / "site.toml").read_text("utf-8")
    (site / "site.toml").write_text(toml.replace("aht_seconds = 300", "aht_seconds = 900"), "utf-8")
    quick = ("--gap", 0.05, "--workers", 2)
    assert peakcrew("plan", site, "--out", out, *quick).exit_code == 0
    done = peakcrew("scorecard", out, "--solve", site, *quick, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)["all_human"]
    costs = json.loads((out / "schedule.json").read_text("utf-8"))["costs"]
    assert found["plan"]["wages"] == costs["wages"]
    assert found["plan"]["understaffing_cost"] == costs["understaffing"]
    paid = [found[side]["wages"] + found[side]["guaranteed_pay"] for side in ("plan", "alone")]
    assert found["saved"] == pytest.approx(paid[1] - paid[0])
    # More work for the same people: it is paid, or it stays undone.
    assert found["saved"] + found["unmet"] > 0
    write_scorecard(later(read_scorecard(out), 7), tmp_path / NAME)
    refused = peakcrew("scorecard", tmp_path, "--solve", site)
    assert refused.exit_code == 2
    assert "is not of" in refused.output
