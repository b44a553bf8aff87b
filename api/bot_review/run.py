"""The weekly go / no-go on the bot: every queue's evidence, alarms and decision."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from api.bot_review.corrections import corrections
from api.bot_review.previous import Previous
from api.forecasting import bot_policy
from api.site.problems import InputProblem, SiteInvalid
from api.site.site import Site
from forecasts import go_no_go
from forecasts.bot_share import OutcomePosterior, outcome_posteriors
from forecasts.drift import FailedDays, alarms, failed_days
from forecasts.go_no_go import ALARM_DAYS, Case, Corrections, GoPolicy, Standing, Verdict
from forecasts.labels import as_known, open_share

WEEKS = 12  # of the picture
FOUR_WEEKS = pd.Timedelta(days=28)
EPOCH = date(1970, 1, 1)
BOT = "|"  # the watch over all queues


@dataclass(frozen=True)
class QueueReview:
    """One queue: what is known, what is decided.

    ``verdict`` is None where the bot is not offered. ``offer`` and ``hold_out`` are shares of all
    contacts until the next review. ``weeks``: the posterior as it stood at each week's end;
    ``days``: sessions and failures of each day, as known now. ``corrections``: customers who come
    back anyway, and contacts that the bot made; ``excess`` bounces without the former, their
    5 %, 50 % and 95 % quantiles.
    """

    queue: str
    posterior: OutcomePosterior
    verdict: Verdict | None
    probabilities: dict[str, float]
    offer: float
    hold_out: float
    bot_version: str
    alarms: tuple[date, ...]
    weeks: tuple[tuple[date, OutcomePosterior], ...]
    days: FailedDays | None
    change: str
    corrections: Corrections
    excess: tuple[float, float, float]

    @property
    def decision(self) -> str:
        """The decision's name; ``not_offered`` without one."""
        return "not_offered" if self.verdict is None else self.verdict.decision

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in words."""
        return (self.posterior.reason,) if self.verdict is None else self.verdict.reasons


@dataclass(frozen=True)
class Review:
    """The sheet of one week; ``categories`` and the ``bot`` with the days of their alarm."""

    site: Site
    at: date
    queues: tuple[QueueReview, ...]
    categories: dict[str, tuple[date, ...]]
    bot: tuple[date, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Known:
    """The outcomes as they stood on the day of the review."""

    outcomes: pd.DataFrame
    history: pd.DataFrame
    until: pd.Timestamp
    at: pd.Timestamp
    posteriors: dict[str, OutcomePosterior]
    days: dict[str, FailedDays]
    weeks: tuple[tuple[date, dict[str, OutcomePosterior]], ...]
    corrections: dict[str, Corrections]


def review_day(site: Site, text: str | None) -> date:
    """The day whose morning the review looks back from; None: the first after the history.

    Raises SiteInvalid without history or outcomes, or for a day that they do not reach.
    """
    if site.history is None or site.bot_outcomes is None or site.bot_outcomes.empty:
        name = "history.csv" if site.history is None else "bot_outcomes.csv"
        raise SiteInvalid([InputProblem(name, None, None, "needed for a review of the bot")])
    zone = site.config.time_zone
    newest = _newest(site)
    if text is None:
        return newest
    try:
        at = date.fromisoformat(text)
    except ValueError:
        message = f"expected a date like 2026-12-28, found {text!r}"
        raise SiteInvalid([InputProblem("--at", None, None, message)]) from None
    oldest = site.bot_outcomes["ds"].min().tz_convert(zone).date() + timedelta(days=1)
    if not oldest <= at <= newest:
        message = f"{at}: outcomes and history are known from {oldest} to {newest}"
        raise SiteInvalid([InputProblem("--at", None, None, message)])
    return at


def run(site: Site, at: date, previous: Previous | None = None) -> Review:
    """Review every queue of a site on the morning of a day; raises OutcomesInvalid."""
    known = _known(site, at)
    told = _alarms(site, known.days, at)
    queues = tuple(_queue(site, one.id, known, told, previous) for one in site.config.queues)
    categories = {
        name.rstrip("|"): days for name, days in told.items() if name.endswith("|") and name != BOT
    }
    return Review(site, at, queues, categories, told.get(BOT, ()), _notes(site, known))


def go_policy(site: Site) -> GoPolicy:
    """What the site asks of its bot."""
    bot = site.config.bot
    return GoPolicy(
        bot.bounce_limit,
        bot.csat_margin,
        bot.baseline_return_share,
        bot.substitution_ratio,
        bot.decide_at,
        bot.min_days_between_changes,
        bot.hold_out_share,
    )


def _known(site: Site, at: date) -> _Known:
    assert site.history is not None
    assert site.bot_outcomes is not None
    zone = site.config.time_zone
    instant = _midnight(at, zone)
    until = _midnight(_newest(site), zone)
    outcomes = as_known(site.bot_outcomes, instant, until)
    weeks = []
    for back in reversed(range(WEEKS)):
        end = at - timedelta(weeks=back)
        then = _midnight(end, zone)
        if (site.bot_outcomes["ds"] < then).any():
            weeks.append((end, _posteriors(site, as_known(site.bot_outcomes, then, until), then)))
    days = failed_days(outcomes, zone, instant)
    history = site.history[site.history["ds"] < instant]
    found = corrections(site, outcomes, history, instant)
    return _Known(outcomes, site.history, until, instant, weeks[-1][1], days, tuple(weeks), found)


def _newest(site: Site) -> date:
    """The first local day after the history."""
    assert site.history is not None
    last: date = site.history["ds"].max().tz_convert(site.config.time_zone).date()
    return last + timedelta(days=1)


def _midnight(day: date, zone: str) -> pd.Timestamp:
    return pd.Timestamp(day).tz_localize(zone).tz_convert("UTC")


def _posteriors(
    site: Site, outcomes: pd.DataFrame, at: pd.Timestamp
) -> dict[str, OutcomePosterior]:
    assert site.history is not None
    history = site.history[site.history["ds"] < at]
    ids = [queue.id for queue in site.config.queues]
    zone = site.config.time_zone
    return outcome_posteriors(outcomes, history, ids, bot_policy(site), time_zone=zone, at=at)


def _watched(site: Site, days: dict[str, FailedDays]) -> dict[str, list[str]]:
    """Queues by what is watched as one: each alone, a category (``name|``), the bot (``|``).

    All watches share the site's one false alarm a quarter.
    """
    sensitive = site.config.bot.sensitive_categories
    known = [one for one in site.config.queues if one.id in days and one.category not in sensitive]
    found = {one.id: [one.id] for one in known}
    categories = dict.fromkeys(one.category for one in known)
    for category in categories:
        own = [one.id for one in known if one.category == category]
        if len(own) > 1:
            found[f"{category}|"] = own
    if len(categories) > 1:
        found[BOT] = [one.id for one in known]
    return found


def _alarms(site: Site, days: dict[str, FailedDays], at: date) -> dict[str, tuple[date, ...]]:
    """Days of the alarm of each watch.

    Categories and the bot are watched for queues too small to show a drop alone: those that gave an
    alarm of their own lately do not speak for the others.
    """
    watched = _watched(site, days)
    found: dict[str, tuple[date, ...]] = {}
    for name, queues in watched.items():
        quiet = [one for one in queues if not _is_recent(found.get(one, ()), at)]
        judged = quiet if len(queues) > 1 else queues
        enough = len(judged) == len(queues) == 1 or len(judged) > 1
        if enough:
            found[name] = _dates(alarms([days[one] for one in judged], len(watched)))
    return found


def _is_recent(days: tuple[date, ...], at: date) -> bool:
    return any(at - day <= timedelta(ALARM_DAYS) for day in days)


def _dates(days: list[int]) -> tuple[date, ...]:
    return tuple(EPOCH + timedelta(days=day) for day in days)


def _queue(
    site: Site,
    name: str,
    known: _Known,
    told: dict[str, tuple[date, ...]],
    previous: Previous | None,
) -> QueueReview:
    posterior = known.posteriors[name]
    if posterior.status in ("sensitive", "not_offered"):
        change = _change(None, posterior, name, previous)
        return QueueReview(
            name, posterior, None, {}, 0.0, 0.0, "", (), (), None, change,
            Corrections.stated(go_policy(site)), (0.0, 0.0, 0.0),
        )  # fmt: skip
    days, found = known.days.get(name), known.corrections[name]
    go = replace(go_policy(site), baseline_return_share=found.baseline.mean)
    own = told.get(name, ())
    pooled = (*told.get(f"{name.split('|')[0]}|", ()), *told.get(BOT, ()))
    case = _case(site, posterior, known, max((*own, *pooled), default=None))
    verdict = go_no_go.decide(case, _standing(name, previous), go)
    hold_out = go_no_go.hold_out_share(_recent_contacts(name, known), go)
    most = site.config.bot.max_offered_share
    offer = go_no_go.offer(
        verdict.decision, posterior.offered_share, posterior.n_eff, hold_out, most
    )
    weeks = tuple(
        (end, then[name]) for end, then in known.weeks if then[name].status != "not_offered"
    )
    change = _change(verdict, posterior, name, previous)
    return QueueReview(
        name, posterior, verdict, case.probabilities, offer, hold_out, case.bot_version, own, weeks,
        days, change, found, _excess(posterior, found),
    )  # fmt: skip


def _excess(posterior: OutcomePosterior, found: Corrections) -> tuple[float, float, float]:
    """Bounces that are the bot's doing: 5 %, 50 % and 95 % quantile."""
    low, middle, high = go_no_go.excess_quantiles(posterior, found, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)


