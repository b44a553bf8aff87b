"""What the bot does: weighing its outcomes, and never trusting them too early."""

import numpy as np
import pandas as pd
import pytest

from forecasts.bot_share import BotPolicy, OutcomePosterior, outcome_posteriors
from forecasts.errors import OutcomesInvalid
from forecasts.kernel import share_returned
from forecasts.shrinkage import fitted_strength, group_means, peer_means, shrunk

START = pd.Timestamp("2026-01-05", tz="UTC")
CHAT = "refund|de|chat"


def history(num_days: int = 60, unique_ids: tuple[str, ...] = (CHAT,), y: int = 10) -> pd.DataFrame:
    ds = pd.date_range(START, periods=num_days * 24, freq="h")
    return pd.concat([pd.DataFrame({"unique_id": one, "ds": ds, "y": y}) for one in unique_ids])


def outcomes(
    num_days: int = 50,
    offered: int = 120,
    resolved: float = 0.6,
    escalated: float = 0.3,
    unique_id: str = CHAT,
    version: str = "v1",
    first_day: int = 0,
) -> pd.DataFrame:
    """Daily rows whose labels are closed."""
    ds = pd.date_range(START + pd.Timedelta(days=first_day), periods=num_days, freq="D")
    done, handed = round(offered * resolved), round(offered * escalated)
    return pd.DataFrame(
        {
            "unique_id": unique_id,
            "ds": ds,
            "offered": offered,
            "resolved": done,
            "escalated": handed,
            "bounced": offered - done - handed,
            "bot_version": version,
        }
    )


def posterior(
    frame: pd.DataFrame, past: pd.DataFrame | None = None, **policy: object
) -> OutcomePosterior:
    past = history() if past is None else past
    return outcome_posteriors(frame, past, [CHAT], BotPolicy(**policy))[CHAT]


def test_much_evidence_gives_the_observed_shares():
    found = posterior(outcomes())
    assert found.status == "offered"
    np.testing.assert_allclose(found.mean, [0.6, 0.3, 0.1], atol=0.01)
    low, high = found.resolved_quantiles([0.05, 0.95])
    assert low < 0.6 < high


def test_the_offered_share_is_what_met_the_bot_of_all_that_came():
    assert posterior(outcomes()).offered_share == pytest.approx(0.5, abs=0.01)


def test_the_offered_share_keeps_to_the_policy():
    assert posterior(outcomes(), max_offered_share=0.2).offered_share == 0.2


def test_a_day_whose_volume_is_unknown_does_not_count_for_the_offered_share():
    past = history()
    hole = past["ds"].dt.day_of_week == 2
    assert posterior(outcomes(), past[~hole]).offered_share == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("resolved", [0.1, 0.9])
def test_a_sensitive_category_is_never_offered(resolved: float):
    found = posterior(outcomes(resolved=resolved, escalated=0.1), sensitive_categories=("refund",))
    assert found.offered_share == 0
    assert found.status == "sensitive"


def test_a_sensitive_category_does_not_sway_the_others():
    other = "fraud|de|chat"
    policy = BotPolicy(sensitive_categories=("fraud",))
    both = pd.concat([outcomes(20, 20), outcomes(unique_id=other, resolved=0.0, escalated=1.0)])
    past = history(unique_ids=(CHAT, other))
    alone = outcome_posteriors(outcomes(20, 20), past, [CHAT, other], policy)
    assert outcome_posteriors(both, past, [CHAT, other], policy)[CHAT] == alone[CHAT]


def test_a_queue_without_rows_is_not_offered():
    found = outcome_posteriors(outcomes(), history(), [CHAT, "refund|de|voice"], BotPolicy())
    assert found["refund|de|voice"].offered_share == 0
    assert found["refund|de|voice"].status == "not_offered"
    assert list(found) == [CHAT, "refund|de|voice"]


def test_without_any_outcomes_nothing_is_offered():
    assert outcome_posteriors(None, history(), [CHAT], BotPolicy())[CHAT].offered_share == 0


def test_an_offered_queue_without_labels_starts_cold():
    frame = outcomes(1, 0)
    found = posterior(frame)
    assert found.status == "cold_start"
    low, mid, high = found.resolved_quantiles([0.05, 0.5, 0.95])
    assert (low, mid, high) == pytest.approx((0.11, 0.29, 0.52), abs=0.03)


