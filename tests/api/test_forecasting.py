"""The glue from a site to human demand: the right queue, the right hour, the right people."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from api.forecasting import DemandForecast, forecast_demand
from api.site.config import OpeningHours
from api.site.problems import SiteInvalid
from api.site.read import read_site
from api.site.site import Site
from api.staffing import required_workers
from tests.api.shop import HORIZON, ZONE

CHAT, VOICE = range(2)
BY_DAY = OpeningHours(
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ("08:00-20:00",))
)
Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def site(shop: Path) -> Site:
    return read_site(shop)


@pytest.fixture(scope="module")
def found(site: Site) -> DemandForecast:
    return forecast_demand(site)


def changed(site: Site, **update: Any) -> Site:
    """The site with some keys of its configuration changed."""
    return replace(site, config=site.config.model_copy(update=update))


def changed_queue(site: Site, queue: int, **update: Any) -> Site:
    """The site with some keys of one queue changed."""
    queues = list(site.config.queues)
    queues[queue] = queues[queue].model_copy(update=update)
    return changed(site, queues=tuple(queues))


def with_event(site: Site, kind: str, factor: float, queue: str = "") -> Site:
    """The site with one event on the horizon's Wednesday."""
    start = pd.Timestamp(HORIZON + timedelta(days=2)).tz_convert("UTC")
    event = {
        "start": [start],
        "end": [start + pd.Timedelta(days=1)],
        "kind": [kind],
        "unique_id": [queue],
        "factor": [factor],
    }
    return replace(site, events=pd.DataFrame(event))


def volume(found: DemandForecast, queue: int) -> Floats:
    return np.asarray(found.volume[queue].mean(axis=0), dtype=np.float64)


def contacts(found: DemandForecast, queue: int) -> Floats:
    return np.asarray(found.demand.contacts[queue].mean(axis=0), dtype=np.float64)


def local(found: DemandForecast) -> pd.DatetimeIndex:
    return found.ds.tz_convert(ZONE)


def test_the_intervals_are_those_of_the_horizon(found: DemandForecast, site: Site) -> None:
    assert site.horizon.num_intervals == 7 * 24 - 1  # the clock skips an hour on Sunday
    assert found.volume.shape == (2, 60, 167)
    assert found.demand.contacts.shape == (2, 60, 167)
    assert found.is_open.shape == (2, 167)
    assert found.ds[0] == HORIZON
    assert local(found)[-1] == datetime(2026, 3, 29, 23, tzinfo=ZONE)


def test_the_day_keeps_its_shape_over_the_clock_change(found: DemandForecast) -> None:
    chats = pd.Series(volume(found, CHAT), index=local(found))
    busiest = chats.groupby(local(found).date).idxmax()
    assert [stamp.hour for stamp in busiest] == [10] * 7


def test_queues_keep_their_places(found: DemandForecast) -> None:
    assert found.queues == ("refund|de|chat", "fraud|de|voice")
    assert 300 < volume(found, CHAT).sum() / 7 < 400
    assert 70 < volume(found, VOICE)[:24].sum() < 110


def test_the_future_starts_where_the_horizon_does_though_the_history_ended_before(
    site: Site, found: DemandForecast
) -> None:
    assert site.history is not None
    end = pd.Timestamp(HORIZON - timedelta(days=9, hours=11))
    late = forecast_demand(replace(site, history=site.history[site.history["ds"] < end]))
    assert late.ds.equals(found.ds)
    assert np.corrcoef(volume(late, CHAT), volume(found, CHAT))[0, 1] > 0.95
    assert volume(late, CHAT).sum() == pytest.approx(volume(found, CHAT).sum(), rel=0.1)


def test_a_history_that_ended_long_ago_is_refused(site: Site) -> None:
    assert site.history is not None
    old = site.history.assign(ds=site.history["ds"] - pd.Timedelta(days=200))
    with pytest.raises(SiteInvalid, match="more than 180 days before the horizon"):
        forecast_demand(replace(site, history=old))


def test_a_queue_without_history_expects_nobody_and_is_noted(site: Site) -> None:
    assert site.history is not None
    only = site.history[site.history["unique_id"] == "fraud|de|voice"]
    found = forecast_demand(replace(site, history=only))
    assert found.notes == ("history.csv: no row for refund|de|chat: no contacts are expected",)
    assert volume(found, CHAT).sum() == contacts(found, CHAT).sum() == 0
    assert volume(found, VOICE).sum() > 0


def test_a_sensitive_category_never_meets_the_bot(found: DemandForecast) -> None:
    demand = found.demand
    for stream in (demand.escalated, demand.bounced, demand.bot_resolved):
        assert stream[VOICE].sum() == 0
    assert demand.bot_resolved[CHAT].sum() > 0


