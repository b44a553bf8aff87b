"""Each key of a site folder that prices or limits shifts: in ``problem.json``, and obeyed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.checking import checked_site
from api.planning import build_problem
from api.staffing import stated_workers
from scheduler.contract.problem_file import problem_json, read_problem
from scheduler.problem import Problem
from scheduler.validation import costs, violations
from tests.api.command import peakcrew
from tests.api.kiosk import CAKE, TEA, Kiosk
from tests.scheduler.forcing import Solved, solved

MORNINGS = {(TEA, 0): (8, 12, 1), (TEA, 4): (8, 12, 1)}
WISH = "worker_id,start,end,weight\n{},2026-01-06T08:00,2026-01-06T09:00,{}\n"
PRICED_WISHES = "[objective]\nrequest_cost_per_point = 2"


def problem_of(kiosk: Kiosk, folder: Path) -> Problem:
    """The problem as ``peakcrew plan`` builds it, written, and read back."""
    site = checked_site(kiosk.write(folder))
    problem = build_problem(site, stated_workers(site))
    path = folder / "problem.json"
    path.write_text(problem_json(problem), encoding="utf-8")
    assert read_problem(path).workers == problem.workers
    return problem


def crew(problem: Problem, found: Solved) -> str:
    """Who works on each day: ``a`` for Ada, ``ab`` for both, ``-`` for nobody."""
    assert not violations(problem, found.shifts)
    assert sum(costs(problem, found.shifts).values()) == found.cost
    by_day = [""] * problem.horizon.days
    for shift in sorted(found.shifts, key=lambda one: one.worker):
        by_day[problem.horizon.day(shift.start)] += shift.worker
    return " ".join(who or "-" for who in by_day)


def at(document: Any, path: str) -> Any:
    """A value of a document by its dotted path."""
    for part in path.split("."):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


@dataclass(frozen=True)
class Case:
    """A kiosk with one key, where that stands in ``problem.json``, and who works then."""

    kiosk: Kiosk
    path: str
    value: Any
    crew: str


CASES = {
    "queues of a template": Case(
        Kiosk(template=f'queues = ["{CAKE}"]'), "shift_templates.0.queues", [CAKE], "- - -"
    ),
    "weekdays of a template": Case(
        Kiosk(template='weekdays = ["mon", "wed"]'), "shift_templates.0.weekdays", [1, 3], "a - a"
    ),
    "windows of a template": Case(
        Kiosk(template='windows = [{start = 2026-01-06T08:00:00, end = "2026-01-07T00:00+01:00"}]'),
        "shift_templates.0.windows.0",
        {"start": "2026-01-06T08:00:00+01:00", "end": "2026-01-07T00:00:00+01:00"},
        "- a -",
    ),
    "most shifts of a day": Case(
        Kiosk(days=2, template="max_shifts_per_day = 1",
              need={(TEA, 0): (8, 12, 2), (TEA, 1): (8, 12, 1)}),
        "shift_templates.0.max_shifts_per_day", 1, "a a",
    ),
    "forbidden succession": Case(
        Kiosk(template='forbidden_next = ["four"]'),
        "shift_templates.0.forbidden_next", ["four"], "a b a",
    ),
    "licence": Case(
        Kiosk(days=1, need={(TEA, 0): (8, 12, 1), (CAKE, 0): (8, 12, 1)},
              tables=f'[[licences]]\nid = "oven"\nqueues = ["{TEA}", "{CAKE}"]\nmax_workers = 1'),
        "licences.0", {"id": "oven", "queues": [CAKE, TEA], "max_workers": 1}, "a",
    ),
    "request for a shift": Case(
        Kiosk(requests=WISH.format("b", 5), tables=PRICED_WISHES),
        "workers.1.requests.0",
        {"start": "2026-01-06T08:00:00+01:00", "end": "2026-01-06T09:00:00+01:00", "weight": 5},
        "a b a",
    ),
    "request to be spared": Case(
        Kiosk(requests=WISH.format("a", -5), tables=PRICED_WISHES),
        "objective.request", 2.0, "a b a",
    ),
    "request for another template": Case(
        Kiosk(requests="template,worker_id,start,end,weight\n"
              "nap,a,2026-01-06T08:00,2026-01-06T09:00,-5\n", tables=PRICED_WISHES
              + '\n[[shift_templates]]\nid = "nap"\nminutes = 15\nlatest_start = "00:00"'),
        "workers.0.requests.0.template", "nap", "a a a",
    ),
    "desired hours": Case(
        Kiosk(columns={"desired_hours_per_week": ("0", "")},
              tables="[objective]\ndesired_hours_cost_per_hour = 5"),
        "workers.0.desired_minutes_per_week", 0, "b b b",
    ),
    "preferences as stated": Case(
        Kiosk(preferences=(-2, 2), tables="[objective]\npreference_cost_per_hour = 1"),
        "objective.preference", 1.0, "b b b",
    ),
    "preferences normalised": Case(
        Kiosk(preferences=(-2, 2),
              tables="[objective]\npreference_cost_per_hour = 1\nnormalise = true"),
        "objective.normalise", True, "a a a",
    ),
    "two queues apart": Case(
        Kiosk(days=1, need={(TEA, 0): (8, 10, 1), (CAKE, 0): (10, 12, 1)}, top="blended = false"),
        "shift_templates.0.id", "four", "ab",
    ),
    "two queues blended": Case(
        Kiosk(days=1, need={(TEA, 0): (8, 10, 1), (CAKE, 0): (10, 12, 1)}, top="blended = true"),
        "blended", True, "a",
    ),
    "most hours in some days": Case(
        Kiosk(tables='[[rolling_limits]]\ncontract = "mini"\ndays = 2\nmax_hours = 4'),
        "workers.0.rolling_limits", [{"days": 2, "max_minutes": 240}], "a b a",
    ),
    "least hours in some days": Case(
        Kiosk(tables='[[rolling_limits]]\ncontract = "part"\ndays = 2\nmin_hours = 3.5'),
        "workers.1.rolling_limits", [{"days": 2, "min_minutes": 210}], "a b a",
    ),
    "least hours at a price": Case(
        Kiosk(tables='[[rolling_limits]]\ncontract = "part"\ndays = 3\nmin_hours = 4\n'
              "shortfall_price_per_hour = 1.5"),
        "workers.1.rolling_limits",
        [{"days": 3, "min_minutes": 240, "shortfall_cost_per_hour": 1.5}], "a a a",
    ),
    "shifts of a template": Case(
        Kiosk(columns={"max_shifts_by_template": ("four=0", "")}),
        "workers.0.max_shifts_by_template", {"four": 0}, "b b b",
    ),
    "weekends": Case(
        Kiosk(start=Kiosk.start.replace(day=10), columns={"max_weekends": ("0", "")}),
        "workers.0.max_weekends", 0, "b b a",
    ),
    "shortest run of days": Case(
        Kiosk(days=5, columns={"min_consecutive_days": ("2", "")}, need={(TEA, 2): (8, 12, 1)}),
        "workers.0.min_consecutive_days", 2, "- - b - -",
    ),
    "shortest run of days off": Case(
        Kiosk(days=4, columns={"min_days_off": ("3", "")},
              need={(TEA, 0): (8, 12, 1), (TEA, 3): (8, 12, 2)}),
        "workers.0.min_consecutive_days_off", 3, "b - - ab",
    ),
    "longest run of days off": Case(
        Kiosk(days=5, columns={"max_days_off": ("3", "")}, need=MORNINGS | {(TEA, 2): (8, 12, 1)},
              tables='[[rolling_limits]]\ncontract = "mini"\ndays = 5\nmax_hours = 8'),
        "workers.0.max_consecutive_days_off", 3, "a - b - a",
    ),
    "weekly minimum paid": Case(
        Kiosk(days=7, min_hours=4, columns={"min_hours_hard": ("", "no")},
              need={(TEA, 0): (8, 9, 0)}),
        "workers.1.min_minutes_per_week", 240, "- - - - - - -",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_key_arrives_and_decides(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    problem = problem_of(case.kiosk, tmp_path / "site")
    assert at(json.loads(problem_json(problem)), case.path) == case.value
    assert crew(problem, solved(problem)) == case.crew


def test_without_any_of_them_the_cheapest_works(tmp_path: Path) -> None:
    problem = problem_of(Kiosk(), tmp_path / "site")
    document = json.loads(problem_json(problem))
    assert crew(problem, solved(problem)) == "a a a"
    assert document.keys().isdisjoint({"licences", "unpopular_hours", "blended"})
    assert document["shift_templates"][0].keys() == {
        "id", "minutes", "start_every_minutes", "earliest_start", "latest_start"
    }  # fmt: skip


def test_unpopular_hours_are_shared_out(tmp_path: Path) -> None:
    kiosk = Kiosk(
        tables='[[unpopular_hours]]\nfrom = "08:00"\nuntil = "12:00"\n'
        "[objective]\nunpopular_cost_per_hour = 5"
    )
    problem = problem_of(kiosk, tmp_path / "site")
    (hours,) = json.loads(problem_json(problem))["unpopular_hours"]
    assert hours == {"weekdays": [1, 2, 3, 4, 5, 6, 7], "from": "08:00", "until": "12:00"}
    assert problem.weights.unpopular == 500
    assert sorted(crew(problem, solved(problem)).split()) == ["a", "a", "b"]


def test_a_hard_weekly_minimum_is_worked_without_need(tmp_path: Path) -> None:
    kiosk = Kiosk(
        days=7, min_hours=4, columns={"min_hours_hard": ("", "yes")}, need={(TEA, 0): (8, 9, 0)}
    )
    problem = problem_of(kiosk, tmp_path / "site")
    assert json.loads(problem_json(problem))["workers"][1]["min_minutes_hard"] is True
    assert crew(problem, solved(problem)).count("b") == 1


def test_a_part_of_the_wage_is_paid(tmp_path: Path) -> None:
    problem = problem_of(Kiosk(template="pay_percent = 25"), tmp_path / "site")
    assert json.loads(problem_json(problem))["shift_templates"][0]["pay_percent"] == 25
    found = solved(problem)
    assert crew(problem, found) == "a a a"
    assert found.cost == 3 * 4 * 1000 // 4


def test_the_lower_of_law_and_contract_holds_for_a_template(tmp_path: Path) -> None:
    """German law lets nobody on call come for less than three hours."""
    kiosk = Kiosk(
        top='rules = {traits = {on_call = ["mini", "part"]}}',
        tables='[[shift_templates]]\nid = "nap"\nminutes = 60',
        columns={"max_shifts_by_template": ("nap=2;four=3", "")},
    )
    folder = kiosk.write(tmp_path / "site")
    text = (folder / "site.toml").read_text("utf-8").replace('"none"', '"de"')
    (folder / "site.toml").write_text(text, encoding="utf-8")
    site = checked_site(folder)
    ada, ben = build_problem(site, stated_workers(site)).workers
    assert ada.max_shifts_by_template == {"nap": 0, "four": 3}
    assert ben.max_shifts_by_template == {"nap": 0}


def test_a_run_that_the_rules_forbid_is_named_with_its_line(tmp_path: Path) -> None:
    kiosk = Kiosk(columns={"min_consecutive_days": ("8", "7")})
    result = peakcrew("check", kiosk.write(tmp_path / "site"))
    assert result.exit_code == 2
    assert (
        "workers.csv:2: min_consecutive_days: 8 days exceed the 7 that rules allow" in result.output
    )
    assert "workers.csv:3" not in result.output


STANDBY = "[staffing]\nno_show_rate = 0.3\n[staffing.standby]\npay_percent = 30\n"
SECOND = '[[shift_templates]]\nid = "late"\nminutes = 240\nlatest_start = "12:00"\n'


def test_standby_serves_the_skills_of_its_template(tmp_path: Path) -> None:
    kiosk = Kiosk(template=f'queues = ["{CAKE}"]', tables=STANDBY + SECOND)
    queues = {one.id: one.queues for one in problem_of(kiosk, tmp_path / "site").shift_templates}
    assert queues == {
        "four": {CAKE},
        "late": {TEA, CAKE},
        "standby four": {"standby|cake"},
        "standby late": {"standby|tea", "standby|cake"},
    }


def test_what_may_not_follow_may_not_follow_on_standby(tmp_path: Path) -> None:
    kiosk = Kiosk(template='forbidden_next = ["late"]', tables=STANDBY + SECOND)
    templates = problem_of(kiosk, tmp_path / "site").shift_templates
    assert {one.id: one.forbidden_next for one in templates} == {
        "four": {"late", "standby late"},
        "late": set(),
        "standby four": {"late", "standby late"},
        "standby late": set(),
    }


def test_a_template_that_is_standby_already_has_no_standby_beside_it(tmp_path: Path) -> None:
    kiosk = Kiosk(template="pay_percent = 40", tables=STANDBY + SECOND)
    templates = problem_of(kiosk, tmp_path / "site").shift_templates
    assert [one.id for one in templates] == ["four", "late", "standby late"]


def test_a_whole_plan_of_a_site_with_everything(tmp_path: Path) -> None:
    """The command itself: blended, with licences, wishes, limits and unpopular hours at once."""
    kiosk = Kiosk(
        top="blended = true",
        template='weekdays = ["mon", "tue"]\nforbidden_next = ["four"]\nmax_shifts_per_day = 2',
        tables=f"""
[[licences]]
id = "oven"
queues = ["{CAKE}"]
max_workers = 1
[[unpopular_hours]]
weekdays = ["tue"]
from = "22:00"
until = "09:00"
[[rolling_limits]]
days = 7
max_hours = 20
[objective]
request_cost_per_point = 1
desired_hours_cost_per_hour = 0.5
unpopular_cost_per_hour = 0.5
normalise = true
""",
        columns={"desired_hours_per_week": ("10", ""), "max_weekends": ("1", "0")},
        requests=WISH.format("b", 3),
    )
    out = tmp_path / "out"
    result = peakcrew("plan", kiosk.write(tmp_path / "site"), "--out", out, "--workers", 1)
    assert result.exit_code == 0, result.output
    shifts = json.loads((out / "schedule.json").read_text("utf-8"))["shifts"]
    assert [(one["worker"], one["start"][:10]) for one in shifts] == [
        ("a", "2026-01-05"),
        ("b", "2026-01-06"),
    ]