def test_few_labels_lean_on_the_category():
    ids = tuple(f"refund|l{n}|chat" for n in range(5))
    frames = [outcomes(unique_id=one, resolved=0.7, escalated=0.2) for one in ids]
    thin = outcomes(1, 10, 0.2, 0.7, first_day=50)
    policy = BotPolicy()
    past = history(unique_ids=(CHAT, *ids))
    found = outcome_posteriors(pd.concat([*frames, thin]), past, [CHAT, *ids], policy)[CHAT]
    assert found.status == "canary"
    assert found.mean[0] > 0.45


def test_a_stronger_prior_pulls_to_the_group_mean():
    counts = np.array([[80.0, 10, 10], [20, 40, 40]])
    means = group_means(counts, ["a", "a"], np.full(3, 1 / 3), 1.0)
    distance = []
    for strength in (1.0, 100.0, 1e6):
        alpha = shrunk(counts, means, strength)
        distance.append(np.abs(alpha / alpha.sum(axis=1, keepdims=True) - means).max())
    assert distance[0] > distance[1] > distance[2]
    assert distance[2] < 1e-3


def test_shrinking_beats_the_raw_rates():
    rng = np.random.default_rng(5)
    raw, pulled = [], []
    for _ in range(20):
        true = rng.dirichlet([12, 6, 2], size=12)
        num = rng.integers(8, 220, 12)
        counts = np.array([rng.multinomial(n, p) for n, p in zip(num, true, strict=True)], float)
        means = peer_means(counts, ["all"] * 12, np.full(3, 1 / 3), 1.0)
        alpha = shrunk(counts, means, fitted_strength(counts, means))
        raw.append(((counts / num[:, None] - true)[:, 0] ** 2).mean())
        pulled.append(((alpha / alpha.sum(axis=1, keepdims=True) - true)[:, 0] ** 2).mean())
    assert np.mean(pulled) < 0.8 * np.mean(raw)


def test_a_queue_does_not_speak_for_its_own_prior():
    counts = np.array([[900.0, 50, 50], [30, 60, 10], [20, 70, 10], [55, 30, 15]])
    means = peer_means(counts, ["a", "a", "a", "b"], np.full(3, 1 / 3), 12.0)
    other = counts.copy()
    other[0] = [50, 900, 50]
    changed = peer_means(other, ["a", "a", "a", "b"], np.full(3, 1 / 3), 12.0)
    np.testing.assert_array_equal(means[0], changed[0])
    assert np.abs(means[1:] - changed[1:]).max() > 0.01
    np.testing.assert_allclose(means.sum(axis=1), 1)


def test_how_failures_split_says_nothing_of_how_queues_differ():
    """Equal splits everywhere would make queues look alike whose resolved shares are not."""
    rng = np.random.default_rng(7)
    failed = rng.binomial(400, rng.beta(4, 6, 12)).astype(float)
    split, lumped = (
        np.stack([400 - failed, part * failed, (1 - part) * failed], axis=1) for part in (0.7, 1.0)
    )
    found = [
        fitted_strength(one, peer_means(one, ["a"] * 12, np.full(3, 1 / 3), 1.0))
        for one in (split, lumped)
    ]
    assert found[0] == pytest.approx(found[1], rel=0.05)
    assert found[0] < 30


def test_alike_queues_are_recognised_as_alike():
    rng = np.random.default_rng(6)
    alike = rng.multinomial(200, [0.6, 0.3, 0.1], size=10).astype(float)
    apart = np.array([rng.multinomial(200, p) for p in rng.dirichlet([3, 2, 1], 10)], float)
    strength = [
        fitted_strength(one, peer_means(one, ["a"] * 10, np.full(3, 1 / 3), 1.0))
        for one in (alike, apart)
    ]
    assert strength[0] > 3 * strength[1]


def test_recent_days_weigh_more():
    frame = pd.concat([outcomes(30, resolved=0.8, escalated=0.1), outcomes(30, first_day=30)])
    quick, slow = (
        posterior(frame, half_life_days=days, prior_strength=1.0).mean[0] for days in (3.0, 3000.0)
    )
    assert quick == pytest.approx(0.6, abs=0.02)
    assert slow == pytest.approx(0.7, abs=0.02)


