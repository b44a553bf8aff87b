"""The drift alarm: quick on a real drop, quiet on a steady bot."""

import numpy as np
import pandas as pd
import pytest

from forecasts.drift import FailedDays, alarms, failed_days
from forecasts.reference import MIN_REFERENCE_DAYS, Day, Reference
from tests.forecasts.simulated_bots import CHAT, START, make_bot

DROP_DAY, QUARTER, FIRST = 60, 90, 30
LAST = FIRST + QUARTER - 1


def fires_within(rng: np.random.Generator, offered: float, days: int, every: int = 1) -> bool:
    """Whether one of the evenings after a drop sees an alarm, with the labels of that evening."""
    bot = make_bot(rng, offered, DROP_DAY + days, DROP_DAY)
    evenings = range(DROP_DAY, DROP_DAY + days, every)
    return any(max(alarms([bot.seen(day)]), default=-1) >= DROP_DAY for day in evenings)


@pytest.mark.parametrize(("offered", "least"), [(200, 0.85), (500, 0.93), (1000, 0.96)])
def test_it_fires_within_three_days_of_a_drop(offered: float, least: float):
    rng = np.random.default_rng(21)
    assert np.mean([fires_within(rng, offered, 3) for _ in range(60)]) >= least


def test_thirty_a_day_take_weeks_not_days():
    rng = np.random.default_rng(22)
    assert np.mean([fires_within(rng, 30, 3) for _ in range(30)]) <= 0.6
    assert np.mean([fires_within(rng, 30, 28, every=9) for _ in range(30)]) >= 0.8


@pytest.mark.parametrize("offered", [30, 200, 2000])
def test_a_steady_bot_gives_at_most_one_alarm_a_quarter(offered: float):
    """Over bots whose days differ by 0 to 3.5 points beside chance; one figure lies near 1."""
    rng = np.random.default_rng(23)
    means = []
    for correlation in (0.0, 0.0006, 0.002, 0.005):
        bots = [make_bot(rng, offered, LAST + 1, correlation=correlation) for _ in range(40)]
        means.append(np.mean([len(told(bot.seen(LAST))) for bot in bots]))
    assert np.mean(means) <= 1
    assert max(means) <= 1.3


@pytest.mark.parametrize("offered", [100, 1000])
def test_a_bot_that_wanders_gives_about_one_alarm_a_quarter(offered: float):
    """A tenth of a logit a week is two points and a half; a drop of ten is something else."""
    rng = np.random.default_rng(26)
    bots = [make_bot(rng, offered, LAST + 1, weekly=0.1) for _ in range(40)]
    assert np.mean([len(told(bot.seen(LAST))) for bot in bots]) <= 1.15


def test_watches_of_a_site_share_its_false_alarm():
    rng = np.random.default_rng(27)
    bots = [make_bot(rng, 200, LAST + 1).seen(LAST) for _ in range(60)]
    alone, shared = (sum(len(told(bot, num)) for bot in bots) for num in (1, 12))
    assert shared <= 60 / 12 * 1.5
    assert alone > 3 * shared


def told(days: FailedDays, num_tests: int = 1) -> list[int]:
    """Alarms once there is a reference."""
    return [day for day in alarms([days], num_tests) if day >= FIRST]


def test_small_queues_of_a_category_are_quicker_together():
    rng = np.random.default_rng(24)
    alone, together = 0, 0
    for _ in range(30):
        days = [make_bot(rng, 60, DROP_DAY + 3, DROP_DAY).seen(DROP_DAY + 2) for _ in range(6)]
        alone += max(alarms(days[:1]), default=-1) >= DROP_DAY
        together += max(alarms(days), default=-1) >= DROP_DAY
    assert together >= 24 > alone


def days_of(failed: list[float], offered: list[float] | None = None, segment: int = 10**9):
    """Closed labels, all failures escalated."""
    num = len(failed)
    zeros, numbers = np.zeros(num), np.arange(num)
    sessions = np.full(num, 300.0) if offered is None else np.array(offered)
    versions = (numbers >= segment).astype(np.int64)
    return FailedDays(numbers, sessions, np.array(failed), zeros, np.ones(num), versions)


def test_a_new_version_begins_a_new_reference():
    """The same fall that is an alarm for one version is the start of another."""
    fall = [120.0] * 30 + [160.0] * 20
    assert alarms([days_of(fall)]) == [30]
    assert alarms([days_of(fall, segment=30)]) == []


def test_an_alarm_is_told_once_and_the_next_fall_again():
    fall = [120.0] * 30 + [160.0] * 30 + [200.0] * 5
    assert alarms([days_of(fall)]) == [30, 60]


def test_a_better_bot_is_no_alarm():
    assert alarms([days_of([120.0] * 30 + [60.0] * 30)]) == []


