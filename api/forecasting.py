"""Site -> human demand on the horizon: volume paths, bot outcomes, what is left for people."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.history_notes import history_notes
from api.layering import Step, changes_in_force, from_interval, layer_notes, layered
from api.site.config import OpeningHours
from api.site.problems import InputProblem, SiteInvalid
from api.site.site import Site
from forecasts.adjustments import Grid
from forecasts.bot_share import BotPolicy, OutcomePosterior, outcome_posteriors
from forecasts.calendar import (
    Calendar,
    Event,
    Spans,
    bot_availability,
    bot_quality,
    is_new_version,
)
from forecasts.demand import HumanDemand, human_demand
from forecasts.new_version import NewVersion, as_new_version
from forecasts.newcomers import Newcomer
from forecasts.volume import Forecaster
from scheduler.contract.units import wall_minutes

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Beyond this the history says too little about the horizon.
MAX_GAP_DAYS = 180
# Bot sessions this old may still come back as bounces.
PAST_DAYS = 14


@dataclass(frozen=True)
class DemandForecast:
    """What the forecast says about the horizon, queue by queue in the site's order.

    ``volume`` and the streams of ``demand`` have shape (queues, paths, intervals); ``is_open``
    (queues, intervals). ``steps`` are the volume without and with each of the planner's layers,
    the last one ``volume`` itself; none where no layer changes anything.
    """

    queues: tuple[str, ...]
    ds: pd.DatetimeIndex
    volume: npt.NDArray[np.int32]
    demand: HumanDemand
    posteriors: dict[str, OutcomePosterior]
    is_open: BoolArray
    notes: tuple[str, ...]
    steps: tuple[Step, ...] = ()

    def bot_share(self) -> tuple[float, float, float]:
        """Share of all contacts that the bot settles: mean, 5 % and 95 % over the paths."""
        by_bot = self.demand.bot_resolved.sum(axis=(0, 2), dtype=np.int64)
        by_people = self.demand.contacts.sum(axis=(0, 2), dtype=np.int64)
        share = by_bot / np.maximum(by_bot + by_people, 1)
        low, high = np.quantile(share, [0.05, 0.95])
        return (
            float(by_bot.sum() / max(int((by_bot + by_people).sum()), 1)),
            float(low),
            float(high),
        )


def forecast_demand(
    site: Site, actuals: pd.DataFrame | None = None, share_quantile: float | None = None
) -> DemandForecast:
    """Forecast every queue of a site on its horizon.

    ``actuals`` (``unique_id, ds, y``) are contacts that have come since the history ended: the
    forecast holds them, and the rest of their days agrees with them. ``share_quantile``: a new
    bot version resolves this quantile of what is believed of it on every path. Raises SiteInvalid
    without a history, or when it ends too long before the horizon.
    """
    if site.history is None:
        raise SiteInvalid([InputProblem("history.csv", None, None, "needed for a forecast")])
    config, settings = site.config, site.config.forecast
    queues = tuple(queue.id for queue in config.queues)
    events = site_events(site)
    forecaster = Forecaster(
        config.interval_minutes,
        calendar(site, config.opening_hours),
        events,
        seed=settings.seed,
        newcomers=newcomers(site),
    ).fit(site.history)
    gap = _gap(site, forecaster)
    num = gap + site.horizon.num_intervals
    drawn = _volume(site, forecaster, num, actuals)
    volume, steps = drawn[-1].volume, from_interval(drawn, gap)
    past = _in_order(queues, forecaster, _newest(forecaster), np.nan)
    ds = _with_past(forecaster.future(num), past.shape[1], config.interval_minutes)
    posteriors = outcome_posteriors(
        site.bot_outcomes, site.history, queues, bot_policy(site), time_zone=config.time_zone
    )
    is_open = _is_open(site, ds)
    demand = human_demand(
        queues,
        volume,
        posteriors,
        is_open,
        config.interval_minutes,
        bot_policy(site),
        seed=settings.seed,
        past_volume=past,
        live_voice=[queue.id for queue in config.queues if queue.work == "live"],
        bot_availability=bot_availability(events, queues, ds),
        bot_quality=bot_quality(events, queues, ds),
        new_version=NewVersion(
            as_new_version(posteriors), is_new_version(events, queues, ds), share_quantile
        ),
        carry_over_minutes=round(config.staffing.carry_over_hours * 60),
    )
    first = past.shape[1] + gap
    return DemandForecast(
        queues,
        ds[first:],
        volume[:, :, gap:],
        _from(demand, gap),
        posteriors,
        is_open[:, first:],
        tuple(
            f"history.csv: no row for {one}: no contacts are expected"
            for one in queues
            if one not in forecaster.unique_ids
        )
        + forecaster.notes
        + history_notes(site, forecaster, calendar(site, config.opening_hours), events)
        + layer_notes(steps),
        steps,
    )


def calendar(site: Site, hours: OpeningHours) -> Calendar:
    """The forecast's view of opening hours."""
    week = tuple(_spans(getattr(hours, day)) for day in WEEKDAYS)
    holidays = None if hours.holidays is None else _spans(hours.holidays)
    config = site.config
    return Calendar(
        config.time_zone,
        config.country,
        config.region,
        week,
        holidays,
        added_holidays=frozenset(config.added_holidays),
        ignored_holidays=frozenset(config.ignored_holidays),
    )


