"""No-shows by group and standby: what a site asks for, and what a plan then holds."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.planning import build_problem
from api.showing import STANDBY, no_show_rate, offered_no_show_rate
from api.site.read import read_site
from api.site.showing import NoShowGroup, StandbyConfig
from api.site.site import Site
from scheduler.problem import Problem
from scheduler.worker import Window
from tests.api.command import peakcrew
from tests.api.shop import write_shop

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"


@pytest.fixture(scope="module")
def site(shop: Path) -> Site:
    return read_site(shop)


def staffed(site: Site, **update: Any) -> Site:
    """The shop with another staffing policy; students stay away from every fifth shift."""
    students = NoShowGroup.model_validate({"who": {"status": ["student"]}, "no_show_rate": 0.2})
    everybody = NoShowGroup.model_validate({"who": {"worker_id": ["*"]}, "no_show_rate": 0.1})
    parts = {"no_show_rate": 0.02, "no_show_groups": (students, everybody), **update}
    staffing = site.config.staffing.model_copy(update=parts)
    return replace(site, config=site.config.model_copy(update={"staffing": staffing}))


def test_a_worker_has_the_rate_of_his_first_group(site: Site) -> None:
    asked = staffed(site)
    assert [no_show_rate(asked, row) for row in asked.workers] == [0.2, 0.1, 0.1, 0.2]
    alone = staffed(site, no_show_groups=())
    assert {no_show_rate(alone, row) for row in alone.workers} == {0.02}


def test_the_rate_of_an_hour_is_that_of_those_who_offer_it_and_have_the_skill(site: Site) -> None:
    """Chats are for a, b and c; from ten on Ada is gone, and at night nobody is there."""
    asked = staffed(site)
    ada = replace(asked.workers[0], availability=(Window(480, 600),))
    asked = replace(asked, workers=(ada, *asked.workers[1:]))
    chat = next(queue for queue in asked.config.queues if queue.id == CHAT)
    rates = offered_no_show_rate(asked, chat)
    assert isinstance(rates, np.ndarray)
    assert rates[[9, 10, 3]].tolist() == pytest.approx([0.4 / 3, 0.1, 0.4 / 3])


def standing_by(site: Site, **standby: Any) -> Problem:
    asked = staffed(site, standby=StandbyConfig.model_validate({"pay_percent": 40, **standby}))
    two = np.zeros(asked.horizon.num_intervals, dtype=np.int64)
    two[8:12] = 2
    return build_problem(asked, {CHAT: two, VOICE: 0 * two})


def test_each_skill_has_a_standby_queue_and_shifts_of_its_own(site: Site) -> None:
    problem = standing_by(site)
    names = {STANDBY + "chat", STANDBY + "voice"}
    assert problem.standby_queues == names
    work, standby = problem.shift_templates
    assert (work.id, work.queues, work.pay_percent) == ("four", {CHAT, VOICE}, 100)
    assert (standby.id, standby.queues, standby.pay_percent) == ("standby four", names, 40)
    assert standby.minutes == work.minutes


def test_standby_is_worth_what_it_saves_and_nothing_where_nobody_is_sent(site: Site) -> None:
    """Of two who stay away with 0.4 / 3 at least one does with 0.249, both with 0.018."""
    curves = standing_by(site).coverage_value
    assert curves[STANDBY + "chat"][8] == (1493,)  # the second is worth less than 40 % of 15.00
    assert curves[STANDBY + "chat"][12] == ()
    assert set(curves[STANDBY + "voice"]) == {()}


def test_who_answers_seldom_is_worth_less(site: Site) -> None:
    assert standing_by(site, answer_rate=0.5).coverage_value[STANDBY + "chat"][8] == (747,)


def test_without_a_table_there_is_no_standby(site: Site) -> None:
    need = np.ones(site.horizon.num_intervals, dtype=np.int64)
    problem = build_problem(staffed(site), {CHAT: need, VOICE: need})
    assert problem.standby_queues == frozenset()
    assert problem.coverage_value == {}
    assert problem.shift_templates[0].queues is None


def planned(folder: Path, toml: str) -> Path:
    """The shop with a staffing table, planned."""
    site = write_shop(folder / "site") / "site.toml"
    site.write_text(site.read_text("utf-8") + toml, encoding="utf-8")
    out = folder / "out"
    result = peakcrew("plan", site.parent, "--out", out, "--gap", 0.05, "--workers", 2)
    assert result.exit_code == 0, result.output
    assert "no-shows: in " in result.output
    assert peakcrew("validate", out / "problem.json", out / "schedule.json").exit_code == 0
    return out


def turnout(folder: Path) -> list[dict[str, str]]:
    with (folder / "turnout.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_plan_tells_the_chance_of_enough_in_every_interval(tmp_path: Path) -> None:
    out = planned(tmp_path, "\n[staffing]\nno_show_rate = 0.1\n")
    rows = turnout(out)
    assert {row["queues"] for row in rows} == {CHAT, VOICE}
    assert all(0 <= float(row["chance"]) <= 1 for row in rows)
    for row in rows:  # with one needed and n sent, all but all of them stay away
        if row["needed"] == "1":
            assert float(row["chance"]) == pytest.approx(1 - 0.1 ** int(row["sent"]), abs=1e-4)
    assert {row["standby"] for row in rows} == {"0"}


def test_a_plan_with_standby_calls_nobody_missing_there(tmp_path: Path) -> None:
    toml = "\n[staffing]\nno_show_rate = 0.1\n[staffing.standby]\npay_percent = 5\n"
    out = planned(tmp_path, toml)
    schedule = json.loads((out / "schedule.json").read_text("utf-8"))
    assert not any(one["queue"].startswith(STANDBY) for one in schedule["understaffing"])
    assert "no_shows" in schedule["costs"]
    assert {row["queues"] for row in turnout(out)} == {"chat", "voice"}
