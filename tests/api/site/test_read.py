"""A right folder becomes a site; what is treated instead of refused is told in a note."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from api.site.problems import InputProblem, SiteInvalid, problem_lines
from api.site.read import check_site, read_site
from scheduler.problem import Pin
from scheduler.worker import Span, Window


def test_a_right_site_has_no_problem_and_no_note(folder: Any) -> None:
    assert check_site(folder.path) == ([], [])


def test_workers_are_read_in_cents_and_minutes(folder: Any) -> None:
    ada, boell = read_site(folder.path).workers
    assert (ada.id, ada.name, ada.skills, ada.hourly_cost) == ("w1", "Ada", ("de", "en"), 1460)
    assert (ada.contract, ada.status, ada.region) == ("mini", "student", "BY")
    assert (boell.id, boell.region, boell.hourly_cost) == ("NA", "", 1550)
    assert (boell.min_minutes_per_week, boell.max_minutes_per_week) == (270, 1155)
    assert boell.max_shifts_per_day is None


def test_the_optional_limits_of_workers_are_read(folder: Any) -> None:
    folder.write(
        "workers.csv",
        "worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,"
        "max_hours_per_week,max_shifts_per_day,max_consecutive_days,min_rest_hours\n"
        "w1,,de,,,,0,,38.33,2,,11\n"
        "NA,,en,,,,12,,40,,5,10.5\n",
    )
    one, other = read_site(folder.path).workers
    assert (one.name, one.min_minutes_per_week, one.max_minutes_per_week) == ("w1", 0, 2300)
    assert (one.max_shifts_per_day, one.max_consecutive_days, one.min_rest_minutes) == (
        2,
        None,
        660,
    )
    assert (other.max_shifts_per_day, other.max_consecutive_days) == (None, 5)
    assert other.min_rest_minutes == 630


def test_windows_that_touch_stay_apart(folder: Any) -> None:
    ada = read_site(folder.path).workers[0]
    assert ada.availability == (Window(480, 720, 2), Window(720, 960, 0))


def test_history_is_in_utc_as_the_file_orders_it(folder: Any) -> None:
    history = read_site(folder.path).history
    assert history is not None
    assert history.columns.tolist() == ["unique_id", "ds", "y"]
    assert str(history["ds"].dtype) == "datetime64[us, UTC]"
    assert history["ds"].dt.strftime("%H:%M").tolist() == ["09:00", "09:30", "09:00"]
    assert history["y"].tolist() == [7, 8, 2]


def test_a_date_of_bot_outcomes_is_its_local_midnight(folder: Any) -> None:
    outcomes = read_site(folder.path).bot_outcomes
    assert outcomes is not None
    assert outcomes["ds"].iloc[0] == pd.Timestamp("2026-01-02T23:00Z")
    assert outcomes["offered"].tolist() == [10, 12]


def test_satisfaction_may_be_empty(folder: Any) -> None:
    folder.replace("bot_outcomes.csv", "bot_version", "bot_version,csat_bot")
    folder.replace("bot_outcomes.csv", "6,2,1,v1", "6,2,1,v1,0.75")
    folder.replace("bot_outcomes.csv", "7,2,1,v1", "7,2,1,v1,")
    outcomes = read_site(folder.path).bot_outcomes
    assert outcomes is not None
    assert outcomes["csat_bot"].fillna(-1).tolist() == [0.75, -1]
    folder.replace("bot_outcomes.csv", "0.75", "1.75")
    assert (
        folder.printed
        == [
            'bot_outcomes.csv:2:42: csat_bot: expected a number from 0 to 1 like 1.25, found "1.75"'
        ]
        or folder.printed
    )


def test_the_hours_of_a_clock_change_are_read_with_an_offset(folder: Any) -> None:
    folder.append("history.csv", "refund|de|chat,2025-10-26T02:30+02:00,1")
    folder.append("history.csv", "refund|de|chat,2025-10-26T02:30+01:00,2")
    folder.append("history.csv", "refund|de|chat,2025-10-26 03:30,3")
    history = read_site(folder.path).history
    assert history is not None
    assert history["ds"].dt.strftime("%H:%M").tolist()[-3:] == ["00:30", "01:30", "02:30"]


def test_the_horizon_of_a_clock_change_week_is_real_time(folder: Any) -> None:
    folder.replace("site.toml", "2026-01-05", "2026-03-29")
    folder.write("availability.csv", "worker_id,start,end,preference\n")
    folder.append("availability.csv", "w1,2026-03-29T00:00,2026-03-29T24:00,0")
    site = read_site(folder.path)
    assert site.horizon.num_minutes == 47 * 60
    assert site.workers[0].availability == (Window(0, 23 * 60),)


def test_a_file_as_german_excel_writes_it(folder: Any) -> None:
    folder.write(
        "workers.csv",
        "worker_id;name;skills;contract;status;region;hourly_cost;min_hours_per_week;"
        "max_hours_per_week\r\n"
        'w1;Ada;"de;en";mini;student;BY;14,60;0;20\r\n'
        "NA;Böll;de;part;employee;;15,5;4,5;19.25\r\n".encode("utf-8-sig"),
    )
    ada, boell = read_site(folder.path).workers
    assert (ada.skills, ada.hourly_cost) == (("de", "en"), 1460)
    assert (boell.hourly_cost, boell.min_minutes_per_week) == (1550, 270)


def test_columns_count_without_the_byte_order_mark(folder: Any) -> None:
    folder.write("history.csv", b"\xef\xbb\xbfunique_id;when;y\r\n")
    assert folder.printed == [
        "history.csv:1: column is missing: ds",
        'history.csv:1:11: unknown column "when"; known: unique_id, ds, y',
    ]


def test_unquoted_skills_between_semicolons_get_a_hint(folder: Any) -> None:
    folder.write(
        "workers.csv",
        "worker_id;name;skills;contract;status;region;hourly_cost;min_hours_per_week;"
        "max_hours_per_week\n"
        "w1;Ada;de;en;mini;student;BY;14,60;0;20\nNA;Böll;de;part;employee;;15;4;19\n",
    )
    assert folder.printed[0] == (
        "workers.csv:2:38: expected 9 fields, found 10 "
        '(where ; separates the fields, skills such as "de;en" stand in quotes)'
    )


def test_a_tab_separated_file_is_read(folder: Any) -> None:
    text = (folder.path / "history.csv").read_text().replace(",", "\t")
    folder.write("history.csv", text)
    assert folder.problems == []


def test_windows_1252_is_read_with_a_note(folder: Any) -> None:
    text = (folder.path / "workers.csv").read_text(encoding="utf-8")
    folder.write("workers.csv", text.encode("cp1252"))
    site = read_site(folder.path)
    assert site.workers[1].name == "Böll"
    assert site.notes == ("workers.csv: not UTF-8 (first on line 3), so read as Windows-1252",)


def test_availability_outside_the_horizon_is_cut_with_one_note(folder: Any) -> None:
    folder.append("availability.csv", "w1,2026-01-04T20:00,2026-01-05T06:00,1")
    folder.append("availability.csv", "NA,2026-01-06T20:00,2026-01-07T06:00,1")
    folder.append("availability.csv", "w1,2026-02-06T20:00,2026-02-07T06:00,1")
    site = read_site(folder.path)
    assert site.workers[0].availability[0] == Window(0, 360, 1)
    assert site.workers[1].availability[1] == Window(2640, 2880, 1)
    assert site.notes == (
        "availability.csv: 1 windows outside the horizon left out, 2 cut at its edge",
    )


def test_history_in_the_horizon_is_left_out_with_a_note(folder: Any) -> None:
    folder.append("history.csv", "refund|de|chat,2026-01-05T00:00,5")
    site = read_site(folder.path)
    assert site.history is not None
    assert len(site.history) == 3
    assert site.notes == ("history.csv: 1 rows at or after the horizon's start are not used",)


def test_people_who_can_do_nothing_are_noted(folder: Any) -> None:
    folder.append("workers.csv", "w3,Cy,,mini,student,,14,0,20")
    folder.append("workers.csv", "w4,Di,de,mini,student,,14,0,20")
    folder.append("availability.csv", "w3,2026-01-05T08:00,2026-01-05T10:00,0")
    assert folder.problems == []
    assert folder.notes == [
        "workers.csv: 1 of 4 workers have no skill: w3",
        "workers.csv: 1 of 4 workers have no availability: w4",
        "workers.csv: 1 of 4 workers have no window of 240 minutes, the shortest shift: w3",
    ]


def test_a_skill_that_nobody_has_is_noted(folder: Any) -> None:
    folder.replace("workers.csv", "de;en", "de")
    assert folder.notes == ["workers.csv: nobody has the skill en, which fraud|en|voice needs"]


def test_a_table_that_is_not_read_is_noted(folder: Any) -> None:
    folder.write("event.csv", "")
    assert folder.notes[0].startswith("event.csv: not read; the tables are history.csv, ")


def test_a_site_without_a_bot_is_noted(folder: Any) -> None:
    folder.remove("bot_outcomes.csv")
    site = read_site(folder.path)
    assert site.bot_outcomes is None
    assert site.notes == ("bot_outcomes.csv: no outcomes, so every contact is planned for people",)


def test_a_requirement_replaces_the_history(folder: Any) -> None:
    folder.remove("history.csv").remove("bot_outcomes.csv")
    folder.write("requirement.csv", "unique_id,ds,workers\n")
    folder.append("requirement.csv", "refund|de|chat,2026-01-05T08:00,2")
    folder.append("requirement.csv", "refund|de|chat,2026-01-05T00:30,3")
    site = read_site(folder.path)
    assert site.history is None
    assert site.requirement is not None
    need = site.requirement.pivot(index="unique_id", columns="ds", values="workers")
    assert need.shape == (2, 96)
    assert need.loc["refund|de|chat"].to_numpy().nonzero()[0].tolist() == [1, 16]
    assert need.loc["refund|de|chat"].iloc[16] == 2
    assert site.notes == (
        "requirement.csv: 94 of 96 intervals of refund|de|chat are absent and need nobody "
        "(the first is 2026-01-05T00:00+01:00)",
        "requirement.csv: no row for fraud|en|voice: it needs nobody",
    )


def test_events_are_read(folder: Any) -> None:
    folder.write("events.csv", "start,end,kind,unique_id,factor\n")
    folder.append("events.csv", "2026-01-05T08:00,2026-01-05T09:00,outage,,0")
    folder.append("events.csv", "2026-01-05T08:00,2026-01-05T09:00,campaign,refund|de|chat,1.5")
    events = read_site(folder.path).events
    assert events is not None
    assert events["unique_id"].tolist() == ["", "refund|de|chat"]
    assert events["factor"].tolist() == [0, 1.5]
    assert events["start"].iloc[0] == pd.Timestamp("2026-01-05T07:00Z")


def test_pins_and_past_shifts_count_from_the_start(folder: Any) -> None:
    folder.write("pins.csv", "worker_id,queue,start,minutes\n")
    folder.append("pins.csv", "w1,refund|de|chat,2026-01-05T08:00,240")
    folder.write("history_of_shifts.csv", "worker_id,start,end\n")
    folder.append("history_of_shifts.csv", "w1,2026-01-04T20:00,2026-01-05T00:00")
    folder.append("history_of_shifts.csv", "w1,2026-01-02T20:00,2026-01-02T24:00")
    site = read_site(folder.path)
    assert site.pins == (Pin("w1", "refund|de|chat", 480, 240),)
    assert site.workers[0].past_shifts == (Span(-3120, -2880), Span(-240, 0))


def test_an_invalid_site_raises_with_every_problem(folder: Any) -> None:
    folder.append("history.csv", "x,2026-01-03T10:00,-1")
    with pytest.raises(SiteInvalid) as caught:
        read_site(folder.path)
    assert [problem.column for problem in caught.value.problems] == [1, 20]
    assert str(caught.value).splitlines()[1] == (
        'history.csv:5:20: y: expected a whole number of at least 0, found "-1"'
    )


def test_printed_problems_are_capped_for_each_file() -> None:
    problems = [InputProblem("a.csv", n, None, "bad") for n in range(1, 5)]
    problems.append(InputProblem("b.csv", None, None, "gone"))
    assert problem_lines(problems, per_file=2) == [
        "a.csv:1: bad",
        "a.csv:2: bad",
        "b.csv: gone",
        "a.csv: and 2 more",
    ]


def test_a_million_rows_are_read(folder: Any) -> None:
    last = datetime(2026, 1, 4, 23, 30, tzinfo=UTC) - timedelta(hours=1)
    stamps = [(last - timedelta(minutes=30 * n)).isoformat() for n in range(125_000)]
    queues = [f"q{n}" for n in range(6)]
    for queue in queues:
        text = f'[[queues]]\nid = "{queue}"\nskill = "de"\naht_seconds = 300\n'
        folder.append("site.toml", text)
    names = ["refund|de|chat", "fraud|en|voice", *queues]
    lines = [f"{name},{stamp},{n % 97}" for name in names for n, stamp in enumerate(stamps)]
    lines[-1] = lines[-1][:-2] + "-5"
    folder.write("history.csv", "unique_id,ds,y\n" + "\n".join(lines))
    assert [(p.line, p.message.split(":")[0]) for p in folder.problems] == [(1_000_001, "y")]
