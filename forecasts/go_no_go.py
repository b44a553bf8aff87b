"""Whether the bot may take more of a queue: ramp, hold or stop, and how sure that is.

Three things are asked: does it send few enough back, are its customers not less content than
people's by more than a margin, does it really save work. A status is harder to enter than to
keep, so that chance does not switch the bot on and off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from scipy import stats

from forecasts.bot_share import ENOUGH_LABELS, BotPolicy, OutcomePosterior
from forecasts.calendar import FloatArray
from forecasts.correction import Correction

Decision = Literal["ramp", "hold", "stop"]

BOUNCE, CSAT, SAVED = "bounce", "csat", "saved"
NUM_DRAWS = 20_000
MIN_CSAT_DAYS = 5
# Shares of the contacts that may be offered, one step after the other.
RAMP = (0.10, 0.25, 0.50, 1.0)
NEAR = 0.02  # an offered share that is nearer to a step than this has reached it
ALARM_DAYS = 14  # for which an alarm forbids to ramp
MAX_OPEN_SHARE = 0.05  # sessions of closed days without any outcome
# Return share of the hold-out known to three points, at 90 %, from four weeks.
HOLD_OUT_ERROR, HOLD_OUT_Z, MAX_HOLD_OUT = 0.03, 1.645, 0.20
MOST_BASELINE = 0.9  # whoever served them, as much as may be stated


class Corrected(Protocol):
    """What the bot's figures are corrected by: one share each, or one for each draw."""

    @property
    def baseline_return_share(self) -> float | FloatArray:
        """Of customers who come back whoever served them."""

    @property
    def substitution_ratio(self) -> float | FloatArray:
        """Of resolved contacts that people would have had without the bot."""


@dataclass(frozen=True, slots=True)
class GoPolicy:
    """What is asked of the bot.

    ``bounce_limit``: most bounces of offered contacts; ``csat_margin``: how much less content
    its customers may be; ``baseline_return_share``: customers who come back whoever served
    them; ``substitution_ratio``: share of resolved contacts that people would have had without
    the bot; ``decide_at``: probability that changes a status, which stays until half-way
    between it and one half; ``min_days_between_changes``; ``hold_out_share`` never meets the bot.
    """

    bounce_limit: float = 0.15
    csat_margin: float = 0.05
    baseline_return_share: float = 0.0
    substitution_ratio: float = 1.0
    decide_at: float = 0.8
    min_days_between_changes: int = 14
    hold_out_share: float = 0.05

    @property
    def stay_at(self) -> float:
        """Probability down to which a ramp is kept."""
        return (self.decide_at + 0.5) / 2


@dataclass(frozen=True)
class Corrections:
    """What is known of a queue's corrections, stated or measured."""

    baseline: Correction
    substitution: Correction

    @classmethod
    def stated(cls, go: GoPolicy) -> "Corrections":
        """Those of the settings."""
        return cls(
            Correction(go.baseline_return_share, "setting"),
            Correction(go.substitution_ratio, "setting"),
        )

    def draw(self, rng: np.random.Generator, num: int) -> "Drawn":
        """``num`` draws of both, which know nothing of each other."""
        return Drawn(self.baseline.draw(rng, num), self.substitution.draw(rng, num))


@dataclass(frozen=True, slots=True)
class Drawn:
    """Draws of the corrections, (draws,) each."""

    baseline_return_share: FloatArray
    substitution_ratio: FloatArray


@dataclass(frozen=True, slots=True)
class Standing:
    """What the last review decided: since when, and for which bot version."""

    decision: Decision
    since: date
    bot_version: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision, since when it holds, and why."""

    decision: Decision
    since: date
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one queue on the day of a review.

    ``probabilities`` of what is asked, 0 to 1, without what cannot be judged; ``labels`` behind
    them; ``last_alarm`` of the queue or its category; ``open_share`` of sessions whose window has
    closed without an outcome.
    """

    at: date
    probabilities: dict[str, float]
    labels: float
    bot_version: str
    last_alarm: date | None = None
    open_share: float = 0.0

    @property
    def worst(self) -> float:
        """The least of the probabilities."""
        return min(self.probabilities.values())

    @property
    def is_alarmed(self) -> bool:
        """Whether an alarm is so new that nothing may be ramped."""
        return self.last_alarm is not None and self.at - self.last_alarm <= timedelta(ALARM_DAYS)


