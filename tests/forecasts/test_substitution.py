"""Contacts that the bot made: a known ratio is found again, or the setting stays."""

from dataclasses import replace

import numpy as np
import pytest

from forecasts.substitution import LaunchDays, substitution

STATED = 0.9


def launch(
    seed: int, theta: float, before: int = 12, after: int = 8, walk: float = 0.0,
    noise: float = 0.02, trend: float = 0.0, share: float = 0.5, level: float = 500.0,
) -> LaunchDays:  # fmt: skip
    """Weeks around a launch; each contact that the bot resolves makes 1 - theta others.

    The forecast is the mean of the last four weeks before. ``walk``, ``noise`` and ``trend`` of
    weekly volume in logarithms.
    """
    rng = np.random.default_rng(seed)
    day = np.arange(-7 * before, 7 * after)
    week = np.arange(before + after)
    busy = np.cumsum(rng.normal(0, walk, len(week))) + rng.normal(0, noise, len(week))
    busy += trend * (week - before)
    wanted = rng.poisson(level * np.exp(busy[day // 7 + before]))
    resolved = np.where(day >= 0, rng.binomial(wanted, share), 0)
    made = rng.poisson((1 - theta) * resolved)
    expected = np.full(len(day), wanted[(day < 0) & (day >= -28)].mean())
    came = (wanted + made).astype(float)
    return LaunchDays(day.astype(float), came, expected, resolved.astype(float))


def steady(theta: float) -> LaunchDays:
    """A hundred contacts each day, and after the launch 40 resolved of them."""
    day = np.arange(-70.0, 42.0)
    resolved = np.where(day >= 0, 40.0, 0.0)
    return LaunchDays(day, 100 + (1 - theta) * resolved, np.full(len(day), 100.0), resolved)


@pytest.mark.parametrize("theta", [1.0, 0.7, 0.0])
def test_by_hand(theta: float):
    found = substitution(steady(theta), STATED)
    assert found.is_measured
    assert f"10 weeks before and 6 after the launch say {round(100 * theta)} %" in found.reason
    assert found.mean == pytest.approx(theta, abs=0.07)  # pulled to the setting a little


def test_it_is_what_people_would_have_had_less_what_they_had():
    days = launch(3, 0.6)
    found = substitution(days, STATED)
    since = days.day >= 0
    people = days.came[since] - days.resolved[since]
    expected = days.expected[since].sum() * np.mean(days.came[~since] / days.expected[~since])
    rough = (expected - people.sum()) / days.resolved[since].sum()
    assert found.mean == pytest.approx(rough, abs=0.05)


def test_it_stays_between_nothing_and_all():
    for theta, end in ((1.6, 1.0), (-0.6, 0.0)):
        found = substitution(steady(theta), STATED)
        assert (found.mean, *found.interval) == (end, end, end)
    low, high = substitution(launch(4, 1.0), STATED).interval
    assert 0.5 < low < high <= 1


@pytest.mark.parametrize(
    ("before", "after", "walk", "noise", "trend"),
    [(8, 4, 0, 0.02, 0), (12, 8, 0.01, 0.02, 0), (12, 8, 0, 0.02, 0.01), (26, 12, 0, 0.03, 0)],
)
def test_the_interval_holds_the_truth(
    before: int, after: int, walk: float, noise: float, trend: float
):
    covered, gap, width = [], [], []
    for seed in range(100):
        found = substitution(launch(seed, 0.6, before, after, walk, noise, trend), STATED)
        if found.is_measured:
            low, high = found.interval
            covered.append(low <= 0.6 <= high)
            gap.append(found.mean - 0.6)
            width.append(high - low)
    assert len(covered) >= 95
    assert np.mean(covered) >= 0.88
    assert abs(np.mean(gap)) < 0.05
    assert np.mean(width) < 0.40


def test_weeks_that_differ_make_less_sure():
    calm, wild = (substitution(launch(5, 0.6, noise=one), STATED) for one in (0.005, 0.04))
    assert np.subtract(*wild.interval) < 1.3 * np.subtract(*calm.interval)


def test_only_the_shape_of_the_forecast_counts_not_its_level():
    days = launch(6, 0.6)
    other = substitution(replace(days, expected=1.2 * days.expected), STATED)
    assert other.mean == pytest.approx(substitution(days, STATED).mean, abs=0.01)


@pytest.mark.parametrize(
    ("before", "after", "measured"), [(8, 4, True), (7, 4, False), (8, 3, False)]
)
def test_it_needs_eight_weeks_before_and_four_after(before: int, after: int, measured: bool):
    found = substitution(launch(7, 0.6, before, after, noise=0.005), STATED)
    assert found.is_measured == measured
    if not measured:
        assert (found.mean, found.interval) == (STATED, (STATED, STATED))
        assert f"{before} weeks before and {after} after" in found.reason


def test_a_week_with_few_known_days_does_not_count():
    days = launch(8, 0.6, 8, 4, noise=0.005)
    gone = np.isin(days.day, [-10, -11, -12])
    parts = (days.day, days.came, days.expected, days.resolved)
    assert not substitution(LaunchDays(*(part[~gone] for part in parts)), STATED).is_measured
    few = np.isin(days.day, [-10, -11])
    assert substitution(LaunchDays(*(part[~few] for part in parts)), STATED).is_measured


def test_what_is_unsure_is_pulled_to_the_setting():
    """The fewer the bot resolves, the less the same weeks say."""
    pulls = []
    for share in (0.5, 0.15, 0.1):
        found = substitution(launch(9, 0.2, noise=0.02, share=share), STATED)
        words = found.reason.split()
        raw, points = float(words[-6]) / 100, float(words[-1]) / 100
        trust = 0.4**2 / (0.4**2 + (points / 1.645) ** 2)
        assert found.mean == pytest.approx(STATED + trust * (raw - STATED), abs=0.01)
        low, high = found.interval
        assert high - low <= 2 * 1.645 * 0.4
        pulls.append(1 - trust)
    assert pulls == sorted(pulls)
    assert pulls[0] < 0.15 < 0.4 < pulls[-1]


def test_what_says_nothing_leaves_the_setting():
    """One contact in fifty resolved: weeks differ by more."""
    found = substitution(launch(9, 0.6, noise=0.05, share=0.02), STATED)
    assert (found.mean, found.interval) == (STATED, (STATED, STATED))
    assert "which says nothing" in found.reason


def test_without_a_past_or_a_resolved_contact_the_setting_holds():
    assert substitution(None, STATED).mean == STATED
    days = steady(0.5)
    idle = substitution(replace(days, resolved=np.zeros(len(days.day))), STATED)
    assert idle.reason == "setting: the bot resolved nothing after its launch"
