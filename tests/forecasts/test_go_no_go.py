"""Ramp, hold or stop: the chances by hand, and a status that chance does not move."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecasts.bot_share import BotPolicy, OutcomePosterior
from forecasts.go_no_go import (
    Case,
    GoPolicy,
    Standing,
    csat_probability,
    decide,
    excess_bounces,
    hold_out_share,
    offer,
    probabilities,
    saved_work,
)
from tests.forecasts.simulated_bots import CHAT, START

TODAY = date(2026, 12, 28)
GO, BOT = GoPolicy(), BotPolicy()
SURE = {"bounce": 0.95, "saved": 0.99, "csat": 0.9}


def posterior(resolved: float, escalated: float, bounced: float) -> OutcomePosterior:
    return OutcomePosterior(CHAT, 0.9, (resolved, escalated, bounced), 500, "offered", "")


def case(worst: float = 0.9, **more: object) -> Case:
    known: dict[str, object] = {"labels": 500.0, "bot_version": "v1"}
    return Case(TODAY, SURE | {"csat": worst}, **(known | more))  # type: ignore[arg-type]


def standing(decision: str, days: int = 60, version: str = "v1") -> Standing:
    return Standing(decision, TODAY - timedelta(days=days), version)  # type: ignore[arg-type]


def test_the_chance_of_few_bounces_is_the_beta_distributions():
    found = probabilities(posterior(60, 27, 13), None, BOT, GO)
    assert found["bounce"] == pytest.approx(stats.beta.cdf(0.15, 13, 87), abs=0.01)
    assert "csat" not in found


def test_saved_work_by_hand():
    """Of ten contacts six are resolved; three cost 0.2 more and one 0.4 more: 6 - 0.6 - 0.4."""
    shares = np.array([[0.6, 0.3, 0.1]])
    assert saved_work(shares, BOT, GO) == pytest.approx([0.5])
    assert saved_work(shares, BOT, replace(GO, substitution_ratio=0.5)) == pytest.approx([0.2])


def test_saved_work_is_what_people_would_do_less_what_they_do():
    """With everybody a would-be human contact: 1 - m_e e - m_b b."""
    shares = np.random.default_rng(1).dirichlet([5, 3, 2], 50)
    expected = 1 - 1.2 * shares[:, 1] - 1.4 * shares[:, 2]
    np.testing.assert_allclose(saved_work(shares, BOT, GO), expected)


def test_customers_who_come_back_anyway_are_no_bounces():
    bounced = np.array([0.0, 0.1, 0.28])
    np.testing.assert_allclose(excess_bounces(bounced, 0.1), [0.0, 0.0, 0.2])
    few = probabilities(posterior(580, 200, 200), None, BOT, GO)["bounce"]
    corrected = replace(GO, baseline_return_share=0.1)
    assert probabilities(posterior(580, 200, 200), None, BOT, corrected)["bounce"] > few + 0.5


def test_a_bot_that_makes_more_work_than_it_saves_is_known():
    slow = BotPolicy(escalated_aht_factor=2.0, bounced_aht_factor=3.0)
    assert probabilities(posterior(100, 500, 400), None, slow, GO)["saved"] < 0.01


def opinions(gap: list[float], version: str = "v1") -> pd.DataFrame:
    ds = pd.date_range(START, periods=len(gap), freq="D")
    frame = pd.DataFrame({"ds": ds, "offered": 100, "bot_version": version, "csat_human": 0.8})
    return frame.assign(csat_bot=0.8 + np.array(gap))


def chance(frame: pd.DataFrame, margin: float = 0.05) -> float | None:
    return csat_probability(frame, START + pd.Timedelta(days=40), 1e9, margin)


def test_satisfaction_is_a_t_test_of_the_days():
    gap = [-0.09, -0.02, -0.06, -0.01, -0.07, -0.05, -0.03]
    expected = stats.ttest_1samp(gap, -0.05, alternative="greater").pvalue
    assert chance(opinions(gap)) == pytest.approx(1 - expected, abs=1e-6)


def test_satisfaction_needs_five_days_of_the_newest_version():
    assert chance(opinions([0.0] * 4)) is None
    assert chance(opinions([0.0] * 9).drop(columns="csat_bot")) is None
    later = opinions([0.0] * 4, "v2").assign(ds=lambda one: one["ds"] + pd.Timedelta(days=9))
    assert chance(pd.concat([opinions([0.0] * 9), later])) is None
    holes = opinions([0.0] * 9)
    holes.loc[:5, "csat_human"] = np.nan
    assert chance(holes) is None


@pytest.mark.parametrize(
    ("was", "worst", "now"),
    [
        (None, 0.81, "ramp"), (None, 0.79, "hold"), (None, 0.21, "hold"), (None, 0.19, "stop"),
        ("hold", 0.79, "hold"), ("ramp", 0.79, "ramp"), ("ramp", 0.66, "ramp"),
        ("ramp", 0.64, "hold"), ("ramp", 0.1, "stop"), ("stop", 0.21, "stop"),
        ("stop", 0.34, "stop"), ("stop", 0.36, "hold"), ("stop", 0.99, "hold"),
    ],
)  # fmt: skip
def test_a_status_is_harder_to_enter_than_to_keep(was: str | None, worst: float, now: str):
    assert decide(case(worst), was and standing(was), GO).decision == now  # type: ignore[arg-type]


@given(st.lists(st.floats(0.66, 0.79), min_size=5, max_size=30), st.sampled_from(["ramp", "hold"]))
def test_chances_between_the_bars_move_nothing(chances: list[float], start: str):
    last = standing(start)
    for week, worst in enumerate(chances):
        found = decide(replace(case(worst), at=TODAY + timedelta(weeks=week)), last, GO)
        last = Standing(found.decision, found.since, "v1")
    assert (last.decision, last.since) == (start, TODAY - timedelta(days=60))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_changes_are_at_least_two_weeks_apart(chances: list[float]):
    last, changed = None, []
    for week, worst in enumerate(chances):
        at = TODAY + timedelta(weeks=week)
        found = decide(replace(case(worst), at=at), last, GO)
        if last is None or found.decision != last.decision:
            changed.append(at)
        last = Standing(found.decision, found.since, "v1")
    assert all((b - a).days >= 14 for a, b in pairwise(changed))


def test_a_change_that_waits_is_told():
    found = decide(case(0.9), standing("hold", days=7), GO)
    assert (found.decision, found.since) == ("hold", TODAY - timedelta(days=7))
    assert "ramp is due" in found.reasons[-1]


def test_an_alarm_ends_a_ramp_at_once():
    alarmed = case(0.99, last_alarm=TODAY - timedelta(days=14))
    found = decide(alarmed, standing("ramp", days=3), GO)
    assert (found.decision, found.since) == ("hold", TODAY)
    assert "drift alarm" in found.reasons[0]
    over = case(0.99, last_alarm=TODAY - timedelta(days=15))
    assert decide(over, standing("ramp"), GO).decision == "ramp"


def test_few_labels_or_unknown_outcomes_do_not_ramp():
    assert decide(case(0.99, labels=149.0), None, GO).decision == "hold"
    assert decide(case(0.01, labels=149.0), None, GO).decision == "hold"
    assert decide(case(0.99, open_share=0.06), None, GO).decision == "hold"
    assert decide(case(0.99, open_share=0.05), None, GO).decision == "ramp"


def test_a_stop_is_left_for_a_new_version_but_not_for_want_of_labels():
    assert decide(case(0.99, labels=10.0), standing("stop"), GO).decision == "stop"
    new = case(0.1, labels=10.0, bot_version="v2")
    assert decide(new, standing("stop"), GO).decision == "hold"


@pytest.mark.parametrize(
    ("decision", "offered", "labels", "wanted"),
    [
        ("ramp", 0.0, 500, 0.10), ("ramp", 0.09, 500, 0.25), ("ramp", 0.25, 500, 0.5),
        ("ramp", 0.5, 500, 0.9), ("ramp", 0.9, 500, 0.9), ("hold", 0.4, 500, 0.4),
        ("hold", 0.99, 500, 0.9), ("hold", 0.4, 20, 0.1), ("stop", 0.4, 500, 0.0),
    ],
)  # fmt: skip
def test_what_is_offered_next(decision: str, offered: float, labels: float, wanted: float):
    assert offer(decision, offered, labels, 0.1, 0.95) == pytest.approx(wanted)  # type: ignore[arg-type]


def test_a_small_queue_needs_a_larger_hold_out():
    """270.6 contacts show a tenth to three points."""
    assert hold_out_share(100_000, GO) == 0.05
    assert hold_out_share(2706, GO) == pytest.approx(0.1, abs=0.001)
    assert hold_out_share(10, GO) == 0.20
