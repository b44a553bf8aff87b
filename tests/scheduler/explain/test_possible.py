"""What stands against one more shift: which reasons come together, and about what they are."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from scheduler.problem import Licence
from tests.factories import make_problem, make_worker, pin_of
from tests.scheduler.explain.asking import ALL_WEEK, WEEK, alone, codes, reasons, shift_at

ROOT = Path(__file__).parents[3]


def test_nothing_stands_against_what_may_be_worked() -> None:
    assert reasons(alone(), "03 08:00", own="02 08:00") == ()


def test_what_forbids_a_shift_by_itself_silences_what_his_other_shifts_forbid() -> None:
    assert codes(alone(skills=("sv",)), "02 09:00", own="02 08:00") == {"skill.missing"}


def test_every_rule_that_is_broken_is_told() -> None:
    assert codes(alone(max_minutes_per_week=479), "02 10:00", own="02 08:00") == {
        "no_overlap.own_shifts", "max_shifts_per_day.own_shifts", "max_minutes_per_week.own_shifts",
    }  # fmt: skip


def test_the_subject_is_the_fewest_shifts_that_stand_against_it() -> None:
    """Of five days it is the two before that make a run of three."""
    problem = alone(max_consecutive_days=2)
    (one,) = reasons(problem, "07 08:00", own="02 08:00, 03 08:00, 05 08:00, 06 08:00")
    assert one.code == "max_consecutive_days.own_shifts"
    assert one.subject == (
        "refund at 2026-11-05T08:00:00+01:00; refund at 2026-11-06T08:00:00+01:00"
    )


def test_the_subject_of_other_reasons() -> None:
    def subject(*args: object, **more: object) -> str:
        return reasons(*args, **more)[0].subject  # type: ignore[arg-type]

    assert subject(alone(skills=("sv",)), "02 08:00") == "de"
    assert subject(alone(max_shifts_by_template={"four": 0}), "02 08:00") == "four"
    assert subject(alone(max_minutes_per_week=0), "02 08:00") == "ada"
    nowhere = make_problem(WEEK, make_worker(WEEK))
    assert subject(nowhere, "02 08:00") == "2026-11-02T08:00:00+01:00"


def test_what_is_broken_already_is_not_held_against_one_more_shift() -> None:
    """His own shifts leave too little rest; Friday has nothing to do with it."""
    own = "02 20:00, 03 06:00"
    assert codes(alone(), "06 08:00", own=own) == set()
    assert codes(alone(), "04 06:00", own=own) == set()
    assert "rest.own_shifts" in codes(alone(), "03 01:00", own="02 20:00")


def test_a_run_that_the_shift_makes_longer_is_not_held_against_it() -> None:
    """Two days of three are nearer to the rule than one."""
    problem = alone(min_consecutive_days=3)
    assert codes(problem, "05 08:00", own="04 08:00") == set()
    assert codes(problem, "04 08:00") == {"min_consecutive_days.needs_more_work"}


def test_a_pin_among_the_shifts_in_the_way_is_told_beside_the_rule() -> None:
    problem = alone()
    problem = replace(problem, pins=(pin_of(shift_at(problem, "02 08:00")),))
    found = reasons(problem, "02 10:00", own="02 08:00, 04 08:00")
    assert found[-1].code == "pin.must_stay"
    assert found[-1].subject == "refund at 2026-11-02T08:00:00+01:00"
    assert "pin" not in {one.rule for one in reasons(problem, "04 10:00", own="04 08:00")}


def test_shared_limits_count_everybody_but_the_worker_once() -> None:
    workers = [make_worker(WEEK, ALL_WEEK, id=id) for id in ("ada", "bo")]
    seats = Licence("seats", frozenset({"refund"}), 2)
    problem = make_problem(WEEK, *workers, licences=(seats,))
    bo = [shift_at(problem, "02 08:00", worker="bo")]
    assert reasons(problem, "02 08:00", others=bo) == ()
    problem = replace(problem, licences=(replace(seats, max_workers=1),))
    (one,) = reasons(problem, "02 08:00", others=bo)
    assert (one.code, one.subject) == ("licences.taken", "refund")
    assert "'seats'" in one.detail
    assert reasons(problem, "02 12:00", others=bo) == ()


def test_an_offer_is_told_only_where_nothing_forbids_it() -> None:
    problem = alone(firm_from=3 * 24 * 60)
    (one,) = reasons(problem, "02 08:00")
    assert (one.code, one.severity) == ("offer.needs_acceptance", "offer")
    assert codes(problem, "02 09:00", own="02 08:00") == {
        "no_overlap.own_shifts", "max_shifts_per_day.own_shifts",
    }  # fmt: skip
    assert reasons(problem, "06 08:00") == ()


def test_asking_needs_no_heavy_libraries() -> None:
    code = (
        "import sys, scheduler.explain.possible; "
        "print(sorted({'ortools', 'scipy', 'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_an_overruled_worker_works_a_pin_of_his_once() -> None:
    """Where a second one is missing at that time, it is not he who may help."""
    problem = alone()
    pinned = shift_at(problem, "02 08:00")
    problem = replace(problem, pins=(pin_of(pinned),), overruled=frozenset({"ada"}))
    assert [one.code for one in reasons(problem, pinned)] == []
    assert [one.code for one in reasons(problem, pinned, own="02 08:00")] == [
        "overruled.only_pins"
    ]  # fmt: skip
