"""What one more worker is worth on each queue at each hour, from the relaxation's prices.

The relaxation puts a price on each row "staffed plus missing covers the need". It says by how
much the cost falls when somebody stands there for nothing: his wage is not in it. Prices are
marginal, and lie between the relaxation's own differences:

    v(n) - v(n + 1) <= price <= v(n - 1) - v(n), with v(n) its cost when n stand there.

Where both differ, many prices are true. Taken are those of a need that is smaller by next to
nothing everywhere: the smallest together, which say what one more saves rather than what one less
would cost.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from scheduler.contract.units import amount
from scheduler.problem import IntArray, Problem

FloatArray = npt.NDArray[np.float64]
COVERAGE = ("understaffing", "overstaffing")
MOST_DEAREST = 50  # hours that the schedule file holds; prices.csv has all


@dataclass(frozen=True, slots=True)
class CoveragePrices:
    """What one more worker saves on each queue, one value in cents per interval.

    ``bound``: cents below which no schedule can cost, at these prices. ``is_exact``: whether they
    are the relaxation's own; else they are the best that a sample and some steps gave, for a pool
    too large to relax as a whole.
    """

    worth: Mapping[str, FloatArray]
    bound: int
    is_exact: bool

    def of_span(self, queue: str, first: int, last: int) -> float:
        """What one more worker saves from interval ``first`` to before ``last``, in cents."""
        return float(self.worth[queue][first:last].sum())


@dataclass(frozen=True, slots=True)
class PricedHour:
    """What one more worker on a queue through one hour saves, in cents.

    ``start`` is the hour's first instant, in the site's zone.
    """

    queue: str
    start: datetime
    worth: float


@dataclass(frozen=True, slots=True)
class ScarceHour:
    """An hour of the week: what one more worker through it saves in a mean week, in cents."""

    queue: str
    weekday: int
    hour: int
    worth: float


@dataclass(frozen=True, slots=True)
class ScarceShift:
    """A shift of the week: what one more worker on it saves in a mean week, in cents.

    ``start`` and ``end`` as the wall clock shows them, ``weekday`` of the start, 1 is Monday.
    """

    queue: str
    template: str
    weekday: int
    start: str
    end: str
    worth: float


def coverage_prices(
    problem: Problem, time_limit: float = 60.0, is_large: bool | None = None
) -> CoveragePrices | None:
    """Relax a problem once and read the prices of its coverage; None if the time ran out.

    ``is_large``: whether to relax samples instead of the whole pool; None: as the search does.
    A surplus that is priced counts too: one more worker where there are enough may cost.
    Formula: price of the row that asks for cover plus price of the row that limits the surplus.
    """
    # Imported here: who only reads or shows prices needs no solver.
    from scheduler.explain.relaxed import row_prices
    from scheduler.model.build import build

    model = build(problem)
    found = row_prices(model, time_limit, is_large)
    if found is None:
        return None
    size = problem.horizon.num_intervals
    worth = np.zeros(len(problem.queues) * size)
    for name in COVERAGE:
        keys, rows = model.linear.named[name]
        worth[keys] += found.prices[rows]
    if problem.backlogs:
        worth += _backlog_worth(problem, model.linear.named, found.prices)
    # Smaller than any wage or price: what is left of rounding inside the solver.
    worth[np.abs(worth) < 1e-6] = 0.0
    table = worth.reshape(-1, size)
    by_queue = {queue.id: table[index] for index, queue in enumerate(problem.queues)}
    return CoveragePrices(by_queue, found.bound, found.is_exact)


def _backlog_worth(
    problem: Problem, named: Mapping[str, tuple[IntArray, IntArray]], prices: FloatArray
) -> FloatArray:
    """What one more worker gets done of work that may wait, at the price of a minute of it.

    Where nothing changes, what is done counts as much as at the next change.
    """
    size = problem.horizon.num_intervals
    found = np.zeros((len(problem.queues), size))
    for index, queue in enumerate(problem.queues):
        for name in ("in_time", "waiting") if queue.id in problem.backlogs else ():
            key, row = named[name]
            own = key // size == index
            following = np.searchsorted(key[own] % size, np.arange(size))
            of_minute = np.append(prices[row[own]], 0.0)[following]
            found[index] += of_minute * problem.backlogs[queue.id].done_per_worker
    return found.reshape(-1)


def priced_hours(problem: Problem, prices: CoveragePrices) -> Iterator[PricedHour]:
    """Every hour of every queue in order of time; a doubled hour of autumn stands twice."""
    starts = _hours(problem)
    for queue in problem.queues:
        worth = prices.worth[queue.id]
        edges = [*(first for first, _ in starts), len(worth)]
        for (first, start), last in zip(starts, edges[1:], strict=True):
            yield PricedHour(queue.id, start, float(worth[first:last].sum()))


def dearest_json(problem: Problem, prices: CoveragePrices) -> list[dict[str, object]]:
    """The hours in which one more worker saves most, as ``schedule.json`` holds them."""
    saving = (one for one in priced_hours(problem, prices) if round(one.worth) > 0)
    dearest = sorted(saving, key=lambda one: (-one.worth, one.start, one.queue))[:MOST_DEAREST]
    return [
        {"queue": one.queue, "start": one.start.isoformat(), "worth": amount(round(one.worth))}
        for one in dearest
    ]


def _hours(problem: Problem) -> list[tuple[int, datetime]]:
    """First interval and first instant of each hour that the site's clock shows."""
    horizon = problem.horizon
    found: list[tuple[int, datetime]] = []
    for index in range(horizon.num_intervals):
        local = horizon.instant(index * horizon.interval_minutes)
        hour = local.replace(minute=0)
        is_new = not found or (hour, hour.utcoffset()) != (found[-1][1], found[-1][1].utcoffset())
        if is_new:
            found.append((index, hour))
    return found


