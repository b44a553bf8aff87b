"""How far a bot wanders, and that the intervals of its share hold although it does."""

import numpy as np
import pandas as pd
import pytest

from forecasts.bot_share import BotPolicy, outcome_posteriors
from forecasts.wandering import PRIOR_VARIANCE, Steps, lag_days, weekly_steps, weekly_variances
from tests.forecasts.simulated_bots import START, drifting_site

AGE = np.arange(84.0)[::-1]


@pytest.mark.parametrize("weekly", [0.05, 0.10, 0.15])
def test_intervals_cover_ninety_per_cent_of_bots_that_drift(weekly: float):
    rng = np.random.default_rng(11)
    hits = []
    for _ in range(50):
        outcomes, history, truth = drifting_site(rng, weekly)
        at = START + pd.Timedelta(days=84)
        found = outcome_posteriors(outcomes, history, list(truth), BotPolicy(), at=at)
        for one, share in truth.items():
            low, high = found[one].resolved_quantiles([0.05, 0.95])
            hits.append(low <= share <= high)
    assert 0.86 <= np.mean(hits) <= 0.94


def test_a_steady_bot_shows_no_steps():
    steps = weekly_steps(AGE, np.full(84, 500.0), np.full(84, 200.0))
    assert steps.num == 11
    assert weekly_variances({"a": steps})["a"] < PRIOR_VARIANCE


def test_a_walk_is_measured():
    rng = np.random.default_rng(8)
    found = {}
    for number in range(40):
        logit = np.cumsum(rng.normal(0, 0.1 / np.sqrt(7), 84))
        failed = rng.binomial(2000, 1 / (1 + np.exp(-logit))).astype(float)
        found[str(number)] = weekly_steps(AGE, np.full(84, 2000.0), failed)
    mean = np.mean(list(weekly_variances(found).values()))
    assert 0.01 < mean < 0.018  # 0.1 squared, and the widening


def test_without_steps_the_prior_decides():
    few, none = weekly_variances({"a": Steps()}), weekly_variances({})
    assert few["a"] == pytest.approx(1.3 * PRIOR_VARIANCE)
    assert none == {}


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
