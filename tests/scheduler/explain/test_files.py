"""``reasons.json`` and ``reasons.csv`` of any schedule at all."""

import csv
import json
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.explain.codes import meanings
from scheduler.explain.files import reasons_json, write_reasons
from scheduler.explain.reasons import reasons_report
from scheduler.explain.standing import Standing
from scheduler.schedule import Schedule, Shift
from scheduler.validation import violations
from tests.factories import pin_of
from tests.scheduler.blending import divided
from tests.scheduler.explain.asking import alone, budget, shift_at
from tests.scheduler.tiny_problems import lawful_weeks, tiny_problems


def schedule_of(*shifts: Shift, **run: object) -> Schedule:
    return Schedule(shifts, "feasible", 0, 0, {}, (), run=run)


@pytest.mark.parametrize("feature", [None, "blended", "overruled", "licences", "policies"])
@budget(8)
@given(data=st.data())
def test_every_schedule_has_its_reasons(feature: str | None, data: st.DataObject) -> None:
    problem = data.draw(tiny_problems(feature))
    weeks = [data.draw(st.sampled_from(lawful_weeks(problem, one))) for one in problem.workers]
    shifts = divided(problem, tuple(chain.from_iterable(weeks)))
    assume(shifts is not None and not violations(problem, shifts))
    standing = Standing(problem, shifts or ())
    document = json.loads(json.dumps(reasons_json(standing, reasons_report(standing))))
    assert len(document["shifts"]) == len(standing.shifts)
    assert all(one["reasons"] for one in document["shifts"])
    assert [one["worker"] for one in document["workers"]] == [one.id for one in problem.workers]
    assert document["codes"].keys() <= meanings().keys()
    for need in document["needs"]:
        told = {reason["code"] for near in need["nearest"] for reason in near["reasons"]}
        assert told <= document["codes"].keys()


def test_both_files(tmp_path: Path) -> None:
    """Ada works one morning of the week in which somebody is always needed."""
    problem = alone()
    written = write_reasons(problem, schedule_of(shift_at(problem, "02 08:00")), tmp_path)
    assert [one.name for one in written] == ["reasons.json", "reasons.csv"]
    document = json.loads((tmp_path / "reasons.json").read_text("utf-8"))
    first, second = document["needs"]
    assert (first["start"], first["end"]) == (
        "2026-11-02T00:00:00+01:00", "2026-11-02T08:00:00+01:00",
    )  # fmt: skip
    assert second["missing_hours"] == 7 * 24 - 12
    # On Monday she has her shift; on Tuesday she may, which would be worth it.
    assert first["workers"] == {"no_overlap.own_shifts": 1}
    assert second["workers"] == {"cost.would_save": 1}
    assert second["nearest"][0]["price"] == -(4 * 50.0 - 4 * 15.0)
    assert document["shifts"][0]["worth"] == 200.0
    with (tmp_path / "reasons.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["code"], row["workers"]) for row in rows][1:] == [("cost.would_save", "1")]


def test_of_a_large_pool_needs_and_workers_are_told_and_what_was_asked(tmp_path: Path) -> None:
    problem = alone()
    shift = shift_at(problem, "02 08:00")
    report = reasons_report(Standing(problem, [shift]), most_workers=0)
    write_reasons(problem, schedule_of(shift), tmp_path, report)
    document = json.loads((tmp_path / "reasons.json").read_text("utf-8"))
    assert document["sample"] == {"needs": 2, "of_needs": 2, "shifts": 164, "of_shifts": 164}
    assert document["shifts"] == []
    assert [one["workers"] for one in document["needs"]] == [
        {"no_overlap.own_shifts": 1}, {"cost.would_save": 1},
    ]  # fmt: skip
    [worker] = document["workers"]
    assert (worker["shifts"], sum(worker["uncovered_shifts"].values())) == (1, 164)
    assert (tmp_path / "reasons.csv").read_text("utf-8").count("\n") == 3


def test_of_pins_kept_against_a_rule_nothing_else_is_asked(tmp_path: Path) -> None:
    problem = alone()
    shifts = [shift_at(problem, start) for start in ("02 08:00", "02 10:00")]
    problem = replace(problem, pins=tuple(map(pin_of, shifts)))
    write_reasons(problem, schedule_of(*shifts, kept_pins=["no_overlap"]), tmp_path)
    document = json.loads((tmp_path / "reasons.json").read_text("utf-8"))
    assert all(one["workers"] == {"overruled.only_pins": 1} for one in document["needs"])
    assert {one["reasons"][0]["code"] for one in document["shifts"]} == {"pin.kept"}
