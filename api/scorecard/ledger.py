"""A plan as a ledger: every sum of the scorecard by queue, path and day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from api.scorecard.money import (
    FloatArray,
    day_of_interval,
    guaranteed_pay,
    late_work,
    shift_minutes,
    understaffing,
    wages,
)
from api.scorecard.satisfaction import Satisfaction, satisfaction
from api.site.site import Site
from api.staffing import queue_work
from scheduler.contract.units import cents
from scheduler.problem import Problem
from scheduler.schedule import Shift

if TYPE_CHECKING:
    from api.forecasting import DemandForecast


@dataclass(frozen=True)
class Ledger:
    """What came, what it cost and what it was worth, day by day.

    ``sums`` by name of the measure, shape (queues, paths or 1, days); what is certain has one
    path. ``of_site`` is what belongs to no queue, shape (days,). Amounts in cents, time in minutes.
    """

    site: str
    currency: str
    dates: tuple[date, ...]
    queues: tuple[str, ...]
    sums: Mapping[str, FloatArray]
    of_site: Mapping[str, FloatArray]


def ledger(
    site: Site, problem: Problem, shifts: Sequence[Shift], forecast: "DemandForecast"
) -> Ledger:
    """The ledger of a planned site; queues of standby come after those of the site."""
    streams = _streams(problem, forecast)
    certain = {
        "wages": wages(problem, shifts),
        "shift_hours": shift_minutes(problem, shifts),
        "understaffing_cost": understaffing(problem, shifts),
    }
    if problem.backlogs:
        certain["late_work"] = late_work(problem, shifts)
    certain["full_time_weeks"] = certain["shift_hours"] / 60 / site.config.scorecard.full_time_hours
    sums = {
        **{name: values[:, None, :] for name, values in certain.items()},
        **{name: streams[name] for name in ("contacts", "bot_offered", "bot_resolved")},
        "people_contacts": streams["direct"] + streams["escalated"] + streams["bounced"],
        "bot_cost": _bot_cost(site, streams),
        **_work(site, problem, streams),
    }
    sums["saved"] = _saved(problem, sums)
    sums |= _csat(problem, satisfaction(site), sums)
    of_site = {"guaranteed_pay": guaranteed_pay(problem, shifts), **_revenue(site, problem)}
    names = tuple(queue.id for queue in problem.queues)
    return Ledger(site.config.name, problem.currency, problem.horizon.dates, names, sums, of_site)


def _streams(problem: Problem, forecast: "DemandForecast") -> dict[str, FloatArray]:
    """Contacts by what became of them, shape (queues, paths, days)."""
    demand = forecast.demand
    first = np.unique(day_of_interval(problem.horizon), return_index=True)[1]
    rows = {queue: row for row, queue in enumerate(forecast.queues)}
    found = {}
    for name, paths in (
        ("contacts", forecast.volume), ("bot_offered", demand.bot_offered),
        ("bot_resolved", demand.bot_resolved), ("direct", demand.direct),
        ("escalated", demand.escalated), ("bounced", demand.bounced),
    ):  # fmt: skip
        by_day = np.add.reduceat(paths, first, axis=2, dtype=np.int64).astype(np.float64)
        none = np.zeros(by_day.shape[1:])
        found[name] = np.stack(
            [by_day[rows[one.id]] if one.id in rows else none for one in problem.queues]
        )
    return found


def _bot_cost(site: Site, streams: Mapping[str, FloatArray]) -> FloatArray:
    bot = site.config.bot
    cost: FloatArray = 100 * (
        bot.cost_per_contact * streams["bot_offered"]
        + bot.cost_per_resolved * streams["bot_resolved"]
    )
    return cost


def _work(site: Site, problem: Problem, streams: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Minutes of a worker that contacts take, and those that the bot spares.

    Spared: s r - (m_e - 1) e - (m_b - 1) b handle times, with r resolved, e escalated, b bounced,
    m their handle time against the usual and s the substitution ratio. A chat takes the handle
    time of a fully busy worker over his chats.
    """
    bot = site.config.bot
    works = {queue.id: queue_work(queue) for queue in site.config.queues}
    minutes = np.array(
        [
            works[one.id].handle_seconds[-1] / works[one.id].concurrency / 60
            if one.id in works
            else 0.0
            for one in problem.queues
        ]
    )[:, None, None]
    direct, escalated, bounced, resolved = (
        streams[name] for name in ("direct", "escalated", "bounced", "bot_resolved")
    )
    handled = bot.escalated_aht_factor * escalated + bot.bounced_aht_factor * bounced
    extra = handled - escalated - bounced
    return {
        "people_hours": minutes * (direct + handled),
        "spared_hours": minutes * (bot.substitution_ratio * resolved - extra),
    }


def _saved(problem: Problem, sums: Mapping[str, FloatArray]) -> FloatArray:
    """Minutes that the bot spares at the wage of a productive minute, less the bot's cost."""
    paid, worked = sums["wages"].sum(axis=(1, 2)), sums["people_hours"].mean(axis=1).sum(axis=1)
    rates = [one.hourly_cost for one in problem.workers]
    usual = float(np.mean(rates)) / 60 if rates else 0.0
    if paid.sum() > 0 and worked.sum() > 0:
        usual = float(paid.sum() / worked.sum())
    is_known = (paid > 0) & (worked > 0)
    price = np.divide(paid, worked, out=np.full(len(paid), usual), where=is_known)
    saved: FloatArray = price[:, None, None] * sums["spared_hours"] - sums["bot_cost"]
    return saved


def _csat(
    problem: Problem, known: Mapping[str, Satisfaction], sums: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """Content customers and those whose satisfaction is known; nothing where nobody was asked."""
    if not known:
        return {}
    asked = [known.get(queue.id, Satisfaction()) for queue in problem.queues]
    points, answers = np.zeros_like(sums["contacts"]), np.zeros_like(sums["contacts"])
    for row, one in enumerate(asked):
        for share, name in ((one.bot, "bot_resolved"), (one.people, "people_contacts")):
            if share is not None:
                points[row] += share * sums[name][row]
                answers[row] += sums[name][row]
    return {"csat_points": points, "csat_answers": answers}


def _revenue(site: Site, problem: Problem) -> dict[str, npt.NDArray[np.float64]]:
    a_week = site.config.scorecard.revenue_per_week
    if a_week is None:
        return {}
    return {"revenue": np.full(problem.horizon.days, cents(a_week) / 7)}