def _case(site: Site, posterior: OutcomePosterior, known: _Known, last_alarm: date | None) -> Case:
    """What is known of an offered queue on the day of the review."""
    go, bot = go_policy(site), bot_policy(site)
    rows = known.outcomes[known.outcomes["unique_id"] == posterior.unique_id]
    rows = rows.sort_values("ds", kind="stable")
    csat = go_no_go.csat_probability(rows, known.at, bot.half_life_days, go.csat_margin)
    return Case(
        known.at.tz_convert(site.config.time_zone).date(),
        go_no_go.probabilities(
            posterior, csat, bot, go, corrections=known.corrections[posterior.unique_id]
        ),
        posterior.n_eff,
        str(rows["bot_version"].iloc[-1]),
        last_alarm,
        open_share(rows, known.at),
    )


def _standing(name: str, previous: Previous | None) -> Standing | None:
    found = None if previous is None else previous.queue(name)
    if found is None or found.decision == "not_offered" or found.since is None:
        return None
    return Standing(found.decision, found.since, found.bot_version)


def _recent_contacts(name: str, known: _Known) -> float:
    rows = known.history[known.history["unique_id"] == name]
    recent = (rows["ds"] < known.at) & (rows["ds"] >= known.at - FOUR_WEEKS)
    return float(rows.loc[recent, "y"].sum())