def test_a_new_bot_version_discounts_the_old_one():
    old = outcomes(50, resolved=0.8, escalated=0.1)
    changed = pd.concat([old, outcomes(7, version="v2", first_day=50)])
    unchanged = pd.concat([old, outcomes(7, version="v1", first_day=50)])
    assert posterior(changed).mean[0] < posterior(unchanged).mean[0] - 0.03
    assert posterior(changed).n_eff < posterior(unchanged).n_eff


def test_of_two_versions_in_a_day_the_later_one_is_current():
    old = outcomes(50, resolved=0.8, escalated=0.1)
    noon = outcomes(1, version="v2", first_day=49)
    noon["ds"] += pd.Timedelta(hours=12)
    rows = pd.concat([noon, old])
    assert posterior(rows).n_eff < posterior(old).n_eff / 2


def test_days_that_differ_more_than_chance_are_worth_less():
    steady = posterior(outcomes(50))
    wild = pd.concat(
        [
            outcomes(1, resolved=0.9 if day % 2 else 0.3, escalated=0.05, first_day=day)
            for day in range(50)
        ]
    )
    assert posterior(wild).n_eff < 0.2 * steady.n_eff


def test_it_is_never_surer_than_two_thousand_labels():
    assert posterior(outcomes(offered=200_000), history(y=20_000)).n_eff == 2000


@pytest.mark.parametrize("open_as", ["open", "resolved"])
def test_younger_labels_do_not_raise_the_share(open_as: str):
    frame = outcomes(60, offered=1000, resolved=0.6, escalated=0.2)
    closed = posterior(frame.iloc[:-4], history(56, y=100)).mean
    age = np.arange(60)[::-1]
    back = np.rint(frame["bounced"] * share_returned(CHAT, 24.0 * (age + 0.5)))
    still_open = frame["bounced"] - back
    frame["bounced"] = back
    if open_as == "resolved":
        frame["resolved"] += still_open
    found = posterior(frame, history(60, y=100)).mean
    np.testing.assert_allclose(found, closed, atol=0.005)


def test_labels_from_the_future_are_left_out():
    past = outcomes(30)
    future = outcomes(10, resolved=0.0, escalated=1.0, first_day=30)
    at = START + pd.Timedelta(days=30)
    arguments = (history(30), [CHAT], BotPolicy())
    known = outcome_posteriors(past, *arguments, at=at)
    assert outcome_posteriors(pd.concat([past, future]), *arguments, at=at) == known


def test_the_local_day_joins_outcomes_and_volume():
    zone = "Europe/Berlin"
    ds = pd.date_range("2026-01-05", periods=20, freq="D", tz=zone).tz_convert("UTC")
    hours = pd.date_range("2026-01-05", periods=480, freq="h", tz=zone).tz_convert("UTC")
    past = pd.DataFrame({"unique_id": CHAT, "ds": hours, "y": 10})
    frame = outcomes(20).assign(ds=ds)
    found = outcome_posteriors(frame, past, [CHAT], BotPolicy(), time_zone=zone)[CHAT]
    assert found.offered_share == pytest.approx(0.5, abs=0.001)


def test_more_outcomes_than_offers_name_the_row():
    frame = outcomes()
    frame.loc[3, "resolved"] = 500
    with pytest.raises(OutcomesInvalid, match=r"refund\|de\|chat.*2026-01-08.*more than offered"):
        posterior(frame)


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("offered", np.nan, "finite"),
        ("resolved", -1, "negative"),
        ("bounced", 0.5, "whole"),
        ("ds", START, "twice"),
    ],
)
def test_bad_rows_are_named(column: str, value: object, what: str):
    frame = outcomes().astype({"bounced": float, "offered": float})
    frame.loc[1, column] = value
    with pytest.raises(OutcomesInvalid, match=what):
        posterior(frame)


def test_missing_columns_are_named():
    with pytest.raises(OutcomesInvalid, match="bot_version"):
        posterior(outcomes().drop(columns="bot_version"))
