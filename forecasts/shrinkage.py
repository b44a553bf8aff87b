"""Shrinking outcome shares of queues to the mean of their category and of all queues."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

ShareArray = npt.NDArray[np.float64]

# Fewer queues cannot show how much queues differ.
MIN_QUEUES = 4
FIXED_STRENGTH = 15.0
# Weak Gamma prior of the strength: shape 2, mean 40 labels.
PRIOR_SHAPE, PRIOR_MEAN = 2.0, 40.0
STRENGTH_RANGE = (1.0, 500.0)
# How many labels' worth the mean of all queues weighs in a category's mean.
CATEGORY_STRENGTH = 15.0


def shrunk(counts: ShareArray, means: ShareArray, strength: float) -> ShareArray:
    """Dirichlet parameters (queues, outcomes): own counts + strength x group mean.

    The larger the strength, the closer the shares come to the group's mean.
    """
    return counts + strength * means


def group_means(
    counts: ShareArray, categories: Sequence[str], prior: ShareArray, prior_strength: float
) -> ShareArray:
    """Mean outcome shares of each queue's category, itself pulled to the mean of all queues.

    A queue weighs at most 200 labels, so that one large queue does not speak for its category.
    """
    total = counts.sum(axis=1, keepdims=True)
    fair = counts * np.minimum(1.0, 200.0 / np.maximum(total, 1e-9))
    overall = fair.sum(axis=0) + prior_strength * prior
    overall /= overall.sum()
    means = np.empty_like(counts)
    labels = np.array(categories)
    for category in dict.fromkeys(categories):
        chosen = labels == category
        pooled = fair[chosen].sum(axis=0) + CATEGORY_STRENGTH * overall
        means[chosen] = pooled / pooled.sum()
    return means


def peer_means(
    counts: ShareArray, categories: Sequence[str], prior: ShareArray, prior_strength: float
) -> ShareArray:
    """What each queue's peers lead one to expect of it: their ``group_means`` without itself.

    A queue that spoke for its own prior would look more like its category than it is.
    """
    means = np.empty_like(counts)
    for row in range(len(counts)):
        others = np.delete(counts, row, axis=0)
        rest = [*categories[:row], *categories[row + 1 :]]
        means[row] = group_means(
            np.append(others, np.zeros((1, counts.shape[1])), axis=0),
            [*rest, categories[row]],
            prior,
            prior_strength,
        )[-1]
    return means


def fitted_strength(counts: ShareArray, means: ShareArray) -> float:
    """How alike the queues of a category are, in labels, by maximum marginal likelihood.

    Dirichlet-multinomial of the counts given strength x mean, times a weak Gamma prior on the
    strength (Minka 2000, "Estimating a Dirichlet distribution"). Under four queues: 15.
    """
    if len(counts) < MIN_QUEUES:
        return FIXED_STRENGTH
    counts, means = _settled_or_not(counts), _settled_or_not(means)

    def loss(log_strength: float) -> float:
        strength = float(np.exp(log_strength))
        alpha = strength * means
        own = special.gammaln(counts + alpha) - special.gammaln(alpha)
        whole = special.gammaln(strength) - special.gammaln(counts.sum(axis=1) + strength)
        prior = (PRIOR_SHAPE - 1) * log_strength - PRIOR_SHAPE * strength / PRIOR_MEAN
        return -float(own.sum() + whole.sum() + prior)

    low, high = np.log(STRENGTH_RANGE)
    found = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded")
    return float(np.exp(found.x))


def _settled_or_not(shares: ShareArray) -> ShareArray:
    """The first outcome and all others: how failures split says nothing of how queues differ."""
    return np.stack([shares[:, 0], shares[:, 1:].sum(axis=1)], axis=1)