def _change(
    verdict: Verdict | None, posterior: OutcomePosterior, name: str, previous: Previous | None
) -> str:
    """What is new against the review before, in words."""
    if previous is None:
        return "first review"
    before = previous.queue(name)
    if verdict is None:
        return "" if before is None else f"was {before.decision}, is no longer offered"
    if before is None:
        return "was not reviewed before"
    status = "unchanged" if verdict.decision == before.decision else f"was {before.decision}"
    if before.resolved is None:
        return status
    return f"{status}; resolved {100 * (posterior.mean[0] - before.resolved):+.1f} points"


def _notes(site: Site, known: _Known) -> tuple[str, ...]:
    """Treatments worth telling."""
    assert site.bot_outcomes is not None
    notes = []
    late = int((site.bot_outcomes["ds"] >= known.at).sum())
    if late:
        notes.append(f"bot_outcomes.csv: {late:,} rows after the review's morning are not used")
    for name, rows in known.outcomes.groupby("unique_id"):
        share = open_share(rows, known.at)
        if share > 0:
            notes.append(
                f"{name}: {share:.1%} of the last four weeks' closed sessions have no outcome and "
                "pass for resolved"
            )
    days = known.outcomes["ds"].dt.tz_convert(site.config.time_zone).dt.date
    versions = known.outcomes.groupby(["unique_id", days])["bot_version"].nunique()
    for name, day in versions.index[versions > 1]:
        notes.append(f"{name}: {day} has two bot versions; the later one counts for the alarm")
    return tuple(notes)
