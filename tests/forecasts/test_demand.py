"""What is left for people: every contact is found exactly once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.bot_share import BotPolicy, OutcomePosterior
from forecasts.demand import HumanDemand, human_demand
from forecasts.errors import ForecastError
from forecasts.kernel import bounce_kernel, share_returned

QUEUE = "refund|de|chat"
ALL_WEEK = 7 * 48
SURE = 1e7


def posterior(
    offered: float = 0.8,
    shares: tuple[float, float, float] = (0.6, 0.3, 0.1),
    strength: float = SURE,
) -> OutcomePosterior:
    resolved, escalated, bounced = (max(1e-9, share * strength) for share in shares)
    return OutcomePosterior(QUEUE, offered, (resolved, escalated, bounced), strength, "offered", "")


def volume(num_paths: int = 50, num: int = ALL_WEEK, mean: float = 10.0) -> np.ndarray:
    return np.random.default_rng(1).poisson(mean, (1, num_paths, num))


def demand(
    paths: np.ndarray, bot: OutcomePosterior | None, is_open: np.ndarray | None = None, **more
) -> HumanDemand:
    past = more.get("past_volume")
    num = paths.shape[2] + (0 if past is None else past.shape[1])
    opened = np.ones(num, dtype=np.bool_) if is_open is None else is_open
    posteriors = {} if bot is None else {QUEUE: bot}
    policy = more.pop("policy", BotPolicy())
    more.setdefault("seed", 1)
    return human_demand([QUEUE], paths, posteriors, opened, 30, policy, **more)


def balance(found: HumanDemand) -> np.ndarray:
    here = (found.contacts + found.bot_resolved).sum(axis=2)
    return here + found.lost + found.pending - found.carried_in


@pytest.mark.parametrize("interval_minutes", [15, 30, 60])
@pytest.mark.parametrize("unique_id", [QUEUE, "refund|en|email", "plain"])
def test_the_kernel_sums_to_one(unique_id: str, interval_minutes: int):
    kernel = bounce_kernel(unique_id, interval_minutes)
    assert kernel.sum() == pytest.approx(1, abs=1e-12)
    assert (kernel >= 0).all()


def test_mail_comes_back_later_than_chat():
    hours = np.array([1.0, 24.0])
    assert (share_returned("a|de|email", hours) < share_returned("a|de|chat", hours)).all()


def test_without_a_bot_everything_is_direct():
    paths = volume()
    for bot in (None, posterior(offered=0.0)):
        np.testing.assert_array_equal(demand(paths, bot).contacts, paths)


def test_a_perfect_bot_leaves_what_it_is_not_offered():
    found = demand(volume(), posterior(0.8, (1.0, 0.0, 0.0)))
    assert not found.escalated.any()
    assert not found.bounced.any()
    assert found.contacts.mean() == pytest.approx(2.0, rel=0.02)


def test_escalations_come_in_the_same_interval():
    paths = np.zeros((1, 200, 48), dtype=np.int64)
    paths[:, :, 10] = 100
    found = demand(paths, posterior(1.0, (0.5, 0.5, 0.0)))
    assert set(np.nonzero(found.escalated)[2]) == {10}
    assert found.escalated[0, :, 10].mean() == pytest.approx(50, rel=0.03)


def test_bounces_come_back_by_the_kernel():
    paths = np.zeros((1, 100, ALL_WEEK), dtype=np.int64)
    paths[:, :, 0] = 2000
    found = demand(paths, posterior(1.0, (0.0, 0.0, 1.0)))
    kernel = bounce_kernel(QUEUE, 30)
    back = found.bounced[0].mean(axis=0) / 2000
    np.testing.assert_allclose(back[: len(kernel)], kernel, atol=0.002)
    assert not back[len(kernel) :].any()


def test_in_the_long_run_all_bounces_come_back():
    paths = volume(50, 4 * ALL_WEEK)
    paths[:, :, -ALL_WEEK:] = 0
    found = demand(paths, posterior(0.8, (0.6, 0.1, 0.3)))
    assert not found.pending.any()
    assert found.bounced.sum() == pytest.approx(0.8 * 0.3 * paths.sum(), rel=0.01)


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    offered=st.floats(0, 1),
    open_slots=st.integers(0, 48),
    past=st.integers(0, 100),
    is_voice=st.booleans(),
)
def test_every_contact_is_found_exactly_once(
    seed: int, offered: float, open_slots: int, past: int, is_voice: bool
):
    rng = np.random.default_rng(seed)
    paths = rng.poisson(3, (1, 4, 100))
    found = demand(
        paths,
        posterior(offered, strength=20.0),
        np.arange(past + 100) % 48 < open_slots,
        past_volume=rng.poisson(3, (1, past)).astype(float),
        live_voice={QUEUE} if is_voice else (),
        seed=seed,
    )
    np.testing.assert_array_equal(balance(found), paths.sum(axis=2))
    for part in (found.contacts, found.bot_resolved, found.lost, found.pending, found.carried_in):
        assert (part >= 0).all()


def test_the_past_fills_the_start_with_bounces():
    past = np.full((1, 2 * ALL_WEEK), 10.0)
    bot = posterior(0.8, (0.5, 0.2, 0.3))
    cold, warm = demand(volume(200), bot), demand(volume(200), bot, past_volume=past)
    steady = 10 * 0.8 * 0.3
    assert cold.bounced[0, :, :4].mean() < 0.5 * steady
    assert warm.bounced[0, :, :4].mean() == pytest.approx(steady, rel=0.1)
    assert warm.carried_in.mean() > 0


def test_contacts_of_closed_hours_wait_for_the_opening():
    paths = volume()
    opened = np.arange(ALL_WEEK) % 48 >= 16
    found = demand(paths, None, opened)
    assert not found.contacts[:, :, ~opened].any()
    night = paths[:, :, :16].sum(axis=2)
    extra = found.contacts[:, :, 16:20] - paths[:, :, 16:20]
    np.testing.assert_array_equal(extra.sum(axis=2), night)
    assert (extra.max(axis=2) - extra.min(axis=2) <= 1).all()
    np.testing.assert_array_equal(found.contacts[:, :, 20:48], paths[:, :, 20:48])


def test_a_caller_who_finds_nobody_is_lost():
    paths = volume()
    opened = np.arange(ALL_WEEK) % 48 >= 16
    found = demand(paths, None, opened, live_voice={QUEUE})
    np.testing.assert_array_equal(found.contacts, np.where(opened, paths, 0))
    np.testing.assert_array_equal(found.lost, paths[:, :, ~opened].sum(axis=2))


def test_bounces_to_a_voice_queue_still_wait():
    opened = np.arange(ALL_WEEK) % 48 >= 16
    bot = posterior(1.0, (0.0, 0.0, 1.0))
    found = demand(volume(), bot, opened, live_voice={QUEUE})
    assert not found.lost.any()
    assert found.bounced[:, :, 16:20].mean() > found.bounced[:, :, 24:28].mean()


def test_what_finds_no_opening_is_pending():
    paths = volume()
    opened = np.arange(ALL_WEEK) < 100
    found = demand(paths, None, opened)
    np.testing.assert_array_equal(found.pending, paths[:, :, 100:].sum(axis=2))


def test_the_share_is_drawn_once_per_path():
    paths = volume(400)
    unsure = demand(paths, posterior(0.8, strength=60.0)).contacts[0].sum(axis=1)
    sure = demand(paths, posterior(0.8)).contacts[0].sum(axis=1)
    assert unsure.mean() == pytest.approx(sure.mean(), rel=0.02)
    assert unsure.std() / unsure.mean() > 2 * sure.std() / sure.mean()


def test_a_worse_bot_means_more_work_on_bad_weeks():
    paths = volume(400)
    good = demand(paths, posterior(0.8, (0.7, 0.2, 0.1), 100.0)).contacts[0].sum(axis=1)
    bad = demand(paths, posterior(0.8, (0.5, 0.4, 0.1), 100.0)).contacts[0].sum(axis=1)
    assert np.quantile(bad, 0.9) > np.quantile(good, 0.9)


def test_a_bot_that_is_down_offers_nothing():
    up = np.ones(ALL_WEEK)
    up[48:96] = 0
    paths = volume()
    found = demand(paths, posterior(1.0, (1.0, 0.0, 0.0)), bot_availability=up)
    np.testing.assert_array_equal(found.contacts, np.where(up == 0, paths, 0))


def test_handle_factors_change_the_work_and_not_the_contacts():
    paths, bot = volume(), posterior(1.0, (0.5, 0.5, 0.0))
    plain = demand(paths, bot, policy=BotPolicy(escalated_aht_factor=1.0))
    slow = demand(paths, bot, policy=BotPolicy(escalated_aht_factor=2.0))
    np.testing.assert_array_equal(plain.contacts, slow.contacts)
    np.testing.assert_allclose(plain.handle_factor, 1)
    np.testing.assert_allclose(slow.handle_factor, 2)


def test_the_same_seed_gives_the_same_demand():
    paths, bot = volume(), posterior(strength=50.0)
    one, two = demand(paths, bot, seed=3), demand(paths, bot, seed=3)
    np.testing.assert_array_equal(one.contacts, two.contacts)
    assert (demand(paths, bot, seed=4).contacts != one.contacts).any()


def test_the_workload_saved_is_less_than_containment():
    """Facts of the trade: 65 % contained, 35 % escalated, 10 % back; only 39.5 % work saved."""
    paths = volume(100, 3 * ALL_WEEK)
    policy = BotPolicy(escalated_aht_factor=1.3, bounced_aht_factor=1.5)
    bot = posterior(1.0, (0.55, 0.35, 0.10))
    found = demand(paths, bot, policy=policy)
    steady = slice(ALL_WEEK, None)
    work = (found.contacts.mean(axis=1) * found.handle_factor)[:, steady].sum()
    saved = 1 - work / paths.mean(axis=1)[:, steady].sum()
    assert saved == pytest.approx(0.395, abs=0.01)


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(ForecastError, match="is_open"):
        demand(volume(), None, np.ones(5, dtype=np.bool_))
    with pytest.raises(ForecastError, match="same queues"):
        human_demand(["a", "b"], volume(), {}, np.ones(ALL_WEEK), 30, BotPolicy(), seed=1)