def test_the_bot_settles_what_it_settled_before(found: DemandForecast) -> None:
    share, low, high = found.bot_share()
    chats, calls = volume(found, CHAT).sum(), volume(found, VOICE).sum()
    assert low < share < high
    assert share == pytest.approx(120 / (chats / 7) * chats / (chats + calls), rel=0.2)


def test_every_chat_is_found_again(found: DemandForecast) -> None:
    demand = found.demand
    came = found.volume[CHAT].sum()
    went = demand.contacts[CHAT].sum() + demand.bot_resolved[CHAT].sum()
    # What bounces from the week before comes in, what bounces after the week goes out.
    assert went == pytest.approx(came, rel=0.02)


def test_bounces_of_the_days_before_reach_into_the_horizon(found: DemandForecast) -> None:
    night = slice(0, 6)
    chats, back = volume(found, CHAT)[night].sum(), found.demand.bounced[CHAT].mean(axis=0)
    offered_now = chats * 200 / (volume(found, CHAT).sum() / 7)
    assert back[night].sum() > 0.1 * offered_now  # a tenth of what is offered bounces at all


def test_while_the_bot_is_down_people_get_everything(site: Site, found: DemandForecast) -> None:
    down = forecast_demand(with_event(site, "bot_down", 0.0))
    day = local(found).day == 25
    assert np.array_equal(down.volume, found.volume)
    assert down.demand.bot_resolved[CHAT][:, day].sum() == 0
    assert np.array_equal(down.demand.direct[CHAT][:, day], found.volume[CHAT][:, day])
    assert contacts(down, CHAT)[day].sum() > 1.3 * contacts(found, CHAT)[day].sum()
    before = local(found).day < 25
    settled = [one.demand.bot_resolved[CHAT][:, before].mean() for one in (down, found)]
    assert settled[0] == pytest.approx(settled[1], rel=0.05)


def test_a_campaign_multiplies_the_volume_of_its_queue(site: Site, found: DemandForecast) -> None:
    busy = forecast_demand(with_event(site, "campaign", 2.0, "refund|de|chat"))
    day = local(found).day == 25
    assert volume(busy, CHAT)[day].sum() == pytest.approx(
        2 * volume(found, CHAT)[day].sum(), rel=0.1
    )
    assert volume(busy, CHAT)[~day].sum() == pytest.approx(
        volume(found, CHAT)[~day].sum(), rel=0.05
    )
    assert np.array_equal(busy.volume[VOICE], found.volume[VOICE])


def test_a_closed_queue_needs_nobody(site: Site, found: DemandForecast) -> None:
    weekend = local(found).day_of_week >= 5
    assert not found.is_open[VOICE][weekend].any()
    assert contacts(found, VOICE)[weekend].sum() == 0
    need = required_workers(site, found)
    assert need["fraud|de|voice"][weekend].sum() == 0
    assert need["fraud|de|voice"][~weekend].sum() > 0
    assert need["refund|de|chat"][weekend].sum() > 0


@pytest.mark.parametrize("hours", [2, 6])
def test_chats_of_the_night_wait_for_the_first_hours_of_the_day(
    hours: int, site: Site, found: DemandForecast
) -> None:
    staffing = site.config.staffing.model_copy(update={"carry_over_hours": float(hours)})
    day_time = changed(site, opening_hours=BY_DAY, staffing=staffing)
    waits = forecast_demand(day_time)
    hour = local(found).hour
    is_open, is_first = (hour >= 8) & (hour < 20), (hour >= 8) & (hour < 8 + hours)
    assert contacts(waits, CHAT)[~is_open].sum() == 0
    more = contacts(waits, CHAT) - contacts(found, CHAT)
    assert more[is_first].min() > 0
    assert more[is_first].sum() == pytest.approx(-more[~is_open].sum(), rel=0.3)
    assert abs(more[is_open & ~is_first]).max() < 1


def test_calls_of_the_night_are_lost(site: Site, found: DemandForecast) -> None:
    calls = contacts(forecast_demand(changed_queue(site, VOICE, opening_hours=None)), VOICE)
    kept = contacts(forecast_demand(changed_queue(site, VOICE, opening_hours=BY_DAY)), VOICE)
    is_open = (local(found).hour >= 8) & (local(found).hour < 20)
    assert kept[~is_open].sum() == 0 < calls[~is_open].sum()
    assert kept[is_open].sum() == pytest.approx(calls[is_open].sum(), rel=0.05)


def test_the_seed_decides(site: Site, found: DemandForecast) -> None:
    assert np.array_equal(forecast_demand(site).demand.contacts, found.demand.contacts)
    other = site.config.forecast.model_copy(update={"seed": 2})
    differs = forecast_demand(changed(site, forecast=other))
    assert not np.array_equal(differs.demand.contacts, found.demand.contacts)


def test_a_site_without_history_is_refused(site: Site) -> None:
    with pytest.raises(SiteInvalid, match=r"history\.csv: needed for a forecast"):
        forecast_demand(replace(site, history=None))
