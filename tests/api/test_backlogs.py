"""The glue from demand to work that may wait: minutes, deadlines, the opening backlog, prices."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.backlogs import site_backlogs
from api.forecasting import DemandForecast, forecast_demand
from api.pipeline import site_problem
from api.site.backlog import BacklogRow
from api.site.read import read_site
from api.site.site import Site
from api.staffing import service_levels
from scheduler.staffing.backlog import due_interval, due_of_waiting

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"
DAY = 24 * 60


@pytest.fixture(scope="module")
def site(shop: Path) -> Site:
    return mailing(read_site(shop), deadline_hours=8.0, max_occupancy=0.8)


@pytest.fixture(scope="module")
def forecast(site: Site) -> DemandForecast:
    return forecast_demand(site)


def mailing(site: Site, **more: Any) -> Site:
    """The site with voice answered in writing."""
    mail = {"work": "deferrable", **more}
    queues = [one.model_copy(update=mail if one.id == VOICE else {}) for one in site.config.queues]
    return replace(site, config=site.config.model_copy(update={"queues": tuple(queues)}))


def planned_on(site: Site, quantile: float | None) -> Site:
    staffing = site.config.staffing.model_copy(update={"planning_quantile": quantile})
    return replace(site, config=site.config.model_copy(update={"staffing": staffing}))


def test_the_work_is_what_arrives_in_minutes_of_scheduled_workers(
    site: Site, forecast: DemandForecast
) -> None:
    work = site_backlogs(planned_on(site, None), forecast)[VOICE]
    row = forecast.queues.index(VOICE)
    contacts = forecast.demand.contacts[row].mean(axis=0) * forecast.demand.handle_factor[row]
    assert work.arriving.sum() == pytest.approx(contacts.sum() * 4 / 0.8, abs=2)
    assert work.due.sum() == work.arriving.sum()
    assert (work.due[~forecast.is_open[row]] == 0).all()
    assert (work.done_per_worker == np.where(forecast.is_open[row], 60, 0)).all()
    assert (work.overdue_cost, work.left_over_cost) == (6000, 6000)


def test_a_quantile_is_of_sums_and_so_nearer_to_the_mean(
    site: Site, forecast: DemandForecast
) -> None:
    mean, high = (
        site_backlogs(planned_on(site, quantile), forecast)[VOICE].arriving.sum()
        for quantile in (None, 0.9)
    )
    paths = forecast.demand.contacts[forecast.queues.index(VOICE)]
    single = np.quantile(paths, 0.9, axis=0).sum() / paths.mean(axis=0).sum()
    assert 1.0 < high / mean < single


def test_a_deferrable_queue_is_planned_on_its_backlog(site: Site, forecast: DemandForecast) -> None:
    problem, requirement = site_problem(site, forecast)
    assert problem.backlogs.keys() == {VOICE}
    assert requirement[VOICE].sum() == problem.requirement[VOICE].sum() > 0


def test_who_asks_for_people_keeps_his_requirement(site: Site, forecast: DemandForecast) -> None:
    assert site_backlogs(mailing(site, min_workers=1), forecast) == {}


def test_own_prices_of_late_work(site: Site, forecast: DemandForecast) -> None:
    prices = {"overdue_cost_per_hour_per_day": 12.5, "left_over_cost_per_hour": 0.0}
    work = site_backlogs(mailing(site, **prices), forecast)[VOICE]
    assert (work.overdue_cost, work.left_over_cost) == (1250, 0)


def test_the_opening_backlog_is_due_by_its_age(site: Site, forecast: DemandForecast) -> None:
    # Five minutes of a scheduled worker each; voice is open all night, so due is due.
    rows = (BacklogRow(VOICE, -500, 12), BacklogRow(VOICE, -60, 6), BacklogRow(VOICE, -1, 1))
    plain = site_backlogs(site, forecast)[VOICE]
    factor = forecast.demand.handle_factor[forecast.queues.index(VOICE)].mean()
    old = site_backlogs(replace(site, backlog=rows), forecast)[VOICE]
    assert old.overdue == round(12 * 5 * factor)
    assert old.opening == round(6 * 5 * factor) + round(5 * factor)
    # Eight hours after 23:00 and 23:59, in whole hours: by 7:00.
    assert old.due[6] - plain.due[6] == old.opening
    assert (np.delete(old.due - plain.due, 6) == 0).all()


def test_what_waits_at_the_start_delays_what_comes(site: Site, forecast: DemandForecast) -> None:
    busy = {queue: [1] * site.horizon.num_intervals for queue in (CHAT, VOICE)}
    loaded = replace(site, backlog=(BacklogRow(VOICE, -60, 10_000),))
    plain, late = (service_levels(one, forecast, busy)[VOICE] for one in (site, loaded))
    assert np.nansum(late) < np.nansum(plain)


@pytest.mark.parametrize("deadline", [60, 90, 480, 3 * DAY])
def test_waiting_work_is_due_as_if_it_had_come_in_the_horizon(deadline: int) -> None:
    """Minutes before the start count like minutes in it."""
    is_open = np.tile(np.arange(48) // 2 % 24 >= 8, 2) & (np.arange(96) % 48 < 40)
    later = due_interval(np.ones(96, dtype=bool), deadline, 30)
    ages = np.array([-30, -60, -240])
    expected = later[0] + ages // 30
    found = due_of_waiting(ages, is_open, deadline, 30)
    last_open = int(np.flatnonzero(is_open)[-1])
    for age, plain, due in zip(ages.tolist(), expected.tolist(), found.tolist(), strict=True):
        if age + deadline <= 0:
            assert due == -1
        elif later[0] == 95:
            assert due == last_open
        else:
            following = np.flatnonzero(is_open & (np.arange(96) >= max(plain, 0)))
            assert due == following[0]
