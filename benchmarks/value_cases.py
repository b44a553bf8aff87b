"""Held-out weeks to plan and to judge: a week's forecast, its people, and what really came.

Nothing that came in the held-out week, or after it, is known to the forecast.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from api.forecasting import bot_policy, calendar, forecast_demand
from api.planning import build_problem
from api.site.config import SiteConfig
from api.site.read import read_site
from api.site.site import Site, WorkerRow
from api.staffing import allowance, queue_work
from benchmarks.forecast import bank as bank_calls
from benchmarks.pool import Kind, generate
from benchmarks.results import DATA, ROOT
from forecasts import Forecaster
from forecasts.bot_share import OutcomePosterior
from forecasts.demand import human_demand
from scheduler.horizon import DAY_MINUTES, WEEK_MINUTES, Horizon
from scheduler.problem import IntArray, Problem, Queue
from scheduler.staffing.requirement import Allowance, QueueWork
from scheduler.staffing.rounding import BoolArray, FloatArray
from scheduler.staffing.value import Prices
from scheduler.worker import Window

NUM_PATHS = 400
REPLICATIONS = 10
SITE = ROOT / "seeds" / "returns_peak"
CHAT_PRICES = Prices(waiting=1500, abandonment=400, missed=80)
VOICE_PRICES = Prices(waiting=2000, abandonment=600, missed=120)
# Of the 300 workers of the sample, drawn anew with each seed.
POOL_SHARE = 0.9
PAST_DAYS = 3

BANK_SCALE = 0.1  # of the calls of a large bank, so that a pool of this size can answer them
BANK_WORKERS = 130
BANK_NO_SHOW = 0.05
BANK = QueueWork("bank", "live", (210.0,), patience_seconds=180.0, max_occupancy=1.0)


@dataclass(frozen=True)
class Line:
    """One queue of a held-out week.

    ``paths`` (P, T) is the forecast of the contacts for people, ``actual`` (R, T) what came, once
    per replication: with a bot, its real outcomes are drawn contact by contact.
    """

    work: QueueWork
    prices: Prices
    allowance: Allowance
    paths: FloatArray
    handle_factor: FloatArray
    is_open: BoolArray
    actual: IntArray
    actual_factor: FloatArray


@dataclass(frozen=True)
class Week:
    """A held-out week: the pool's problem without any need, and its queues."""

    name: str
    seed: int
    problem: Problem
    lines: Mapping[str, Line]


def returns_peak(monday: str, seed: int) -> Week:
    """A past week of the sample site, with a part of its people as they offer 4 to 10 January.

    Mail is left out, and so is the occupancy cap: what is judged is pay against customers'
    trouble. The small prices of wishes stay, or a great many schedules would cost the same.
    """
    whole = read_site(SITE)
    site = _as_of(whole, pd.Timestamp(monday, tz=whole.config.time_zone), seed)
    forecast = forecast_demand(site)
    actual, factor = _came(whole, site, forecast.ds, seed)
    lines = {
        queue.id: Line(
            queue_work(queue),
            VOICE_PRICES if queue.work == "live" else CHAT_PRICES,
            allowance(site, queue),
            forecast.demand.contacts[row].astype(np.float64),
            forecast.demand.handle_factor[row],
            forecast.is_open[row],
            actual[row],
            factor[row],
        )
        for row, queue in enumerate(site.config.queues)
    }
    return Week(f"returns_peak {monday}", seed, build_problem(site, {}), lines)


def _as_of(site: Site, monday: pd.Timestamp, seed: int) -> Site:
    """The site as it stood on a Monday morning: one week to plan, nothing known of it."""
    random = np.random.default_rng(seed)
    chosen = random.random(len(site.workers)) < POOL_SHARE
    since = monday.tz_convert("UTC")
    assert site.history is not None
    assert site.bot_outcomes is not None
    config = _config(site.config, monday, seed)
    kept = site.history["unique_id"].isin([queue.id for queue in config.queues])
    return replace(
        site,
        config=config,
        horizon=Horizon(monday.to_pydatetime(), 7, site.config.interval_minutes, str(monday.tz)),
        workers=tuple(
            _second_week(row) for row, is_in in zip(site.workers, chosen, strict=True) if is_in
        ),
        history=site.history[kept & (site.history["ds"] < since)],
        bot_outcomes=site.bot_outcomes[site.bot_outcomes["ds"] < since],
        pins=(),
    )


def _config(config: SiteConfig, monday: pd.Timestamp, seed: int) -> SiteConfig:
    queues = tuple(
        queue.model_copy(update={"max_occupancy": 1.0})
        for queue in config.queues
        if queue.work != "deferrable"
    )
    return config.model_copy(
        update={
            "queues": queues,
            "horizon": config.horizon.model_copy(update={"start": monday.date(), "days": 7}),
            "forecast": config.forecast.model_copy(update={"num_paths": NUM_PATHS, "seed": seed}),
            "rule_profile": "eu",
        }
    )


