"""Site -> human demand on the horizon: volume paths, bot outcomes, what is left for people."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.site.config import OpeningHours, QueueConfig, wall_minutes
from api.site.problems import InputProblem, SiteInvalid
from api.site.site import Site
from forecasts.bot_share import BotPolicy, OutcomePosterior, outcome_posteriors
from forecasts.calendar import BOT_EVENTS, Calendar, Event, Spans
from forecasts.demand import HumanDemand, human_demand
from forecasts.volume import QUANTILES, Forecaster

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Beyond this the history says too little about the horizon.
MAX_GAP_DAYS = 180
# Bot sessions this old may still come back as bounces.
PAST_DAYS = 14


@dataclass(frozen=True)
class DemandForecast:
    """What the forecast says about the horizon, queue by queue in the site's order.

    ``volume`` and the streams of ``demand`` have shape (queues, paths, intervals); ``is_open``
    (queues, intervals).
    """

    queues: tuple[str, ...]
    ds: pd.DatetimeIndex
    volume: npt.NDArray[np.int32]
    demand: HumanDemand
    posteriors: dict[str, OutcomePosterior]
    is_open: BoolArray
    notes: tuple[str, ...]

    def bot_share(self) -> tuple[float, float, float]:
        """Share of all contacts that the bot settles: mean, 5 % and 95 % over the paths."""
        by_bot = self.demand.bot_resolved.sum(axis=(0, 2), dtype=np.int64)
        by_people = self.demand.contacts.sum(axis=(0, 2), dtype=np.int64)
        share = by_bot / np.maximum(by_bot + by_people, 1)
        low, high = np.quantile(share, [0.05, 0.95])
        return float(by_bot.sum() / max(int((by_bot + by_people).sum()), 1)), float(low), float(high)


def forecast_demand(site: Site) -> DemandForecast:
    """Forecast every queue of a site on its horizon.

    Raises SiteInvalid when the history ends too long before the horizon.
    """
    if site.history is None:
        raise SiteInvalid([InputProblem("history.csv", None, None, "needed for a forecast")])
    config = site.config
    events = _events(site)
    forecaster = Forecaster(
        config.interval_minutes, calendar(site, config.opening_hours), events, seed=_seed(site)
    ).fit(site.history)
    gap, length = _gap(site, forecaster), site.horizon.num_intervals
    settings = config.forecast
    known = forecaster.simulate(gap + length, settings.num_paths, settings.seed)
    queues = tuple(queue.id for queue in config.queues)
    rows = {one: row for row, one in enumerate(forecaster.unique_ids)}
    volume = np.stack(
        [known[rows[one]] if one in rows else np.zeros_like(known[0]) for one in queues]
    )
    past = _past(forecaster, rows, queues)
    posteriors = outcome_posteriors(
        site.bot_outcomes,
        site.history,
        queues,
        bot_policy(site),
        time_zone=config.time_zone,
    )
    ds = forecaster.future(gap + length)
    whole = _with_past(ds, past.shape[1], config.interval_minutes)
    is_open = np.stack(
        [
            calendar(site, queue.opening_hours or config.opening_hours).is_open(whole)
            for queue in config.queues
        ]
    )
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
        bot_availability=_bot_availability(queues, events, whole),
        carry_over_minutes=round(config.staffing.carry_over_hours * 60),
    )
    unknown = [one for one in queues if one not in rows]
    return DemandForecast(
        queues,
        ds[gap:],
        volume[:, :, gap:],
        _from(demand, gap),
        posteriors,
        is_open[:, past.shape[1] + gap :],
        tuple(f"history.csv: no row for {one}: no contacts are expected" for one in unknown),
    )


def calendar(site: Site, hours: OpeningHours) -> Calendar:
    """The forecast's view of opening hours."""
    week = tuple(_spans(getattr(hours, day)) for day in WEEKDAYS)
    holidays = None if hours.holidays is None else _spans(hours.holidays)
    config = site.config
    return Calendar(config.time_zone, config.country, config.region, week, holidays)


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


def is_open_on_horizon(site: Site, queue: QueueConfig, ds: pd.DatetimeIndex) -> BoolArray:
    """Opening hours of one queue, one value per interval."""
    return calendar(site, queue.opening_hours or site.config.opening_hours).is_open(ds)


def quantile_frame(
    queues: tuple[str, ...], ds: pd.DatetimeIndex, paths: npt.NDArray[np.integer]
) -> pd.DataFrame:
    """Mean and quantiles of paths (queues, paths, intervals) as a long frame."""
    levels = np.quantile(paths, list(QUANTILES.values()), axis=1, method="inverted_cdf")
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(np.array(queues, dtype=object), len(ds)),
            "ds": np.tile(ds, len(queues)),
            "mean": paths.mean(axis=1).ravel(),
        }
    )
    for name, level in zip(QUANTILES, levels, strict=True):
        frame[name] = level.ravel()
    return frame


def _spans(spans: tuple[str, ...]) -> Spans:
    return tuple(
        (wall_minutes(start), wall_minutes(end))
        for start, end in (span.split("-") for span in spans)
    )


def _seed(site: Site) -> int:
    return site.config.forecast.seed


def _events(site: Site) -> tuple[Event, ...]:
    if site.events is None:
        return ()
    return tuple(
        Event(row.kind, row.start, row.end, float(row.factor), row.unique_id or None)
        for row in site.events.itertuples()
    )


def _gap(site: Site, forecaster: Forecaster) -> int:
    """Intervals between the end of the history and the horizon's start."""
    first = forecaster.future(1)[0]
    seconds = (pd.Timestamp(site.horizon.start) - first).total_seconds()
    if seconds > MAX_GAP_DAYS * 86_400:
        message = f"ends more than {MAX_GAP_DAYS} days before the horizon starts"
        raise SiteInvalid([InputProblem("history.csv", None, None, message)])
    return max(0, round(seconds / 60 / site.config.interval_minutes))


def _past(forecaster: Forecaster, rows: dict[str, int], queues: tuple[str, ...]) -> FloatArray:
    """Volume right before the forecast, whose bounces may still come."""
    per_day = 24 * 60 // forecaster.interval_minutes
    counts = forecaster.history.counts[:, -PAST_DAYS * per_day :]
    none = np.full(counts.shape[1], np.nan)
    return np.stack([counts[rows[one]] if one in rows else none for one in queues])


def _with_past(ds: pd.DatetimeIndex, past: int, interval_minutes: int) -> pd.DatetimeIndex:
    step = pd.Timedelta(minutes=interval_minutes)
    return pd.date_range(ds[0] - past * step, periods=past + len(ds), freq=step)


def _bot_availability(
    queues: tuple[str, ...], events: tuple[Event, ...], ds: pd.DatetimeIndex
) -> FloatArray:
    """What a bot outage or drill leaves of the bot, per queue and interval."""
    left = np.ones((len(queues), len(ds)))
    for event in events:
        if event.kind in BOT_EVENTS:
            during = np.asarray((ds >= pd.Timestamp(event.start)) & (ds < pd.Timestamp(event.end)))
            for row, queue in enumerate(queues):
                if event.unique_id in (None, queue):
                    left[row, during] *= min(event.factor, 1.0)
    return left


def _from(demand: HumanDemand, first: int) -> HumanDemand:
    """The part of a demand from an interval on."""
    return HumanDemand(
        demand.unique_ids,
        demand.direct[:, :, first:],
        demand.escalated[:, :, first:],
        demand.bounced[:, :, first:],
        demand.bot_resolved[:, :, first:],
        demand.carried_in,
        demand.lost,
        demand.pending,
        demand.handle_factor[:, first:],
    )
