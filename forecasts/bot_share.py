"""What the bot does with a contact: resolved, escalated at once, or bounced back later.

Per queue the three shares have a Dirichlet posterior: decayed counts, pulled to the mean of
the queue's category and of all queues (empirical Bayes on the Dirichlet-multinomial).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from forecasts.calendar import FloatArray
from forecasts.outcomes import Evidence, gather
from forecasts.shrinkage import ShareArray, fitted_strength, peer_means, shrunk

Status = Literal["offered", "canary", "cold_start", "sensitive", "not_offered"]

# Resolved, escalated, bounced where nothing is known: 30 % resolved, worth a dozen labels.
COLD_START = (0.30, 0.50, 0.20)
COLD_START_STRENGTH = 12.0
# Labels worth having before a share speaks for itself.
ENOUGH_LABELS = 150.0
# Never surer than this many labels: tomorrow's customers are not yesterday's.
MOST_LABELS = 2000.0
# The pooled offered share counts as this many contacts of the queue.
OFFERED_STRENGTH = 20.0


@dataclass(frozen=True, slots=True)
class BotPolicy:
    """What the bot may do, and what its failures cost.

    ``sensitive_categories`` are never offered, whatever the data says. The factors multiply
    the handle time of a contact that the bot escalated or that bounced back. Counts lose half
    of their weight in ``half_life_days``. ``prior_strength`` in labels; None: estimated.
    """

    sensitive_categories: tuple[str, ...] = ()
    max_offered_share: float = 0.95
    escalated_aht_factor: float = 1.2
    bounced_aht_factor: float = 1.4
    half_life_days: float = 21.0
    prior_strength: float | None = None

    def is_sensitive(self, unique_id: str) -> bool:
        """Whether the queue's category, the first part of its id, is on the list."""
        return unique_id.split("|")[0] in self.sensitive_categories


@dataclass(frozen=True)
class OutcomePosterior:
    """What is known of one queue's bot outcomes.

    ``offered_share`` of all contacts meet the bot; of those, the shares (resolved, escalated,
    bounced) are Dirichlet with ``alpha``. ``n_eff`` labels stand behind it, prior excluded.
    """

    unique_id: str
    offered_share: float
    alpha: tuple[float, float, float]
    n_eff: float
    status: Status
    reason: str

    @cached_property
    def mean(self) -> FloatArray:
        """Expected shares of resolved, escalated, bounced; they sum to 1."""
        alpha = np.array(self.alpha)
        return np.asarray(alpha / alpha.sum(), dtype=np.float64)

    def resolved_quantiles(self, levels: Sequence[float]) -> FloatArray:
        """Quantiles of the resolved share of offered contacts."""
        resolved, *rest = self.alpha
        return np.asarray(special.betaincinv(resolved, sum(rest), levels), dtype=np.float64)

    def draw(self, rng: np.random.Generator, num: int) -> FloatArray:
        """``num`` draws of the three shares, shape (num, 3)."""
        return rng.dirichlet(self.alpha, size=num)


def outcome_posteriors(
    outcomes: pd.DataFrame | None,
    history: pd.DataFrame,
    unique_ids: Sequence[str],
    policy: BotPolicy,
    *,
    time_zone: str = "UTC",
    at: pd.Timestamp | None = None,
) -> dict[str, OutcomePosterior]:
    """The posterior of each queue, in the order of ``unique_ids``.

    ``outcomes``: unique_id, ds (day or interval start), offered, resolved, escalated, bounced,
    bot_version; ``history``: unique_id, ds, y. What came at or after ``at`` (default: the end
    of the history) is not known yet and left out. Labels may be open: bounces of young sessions
    are weighed by the share that has had time to come back, and a session counts as resolved
    only when its window has closed. Counts of older bot versions weigh a fifth. Only queues
    with rows of their own are offered; with rows but no label yet they start cold.

    Raises OutcomesInvalid for missing columns, duplicates, counts that are negative, fractional
    or not finite, and outcomes that add up to more than was offered.
    """
    if outcomes is None or outcomes.empty:
        return {one: _not_offered(one, policy) for one in unique_ids}
    evidence = gather(outcomes, history, policy.half_life_days, time_zone, at)
    known = [one for one in unique_ids if one in evidence and not policy.is_sensitive(one)]
    alphas = _alphas([evidence[one] for one in known], policy)
    pooled = _pooled_offered([evidence[one] for one in known])
    found = {
        one: _posterior(evidence[one], alpha, pooled, policy)
        for one, alpha in zip(known, alphas, strict=True)
    }
    return {one: found.get(one) or _not_offered(one, policy) for one in unique_ids}


