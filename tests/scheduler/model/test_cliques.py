"""Cliques: together they forbid exactly what the pairs forbid."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.cliques import cover_by_cliques
from scheduler.model.linear import BoolArray


@st.composite
def conflicts(draw: st.DrawFn) -> BoolArray:
    """A symmetric matrix with a false diagonal."""
    size = draw(st.integers(0, 9))
    rows = draw(st.lists(st.lists(st.booleans(), min_size=size, max_size=size),
                         min_size=size, max_size=size))  # fmt: skip
    upper = np.triu(np.array(rows, dtype=bool).reshape(size, size), k=1)
    return upper | upper.T


def pairs(conflict: BoolArray) -> set[tuple[int, int]]:
    return set(zip(*np.nonzero(np.triu(conflict)), strict=True))


@settings(max_examples=200, deadline=None)
@given(conflicts())
def test_every_pair_of_a_clique_excludes_each_other(conflict: BoolArray) -> None:
    for clique in cover_by_cliques(conflict):
        assert set(combinations(clique.tolist(), 2)) <= pairs(conflict)


@settings(max_examples=200, deadline=None)
@given(conflicts())
def test_every_conflicting_pair_is_in_a_clique(conflict: BoolArray) -> None:
    covered = {pair for one in cover_by_cliques(conflict) for pair in combinations(one.tolist(), 2)}
    assert covered == pairs(conflict)


@settings(max_examples=100, deadline=None)
@given(conflicts())
def test_no_clique_could_be_larger(conflict: BoolArray) -> None:
    for clique in cover_by_cliques(conflict):
        assert not conflict[clique].all(axis=0).any()


def test_shifts_that_all_exclude_each_other_are_one_row() -> None:
    (clique,) = cover_by_cliques(~np.eye(6, dtype=bool))
    assert clique.tolist() == [0, 1, 2, 3, 4, 5]


def test_the_conflicts_themselves_are_left_as_they_are() -> None:
    conflict = ~np.eye(4, dtype=bool)
    list(cover_by_cliques(conflict))
    assert (conflict == ~np.eye(4, dtype=bool)).all()
