"""Turn "these two shifts exclude each other" into few strong rows.

A pair rule is easy to state and to check; as rows, pairs are many and their relaxation is weak.
A clique of shifts that all exclude each other gives one row "at most one of these".
"""

from collections.abc import Iterator

import numpy as np

from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray


def cover_by_cliques(conflict: BoolArray) -> Iterator[IntArray]:
    """Cliques that together hold every conflicting pair, grown greedily in index order.

    ``conflict`` is symmetric with a false diagonal; shifts in time order give long cliques.
    """
    # Rows as bits of one integer each: thousands of workers make arrays too slow here.
    partners, open_pairs = _bits(conflict), _bits(np.triu(conflict))
    for first in range(len(partners)):
        while open_pairs[first]:
            second = _lowest(open_pairs[first])
            members = [first, second]
            common = partners[first] & partners[second]
            while common:
                # Prefer pairs that are still open, so that fewer cliques are needed.
                member = _lowest(common & open_pairs[first] or common)
                members.append(member)
                common &= partners[member]
            others = ~sum(1 << member for member in members)
            for member in members:
                open_pairs[member] &= others
            yield np.array(sorted(members), dtype=np.int64)


def _bits(rows: BoolArray) -> list[int]:
    packed = np.packbits(rows, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
