"""Customers who come back anyway: a known share is found again, as sure as is said."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from forecasts.correction import Correction
from forecasts.hold_out import baseline_of, baseline_returns
from forecasts.kernel import share_returned
from forecasts.labels import as_known
from forecasts.shrinkage import FIXED_STRENGTH
from tests.forecasts.simulated_bots import CHAT, START

FOREVER = 1e9


def served(
    rng: np.random.Generator, share: float, a_day: int, days: int = 40, name: str = CHAT,
    alike: float = 0.0,
) -> pd.DataFrame:  # fmt: skip
    """Contacts that people served until the evening before day ``days``, returns still coming.

    Two contacts of a day are alike by ``alike``.
    """
    number = rng.poisson(a_day, days)
    shares = np.full(days, share)
    if alike:
        scale = 1 / alike - 1
        shares = rng.beta(share * scale, (1 - share) * scale, days)
    matured = share_returned(name, 24 * (np.arange(days)[::-1] + 0.5))
    ds = pd.date_range(START, periods=days, freq="D")
    back = rng.binomial(number, shares * matured)
    frame = {"unique_id": name, "ds": ds, "served_by_human": number, "returned_to_human": back}
    return pd.DataFrame(frame)


def after(days: int) -> pd.Timestamp:
    return START + pd.Timedelta(days=days)


def found(frame: pd.DataFrame, stated: float = 0.05, half_life: float = FOREVER) -> Correction:
    return baseline_returns(frame, stated, half_life, after(40))["refund"]


def test_a_known_share_is_found_again():
    rng = np.random.default_rng(1)
    frames = [served(rng, share, 60, name=f"c{n}|de|chat") for n, share in enumerate((0.03, 0.12))]
    measured = baseline_returns(pd.concat(frames), 0.05, 21.0, after(40))
    assert measured["c0"].mean == pytest.approx(0.03, abs=0.012)
    assert measured["c1"].mean == pytest.approx(0.12, abs=0.025)
    low, high = measured["c1"].interval
    assert low < 0.12 < high < low + 0.06


@pytest.mark.parametrize("alike", [0.0, 0.02])
def test_the_interval_holds_the_truth_nine_times_in_ten(alike: float):
    """Days alike or not: 300 categories; with 1,200 contacts each the prior hardly matters."""
    rng = np.random.default_rng(2)
    covered = []
    for _ in range(300):
        share = rng.uniform(0.03, 0.2)
        low, high = found(served(rng, share, 30, alike=alike), stated=0.1).interval
        covered.append(low <= share <= high)
    assert 0.86 <= np.mean(covered) <= 0.95


def test_a_share_that_is_forgotten_is_never_too_sure():
    rng = np.random.default_rng(3)
    covered = []
    for _ in range(200):
        low, high = found(served(rng, 0.08, 30), half_life=21.0).interval
        covered.append(low <= 0.08 <= high)
    assert np.mean(covered) >= 0.88


def test_returns_that_are_still_to_come_are_counted_as_they_mature():
    """Of the last two days alone; whoever counts them as final finds a fifth too little."""
    frame = served(np.random.default_rng(4), 0.1, 50_000)
    young = frame[frame["ds"] >= after(38)]
    naive = young["returned_to_human"].sum() / young["served_by_human"].sum()
    assert naive < 0.085
    assert found(young, stated=0.1).mean == pytest.approx(0.1, abs=0.003)


def test_an_earlier_review_knows_what_had_come_back_by_then():
    frame = served(np.random.default_rng(5), 0.1, 20_000)
    counts = {"offered": 10, "resolved": 10, "escalated": 0, "bounced": 0, "bot_version": "v1"}
    then = as_known(frame.assign(**counts), after(10), after(40))
    assert then["ds"].max() < after(10)
    newest = then.iloc[-1]["returned_to_human"]
    assert newest < 0.8 * frame.iloc[9]["returned_to_human"]
    measured = baseline_returns(then, 0.1, FOREVER, after(10))["refund"]
    assert measured.mean == pytest.approx(0.1, abs=0.003)


def test_the_setting_is_the_prior_mean():
    """Ten old contacts, two back: a beta with the fifteen contacts of the setting."""
    row = {"unique_id": CHAT, "ds": START, "served_by_human": 10, "returned_to_human": 2}
    one = found(pd.DataFrame([row]), stated=0.1)
    a, b = 2 + FIXED_STRENGTH * 0.1, 8 + FIXED_STRENGTH * 0.9
    assert one.mean == pytest.approx(a / (a + b))
    np.testing.assert_allclose(one.interval, stats.beta.ppf([0.05, 0.95], a, b))
    assert "measured: 10 effective contacts" in one.reason


def test_a_small_category_is_pulled_to_the_others():
    rng = np.random.default_rng(6)
    large = [served(rng, 0.2, 60, name=f"c{n}|de|chat") for n in range(5)]
    small = served(rng, 0.2, 60, name="small|de|chat").head(1).assign(returned_to_human=0)
    small["served_by_human"] = 4
    together = baseline_returns(pd.concat([*large, small]), 0.02, FOREVER, after(40))
    alone = baseline_returns(small, 0.02, FOREVER, after(40))
    assert alone["small"].mean < 0.03
    assert 0.13 < together["small"].mean < 0.21


def test_where_nothing_is_counted_the_setting_holds():
    frame = served(np.random.default_rng(7), 0.1, 30)
    without = frame.drop(columns="returned_to_human")
    assert baseline_returns(without, 0.1, 21.0, after(40)) == {}
    empty = frame.assign(served_by_human=np.nan, returned_to_human=np.nan)
    assert baseline_returns(empty, 0.1, 21.0, after(40)) == {}
    assert baseline_returns(frame, 0.1, 21.0, START) == {}
    other = baseline_of("payment|de|chat", {"refund": found(frame)}, 0.07)
    assert (other.mean, other.is_measured, other.interval) == (0.07, False, (0.07, 0.07))


def test_days_that_differ_make_less_sure():
    rng = np.random.default_rng(8)
    low, high = found(served(rng, 0.1, 40)).interval
    wider = found(served(rng, 0.1, 40, alike=0.06)).interval
    assert wider[1] - wider[0] > 1.4 * (high - low)


def test_old_counts_fade_as_outcomes_do():
    """Four weeks of a fifth, then six days of a twentieth: a short half-life sees the new."""
    rng = np.random.default_rng(9)
    old, new = served(rng, 0.2, 200, days=28), served(rng, 0.05, 200, days=6)
    new["ds"] += pd.Timedelta(days=34)
    both = pd.concat([old, new])
    quick, slow = (found(both, half_life=one).mean for one in (3.0, FOREVER))
    assert quick < 0.09
    assert slow > 0.15