def _second_week(row: WorkerRow) -> WorkerRow:
    windows = (
        Window(one.start - WEEK_MINUTES, one.end - WEEK_MINUTES, one.preference)
        for one in row.availability
        if one.start >= WEEK_MINUTES
    )
    return replace(row, availability=tuple(windows), past_shifts=(), requests=())


def _came(whole: Site, site: Site, ds: pd.DatetimeIndex, seed: int) -> tuple[IntArray, FloatArray]:
    """Contacts for people of the week as they came, (queues, R, T), and their handle factors.

    The volume is the history's, the bot's shares are those that it had in that week.
    """
    assert whole.history is not None
    step = pd.Timedelta(minutes=site.config.interval_minutes)
    past = PAST_DAYS * DAY_MINUTES // site.config.interval_minutes
    every = pd.date_range(ds[0] - past * step, periods=past + len(ds), freq=step)
    queues = [queue.id for queue in site.config.queues]
    table = whole.history.pivot(index="unique_id", columns="ds", values="y")
    volume = table.reindex(index=queues, columns=every).fillna(0).to_numpy(dtype=np.int64)
    hours = [queue.opening_hours or site.config.opening_hours for queue in site.config.queues]
    demand = human_demand(
        queues,
        np.repeat(volume[:, None, past:], REPLICATIONS, axis=1),
        _true_shares(whole, ds[0], volume[:, past:], queues),
        np.stack([calendar(site, one).is_open(every) for one in hours]),
        site.config.interval_minutes,
        bot_policy(site),
        seed=1000 + seed,
        past_volume=volume[:, :past].astype(np.float64),
        live_voice=[queue.id for queue in site.config.queues if queue.work == "live"],
        carry_over_minutes=round(site.config.staffing.carry_over_hours * 60),
    )
    contacts = demand.contacts[:, :, -len(ds) :].astype(np.int64)
    return contacts, demand.handle_factor[:, -len(ds) :]


def _true_shares(
    whole: Site, start: pd.Timestamp, volume: IntArray, queues: list[str]
) -> dict[str, OutcomePosterior]:
    """What the bot did in the week itself, as shares that are known to a hair."""
    assert whole.bot_outcomes is not None
    known = whole.bot_outcomes
    week = known[(known["ds"] >= start) & (known["ds"] < start + pd.Timedelta(days=7))]
    found = {}
    for row, queue in enumerate(queues):
        counts = week[week["unique_id"] == queue][["offered", "resolved", "escalated", "bounced"]]
        offered, resolved, escalated, bounced = counts.sum().tolist()
        if offered:
            share = min(1.0, offered / max(int(volume[row].sum()), 1))
            alpha = (float(resolved), float(escalated), float(bounced))
            found[queue] = OutcomePosterior(queue, share, alpha, offered, "offered", "measured")
    return found


def bank(monday: str, seed: int) -> Week:
    """A week of a real bank's calls, a tenth of them, with a made pool and one queue.

    The tenth is drawn call by call, so the seeds have other histories and other weeks.
    """
    case = bank_calls(DATA / "contacts")
    random = np.random.default_rng(seed)
    df = case.df.assign(y=random.binomial(case.df["y"].to_numpy(dtype=np.int64), BANK_SCALE))
    start = pd.Timestamp(monday)
    forecaster = Forecaster(30, case.calendar, seed=seed).fit(df[df["ds"] < start])
    num = WEEK_MINUTES // 30
    ds = pd.date_range(start, periods=num, freq="30min")
    first = int((start - forecaster.future(1)[0].tz_localize(None)) / pd.Timedelta(minutes=30))
    paths = forecaster.simulate(first + num, NUM_PATHS, seed)[0, :, first:].astype(np.float64)
    came = df.set_index("ds")["y"].reindex(ds).fillna(0).to_numpy(dtype=np.int64)
    line = Line(
        BANK,
        VOICE_PRICES,
        Allowance(BANK_NO_SHOW),
        paths,
        np.ones(num),
        case.calendar.is_open(ds.tz_localize("UTC")),
        np.repeat(came[None], REPLICATIONS, axis=0),
        np.ones(num),
    )
    return Week(f"bank {monday}", seed, _bank_pool(seed), {BANK.id: line})


def _bank_pool(seed: int) -> Problem:
    pool = generate(Kind(BANK_WORKERS, 7, 4), seed)
    return replace(
        pool,
        queues=(Queue(BANK.id, BANK.id, 6_000),),
        requirement={},
        workers=tuple(replace(one, skills=frozenset({BANK.id})) for one in pool.workers),
    )


# The last weeks before Christmas; the last weeks of the file.
CASES: dict[str, tuple[Callable[[str, int], Week], tuple[str, ...]]] = {
    "returns_peak": (returns_peak, ("2026-11-23", "2026-11-30", "2026-12-07", "2026-12-14")),
    "bank": (bank, ("2003-09-22", "2003-09-29", "2003-10-06", "2003-10-20")),
}
