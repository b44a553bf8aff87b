"""A bot version that nobody has seen at work yet: what its predecessor did counts a fifth."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from forecasts.bot_share import COLD_START, COLD_START_STRENGTH, OutcomePosterior
from forecasts.calendar import BoolArray, FloatArray
from forecasts.outcomes import OLD_VERSION_WEIGHT
from forecasts.shrinkage import FIXED_STRENGTH, group_means

# Of the resolved share: until labels come, the plan is on the safe side.
CAREFUL_QUANTILE = 0.2


@dataclass(frozen=True)
class NewVersion:
    """The shares of the next version, and where it answers instead of the present one.

    ``is_on`` has shape (intervals,) or (queues, intervals), past intervals included.
    ``quantile``: every path has this quantile of the resolved share; None: each draws its own.
    """

    posteriors: Mapping[str, OutcomePosterior]
    is_on: BoolArray
    quantile: float | None = None

    def shares(self, unique_id: str, rng: np.random.Generator, num: int) -> FloatArray:
        """Shares of resolved, escalated and bounced, shape (num, 3)."""
        posterior = self.posteriors[unique_id]
        if self.quantile is None:
            return posterior.draw(rng, num)
        resolved = float(posterior.resolved_quantiles([self.quantile])[0])
        failed = posterior.mean[1:] / posterior.mean[1:].sum()
        return np.tile([resolved, *((1 - resolved) * failed)], (num, 1))


def as_new_version(posteriors: Mapping[str, OutcomePosterior]) -> dict[str, OutcomePosterior]:
    """What is believed of each queue when another version takes over.

    The labels weigh a fifth, and the mean is pulled to that of the category and of all queues as
    if fifteen labels spoke for it: less sure, and less peculiar. What is never offered stays.
    """
    met = {key: one for key, one in posteriors.items() if one.offered_share > 0}
    if not met:
        return dict(posteriors)
    labels = np.array([one.alpha for one in met.values()]) * OLD_VERSION_WEIGHT
    categories = [key.split("|")[0] for key in met]
    group = group_means(labels, categories, np.array(COLD_START), COLD_START_STRENGTH)
    worth = labels.sum(axis=1, keepdims=True)
    pulled = (labels + FIXED_STRENGTH * group) * worth / (worth + FIXED_STRENGTH)
    found = dict(posteriors)
    for (key, one), (resolved, escalated, bounced) in zip(
        met.items(), pulled.tolist(), strict=True
    ):
        found[key] = replace(
            one,
            alpha=(resolved, escalated, bounced),
            n_eff=one.n_eff * OLD_VERSION_WEIGHT,
            reason="new bot version: the labels of the one before count a fifth",
        )
    return found
