"""What the whole site asks of its workers, as prices: the rows that tie workers together.

A worker's own rules are rows of his own. Coverage, licences and caps of a template are rows of the
site. With a price on each of these, the workers no longer depend on each other: a shift is worth
what it adds to the site's rows, and each worker can be asked for his best schedule alone.
"""

import numpy as np
from scipy import sparse

from scheduler.model.build import Model
from scheduler.model.linear import UNBOUNDED, BoolArray, FloatArray
from scheduler.model.objective.backlogs import CHAINS, ROWS
from scheduler.pricing import late_price, left_over_price, overdue_prices
from scheduler.problem import IntArray

# Prices are whole multiples of 1/64 cent: sums of them are exact in floating point.
PRICE_UNIT = 64.0


class Site:
    """The site's rows of a model, and what a shift is worth at prices of them.

    ``rows``: indices of the site's rows; prices, activity and sides run over them.
    ``low``, ``high``: the range a sensible price lies in.
    """

    def __init__(self, model: Model) -> None:
        linear, v = model.linear, model.variables
        self.model = model
        self.rows = np.flatnonzero(_is_site_row(model))
        matrix = linear.matrix[self.rows]
        self.matrix: sparse.csr_array = matrix
        # At least one or two workers' shifts touch each of the site's rows directly only where a
        # template is capped; elsewhere shifts act through whom they serve.
        self._of_servings = sparse.csr_array(matrix[:, v.servings.column].T)
        self._of_choices = sparse.csr_array(matrix[:, v.choices.column].T)
        self.slack = np.flatnonzero(_is_site_slack(model))
        self._of_slack = sparse.csr_array(matrix[:, self.slack].T)
        self.lower, self.upper = linear.row_lower[self.rows], linear.row_upper[self.rows]
        dearest = np.zeros(len(self.rows))
        entries = self._of_slack.tocoo()
        np.maximum.at(dearest, entries.col, linear.cost[self.slack][entries.row])
        wanted, capped = self.lower > -UNBOUNDED, self.upper < UNBOUNDED
        limit = np.where(dearest > 0, dearest, float(linear.cost.max(initial=0)) * 8)
        # How far a step moves each price, against the others.
        self.pace = np.ones(len(self.rows))
        if model.problem.backlogs:
            self._price_backlogs(limit)
        self.low, self.high = np.where(capped, -limit, 0.0), np.where(wanted, limit, 0.0)
        # Servings in the order of their keys, for the best of each key.
        self._by_key = np.argsort(v.servings.key, kind="stable")
        keys = v.servings.key[self._by_key]
        self._first = np.flatnonzero(np.diff(keys, prepend=-1))
        self._keys = keys[self._first]
        at = np.minimum(np.searchsorted(self._keys, v.servings.choice_key), len(self._keys) - 1)
        self._entry_key: IntArray = at
        count = np.bincount(v.servings.choice, minlength=len(v.choices.worker))
        self._entry_edges = np.concatenate([[0], np.cumsum(count)])
        self._is_single = bool(np.all(count == 1))

    def _price_backlogs(self, limit: FloatArray) -> None:
        """A minute's price is at most all that it can cost, and stays where a relaxation put it.

        What waits ties the prices of a queue to each other: any that moved alone would cost the
        bound as much as all that may wait.
        """
        problem, size = self.model.problem, self.model.problem.horizon.num_intervals
        for name, (key, row) in self.model.linear.named.items():
            at = np.searchsorted(self.rows, row)
            if name in ROWS:
                self.pace[at] = 0.0
            for index, queue in enumerate(problem.queues if name in CHAINS else ()):
                if queue.id in problem.backlogs:
                    own, backlog = at[key // size == index], problem.backlogs[queue.id]
                    waiting = sum(overdue_prices(problem, backlog)) + left_over_price(backlog)
                    limit[own] = late_price(problem, queue) if name == "in_time" else waiting

    def rounded(self, prices: FloatArray) -> FloatArray:
        """Prices inside their range, as multiples of the unit."""
        clipped = np.clip(prices, self.low, self.high)
        found: FloatArray = np.round(clipped * PRICE_UNIT) / PRICE_UNIT
        return found

    def worth(self, prices: FloatArray) -> "Worth":
        """What serving and starting shifts is worth at these prices."""
        value = self._of_servings @ prices
        if not len(self._first):
            return Worth(self, np.zeros(1), np.zeros(0, dtype=np.int64), self._of_choices @ prices)
        ordered = value[self._by_key]
        best = np.maximum.reduceat(ordered, self._first)
        size = np.diff(self._first, append=len(ordered))
        is_best = np.flatnonzero(ordered == np.repeat(best, size))
        key = np.repeat(np.arange(len(best)), size)[is_best]
        _, at = np.unique(key, return_index=True)
        return Worth(self, best, self._by_key[is_best[at]], self._of_choices @ prices)

    def entries(self, choices: IntArray) -> tuple[IntArray, IntArray]:
        """Entries of some choices: position in ``choices``, and index of the key served."""
        if self._is_single:
            return np.arange(len(choices)), self._entry_key[choices]
        count = self._entry_edges[choices + 1] - self._entry_edges[choices]
        at = np.repeat(np.arange(len(choices)), count)
        offset = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
        return at, self._entry_key[self._entry_edges[choices][at] + offset]

    def activity(self, choices: IntArray, servings: IntArray) -> FloatArray:
        """What these shifts and servings add to each of the site's rows."""
        found = _sum_of_rows(self._of_servings, servings)
        return found + _sum_of_rows(self._of_choices, choices) if self._of_choices.nnz else found

    def base(self, prices: FloatArray) -> float:
        """The site's own part of the bound: sides of its rows, and slack at its better end."""
        linear = self.model.linear
        side = np.where(prices > 0, self.lower, self.upper)
        rows = np.where(prices == 0.0, 0.0, prices * side)
        reduced = linear.cost[self.slack] - self._of_slack @ prices
        ends = np.minimum(reduced * linear.lower[self.slack], reduced * linear.upper[self.slack])
        return float(rows.sum() + ends.sum()) + linear.offset

    def missing(self, prices: FloatArray, activity: FloatArray) -> FloatArray:
        """By how much each row's priced side is missed: the direction in which prices rise."""
        linear = self.model.linear
        reduced = linear.cost[self.slack] - self._of_slack @ prices
        used = np.where(reduced < 0, linear.upper[self.slack], linear.lower[self.slack])
        with_slack = activity + self._of_slack.T @ used
        # At price 0 the side that is missed asks for a price; within both, none is asked.
        below = np.maximum(self.lower - with_slack, 0.0)
        above = np.minimum(self.upper - with_slack, 0.0)
        side = np.where(prices > 0, self.lower, self.upper) - with_slack
        found: FloatArray = np.where(prices == 0.0, below + above, side)
        return found


class Worth:
    """What each choice is worth at some prices, and whom it serves then."""

    def __init__(self, site: Site, best: FloatArray, serving: IntArray, direct: FloatArray) -> None:
        self.site, self._best, self._serving, self._direct = site, best, serving, direct

    def profit(self, choices: IntArray) -> FloatArray:
        """Worth less cost of some choices; very negative where nobody could be served."""
        linear, v = self.site.model.linear, self.site.model.variables
        cost = linear.cost[v.choices.column[choices]]
        at, key = self.site.entries(choices)
        value: FloatArray = self._best[key]
        if len(at) != len(choices):
            value = np.bincount(at, weights=value, minlength=len(choices)).astype(np.float64)
        found: FloatArray = value + self._direct[choices] - cost
        return found

    def servings(self, choices: IntArray) -> IntArray:
        """Whom these choices serve at their best, entry by entry."""
        _, key = self.site.entries(choices)
        found: IntArray = self._serving[key]
        return found


def _sum_of_rows(matrix: sparse.csr_array, rows: IntArray) -> FloatArray:
    """Sum of some rows, a few of many: faster than a product with a whole vector."""
    first, size = matrix.indptr[rows], np.diff(matrix.indptr)[rows]
    offset = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    at = np.repeat(first, size) + offset
    total = np.bincount(matrix.indices[at], weights=matrix.data[at], minlength=matrix.shape[1])
    return total.astype(np.float64)


def _is_site_slack(model: Model) -> BoolArray:
    """Columns of no worker that are no servings: need left open, overstaffing."""
    found: BoolArray = model.linear.owner < 0
    found[model.variables.servings.column] = False
    return found


def _is_site_row(model: Model) -> BoolArray:
    """Rows of no single worker, but for those between shifts and whom they serve."""
    linear = model.linear
    index, edges = linear.matrix.indices, linear.matrix.indptr[:-1]
    if not len(index):
        return np.zeros(linear.num_rows, dtype=bool)
    most = np.maximum.reduceat(linear.owner[index], edges)
    is_serving = np.zeros(linear.num_columns, dtype=bool)
    is_serving[model.variables.servings.column] = True
    serves = np.maximum.reduceat(is_serving[index].astype(np.int8), edges) > 0
    is_balance = serves & (most >= 0)
    found: BoolArray = (linear.row_owner < 0) & ~is_balance
    return found