def probabilities(
    posterior: OutcomePosterior,
    csat: float | None,
    bot: BotPolicy,
    go: GoPolicy,
    seed: int = 1,
    corrections: Corrections | None = None,
) -> dict[str, float]:
    """Chance that each thing asked holds; ``csat`` as from ``csat_probability``.

    ``corrections`` with how sure they are; None: those of ``go``, taken as they are.
    """
    shares, drawn = _draws(posterior, corrections or Corrections.stated(go), seed)
    bounced = excess_bounces(shares[:, 2], drawn.baseline_return_share)
    found = {
        BOUNCE: float((bounced <= go.bounce_limit).mean()),
        SAVED: float((saved_work(shares, bot, drawn) > 0).mean()),
    }
    return found if csat is None else found | {CSAT: csat}


def excess_quantiles(
    posterior: OutcomePosterior, corrections: Corrections, levels: Sequence[float], seed: int = 1
) -> FloatArray:
    """Quantiles of the bounces that are the bot's doing, as a share of offered contacts."""
    shares, drawn = _draws(posterior, corrections, seed)
    excess = excess_bounces(shares[:, 2], drawn.baseline_return_share)
    return np.asarray(np.quantile(excess, levels), dtype=np.float64)


def _draws(
    posterior: OutcomePosterior, corrections: Corrections, seed: int
) -> tuple[FloatArray, Drawn]:
    rng = np.random.default_rng(seed)
    return posterior.draw(rng, NUM_DRAWS), corrections.draw(rng, NUM_DRAWS)


def excess_bounces(bounced: FloatArray, baseline: float | FloatArray) -> FloatArray:
    """Bounces that are the bot's doing, as a share of offered contacts: 1 - (1 - b) / (1 - b0).

    Customers who come back whoever served them, ``baseline``, are no bounces.
    """
    stays = 1 - np.minimum(baseline, MOST_BASELINE)
    excess: FloatArray = np.maximum(1 - (1 - bounced) / stays, 0.0)
    return excess


def saved_work(shares: FloatArray, bot: BotPolicy, go: Corrected) -> FloatArray:
    """Work saved per offered contact, in handle times of a direct one; ``shares`` (draws, 3).

    Resolved contacts that people would have had, those included whose return is not the bot's
    doing, less the extra handle time of what is escalated and what bounces:
    s (r + b - x) - (m_e - 1) e - (m_b - 1) x, with x the excess bounces.
    """
    resolved, escalated, bounced = shares.T
    excess = excess_bounces(bounced, go.baseline_return_share)
    spared = go.substitution_ratio * (resolved + bounced - excess)
    extra = (bot.escalated_aht_factor - 1) * escalated + (bot.bounced_aht_factor - 1) * excess
    saved: FloatArray = spared - extra
    return saved


def csat_probability(
    rows: pd.DataFrame, at: pd.Timestamp, half_life: float, margin: float
) -> float | None:
    """Chance that the bot's customers are not less content than people's by ``margin``.

    ``rows`` of one queue: ds, offered, bot_version, csat_bot, csat_human. Days of the newest
    version with both values count, weighed by contacts and age; a Student t of their
    differences, as nobody says how many answered. None with fewer than five such days.
    """
    if not {"csat_bot", "csat_human"} <= set(rows.columns):
        return None
    rows = rows[rows["ds"] < at].sort_values("ds", kind="stable")
    known = rows[["csat_bot", "csat_human"]].notna().all(axis=1) & (rows["offered"] > 0)
    rows = rows[known & (rows["bot_version"] == rows["bot_version"].iloc[-1:].squeeze())]
    if len(rows) < MIN_CSAT_DAYS:
        return None
    age = ((at - rows["ds"]).dt.total_seconds() / 86_400).to_numpy(dtype=np.float64)
    weight = rows["offered"].to_numpy(dtype=np.float64) * 0.5 ** (age / half_life)
    weight /= weight.sum()
    gap = (rows["csat_bot"] - rows["csat_human"]).to_numpy(dtype=np.float64)
    mean, days = float(weight @ gap), 1 / float(weight @ weight)
    free = max(days - 1, 1.0)
    error = np.sqrt(max(float(weight @ (gap - mean) ** 2), 1e-12) / free)
    return float(stats.t.cdf((mean + margin) / error, free))


