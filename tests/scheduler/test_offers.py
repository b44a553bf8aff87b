"""Shifts that are only offers, and how a schedule says so."""

import json
from dataclasses import replace
from pathlib import Path

from scheduler.contract.schedule_file import read_shifts, schedule_json
from scheduler.offers import is_offer
from scheduler.schedule import Schedule
from scheduler.validation import costs, violations
from tests.factories import make_horizon, make_problem, make_shift, make_worker

HORIZON = make_horizon(days=3)
WORKER = make_worker(HORIZON, ("2026-11-02 00:00", "2026-11-05 00:00"))
PROBLEM = make_problem(HORIZON, replace(WORKER, firm_from=1440))
EARLY, LATE = (make_shift(PROBLEM, f"2026-11-{day} 08:00") for day in ("02", "03"))


def test_a_shift_before_the_firm_time_is_an_offer() -> None:
    (worker,) = PROBLEM.workers
    assert is_offer(worker, EARLY)
    assert not is_offer(worker, LATE)
    assert not is_offer(worker, replace(LATE, start=1440))
    assert is_offer(worker, replace(LATE, start=1439))
    assert not is_offer(WORKER, EARLY)


def test_an_offer_breaks_no_rule_and_costs_the_same() -> None:
    assert violations(PROBLEM, (EARLY, LATE)) == []
    plain = replace(PROBLEM, workers=(WORKER,))
    assert costs(PROBLEM, (EARLY, LATE)) == costs(plain, (EARLY, LATE))


def test_a_schedule_file_says_which_shifts_are_offers(tmp_path: Path) -> None:
    schedule = Schedule((EARLY, LATE), "feasible", 1, 0, {"wages": 1}, ())
    text = schedule_json(PROBLEM, schedule)
    shifts = json.loads(text)["shifts"]
    assert [one.get("offer") for one in shifts] == [True, None]
    path = tmp_path / "schedule.json"
    path.write_text(text, encoding="utf-8")
    assert read_shifts(path, PROBLEM)[1] == (EARLY, LATE)
