"""The glue from demand, or a planner's own figures, to workers required per interval."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.forecasting import DemandForecast, forecast_demand
from api.site.config import QueueConfig
from api.site.read import read_site
from api.site.site import Site
from api.staffing import queue_work, required_workers, service_levels, stated_workers
from tests.api.shop import HORIZON, write_shop

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"


@pytest.fixture(scope="module")
def site(shop: Path) -> Site:
    return read_site(shop)


@pytest.fixture(scope="module")
def forecast(site: Site) -> DemandForecast:
    return forecast_demand(site)


def with_staffing(site: Site, **update: Any) -> Site:
    """The site with another staffing policy."""
    staffing = site.config.staffing.model_copy(update=update)
    return replace(site, config=site.config.model_copy(update={"staffing": staffing}))


def with_requirement(folder: Path, start: str, days: int, *rows: str) -> Site:
    """A site that states its need, hour by hour."""
    write_shop(folder)
    (folder / "history.csv").unlink()
    text = (folder / "site.toml").read_text("utf-8")
    text = text.replace("start = 2026-03-23\ndays = 7", f"start = {start}\ndays = {days}")
    (folder / "site.toml").write_text(text, encoding="utf-8")
    (folder / "availability.csv").write_text(
        f"worker_id,start,end,preference\na,{start}T08:00,{start}T20:00,0\n"
    )
    (folder / "requirement.csv").write_text("\n".join(["unique_id,ds,workers", *rows, ""]))
    return read_site(folder)


def stated(site: Site, queue: str) -> dict[int, int]:
    """Interval to workers, where somebody is needed."""
    need = stated_workers(site)[queue]
    assert len(need) == site.horizon.num_intervals
    return {int(index): int(need[index]) for index in np.flatnonzero(need)}


def test_in_spring_the_hour_after_the_gap_is_the_third(tmp_path: Path) -> None:
    site = with_requirement(
        tmp_path / "site", "2026-03-29", 1,
        f"{CHAT},2026-03-29T01:00+01:00,1",
        f"{CHAT},2026-03-29T03:00+02:00,2",
        f"{VOICE},2026-03-29T23:00,3",
    )  # fmt: skip
    assert site.horizon.num_intervals == 23
    assert stated(site, CHAT) == {1: 1, 2: 2}
    assert stated(site, VOICE) == {22: 3}


def test_in_autumn_both_hours_at_two_get_their_own(tmp_path: Path) -> None:
    site = with_requirement(
        tmp_path / "site", "2026-10-25", 2,
        f"{CHAT},2026-10-25T02:00+02:00,1",
        f"{CHAT},2026-10-25T02:00+01:00,2",
        f"{CHAT},2026-10-25T03:00,3",
        f"{VOICE},2026-10-26T00:00,4",
    )  # fmt: skip
    assert site.horizon.num_intervals == 49
    assert stated(site, CHAT) == {2: 1, 3: 2, 4: 3}
    assert stated(site, VOICE) == {25: 4}


def test_a_need_keeps_its_queue_whatever_the_order_of_rows(tmp_path: Path) -> None:
    start = (HORIZON + timedelta(hours=9)).isoformat()
    site = with_requirement(
        tmp_path / "site", "2026-03-23", 7, f"{VOICE},{start},5", f"{CHAT},{start},6"
    )
    assert (stated(site, CHAT), stated(site, VOICE)) == ({9: 6}, {9: 5})


def test_the_required_workers_keep_the_promise(site: Site, forecast: DemandForecast) -> None:
    need = required_workers(site, forecast)
    levels = service_levels(site, forecast, {queue: need[queue].tolist() for queue in need})
    for queue in (CHAT, VOICE):
        busy = need[queue] > 0
        assert busy.any()
        assert np.nanmin(levels[queue][busy]) > 0.75  # on the mean over the paths


def test_without_workers_nobody_is_answered(site: Site, forecast: DemandForecast) -> None:
    nobody = {queue: [0] * site.horizon.num_intervals for queue in (CHAT, VOICE)}
    level = service_levels(site, forecast, nobody)[CHAT]
    assert np.nanmax(level) == 0


def test_the_need_follows_the_demand(site: Site, forecast: DemandForecast) -> None:
    need = required_workers(site, forecast)[CHAT]
    demand = forecast.demand.contacts[0].mean(axis=0)
    assert np.corrcoef(need, demand)[0, 1] > 0.9
    assert need[demand.argmax()] == need.max()


@pytest.mark.parametrize(
    "policy",
    [
        {"planning_quantile": 0.9},
        {"shrinkage": 0.3},
        {"no_show_rate": 0.1, "no_show_confidence": 0.95},
    ],
    ids=str,
)
def test_more_caution_asks_for_more_people(
    policy: dict[str, float], site: Site, forecast: DemandForecast
) -> None:
    plain, cautious = (
        required_workers(one, forecast) for one in (site, with_staffing(site, **policy))
    )
    assert all((cautious[queue] >= plain[queue]).all() for queue in (CHAT, VOICE))
    assert sum(map(sum, cautious.values())) > sum(map(sum, plain.values()))


def test_handle_times_per_number_of_chats_set_the_concurrency() -> None:
    queue = QueueConfig(id="a|de|chat", skill="a", work="chat", aht_seconds=(300, 400, 450))
    work = queue_work(queue)
    assert (work.aht_seconds, work.concurrency) == ((300, 400, 450), 3)


def test_a_deadline_in_hours_becomes_minutes() -> None:
    queue = QueueConfig(
        id="a|de|mail", skill="a", work="deferrable", aht_seconds=600, deadline_hours=1.5
    )
    work = queue_work(queue)
    assert (work.aht_seconds, work.deadline_minutes) == ((600,), 90)