def _not_offered(unique_id: str, policy: BotPolicy) -> OutcomePosterior:
    alpha = _cold_alpha()
    if policy.is_sensitive(unique_id):
        return OutcomePosterior(
            unique_id, 0.0, alpha, 0.0, "sensitive", "sensitive category: never offered"
        )
    return OutcomePosterior(unique_id, 0.0, alpha, 0.0, "not_offered", "no bot outcomes")


def _cold_alpha() -> tuple[float, float, float]:
    resolved, escalated, bounced = (share * COLD_START_STRENGTH for share in COLD_START)
    return resolved, escalated, bounced


def _alphas(evidence: Sequence[Evidence], policy: BotPolicy) -> list[tuple[float, float, float]]:
    """Posterior of each queue; one without labels takes the cold start, not its neighbours."""
    labelled = [one for one in evidence if one.n_eff > 0]
    alphas = {one.unique_id: _cold_alpha() for one in evidence}
    if labelled:
        counts = np.array([_counts(one) for one in labelled])
        categories = [one.unique_id.split("|")[0] for one in labelled]
        posterior = _of_today(_shrink(counts, categories, policy.prior_strength), labelled)
        for one, (resolved, escalated, bounced) in zip(labelled, posterior.tolist(), strict=True):
            alphas[one.unique_id] = (resolved, escalated, bounced)
    return [alphas[one.unique_id] for one in evidence]


def _shrink(counts: ShareArray, categories: Sequence[str], strength: float | None) -> ShareArray:
    means = peer_means(counts, categories, np.array(COLD_START), COLD_START_STRENGTH)
    kappa = fitted_strength(counts, means) if strength is None else strength
    return shrunk(counts, means, kappa)


def _of_today(alpha: ShareArray, evidence: Sequence[Evidence]) -> ShareArray:
    """The same means with the variance added by which the share has wandered since.

    A logit variance v makes a share p vary by (p (1 - p))^2 v, like 1 / (p (1 - p) v) labels.
    """
    labels = alpha.sum(axis=1)
    share = alpha[:, 0] / labels
    walk = np.array([one.walk for one in evidence])
    less: ShareArray = alpha / (1 + labels * share * (1 - share) * walk)[:, None]
    return less


def _counts(evidence: Evidence) -> FloatArray:
    """Outcome shares times the labels they are worth."""
    return evidence.shares * min(evidence.n_eff, MOST_LABELS)


def _pooled_offered(evidence: Sequence[Evidence]) -> float:
    volume = sum(one.volume for one in evidence)
    return sum(one.offered for one in evidence) / volume if volume > 0 else 0.0


def _posterior(
    evidence: Evidence, alpha: tuple[float, float, float], pooled: float, policy: BotPolicy
) -> OutcomePosterior:
    share = (evidence.offered + OFFERED_STRENGTH * pooled) / (evidence.volume + OFFERED_STRENGTH)
    if evidence.volume == 0 and pooled == 0:
        # Rows exist, but no day of theirs has a known volume: as much as the policy allows.
        share = policy.max_offered_share
    n_eff = min(evidence.n_eff, MOST_LABELS)
    status, reason = _status(n_eff)
    return OutcomePosterior(
        evidence.unique_id,
        float(np.clip(share, 0.0, policy.max_offered_share)),
        alpha,
        n_eff,
        status,
        reason,
    )


def _status(n_eff: float) -> tuple[Status, str]:
    if n_eff == 0:
        return "cold_start", "offered, but no closed label yet: the prior decides"
    if n_eff < ENOUGH_LABELS:
        return "canary", f"only {n_eff:.0f} effective labels: leans on similar queues"
    return "offered", f"{n_eff:.0f} effective labels"
