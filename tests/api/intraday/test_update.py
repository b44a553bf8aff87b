"""A day re-forecast: the rest follows the morning, and nothing else moves."""

import numpy as np
import pandas as pd
import pytest

from api.forecasting import DemandForecast
from api.intraday.actuals import now_of, read_actuals
from api.intraday.update import Update, may_change, updated
from api.planning import build_problem
from api.site.problems import SiteInvalid
from api.site.read import read_site
from api.site.site import Site
from api.staffing import required_workers
from scheduler.errors import ProblemInvalid
from tests.api.command import SEEDS
from tests.api.intraday.conftest import NOON, Write
from tests.factories import make_horizon, make_problem

WEDNESDAY = slice(2 * 24, 3 * 24)
AFTERNOON = slice(2 * 24 + 12, 3 * 24)


def update(site: Site, write_actuals: Write, factor: float, **more: object) -> Update:
    now = now_of(NOON, site)
    return updated(site, read_actuals(write_actuals(factor, **more), site, now), now)


def test_without_news_nothing_changes(site: Site, nothing: pd.DataFrame) -> None:
    found = updated(site, nothing, now_of(NOON, site))
    np.testing.assert_array_equal(found.after.volume, found.before.volume)
    np.testing.assert_array_equal(found.after.demand.contacts, found.before.demand.contacts)
    for queue, need in found.problem.requirement.items():
        np.testing.assert_array_equal(need, found.old_need[queue])


def test_a_busy_morning_makes_a_busy_afternoon(site: Site, write_actuals: Write) -> None:
    found = update(site, write_actuals, 1.5)
    assert found.day == WEDNESDAY
    assert found.rest == AFTERNOON
    for one in found.queues:
        assert one.came == pytest.approx(1.5 * one.expected, rel=0.05)
        assert one.rest_after > 1.2 * one.rest_before
        assert one.need_after >= one.need_before
        assert one.share_below > 0.85
    assert found.queues[0].need_after > found.queues[0].need_before


def test_a_quiet_morning_asks_for_fewer(site: Site, write_actuals: Write) -> None:
    chat, _ = update(site, write_actuals, 0.5).queues
    assert chat.rest_after < 0.75 * chat.rest_before
    assert chat.need_after < chat.need_before


def test_the_forecast_holds_what_came(
    site: Site, usual: DemandForecast, write_actuals: Write
) -> None:
    found = update(site, write_actuals, 1.5)
    morning = slice(WEDNESDAY.start, AFTERNOON.start)
    for row in range(2):
        came = np.rint(1.5 * usual.volume[row].mean(axis=0))[morning]
        np.testing.assert_array_equal(found.after.volume[row, :, morning].std(axis=0), 0)
        np.testing.assert_allclose(found.after.volume[row, 0, morning], came, atol=1)


def test_only_the_rest_of_the_day_is_needed_anew(site: Site, write_actuals: Write) -> None:
    found = update(site, write_actuals, 1.5)
    for queue, need in found.problem.requirement.items():
        changed = np.flatnonzero(need != found.old_need[queue])
        assert set(changed) <= set(range(AFTERNOON.start, AFTERNOON.stop))


def test_other_days_are_expected_as_before(site: Site, write_actuals: Write) -> None:
    found = update(site, write_actuals, 1.5)
    before, after = found.before.volume[0].mean(axis=0), found.after.volume[0].mean(axis=0)
    for others in (slice(WEDNESDAY.start), slice(WEDNESDAY.stop, None)):
        np.testing.assert_array_equal(after[others], before[others])


def test_the_days_before_count_as_they_were(
    site: Site, usual: DemandForecast, write_actuals: Write
) -> None:
    now = now_of("2026-03-26T08:00", site)
    found = updated(site, read_actuals(write_actuals(1.5, hours=24), site, now), now)
    assert found.day == slice(3 * 24, 4 * 24)
    np.testing.assert_array_equal(found.after.volume[:, :, WEDNESDAY].std(axis=1), 0)
    thursday = slice(WEDNESDAY.stop, WEDNESDAY.stop + 24)
    np.testing.assert_array_equal(found.after.volume[:, :, thursday], usual.volume[:, :, thursday])


def test_what_is_deferred_is_needed_until_it_is_due(site: Site) -> None:
    now = now_of("2026-03-25T12:30", site)
    chat = site.config.queues[0]
    mail = chat.model_copy(update={"work": "deferrable", "deadline_hours": 24})
    assert may_change(site, chat, now) == slice(61, 72)
    assert may_change(site, mail, now) == slice(61, 96)
    late = mail.model_copy(update={"deadline_hours": 24 * 14})
    assert may_change(site, late, now).stop == site.horizon.num_intervals


def test_a_problem_in_force_keeps_all_but_its_need(
    site: Site, usual: DemandForecast, write_actuals: Write
) -> None:
    need = {queue: values + 1 for queue, values in required_workers(site, usual).items()}
    problem = build_problem(site, need)
    now = now_of(NOON, site)
    found = updated(site, read_actuals(write_actuals(1.0), site, now), now, problem)
    assert found.problem.workers == problem.workers
    for queue, values in found.problem.requirement.items():
        np.testing.assert_array_equal(values[: AFTERNOON.start], need[queue][: AFTERNOON.start])
        np.testing.assert_array_equal(values[AFTERNOON.stop :], need[queue][AFTERNOON.stop :])
        assert values[AFTERNOON].sum() < need[queue][AFTERNOON].sum()


def test_a_problem_of_other_days_is_refused(site: Site, nothing: pd.DataFrame) -> None:
    with pytest.raises(ProblemInvalid, match="other days"):
        updated(site, nothing, 0, make_problem(make_horizon()))


def test_a_problem_of_other_queues_is_refused(site: Site, nothing: pd.DataFrame) -> None:
    with pytest.raises(ProblemInvalid, match=r"no queue 'refund\|de\|chat'"):
        updated(site, nothing, 0, make_problem(site.horizon))


def test_a_site_that_states_its_need_has_no_forecast(nothing: pd.DataFrame) -> None:
    with pytest.raises(SiteInvalid, match=r"needs history\.csv"):
        updated(read_site(SEEDS / "tiny"), nothing, 0)


def test_an_impossible_morning_is_noted(site: Site, write_actuals: Write) -> None:
    notes = update(site, write_actuals, 0.0).notes
    assert len(notes) == 2
    assert "refund|de|chat: 0 contacts where" in notes[0]
    assert "an outage, or an event of your own?" in notes[0]


def test_an_outage_that_is_stated_is_believed(site: Site, write_actuals: Write) -> None:
    start = pd.Timestamp("2026-03-25", tz="Europe/Berlin").tz_convert("UTC")
    event = {"start": [start], "end": [start + pd.Timedelta(hours=12)], "kind": ["outage"],
             "unique_id": [""], "factor": [1.0]}  # fmt: skip
    out = Site(**{name: getattr(site, name) for name in Site.__dataclass_fields__}
               | {"events": pd.DataFrame(event)})  # fmt: skip
    found = update(out, write_actuals, 0.0)
    np.testing.assert_array_equal(found.after.volume, found.before.volume)


def test_counts_that_are_missing_are_noted_and_say_nothing(
    site: Site, write_actuals: Write
) -> None:
    found = update(site, write_actuals, 1.5, queues=(0,))
    assert found.queues[1].known == 0
    (note,) = [one for one in found.notes if "no row" in one]
    assert note.startswith("fraud|de|voice: 12 open intervals")
