"""A first schedule of a large pool: the workers choose one after the other at moving prices.

All workers at once would answer equal prices with equal shifts. So a few at a time give up what
they have and take their best schedule at prices that rise where the site is short and fall where
it has enough. After some rounds what is missing and what is too much both are small everywhere.
(An auction in the sense of Bertsekas 1988, on top of the Lagrangian prices.)
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import UNBOUNDED, FloatArray
from scheduler.problem import IntArray
from scheduler.solver.backlog_pressure import BacklogPressure
from scheduler.solver.own_rules import AT_ONCE as AT_ONCE_BY_RULES
from scheduler.solver.own_rules import OwnRules
from scheduler.solver.parts import Effort
from scheduler.solver.responses import Responses
from scheduler.solver.site import Site, Worth

# How far the price of a row moves with each worker missing, as a share of its highest price:
# gently at first, so that the pool finds its shape, then more firmly.
FIRMNESS = (0.007, 0.017, 0.017, 0.033)
AT_ONCE = 1000  # the workers who choose at a time are the pool's thousandth part

Answer = Callable[[Worth, IntArray], IntArray]


class Auction:
    """What everybody has chosen so far, and what that adds up to on the site's rows."""

    def __init__(self, site: Site, responses: Responses, prices: FloatArray, seed: int) -> None:
        self.site, self.responses, self.prices = site, responses, prices
        self.model: Model = site.model
        self.rng = np.random.default_rng(seed)
        number = responses.num_workers
        self.choices = [np.zeros(0, dtype=np.int64)] * number
        self.servings = [np.zeros(0, dtype=np.int64)] * number
        self.activity = np.zeros(len(site.rows))
        # A row that nothing prices asks for nothing.
        self._scale = np.maximum(np.abs(site.low), np.abs(site.high))
        self._pressure = BacklogPressure(self.model, site.rows)

    def run(self, workers: IntArray, is_over: Callable[[], bool]) -> IntArray:
        """Rounds over these workers; the choices that they settle on."""
        size = max(1, len(workers) // AT_ONCE)
        for firmness in FIRMNESS:
            order = self.rng.permutation(workers)
            for first in range(0, len(order), size):
                if is_over():
                    return self.chosen()
                crowd = np.sort(order[first : first + size])
                self._choose(crowd, firmness, self.responses.choose)
        return self.chosen()

    def mend(self, own_rules: OwnRules, effort: Effort, is_over: Callable[[], bool]) -> IntArray:
        """Whose choices break a rule of his own chooses once more, now by all rules."""
        breaking = self.rng.permutation(own_rules.broken_by(self.chosen(), effort))
        answer = partial(own_rules.choose, effort=effort)
        for first in range(0, len(breaking), AT_ONCE_BY_RULES):
            if is_over():
                break
            workers = np.sort(breaking[first : first + AT_ONCE_BY_RULES])
            self._choose(workers, FIRMNESS[-1], answer)
        return self.chosen()

    def _choose(self, workers: IntArray, firmness: float, answer: Answer) -> None:
        held = np.concatenate([self.choices[one] for one in workers.tolist()])
        serving = np.concatenate([self.servings[one] for one in workers.tolist()])
        self.activity -= self.site.activity(held, serving)
        worth = self.site.worth(self._moved_prices(firmness))
        chosen = answer(worth, workers)
        self._take(workers, chosen, worth)
        self.activity += self.site.activity(chosen, worth.servings(chosen))

    def _moved_prices(self, firmness: float) -> FloatArray:
        site = self.site
        # The next worker closes half a gap and opens half another: he is counted half.
        short = np.where(site.lower > -UNBOUNDED, site.lower - self.activity - 0.5, 0.0)
        over = np.where(site.upper < UNBOUNDED, self.activity + 0.5 - site.upper, 0.0)
        lack = short - over
        self._pressure.add_to(lack, self.activity)
        moved = self.prices + firmness * self._scale * lack
        found: FloatArray = np.clip(moved, site.low, site.high)
        return found

    def _take(self, workers: IntArray, chosen: IntArray, worth: Worth) -> None:
        owner = self.model.variables.choices.worker[chosen]
        for worker in workers.tolist():
            own = chosen[owner == worker]
            self.choices[worker], self.servings[worker] = own, worth.servings(own)

    def chosen(self) -> IntArray:
        """The choices that everybody holds."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *self.choices])
