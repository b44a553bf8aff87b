"""How far a bot wanders, and that the intervals of its share hold although it does."""

import numpy as np
import pandas as pd
import pytest

from forecasts.bot_share import BotPolicy, outcome_posteriors
from forecasts.wandering import PRIOR_MEDIAN, WALKS, lag_days, walk_likelihood, weekly_variances
from tests.forecasts.simulated_bots import START, drifting_site

AGE = np.arange(84.0)[::-1]


@pytest.mark.parametrize("busy", [(20, 60), (60, 1500)])
@pytest.mark.parametrize("weekly", [0.05, 0.10, 0.15])
def test_intervals_cover_ninety_per_cent_of_bots_that_drift(
    weekly: float, busy: tuple[float, float]
):
    """Of small queues as of large ones; the figures of docs/bot-review.md have more sites."""
    rng = np.random.default_rng(12)
    hits = []
    for _ in range(25):
        outcomes, history, truth = drifting_site(rng, weekly, busy=busy)
        at = START + pd.Timedelta(days=84)
        found = outcome_posteriors(outcomes, history, list(truth), BotPolicy(), at=at)
        for one, share in truth.items():
            low, high = found[one].resolved_quantiles([0.05, 0.95])
            hits.append(low <= share <= high)
    assert 0.83 <= np.mean(hits) <= 0.98


def test_a_steady_bot_shows_no_walk():
    steady = walk_likelihood(AGE, np.full(84, 5000.0), np.full(84, 2000.0))
    assert WALKS[np.argmax(steady)] < 0.01
    assert weekly_variances({"a": steady})["a"] < PRIOR_MEDIAN**2


@pytest.mark.parametrize("offered", [40, 2000])
def test_a_walk_is_measured_in_small_and_large_queues(offered: int):
    rng = np.random.default_rng(8)
    found = {}
    for number in range(30):
        logit = np.cumsum(rng.normal(0, 0.1 / np.sqrt(7), 84))
        failed = rng.binomial(offered, 1 / (1 + np.exp(-logit))).astype(float)
        found[str(number)] = walk_likelihood(AGE, np.full(84, float(offered)), failed)
    mean = np.mean(list(weekly_variances(found).values()))
    assert 0.08**2 < mean < 0.12**2


def test_more_weeks_apart_say_more():
    """A share that falls steadily has wandered, though no two neighbouring weeks show it."""
    falling = walk_likelihood(AGE, np.full(84, 60.0), np.round(np.linspace(12.0, 40.0, 84)))
    level = walk_likelihood(AGE, np.full(84, 60.0), np.full(84, 26.0))
    assert weekly_variances({"a": falling})["a"] > 2 * weekly_variances({"a": level})["a"]


def test_days_that_say_nothing_leave_the_prior():
    silent = walk_likelihood(np.zeros(0), np.zeros(0), np.zeros(0))
    never = walk_likelihood(AGE, np.full(84, 100.0), np.zeros(84))
    few = walk_likelihood(AGE, np.full(84, 2.0), np.ones(84))
    assert not silent.any()
    assert not never.any()
    assert not few.any()
    prior = weekly_variances({"a": silent})["a"]
    assert PRIOR_MEDIAN**2 < prior < (2 * PRIOR_MEDIAN) ** 2
    assert weekly_variances({}) == {}


def test_a_queue_that_says_nothing_takes_the_walk_of_the_others():
    rng = np.random.default_rng(9)
    logit = np.cumsum(rng.normal(0, 0.3 / np.sqrt(7), 84))
    failed = rng.binomial(2000, 1 / (1 + np.exp(-logit))).astype(float)
    wild = walk_likelihood(AGE, np.full(84, 2000.0), failed)
    silent = np.zeros(len(WALKS))
    found = weekly_variances({"wild": wild, "silent": silent})
    assert found["wild"] > found["silent"] > 3 * weekly_variances({"a": silent})["a"]


def test_the_newest_day_alone_lags_by_nothing_but_itself():
    assert lag_days(np.array([0.0]), np.array([5.0])) == 1.0
    assert lag_days(np.array([3.0]), np.array([5.0])) == 4.0
    assert lag_days(np.array([0.0, 1.0]), np.array([1.0, 1.0])) == 1.25
    assert lag_days(np.zeros(0), np.zeros(0)) == 0.0


def test_wandering_widens_and_moves_nothing():
    rng = np.random.default_rng(4)
    outcomes, history, truth = drifting_site(rng, 0.3)
    calm = outcomes.assign(ds=outcomes["ds"])
    for _, part in outcomes.groupby("unique_id"):
        order = rng.permutation(len(part) - 10)  # the same days, their order lost
        columns = ["offered", "resolved", "escalated", "bounced"]
        calm.loc[part.index[:-10], columns] = part[columns].to_numpy()[:-10][order]
    at, policy = START + pd.Timedelta(days=84), BotPolicy(half_life_days=3000)
    width = []
    for frame in (outcomes, calm):
        found = outcome_posteriors(frame, history, list(truth), policy, at=at)
        bounds = [np.diff(one.resolved_quantiles([0.05, 0.95])) for one in found.values()]
        width.append(float(np.mean(bounds)))
    assert width[0] > 1.3 * width[1]
