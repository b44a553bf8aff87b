"""The sample site ``returns_peak`` is lawful, plausible and what its README says."""

import tomllib
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

SITE = Path(__file__).parents[2] / "seeds" / "returns_peak"
CLOSED = {date(2027, 1, 1), date(2027, 1, 3), date(2027, 1, 10)}


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    frame = pd.read_csv(SITE / "history.csv")
    frame["day"] = frame["ds"].str[:10]
    return frame


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    frame = pd.read_csv(SITE / "bot_outcomes.csv")
    frame["category"] = frame["unique_id"].str.split("|").str[0]
    return frame


@pytest.fixture(scope="module")
def workers() -> pd.DataFrame:
    return pd.read_csv(SITE / "workers.csv")


@pytest.fixture(scope="module")
def windows() -> pd.DataFrame:
    frame = pd.read_csv(SITE / "availability.csv")
    for name in ("start", "end"):
        frame[name] = frame[name].map(datetime.fromisoformat)
    return frame


def test_pay_in_germany_is_at_least_the_minimum_wage_of_2027(workers: pd.DataFrame) -> None:
    german = workers[workers["region"].str.startswith("DE")]
    assert german["hourly_cost"].min() >= 14.60


def test_a_minijob_stays_within_633_euros_a_month(workers: pd.DataFrame) -> None:
    minijobs = workers[workers["contract"] == "minijob"]
    monthly = minijobs["hourly_cost"] * minijobs["max_hours_per_week"] * 13 / 3
    assert monthly.max() <= 633
    assert monthly.min() > 550  # the cap is used, not dodged


def test_students_work_at_most_20_hours_a_week(workers: pd.DataFrame) -> None:
    students = workers[workers["status"].str.startswith("student")]
    assert students["max_hours_per_week"].max() <= 20


def test_students_from_third_countries_have_one_half_day_shift_a_day(workers: pd.DataFrame) -> None:
    some = workers[workers["status"] == "student_third_country"]
    assert len(some) > 0
    assert set(some["max_shifts_per_day"]) == {1}


def test_everyone_rests_eleven_hours(workers: pd.DataFrame) -> None:
    assert set(workers["min_rest_hours"]) == {11}


def test_nobody_offers_a_sunday_or_a_public_holiday(windows: pd.DataFrame) -> None:
    assert not {start.date() for start in windows["start"]} & CLOSED


def test_windows_lie_in_the_horizon_and_do_not_overlap(windows: pd.DataFrame) -> None:
    assert windows["start"].min() >= datetime.fromisoformat("2026-12-28T00:00:00+01:00")
    assert windows["end"].max() <= datetime.fromisoformat("2027-01-11T00:00:00+01:00")
    ordered = windows.sort_values(["worker_id", "start"])
    before = ordered.groupby("worker_id")["end"].shift()
    known = before.notna()
    assert (ordered["start"][known] >= before[known]).all()


def test_the_pool_is_mostly_students_and_partly_rural(workers: pd.DataFrame) -> None:
    assert len(workers) == 300
    assert workers["status"].str.startswith("student").mean() == pytest.approx(0.6, abs=0.02)
    assert workers["region"].str.endswith("rural").mean() > 0.3
    assert 25 <= workers["skills"].nunique() <= 45


def test_german_students_offer_more_before_lectures_begin_again(
    workers: pd.DataFrame, windows: pd.DataFrame
) -> None:
    students = set(workers.loc[workers["contract"] == "werkstudent", "worker_id"])
    own = windows[windows["worker_id"].isin(students)]
    hours = (own["end"] - own["start"]).dt.total_seconds() / 3600
    per_day = hours.groupby([start.date() for start in own["start"]]).sum()
    assert per_day[date(2027, 1, 5)] > 1.3 * per_day[date(2027, 1, 7)]


def test_the_bot_resolves_about_62_percent_of_chats(outcomes: pd.DataFrame) -> None:
    assert outcomes["resolved"].sum() / outcomes["offered"].sum() == pytest.approx(0.62, abs=0.02)


def test_the_bot_is_good_at_routine_and_bad_at_complaints(outcomes: pd.DataFrame) -> None:
    sums = outcomes.groupby("category")[["resolved", "offered"]].sum()
    share = sums["resolved"] / sums["offered"]
    assert share["account"] > share["payment"] > share["refund"] > share["complaint"]
    assert 0.73 <= share["payment"] <= share["account"] <= 0.85
    assert share["refund"] == pytest.approx(0.6, abs=0.03)
    assert share["complaint"] == pytest.approx(0.25, abs=0.03)


def test_fraud_is_sensitive_and_never_offered(outcomes: pd.DataFrame) -> None:
    config = tomllib.loads((SITE / "site.toml").read_text())
    assert "fraud" in config["bot"]["sensitive_categories"]
    assert "fraud" not in set(outcomes["category"])


def test_voice_and_mail_have_no_bot(outcomes: pd.DataFrame) -> None:
    assert set(outcomes["unique_id"].str.split("|").str[2]) == {"chat"}


def test_outcomes_add_up_and_stay_within_the_contacts(
    outcomes: pd.DataFrame, history: pd.DataFrame
) -> None:
    parts = outcomes["resolved"] + outcomes["escalated"] + outcomes["bounced"]
    assert (parts == outcomes["offered"]).all()
    contacts = history.groupby(["unique_id", "day"])["y"].sum()
    keys = pd.MultiIndex.from_frame(outcomes[["unique_id", "ds"]])
    assert (outcomes["offered"].to_numpy() <= contacts.loc[keys].to_numpy()).all()


def test_the_bot_version_changes_once(outcomes: pd.DataFrame) -> None:
    versions = outcomes.groupby("ds")["bot_version"].unique().sort_index()
    names = [name for row in versions for name in row]
    assert sum(before != after for before, after in pairwise(names)) == 1


@pytest.mark.parametrize("first", ["2026-07-20", "2026-11-30"])
def test_refunds_peak_after_a_sale(history: pd.DataFrame, first: str) -> None:
    refunds = history[history["unique_id"].str.startswith("refund")]
    per_day = refunds.groupby("day")["y"].sum()
    position = list(per_day.index).index(first)
    week = per_day.iloc[position : position + 6].sum()
    week_before = per_day.iloc[position - 7 : position - 1].sum()
    assert week / week_before > 1.2


def test_the_planner_expects_the_largest_peak_in_the_horizon() -> None:
    events = pd.read_csv(SITE / "events.csv")
    coming = events[events["start"] >= "2026-12-28"]
    assert set(coming["unique_id"].str.split("|").str[0]) == {"refund"}
    by_start = coming.groupby("start")["factor"].first()
    assert by_start.iloc[0] == pytest.approx(1.6)
    assert by_start.is_monotonic_decreasing
    assert events.loc[events["start"] < "2026-12-27", "factor"].max() < 1.6


def test_the_clock_change_day_has_fifty_half_hours(history: pd.DataFrame) -> None:
    day = history[(history["day"] == "2026-10-25") & (history["unique_id"] == "payment|de|chat")]
    assert day["ds"].nunique() == len(day) == 50


def test_the_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in SITE.iterdir()) < 6_000_000
