"""The booster: gradient-boosted trees over all series that correct the core forecast.

Trees (LightGBM, Poisson objective) start from the logarithm of the core mean, so without
evidence they change nothing. One model serves all series and all leads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from forecasts.calendar import BoolArray, FloatArray
from forecasts.features import CATEGORICAL, FEATURES, FeatureArray

NUM_TREES = 100
LEARNING_RATE = 0.05
NUM_LEAVES = 4
# A leaf holds at least this part of all rows, and this many.
LEAF_PART = 200
LEAF_ROWS = 100
# Counts scatter more than Poisson: variance = mean + v mean^2, so a row weighs 1 / (1 + v mean).
OVERDISPERSION = 0.03
# Leaves are pulled to 0 as if so many rows of large counts had agreed with the core.
PULL_ROWS = 80.0
# No correction beyond a factor of e.
LARGEST = 1.0


@lru_cache(maxsize=1)
def load_lightgbm() -> Any | None:
    """The library, or None where it cannot be loaded, for example without libgomp."""
    try:
        import lightgbm
    except (ImportError, OSError):
        return None
    return lightgbm


@dataclass(frozen=True, slots=True)
class Rows:
    """Intervals to learn from: features (rows, features), contacts and core mean (rows,)."""

    features: FeatureArray
    contacts: FloatArray
    mean: FloatArray

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """All rows of several tables."""
        return cls(
            np.concatenate([one.features for one in parts]),
            np.concatenate([one.contacts for one in parts]),
            np.concatenate([one.mean for one in parts]),
        )

    def chosen(self, rows: BoolArray) -> "Rows":
        """Some of the rows."""
        return Rows(self.features[rows], self.contacts[rows], self.mean[rows])


@dataclass(frozen=True, slots=True)
class Booster:
    """Trained trees."""

    trees: Any

    def correction(self, features: FeatureArray) -> FloatArray:
        """Logarithm of the factor on the core mean, of any shape (..., features) -> (...)."""
        flat = features.reshape(-1, features.shape[-1])
        raw = self.trees.predict(flat, raw_score=True, num_threads=1)
        found: FloatArray = np.clip(raw, -LARGEST, LARGEST).reshape(features.shape[:-1])
        return found


def fit_booster(rows: Rows, seed: int) -> Booster | None:
    """Train on rows with a positive mean; None with too few, or if LightGBM cannot be loaded.

    The same rows and seed give the same trees: one thread, deterministic histograms.
    """
    lightgbm = load_lightgbm()
    if lightgbm is None or len(rows.mean) < 2 * LEAF_ROWS:
        return None
    parameters = {
        "objective": "poisson",
        "learning_rate": LEARNING_RATE,
        "num_leaves": NUM_LEAVES,
        "min_data_in_leaf": max(LEAF_ROWS, len(rows.mean) // LEAF_PART),
        "max_bin": 63,
        "lambda_l2": PULL_ROWS / OVERDISPERSION,
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }
    data = lightgbm.Dataset(
        rows.features,
        rows.contacts,
        weight=1 / (1 + OVERDISPERSION * rows.mean),
        init_score=np.log(rows.mean),
        feature_name=list(FEATURES),
        categorical_feature=list(CATEGORICAL),
        params={"verbose": -1, "max_bin": 63},
    )
    return Booster(lightgbm.train(parameters, data, NUM_TREES))