def bot_policy(site: Site) -> BotPolicy:
    """The forecast's view of what the bot may do."""
    bot = site.config.bot
    return BotPolicy(
        bot.sensitive_categories,
        bot.max_offered_share,
        bot.escalated_aht_factor,
        bot.bounced_aht_factor,
        bot.half_life_days,
    )


def _spans(spans: tuple[str, ...]) -> Spans:
    return tuple(
        (wall_minutes(start), wall_minutes(end))
        for start, end in (span.split("-") for span in spans)
    )


def site_events(site: Site) -> tuple[Event, ...]:
    """The forecast's view of what changes the volume or the bot."""
    if site.events is None:
        return ()
    columns = (site.events[name].tolist() for name in ("kind", "start", "end"))
    factors = [None if np.isnan(factor) else factor for factor in site.events["factor"].tolist()]
    queues = [queue or None for queue in site.events["unique_id"].tolist()]
    return tuple(Event(*row) for row in zip(*columns, factors, queues, strict=True))


def newcomers(site: Site) -> tuple[Newcomer, ...]:
    """The queues of which the site says what to expect without a history."""
    return tuple(
        Newcomer(queue.id, queue.expected_contacts_per_week, queue.like, queue.like_share)
        for queue in site.config.queues
        if queue.is_foretold
    )


def _gap(site: Site, forecaster: Forecaster) -> int:
    """Intervals between the end of the history and the horizon's start."""
    first = forecaster.future(1)[0]
    seconds = (pd.Timestamp(site.horizon.start) - first).total_seconds()
    if seconds > MAX_GAP_DAYS * 86_400:
        message = f"ends more than {MAX_GAP_DAYS} days before the horizon starts"
        raise SiteInvalid([InputProblem("history.csv", None, None, message)])
    return max(0, round(seconds / 60 / site.config.interval_minutes))


def _volume(
    site: Site, forecaster: Forecaster, num: int, actuals: pd.DataFrame | None
) -> tuple[Step, ...]:
    """All contacts of the next intervals in the site's order, without and with each layer."""
    config, ds = site.config, forecaster.future(num)
    queues, settings = tuple(queue.id for queue in config.queues), config.forecast
    rows = [queues.index(one) for one in forecaster.unique_ids]

    def draw(actual: FloatArray | None) -> npt.NDArray[np.int32]:
        known = None if actual is None else actual[rows]
        paths = forecaster.simulate(num, settings.num_paths, settings.seed, known)
        return _in_order(queues, forecaster, paths, 0)

    day = calendar(site, config.opening_hours).slots(ds, config.interval_minutes).day
    grid = Grid(queues, ds, config.interval_minutes, day, _is_open(site, ds))
    seen = None if actuals is None else _seen(forecaster, num, actuals)
    actual = None if seen is None else _in_order(queues, forecaster, seen, np.nan)
    return layered(draw, changes_in_force(site), grid, settings.seed, actual)


def _seen(forecaster: Forecaster, num: int, actuals: pd.DataFrame) -> FloatArray:
    """Contacts that came, shape (series, intervals); nan where nothing is known."""
    seen = np.full((len(forecaster.unique_ids), num), np.nan)
    row = pd.Index(forecaster.unique_ids).get_indexer(pd.Index(actuals["unique_id"]))
    interval = forecaster.future(num).get_indexer(pd.DatetimeIndex(actuals["ds"]))
    is_known = (row >= 0) & (interval >= 0)
    seen[row[is_known], interval[is_known]] = actuals["y"].to_numpy(dtype=np.float64)[is_known]
    return seen


def _newest(forecaster: Forecaster) -> FloatArray:
    """Volume right before the forecast, whose bounces may still come."""
    counts = forecaster.history.counts[:, -PAST_DAYS * 24 * 60 // forecaster.interval_minutes :]
    new = len(forecaster.unique_ids) - len(counts)
    return np.concatenate([counts, np.zeros((new, counts.shape[1]))])


def _in_order(
    queues: tuple[str, ...], forecaster: Forecaster, values: npt.NDArray[T], missing: float
) -> npt.NDArray[T]:
    """Rows of the forecaster's series in the site's order; a queue without history is missing."""
    rows = {one: row for row, one in enumerate(forecaster.unique_ids)}
    none = np.full_like(values[0], missing)
    return np.stack([values[rows[one]] if one in rows else none for one in queues])


def _is_open(site: Site, ds: pd.DatetimeIndex) -> BoolArray:
    return np.stack(
        [
            calendar(site, queue.opening_hours or site.config.opening_hours).is_open(ds)
            for queue in site.config.queues
        ]
    )


def _with_past(ds: pd.DatetimeIndex, past: int, interval_minutes: int) -> pd.DatetimeIndex:
    step = pd.Timedelta(minutes=interval_minutes)
    return pd.date_range(ds[0] - past * step, periods=past + len(ds), freq=step)


def _from(demand: HumanDemand, first: int) -> HumanDemand:
    """The part of a demand from an interval on."""
    return replace(
        demand,
        direct=demand.direct[:, :, first:],
        escalated=demand.escalated[:, :, first:],
        bounced=demand.bounced[:, :, first:],
        bot_resolved=demand.bot_resolved[:, :, first:],
        bot_offered=demand.bot_offered[:, :, first:],
        handle_factor=demand.handle_factor[:, first:],
    )
