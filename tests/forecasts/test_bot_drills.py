"""The bot is down, degraded, or new: every contact is still found exactly once."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.bot_share import BotPolicy, OutcomePosterior
from forecasts.calendar import (
    Event,
    bot_availability,
    bot_quality,
    event_factors,
    is_new_version,
)
from forecasts.demand import HumanDemand, human_demand
from forecasts.new_version import NewVersion, as_new_version

QUEUE = "refund|de|chat"
DAY, NUM = 48, 7 * 48
DRILL = slice(2 * DAY, 3 * DAY)
LATER = slice(3 * DAY, NUM)


def posterior(
    labels: float = 400.0,
    shares: tuple[float, float, float] = (0.6, 0.25, 0.15),
    queue: str = QUEUE,
    offered: float = 0.8,
) -> OutcomePosterior:
    resolved, escalated, bounced = (labels * one for one in shares)
    return OutcomePosterior(queue, offered, (resolved, escalated, bounced), labels, "offered", "")


def volume(num_paths: int = 200, mean: float = 10.0) -> np.ndarray:
    return np.random.default_rng(1).poisson(mean, (1, num_paths, NUM))


def in_drill(value: float) -> np.ndarray:
    """1, and the value in the drill."""
    found = np.ones(NUM)
    found[DRILL] = value
    return found


def demand(
    paths: np.ndarray,
    bot: OutcomePosterior | None = None,
    is_open: np.ndarray | None = None,
    **more,
) -> HumanDemand:
    opened = np.ones(paths.shape[2], dtype=np.bool_) if is_open is None else is_open
    known = posterior() if bot is None else bot
    return human_demand([QUEUE], paths, {QUEUE: known}, opened, 30, BotPolicy(), seed=1, **more)


def successor(quantile: float | None = None, **more) -> NewVersion:
    is_on = in_drill(0) == 0
    return NewVersion(as_new_version({QUEUE: posterior(**more)}), is_on, quantile)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    available=st.floats(0, 1),
    quality=st.floats(0, 1),
    quantile=st.none() | st.floats(0.05, 0.95),
    has_new=st.booleans(),
    labels=st.floats(1, 5000),
    open_slots=st.integers(0, DAY),
)
def test_every_contact_is_found_exactly_once(
    seed, available, quality, quantile, has_new, labels, open_slots
):
    paths = np.random.default_rng(seed).poisson(3, (1, 4, NUM))
    found = demand(
        paths,
        posterior(labels),
        np.arange(NUM) % DAY < open_slots,
        bot_availability=in_drill(available),
        bot_quality=in_drill(quality),
        new_version=successor(quantile) if has_new else None,
    )
    here = (found.contacts + found.bot_resolved).sum(axis=2)
    np.testing.assert_array_equal(here + found.lost + found.pending, paths.sum(axis=2))
    assert (found.bot_offered <= paths).all()
    assert (found.bot_resolved <= found.bot_offered).all()


def test_a_bot_as_ever_changes_not_a_single_contact():
    paths = volume(20)
    usual = demand(paths)
    never = NewVersion(as_new_version({QUEUE: posterior()}), np.zeros(NUM, dtype=np.bool_))
    same = demand(paths, bot_quality=np.ones(NUM), new_version=never)
    np.testing.assert_array_equal(usual.contacts, same.contacts)
    np.testing.assert_array_equal(usual.bot_resolved, same.bot_resolved)


def test_a_bot_that_is_down_for_a_day_leaves_its_volume_to_people():
    paths = volume()
    found = demand(paths, bot_availability=in_drill(0))
    np.testing.assert_array_equal(found.direct[:, :, DRILL], paths[:, :, DRILL])
    assert not found.bot_offered[:, :, DRILL].any()
    # And what was failed before it began still comes back.
    assert found.bounced[:, :, DRILL].sum() > 0


def people(found: HumanDemand, span: slice = DRILL) -> float:
    return float(found.contacts[:, :, span].sum())


def test_a_degraded_bot_lies_between_a_good_one_and_none():
    paths = volume()
    levels = [people(demand(paths, bot_quality=in_drill(one))) for one in (1.0, 0.7, 0.4, 0.0)]
    down = people(demand(paths, bot_availability=in_drill(0)))
    assert levels == sorted(levels)
    assert levels[0] < levels[-1] < down


def test_a_degraded_bot_is_offered_as_much_and_fails_in_its_usual_way():
    paths = volume(400)
    usual, bad = demand(paths), demand(paths, bot_quality=in_drill(0.4))
    offered, resolved, escalated = (
        [getattr(one, name)[:, :, DRILL].sum() for one in (usual, bad)]
        for name in ("bot_offered", "bot_resolved", "escalated")
    )
    assert offered[1] == pytest.approx(offered[0], rel=0.01)
    assert resolved[1] == pytest.approx(0.4 * resolved[0], rel=0.02)
    # 60 % of 0.6 more fail; of those that fail 0.25 / 0.40 are escalated at once.
    assert escalated[1] / offered[1] == pytest.approx((1 - 0.4 * 0.6) * 0.25 / 0.4, rel=0.03)
    assert (bad.handle_factor[:, DRILL] > usual.handle_factor[:, DRILL]).mean() > 0.9


def test_what_was_failed_in_the_drill_comes_back_after_its_end():
    paths = volume()
    paths[:, :, LATER] = 0
    usual, bad = demand(paths), demand(paths, bot_quality=in_drill(0))
    assert not bad.direct[:, :, LATER].any()
    assert bad.bounced[:, :, LATER].sum() > 1.5 * usual.bounced[:, :, LATER].sum() > 0


def test_before_the_drill_nothing_differs_but_by_chance():
    paths = volume(400)
    before = slice(0, DRILL.start)
    usual = people(demand(paths), before)
    for more in (
        {"bot_availability": in_drill(0)},
        {"bot_quality": in_drill(0)},
        {"new_version": successor()},
    ):
        assert people(demand(paths, **more), before) == pytest.approx(usual, rel=0.01)


def spread(found: HumanDemand) -> float:
    low, high = np.quantile(found.contacts[0, :, DRILL].sum(axis=1), [0.05, 0.95])
    return float(high - low)


def test_a_new_version_is_known_less():
    paths = np.full((1, 400, NUM), 50)
    assert spread(demand(paths, new_version=successor())) > 1.5 * spread(demand(paths))


def test_a_careful_plan_expects_less_of_a_new_version():
    paths = volume(400)
    drawn = demand(paths, new_version=successor())
    careful = demand(paths, new_version=successor(0.2))
    assert people(careful) > people(drawn)
    new = as_new_version({QUEUE: posterior()})[QUEUE]
    offered, resolved = (
        getattr(careful, name)[:, :, DRILL].sum() for name in ("bot_offered", "bot_resolved")
    )
    assert resolved / offered == pytest.approx(new.resolved_quantiles([0.2])[0], rel=0.01)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(10, 3000), st.floats(0.05, 0.9), st.sampled_from("ab")),
        min_size=1,
        max_size=5,
    )
)
def test_every_new_version_is_worth_a_fifth_and_less_sure(queues):
    known = {
        f"{category}|{row}|chat": posterior(
            labels, (share, 0.6 * (1 - share), 0.4 * (1 - share)), f"{category}|{row}|chat"
        )
        for row, (labels, share, category) in enumerate(queues)
    }
    for key, new in as_new_version(known).items():
        old = known[key]
        assert sum(new.alpha) == pytest.approx(sum(old.alpha) / 5)
        variances = [one.mean[0] * (1 - one.mean[0]) / (sum(one.alpha) + 1) for one in (old, new)]
        assert variances[1] > variances[0]
        assert new.offered_share == old.offered_share


def test_a_new_version_is_pulled_to_its_category():
    names = ("refund|de|chat", "refund|en|chat", "refund|sv|chat")
    known = {
        name: posterior(200.0, (share, 0.9 - share, 0.1), name)
        for name, share in zip(names, (0.7, 0.7, 0.3), strict=True)
    }
    shares = [one.mean[0] for one in as_new_version(known).values()]
    assert 0.3 < shares[2] < 0.5
    assert 0.6 < shares[0] < 0.7


def test_a_queue_that_is_never_offered_has_no_new_version():
    never = replace(posterior(), offered_share=0.0, status="sensitive")
    assert as_new_version({QUEUE: never}) == {QUEUE: never}
    assert as_new_version({}) == {}


def test_events_of_the_bot_are_told_apart():
    ds = pd.date_range("2026-12-28", periods=4, freq="30min", tz="UTC")
    events = [
        Event("bot_down", ds[0], ds[1], 0.5),
        Event("bot_degraded", ds[1], ds[2], 0.4),
        Event("bot_new_version", ds[2], ds[3], 0.7, "a"),
        Event("campaign", ds[3], ds[3] + pd.Timedelta(minutes=30), 2.0),
    ]
    names = ["a", "b"]
    np.testing.assert_allclose(bot_availability(events, names, ds), [[0.5, 1, 1, 1]] * 2)
    np.testing.assert_allclose(bot_quality(events, names, ds), [[1, 0.4, 1, 1]] * 2)
    np.testing.assert_array_equal(is_new_version(events, names, ds)[:, 2], [True, False])
    assert is_new_version(events, names, ds).sum() == 1
    np.testing.assert_allclose(event_factors(events, names, ds), [[1, 1, 1, 2]] * 2)
