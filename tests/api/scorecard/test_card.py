"""The scorecard's figures: what they add up to, and how they are worked out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.forecasting import DemandForecast, forecast_demand
from api.pipeline import site_problem
from api.scorecard.card import Row, card
from api.scorecard.ledger import Ledger, ledger
from api.scorecard.measures import RATIOS, SHOWN, SUMS
from api.scorecard.satisfaction import satisfaction
from api.scorecard.spans import quarter_name, spans, week_name
from api.site.read import read_site
from api.site.site import Site
from scheduler.problem import Problem
from scheduler.schedule import Shift

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"


@pytest.fixture(scope="module")
def site(shop: Path) -> Site:
    return read_site(shop)


@pytest.fixture(scope="module")
def forecast(site: Site) -> DemandForecast:
    return forecast_demand(site)


@pytest.fixture(scope="module")
def problem(site: Site, forecast: DemandForecast) -> Problem:
    return site_problem(site, forecast)[0]


@pytest.fixture(scope="module")
def shifts(problem: Problem) -> tuple[Shift, ...]:
    """Two hand-made shifts a day from Monday to Friday."""
    starts = [start + 8 * 60 for start in problem.horizon.day_starts[:5]]
    return tuple(
        Shift(start, start + 240, worker, queue, "four")
        for start in starts
        for worker, queue in (("a", CHAT), ("d", VOICE))
    )


def stated(site: Site, part: str, **update: Any) -> Site:
    """The site with some keys of one table changed."""
    changed = getattr(site.config, part).model_copy(update=update)
    return replace(site, config=site.config.model_copy(update={part: changed}))


def of_plan(found: Ledger, scope: str = "all", name: str = "") -> Mapping[str, Row]:
    rows = [row for row in card(found) if (row.span, row.scope, row.name) == ("plan", scope, name)]
    return {row.measure: row for row in rows}


@pytest.fixture(scope="module")
def found(
    site: Site, problem: Problem, shifts: tuple[Shift, ...], forecast: DemandForecast
) -> Ledger:
    priced = stated(site, "bot", cost_per_contact=0.05, cost_per_resolved=0.9)
    priced = stated(priced, "scorecard", revenue_per_week=70_000.0, full_time_hours=20.0)
    return ledger(priced, problem, shifts, forecast)


def test_queues_categories_weeks_and_quarters_add_up(found: Ledger) -> None:
    rows = card(found)
    for name in SUMS:
        own = [row for row in rows if row.measure == name]
        if not own:
            continue
        (whole,) = [row.value for row in own if (row.span, row.scope) == ("plan", "all")]
        for span in ("week", "quarter"):
            parts = [row.value for row in own if (row.span, row.scope) == (span, "all")]
            assert sum(parts) == pytest.approx(whole), (name, span)
        if not SUMS[name].of_site_only:
            for scope in ("category", "queue"):
                parts = [row.value for row in own if (row.span, row.scope) == ("plan", scope)]
                assert sum(parts) == pytest.approx(whole), (name, scope)


def test_ratios_can_be_worked_out_again_from_the_sums(found: Ledger) -> None:
    places: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in card(found):
        places.setdefault((row.period, row.scope, row.name), {})[row.measure] = row.value
    for values in places.values():
        for name, ratio in RATIOS.items():
            if name in values:
                over = sum(values.get(one, 0.0) for one in ratio.over)
                under = sum(values.get(one, 0.0) for one in ratio.under)
                assert values[name] == pytest.approx(over / under)


def test_figures_are_those_of_the_forecast(found: Ledger, forecast: DemandForecast) -> None:
    whole, demand = of_plan(found), forecast.demand
    assert whole["contacts"].value == pytest.approx(forecast.volume.mean(axis=1).sum())
    assert whole["people_contacts"].value == pytest.approx(demand.contacts.mean(axis=1).sum())
    assert whole["bot_share"].value == pytest.approx(forecast.bot_share()[0])
    assert (whole["bot_share"].low, whole["bot_share"].high) == pytest.approx(
        forecast.bot_share()[1:]
    )
    assert whole["bot_resolved"].value < whole["bot_offered"].value


def test_what_is_random_has_an_interval_around_it(found: Ledger) -> None:
    for row in card(found):
        if row.measure in ("wages", "guaranteed_pay", "understaffing_cost", "revenue_per_head"):
            assert row.low is row.high is None
        if row.low is not None and row.high is not None:
            assert row.low <= row.high
        if row.measure == "contacts":
            assert row.low is not None
            assert row.high is not None
            assert row.low < row.value < row.high or row.value < 1


def test_the_bot_costs_what_it_charges(found: Ledger, site: Site) -> None:
    chat = of_plan(found, "queue", CHAT)
    price = 5 * chat["bot_offered"].value + 90 * chat["bot_resolved"].value
    assert chat["bot_cost"].value == pytest.approx(price)
    assert of_plan(found, "queue", VOICE)["bot_cost"].value == 0
    whole = of_plan(found)
    assert whole["cost_per_contact"].value == pytest.approx(
        (whole["wages"].value + whole["guaranteed_pay"].value + price) / whole["contacts"].value
    )


def test_without_a_price_the_bot_costs_nothing(
    site: Site, problem: Problem, shifts: tuple[Shift, ...], forecast: DemandForecast
) -> None:
    assert of_plan(ledger(site, problem, shifts, forecast))["bot_cost"].value == 0


def test_work_of_people_and_work_spared(found: Ledger, forecast: DemandForecast) -> None:
    """Two chats at once, 300 seconds each: 2.5 minutes of a worker, more for what failed."""
    demand = forecast.demand
    direct, escalated, bounced, resolved = (
        float(getattr(demand, name)[0].mean(axis=0).sum())
        for name in ("direct", "escalated", "bounced", "bot_resolved")
    )
    chat = of_plan(found, "queue", CHAT)
    work = 2.5 * (direct + 1.2 * escalated + 1.4 * bounced)
    assert chat["people_hours"].value == pytest.approx(work)
    spared = 2.5 * (resolved - 0.2 * escalated - 0.4 * bounced)
    assert chat["spared_hours"].value == pytest.approx(spared)
    price = chat["wages"].value / work
    assert chat["saved"].value == pytest.approx(price * spared - chat["bot_cost"].value)
    # All human: the volume is direct. What is spared is the difference, but for what the edges
    # of the horizon carry in and out.
    alone = 2.5 * forecast.volume[0].mean(axis=0).sum()
    assert alone - work == pytest.approx(spared, rel=0.1)


def test_contacts_that_people_would_not_have_had_spare_nothing(
    site: Site, problem: Problem, shifts: tuple[Shift, ...], forecast: DemandForecast
) -> None:
    half = stated(site, "bot", substitution_ratio=0.5)
    all_of_them, some = (
        of_plan(ledger(one, problem, shifts, forecast))["spared_hours"].value
        for one in (site, half)
    )
    resolved = forecast.demand.bot_resolved.mean(axis=1).sum()
    assert all_of_them - some == pytest.approx(0.5 * 2.5 * resolved)


def test_a_queue_without_shifts_is_priced_like_the_others(
    site: Site, problem: Problem, shifts: tuple[Shift, ...], forecast: DemandForecast
) -> None:
    calls = [one for one in shifts if one.queue == VOICE]
    chat = of_plan(ledger(site, problem, calls, forecast), "queue", CHAT)
    whole = of_plan(ledger(site, problem, calls, forecast))
    usual = whole["wages"].value / whole["people_hours"].value
    assert chat["saved"].value == pytest.approx(usual * chat["spared_hours"].value)
    nobody = of_plan(ledger(site, problem, [], forecast), "queue", CHAT)
    mean = np.mean([worker.hourly_cost for worker in problem.workers])
    assert nobody["saved"].value == pytest.approx(mean / 60 * nobody["spared_hours"].value)


def test_revenue_per_head_is_per_full_time_week(found: Ledger) -> None:
    """40 hours of shifts are two weeks of 20 hours."""
    whole = of_plan(found)
    assert whole["full_time_weeks"].value == pytest.approx(2)
    assert whole["revenue"].value == pytest.approx(7_000_000)
    assert whole["revenue_per_head"].value == pytest.approx(3_500_000)
    assert "revenue" not in of_plan(found, "queue", CHAT)


def test_satisfaction_is_weighed_by_who_answers(
    site: Site, problem: Problem, shifts: tuple[Shift, ...], forecast: DemandForecast
) -> None:
    assert site.bot_outcomes is not None
    outcomes = site.bot_outcomes.assign(csat_bot=0.7, csat_human=0.9)
    outcomes.loc[outcomes.index[:20], "bot_version"] = "v0"
    outcomes.loc[outcomes.index[:20], "csat_bot"] = 0.1
    asked = replace(site, bot_outcomes=outcomes)
    # Only the newest version counts for the bot.
    assert satisfaction(asked)[CHAT].bot == pytest.approx(0.7)
    whole = of_plan(ledger(asked, problem, shifts, forecast))
    chat = of_plan(ledger(asked, problem, shifts, forecast), "queue", CHAT)
    bot, people = chat["bot_resolved"].value, chat["people_contacts"].value
    assert chat["csat"].value == pytest.approx((0.7 * bot + 0.9 * people) / (bot + people))
    # Of the calls nobody was asked: they count in neither, and the share says so.
    assert whole["csat"].value == pytest.approx(chat["csat"].value)
    answered = whole["bot_resolved"].value + whole["people_contacts"].value
    assert whole["csat_known_share"].value == pytest.approx((bot + people) / answered)


def test_nobody_asked_means_no_figure(found: Ledger, site: Site) -> None:
    assert satisfaction(site) == {}
    assert "csat" not in of_plan(found)


def test_a_week_over_new_year_is_split_by_day() -> None:
    dates = [date(2026, 12, 28) + timedelta(days=n) for n in range(14)]
    found = {one.name: one.days for one in spans(dates)}
    assert found["plan"] == tuple(range(14))
    assert found["2026-W53"] == tuple(range(7))
    assert found["2026-Q4"] == tuple(range(4))
    assert found["2027-Q1"] == tuple(range(4, 14))
    assert [one.kind for one in spans(dates)].count("week") == 2


@pytest.mark.parametrize(
    ("day", "week", "quarter"),
    [
        (date(2027, 1, 3), "2026-W53", "2027-Q1"),
        (date(2027, 3, 31), "2027-W13", "2027-Q1"),
        (date(2027, 4, 1), "2027-W13", "2027-Q2"),
        (date(2024, 12, 30), "2025-W01", "2024-Q4"),
    ],
)
def test_names_of_weeks_and_quarters(day: date, week: str, quarter: str) -> None:
    assert (week_name(day), quarter_name(day)) == (week, quarter)


def test_everything_that_is_shown_is_known() -> None:
    assert set(SHOWN) <= SUMS.keys() | RATIOS.keys()
    for ratio in RATIOS.values():
        assert {*ratio.over, *ratio.under} <= SUMS.keys()
