"""Poisson and Gamma draws by table: hundreds of millions of them in seconds.

Sample paths of a thousand series need far more counts than a sampler that decides count by
count can give. Both laws are cut into equally likely parts; a random part is one look-up.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

Counts = npt.NDArray[np.int32]
Rates = npt.NDArray[np.float32]
Words = npt.NDArray[np.uint16]

# Random words have 16 bits; the upper ones choose the part.
WORD_BITS = 16
SURPRISE_BITS = 10
COUNT_BITS = 12
# Rows of the table lie this close in the root of the rate, so their counts differ little.
ROWS_PER_ROOT = 16
# Above, a Poisson law is so near to a normal one that its skewness is all that is missing.
LARGEST_RATE = 1024.0
NORMAL = special.ndtri((np.arange(1 << COUNT_BITS) + 0.5) / (1 << COUNT_BITS))


def surprises(variance: float, words: Words) -> Rates:
    """Gamma factors of mean 1 and this variance, one for each random word."""
    found: Rates = _surprise_table(variance).take(words >> (WORD_BITS - SURPRISE_BITS))
    return found


@lru_cache(maxsize=4096)
def _surprise_table(variance: float) -> Rates:
    """The middles of equally likely parts, spread so that mean and variance are exact."""
    num = 1 << SURPRISE_BITS
    middles = special.gammaincinv(1 / variance, (np.arange(num) + 0.5) / num) * variance
    table = 1 + (middles - middles.mean()) * np.sqrt(variance / middles.var())
    table = np.maximum(table, 0.0)
    return np.asarray(table / table.mean(), dtype=np.float32)


def poisson(rate: Rates, words: Words, more_words: Words) -> Counts:
    """A count for each rate >= 0, from two random words each; any shape.

    The mean is exact: a rate between two rows of the table falls on either with the chance that
    keeps it. What is rarer than 1 in 8192 at a given rate is left out.
    """
    largest = float(rate.max(initial=0.0))
    if largest > LARGEST_RATE:
        found = poisson(np.minimum(rate, np.float32(LARGEST_RATE)), words, more_words)
        large = rate > LARGEST_RATE
        found[large] = _large(rate[large], words[large])
        return found
    num_rows = 1 << int(np.ceil(np.log2(ROWS_PER_ROOT * np.sqrt(largest) + 3)))
    counts, mean, per_contact = _count_table(num_rows)
    row = (np.sqrt(rate) * np.float32(ROWS_PER_ROOT)).astype(np.int32)
    part = (rate - mean.take(row)) * per_contact.take(row)
    row += part > more_words
    row <<= COUNT_BITS
    row += words >> (WORD_BITS - COUNT_BITS)
    return counts.take(row)


def _large(rate: Rates, words: Words) -> Counts:
    """Normal with the Poisson law's skewness (Cornish and Fisher 1938)."""
    z = NORMAL.astype(np.float32)[words >> (WORD_BITS - COUNT_BITS)]
    found = np.rint(rate + np.sqrt(rate) * z + (z * z - 1) / 6)
    return np.asarray(np.maximum(found, 0), dtype=np.int32)


@lru_cache(maxsize=8)
def _count_table(num_rows: int) -> tuple[Counts, Rates, Rates]:
    """Counts of equally likely parts (rows x parts), the mean of each row, and the random words
    that one contact more in the mean is worth."""
    rate = (np.arange(num_rows) / ROWS_PER_ROOT) ** 2
    num = 1 << COUNT_BITS
    counts = np.empty((num_rows, num), dtype=np.int32)
    middles = (np.arange(num) + 0.5) / num
    support = np.arange(int(rate[-1] + 8 * np.sqrt(rate[-1]) + 16))
    for row, one in enumerate(rate):
        counts[row] = np.searchsorted(special.pdtr(support, one), middles)
    mean = counts.mean(axis=1)
    gap = np.append(np.diff(mean), 1.0)
    words = (1 << WORD_BITS) / gap
    return counts.ravel(), mean.astype(np.float32), words.astype(np.float32)