def week_table(problem: Problem, prices: CoveragePrices) -> dict[str, FloatArray]:
    """By queue, what one more worker saves in each hour of a mean week, in cents.

    Arrays of shape (7, 24), Monday first. The mean is over the days of that weekday in the
    horizon; a weekday that it does not have is 0.
    """
    days = np.bincount([day.weekday() for day in problem.horizon.dates], minlength=7)
    tables: dict[str, FloatArray] = defaultdict(lambda: np.zeros((7, 24)))
    for one in priced_hours(problem, prices):
        tables[one.queue][one.start.weekday(), one.start.hour] += one.worth
    share = 1.0 / np.maximum(days, 1)[:, None]
    return {queue: table * share for queue, table in tables.items()}


def scarce_hours(problem: Problem, prices: CoveragePrices, most: int = 20) -> list[ScarceHour]:
    """The hours of the week where one more worker saves most, the dearest first."""
    found = [
        ScarceHour(queue, int(weekday) + 1, int(hour), float(table[weekday, hour]))
        for queue, table in week_table(problem, prices).items()
        for weekday, hour in np.argwhere(table > 0)
    ]
    return sorted(found, key=lambda one: (-one.worth, one.queue, one.weekday, one.hour))[:most]


def scarce_shifts(problem: Problem, prices: CoveragePrices, most: int = 10) -> list[ScarceShift]:
    """The shifts where one more worker saves most; of a queue, template and weekday the best."""
    days = Counter(day.isoweekday() for day in problem.horizon.dates)
    totals: dict[tuple[str, str, int, str, str], float] = defaultdict(float)
    for queue, template, start, end, worth in shift_worths(problem, prices):
        first, last = problem.horizon.instant(start), problem.horizon.instant(end)
        key = queue, template, first.isoweekday(), f"{first:%H:%M}", f"{last:%H:%M}"
        totals[key] += worth / days[first.isoweekday()]
    best: dict[tuple[str, str, int], ScarceShift] = {}
    for key, worth in totals.items():
        known = best.get(key[:3])
        if worth > (known.worth if known else 0.0):
            best[key[:3]] = ScarceShift(*key, worth)
    return sorted(best.values(), key=lambda one: (-one.worth, one.queue, one.weekday))[:most]


def shift_worths(
    problem: Problem, prices: CoveragePrices
) -> Iterator[tuple[str, str, int, int, float]]:
    """Queue, template, start, end and worth in cents of every shift that a template allows."""
    # Imported here: the list of starts is the model's, and brings its libraries.
    from scheduler.model.slots import covered, create_slots

    slots = create_slots(problem)
    first, last = covered(problem, slots.start, slots.end)
    for queue in problem.queues:
        total = np.concatenate([[0.0], np.cumsum(prices.worth[queue.id])])
        worth = total[np.maximum(last, first)] - total[first]
        for at in np.flatnonzero(slots.is_open).tolist():
            template = problem.shift_templates[int(slots.template[at])]
            if template.serves(queue.id):
                span = int(slots.start[at]), int(slots.end[at])
                yield queue.id, template.id, *span, float(worth[at])