def decide(case: Case, last: Standing | None, go: GoPolicy) -> Verdict:
    """The decision of a review, given the last one.

    Too few labels, an alarm of the last two weeks and unknown outcomes forbid to ramp. A stop is
    left only with evidence, or for a new bot version. A change has to wait until the last one is
    ``min_days_between_changes`` old, except from ramp when the alarm is on.
    """
    was: Decision = "hold" if last is None else last.decision
    wanted, reason = _wanted(case, last, go)
    reasons = [reason]
    waits = last is not None and (case.at - last.since).days < go.min_days_between_changes
    if wanted != was and waits and not (was == "ramp" and case.is_alarmed):
        reasons.append(
            f"{wanted} is due, but the last change is less than "
            f"{go.min_days_between_changes} days old: {was} stays"
        )
        wanted = was
    since = case.at if last is None or wanted != last.decision else last.since
    return Verdict(wanted, since, tuple(reasons))


def _wanted(case: Case, last: Standing | None, go: GoPolicy) -> tuple[Decision, str]:
    """The decision that the evidence asks for, and the first reason for it."""
    was = None if last is None else last.decision
    if last is not None and was == "stop" and last.bot_version != case.bot_version:
        return "hold", f"new bot version {case.bot_version} after a stop: try it on a few"
    if case.labels < ENOUGH_LABELS:
        few = f"only {case.labels:.0f} labels, {ENOUGH_LABELS:.0f} are needed to decide"
        return ("stop" if was == "stop" else "hold"), few
    if case.worst <= 1 - go.decide_at or (was == "stop" and case.worst < 1 - go.stay_at):
        return "stop", _words(case, "too unlikely")
    if was == "stop":
        return "hold", _words(case, "no longer unlikely enough for a stop")
    barred = _barred(case)
    if barred is not None:
        return "hold", barred
    if case.worst >= (go.stay_at if was == "ramp" else go.decide_at):
        return "ramp", _words(case, "likely enough")
    return "hold", _words(case, "not sure enough")


def _barred(case: Case) -> str | None:
    """What forbids to ramp whatever the probabilities say."""
    if case.is_alarmed:
        return f"drift alarm of {case.last_alarm}: no ramp for {ALARM_DAYS} days"
    if case.open_share > MAX_OPEN_SHARE:
        return f"{case.open_share:.0%} of closed sessions have no outcome: no ramp on them"
    return None


def _words(case: Case, what: str) -> str:
    texts = {
        BOUNCE: "bounces within the limit",
        CSAT: "customers as content as with people",
        SAVED: "work really saved",
    }
    name = min(case.probabilities, key=lambda one: case.probabilities[one])
    return f"{texts[name]}: {case.probabilities[name]:.0%}, {what}"


def offer(
    decision: Decision, offered: float, labels: float, hold_out: float, max_offered: float
) -> float:
    """Share of the queue's contacts to offer until the next review.

    A ramp goes one step up, a hold stays, on few labels at most at the first step; a stop offers
    nothing. The hold-out never meets the bot.
    """
    most = min(max_offered, 1 - hold_out)
    if decision == "stop":
        return 0.0
    if decision == "ramp":
        return min(next((step for step in RAMP if step > offered + NEAR), 1.0), most)
    return min(offered, most, RAMP[0] if labels < ENOUGH_LABELS else 1.0)


def hold_out_share(contacts_in_four_weeks: float, go: GoPolicy) -> float:
    """Share of contacts to keep with people, so that what they would do stays measurable.

    Enough to know the share that comes back anyway to three points, up to a fifth of the queue;
    never less than the policy's.
    """
    share = max(go.baseline_return_share, 0.1)
    need = (HOLD_OUT_Z / HOLD_OUT_ERROR) ** 2 * share * (1 - share)
    wanted = min(need / max(contacts_in_four_weeks, 1.0), MAX_HOLD_OUT)
    return max(go.hold_out_share, wanted)