def test_without_a_reference_there_is_no_alarm():
    assert alarms([days_of([30.0] * (MIN_REFERENCE_DAYS - 1) + [300.0])]) == []
    assert alarms([]) == []


def test_more_contacts_in_a_bad_queue_are_no_alarm():
    """The pooled share falls by the mix alone; each queue does what it always did."""
    good, bad = days_of([30.0] * 50), days_of([210.0] * 40 + [1400.0] * 10,
                                              [300.0] * 40 + [2000.0] * 10)  # fmt: skip
    assert alarms([good, bad]) == []


def frame(versions: list[str], **columns: list[int]) -> pd.DataFrame:
    ds = pd.DatetimeIndex([START + pd.Timedelta(days=day) for day in columns.pop("day")])
    return pd.DataFrame({"unique_id": CHAT, "ds": ds, "bot_version": versions, **columns})


def test_of_two_versions_in_a_day_the_later_one_counts():
    rows = frame(["v1", "v1", "v2", "v2"], day=[0, 1, 1, 2], offered=[10, 20, 30, 40],
                 resolved=[5, 5, 5, 5], escalated=[1, 2, 3, 4], bounced=[0, 0, 0, 0])  # fmt: skip
    days = failed_days(rows, "UTC", START + pd.Timedelta(days=10))[CHAT]
    assert days.offered.tolist() == [10, 30, 40]
    assert days.segment.tolist() == [0, 1, 1]


def test_two_versions_side_by_side_are_no_change_each_day():
    rows = frame(["v1", "v2"] * 3, day=[0, 0, 1, 1, 2, 2], offered=[10] * 6, resolved=[5] * 6,
                 escalated=[1] * 6, bounced=[0] * 6)  # fmt: skip
    days = failed_days(rows, "UTC", START + pd.Timedelta(days=10))[CHAT]
    assert days.segment.tolist() == [0, 0, 0]


def test_days_after_the_review_are_not_seen():
    rows = frame(["v1"] * 3, day=[0, 1, 2], offered=[10] * 3, resolved=[5] * 3,
                 escalated=[1] * 3, bounced=[0] * 3)  # fmt: skip
    assert len(failed_days(rows, "UTC", START + pd.Timedelta(days=2))[CHAT].day) == 2


def test_young_days_are_judged_by_the_bounces_that_had_time():
    """Failures that bounce only: the newest evening has seen part of them, and that is fine."""
    rng = np.random.default_rng(25)
    days = make_bot(rng, 2000, 60, correlation=0.0).seen(59)
    silent = FailedDays(days.day, days.offered, days.escalated, days.bounced,
                        np.ones(60), days.segment)  # fmt: skip
    assert alarms([days]) == []
    assert days.bounced[-1] < 0.85 * days.bounced[:-6].mean()
    assert alarms([silent]) == []  # taking open labels for closed can only hide failures


def test_a_false_alarm_does_not_blind_the_watch():
    """One terrible day is told of, and a drop two weeks later as well."""
    day_by_day = [120.0] * 40 + [220.0] + [120.0] * 14 + [165.0] * 3
    assert [day // 10 for day in alarms([days_of(day_by_day)])] == [4, 5]


def test_a_collapse_is_told_on_its_first_evening():
    assert alarms([days_of([120.0] * 40 + [240.0])]) == [40]


def test_queues_that_have_bad_days_together_are_not_taken_for_many_witnesses():
    """Six queues with one common surprise a day know no more than one of them."""
    rng = np.random.default_rng(28)
    common = rng.normal(0, 9, 110)
    together = [days_of((120 + common + rng.normal(0, 8, 110)).tolist()) for _ in range(6)]
    apart = [days_of((120 + rng.normal(0, 12, 110)).tolist()) for _ in range(6)]
    assert len([day for day in alarms(together) if day >= FIRST]) <= 1
    assert len([day for day in alarms(apart) if day >= FIRST]) <= 1


def test_the_reference_learns_how_days_differ():
    rng = np.random.default_rng(29)
    known = Reference(walk=0.0025)
    for number in range(60):
        share = rng.beta(0.4 * 199, 0.6 * 199)
        known.see(Day(number, 2000.0, float(rng.binomial(2000, share)), 1.0))
    assert 0.003 < known.correlation < 0.008
    assert known.mean == pytest.approx(0.4, abs=0.02)


def test_days_without_the_bot_only_age_the_evidence():
    """Closed at weekends: the fall is found, on a day that there was."""
    numbers = np.array([day for day in range(70) if day % 7 < 5])
    failed = np.where(numbers >= 56, 160.0, 120.0)
    num = len(numbers)
    zeros = np.zeros(num)
    days = FailedDays(numbers, np.full(num, 300.0), failed, zeros, np.ones(num), zeros.astype(int))
    found = alarms([days])
    assert 56 <= min(found) <= 58
