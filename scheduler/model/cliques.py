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
    open_pairs = np.triu(conflict)
    for first in np.flatnonzero(open_pairs.any(axis=1)).tolist():
        while open_pairs[first].any():
            second = int(open_pairs[first].argmax())
            clique = [first, second]
            common = conflict[first] & conflict[second]
            while common.any():
                # Prefer pairs that are still open, so that fewer cliques are needed.
                fresh = common & open_pairs[first]
                member = int((fresh if fresh.any() else common).argmax())
                clique.append(member)
                common &= conflict[member]
            members = np.sort(np.array(clique, dtype=np.int64))
            open_pairs[np.ix_(members, members)] = False
            yield members
