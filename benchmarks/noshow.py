"""Over-booking against standby on the same pools, each schedule simulated: docs/no-shows.md.

    python -m benchmarks.noshow --docs

Who comes is drawn worker by worker with the share of his group, all methods with the same draws.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.pool import Kind, generate
from benchmarks.results import ROOT, machine
from benchmarks.tables import Figures, markdown
from scheduler.pricing import interval_price
from scheduler.problem import IntArray, Problem, Queue
from scheduler.schedule import Shift
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve
from scheduler.staffing.noshow import with_no_shows
from scheduler.staffing.rounding import BoolArray, FloatArray, whole_up
from scheduler.staffing.showing import Team, share_met, turnouts
from scheduler.staffing.standby import Sent, overbooking_value, standby_value

PAGE = ROOT / "docs" / "no-shows.md"
KIND = Kind(400, 3, 4, 60)
NEED_SHARE = 0.7  # of the pool's usual need, so that more can be sent than are needed
RATES = (0.04, 0.12)
CONFIDENCE = 0.9
PAY_PERCENTS = (30, 60, 90)
DRAWS = 2000
STANDBY = "standby|"
SEEDS = (1, 2, 3, 4, 5)

Rates = dict[str, float]
Method = Callable[[Problem, Rates], Problem]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One method on one pool: amounts in cents over the horizon, the rest as shares.

    ``planned``: what the optimiser minimised. ``expected``: wages of those who came and the price
    of what was missing, mean of all draws. ``met``: intervals in which enough come with the
    confidence. ``gap``: of the search.
    """

    planned: float
    expected: float
    paid: float
    missing_hours: float
    chance: float
    met: float
    gap: float


def pool(seed: int) -> tuple[Problem, Rates]:
    """A pool with need for fewer, and each worker's no-show rate: late starters more often."""
    problem = generate(KIND, seed)
    random = np.random.default_rng(seed)
    rates = {}
    for worker in problem.workers:
        starts = [window.start % 1440 for window in worker.availability] or [0]
        is_late = float(np.mean(starts)) > 11 * 60
        rates[worker.id] = RATES[int(random.random() < (0.8 if is_late else 0.2))]
    need = {
        queue: np.round(NEED_SHARE * values).astype(np.int64)
        for queue, values in problem.requirement.items()
    }
    return replace(problem, requirement=need), rates


def _mean_rate(problem: Problem, rates: Rates, queue: Queue) -> float:
    return float(np.mean([rates[one.id] for one in problem.workers if queue.skill in one.skills]))


def _offered_rate(problem: Problem, rates: Rates, queue: Queue) -> FloatArray:
    """Mean rate of those who offer each interval and can serve the queue."""
    length, size = problem.horizon.interval_minutes, problem.horizon.num_intervals
    total, people = np.zeros(size), np.zeros(size)
    for worker in problem.workers:
        for window in worker.availability if queue.skill in worker.skills else ():
            whole = slice(-(-window.start // length), window.end // length)
            total[whole] += rates[worker.id]
            people[whole] += 1
    return np.where(people > 0, total / np.maximum(people, 1), _mean_rate(problem, rates, queue))


def _requiring(
    need_of: Callable[[Problem, Rates, Queue, IntArray], IntArray],
) -> Method:
    """A method that sends more of the requirement."""

    def method(problem: Problem, rates: Rates) -> Problem:
        need = {
            queue.id: need_of(problem, rates, queue, problem.requirement[queue.id])
            for queue in problem.queues
        }
        return replace(problem, requirement=need)

    return method


def _divided(problem: Problem, rates: Rates, queue: Queue, need: IntArray) -> IntArray:
    return whole_up(need / (1.0 - _mean_rate(problem, rates, queue)))


def _binomial(problem: Problem, rates: Rates, queue: Queue, need: IntArray) -> IntArray:
    return with_no_shows(need, _mean_rate(problem, rates, queue), CONFIDENCE)


def _by_group(problem: Problem, rates: Rates, queue: Queue, need: IntArray) -> IntArray:
    return with_no_shows(need, _offered_rate(problem, rates, queue), CONFIDENCE)


def priced(problem: Problem, rates: Rates) -> Problem:
    """Each further worker who is sent is worth what he saves on average."""
    curves = {
        queue.id: overbooking_value(
            problem.requirement[queue.id],
            _offered_rate(problem, rates, queue),
            queue.understaffing_cost,
        )
        for queue in problem.queues
    }
    return replace(problem, requirement={}, coverage_value=curves)


def _standing_by(percent: int) -> Method:
    """As many as are needed are sent, others stand by for part of their wage."""
    return lambda problem, rates: standby(problem, rates, percent)


def standby(problem: Problem, rates: Rates, percent: int) -> Problem:
    """A standby queue beside each queue, and standby shifts at the same times."""
    curves, queues = {}, []
    for queue in problem.queues:
        rate = _offered_rate(problem, rates, queue)
        sent = Sent(problem.requirement[queue.id], rate, queue.understaffing_cost)
        wages = [one.hourly_cost for one in problem.workers if queue.skill in one.skills]
        answer = 1.0 - _mean_rate(problem, rates, queue)
        name = STANDBY + queue.id
        curves[name] = standby_value([sent], answer, min(wages) * percent // 100)
        queues.append(replace(queue, id=name))
    served = frozenset(queue.id for queue in problem.queues)
    (template,) = problem.shift_templates
    calls = replace(template, id="standby", queues=frozenset(curves), pay_percent=percent)
    return replace(
        problem,
        queues=(*problem.queues, *queues),
        shift_templates=(replace(template, queues=served), calls),
        coverage_value=curves,
    )


METHODS: dict[str, Method] = {
    "as needed, nothing added": lambda problem, rates: problem,
    "need / (1 - rate)": _requiring(_divided),
    "binomial, mean rate": _requiring(_binomial),
    "binomial, rate of the groups": _requiring(_by_group),
    "over-booking at its value": priced,
    **{f"standby at {percent} % of the wage": _standing_by(percent) for percent in PAY_PERCENTS},
}


def measure(seed: int, method: Method, seconds: float) -> Outcome:
    """Solve one pool by one method and simulate who comes."""
    stated, rates = pool(seed)
    problem = method(stated, rates)
    found = solve(problem, Parameters(time_limit=seconds, workers=2, seed=1, gap=0.001))
    return _simulated(stated, problem, found.shifts, rates, seed, found.objective, found.gap)


def _simulated(
    stated: Problem,
    problem: Problem,
    shifts: tuple[Shift, ...],
    rates: Rates,
    seed: int,
    planned: int,
    gap: float,
) -> Outcome:
    random = np.random.default_rng(1000 + seed)
    # A worker's day is drawn, not his shift: all methods meet the same no-shows.
    days = random.random((DRAWS, len(stated.workers), stated.horizon.days))
    at = {worker.id: n for n, worker in enumerate(stated.workers)}
    comes = np.stack(
        [days[:, at[one.worker], stated.horizon.day(one.start)] >= rates[one.worker]
         for one in shifts], axis=1,
    ) if shifts else np.zeros((DRAWS, 0), dtype=bool)  # fmt: skip
    paid, missing = comes @ np.array([one.cost for one in shifts]), np.zeros(DRAWS)
    understaffing = np.zeros(DRAWS)
    for queue in stated.queues:
        sent = _present(problem, shifts, comes, queue.id)
        empty = np.maximum(0, stated.requirement[queue.id] - sent)
        called = np.minimum(empty, _present(problem, shifts, comes, STANDBY + queue.id))
        paid = paid + called.sum(axis=1) * _top_up(problem, shifts, STANDBY + queue.id)
        left = (empty - called).sum(axis=1)
        missing += left * stated.horizon.interval_minutes / 60
        understaffing += left * interval_price(queue.understaffing_cost, stated.horizon)
    teams = [Team(one.id, (one.id,), STANDBY + one.id) for one in stated.queues]
    shows = {worker: 1.0 - rate for worker, rate in rates.items()}
    found = turnouts(problem, shifts, shows, stated.requirement, teams)
    return Outcome(
        planned,
        float((paid + understaffing).mean()),
        float(paid.mean()),
        float(missing.mean()),
        float(np.mean([one.chance for one in found])),
        share_met(found, CONFIDENCE),
        gap,
    )


def _present(problem: Problem, shifts: tuple[Shift, ...], comes: BoolArray, queue: str) -> IntArray:
    """Who came to a queue, shape (draws, intervals)."""
    length, size = problem.horizon.interval_minutes, problem.horizon.num_intervals
    covers = np.zeros((len(shifts), size), dtype=np.int64)
    for n, shift in enumerate(shifts):
        if shift.queue == queue:
            covers[n, -(-shift.start // length) : shift.end // length] = 1
    found: IntArray = comes.astype(np.int64) @ covers
    return found


def _top_up(problem: Problem, shifts: tuple[Shift, ...], queue: str) -> float:
    """Cents that an interval of being called costs beside the pay for standing by, on average."""
    own = [one for one in shifts if one.queue == queue]
    if not own:
        return 0.0
    wage = float(np.mean([problem.worker_by_id[one.worker].hourly_cost for one in own]))
    rest = 100 - problem.pay_percent(own[0].template)
    return wage * problem.horizon.interval_minutes / 60 * rest / 100


def figures(outcomes: dict[str, list[Outcome]]) -> Figures:
    """One row per method: medians of the pools, with the range of the expected cost."""
    rows = tuple(_row(name, found) for name, found in outcomes.items())
    return Figures("The same pools, each way", _NOTE, _COLUMNS, rows)


_COLUMNS = (
    "method", "expected cost", "range", "wages paid", "hours missing", "P(enough)",
    f"intervals with P >= {100 * CONFIDENCE:.0f} %",
)  # fmt: skip
_NOTE = (
    f"{KIND.workers} workers, {KIND.days} days, {KIND.queues} queues, hourly intervals. One group "
    f"comes to {100 * (1 - RATES[0]):.0f} %, the other, who mostly offer later hours, to "
    f"{100 * (1 - RATES[1]):.0f} % of their shifts. Medians of {len(SEEDS)} pools, {DRAWS:,} draws "
    "each; the range is from the cheapest pool to the dearest. "
    "Expected cost: wages of those who come, what standby is paid, the rest of the wage for hours "
    "in which it is called, and 60.00 for each hour that is missing. P(enough) is exact "
    "(Poisson-binomial), the mean of all intervals with need."
)


def _row(name: str, found: list[Outcome]) -> tuple[str, ...]:
    expected = sorted(one.expected / 100 for one in found)
    return (
        name,
        f"{median(expected):,.0f}",
        f"{expected[0]:,.0f} to {expected[-1]:,.0f}",
        f"{median(one.paid for one in found) / 100:,.0f}",
        f"{median(one.missing_hours for one in found):,.1f}",
        f"{100 * median(one.chance for one in found):.1f} %",
        f"{100 * median(one.met for one in found):.1f} %",
    )


def write_page(text: str, worst_gap: float, page: Path = PAGE) -> None:
    """The table into its page, between the marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition("<!-- measured -->\n")
    _, _, after = rest.partition("<!-- end -->\n")
    table = text.split("\n\n", 1)[1]
    proof = f"Every schedule is proven to within {100 * worst_gap:.2f} %. Measured on {machine()}."
    body = f"<!-- measured -->\n{table}\n\n{proof}\n<!-- end -->\n"
    page.write_text(before + body + after, encoding="utf-8")


def main() -> None:
    """Measure every method on every pool; print the table, and write it into the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.noshow", description=__doc__)
    parser.add_argument("--docs", action="store_true", help="write docs/no-shows.md")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--seconds", type=float, default=60, help="of each search")
    options = parser.parse_args()
    outcomes = {
        name: [measure(seed, method, options.seconds) for seed in options.seeds]
        for name, method in METHODS.items()
    }
    text = markdown(figures(outcomes))
    print(text)
    worst = max(one.gap for found in outcomes.values() for one in found)
    print(f"\nworst gap {100 * worst:.2f} %")
    if options.docs:
        write_page(text, worst)


if __name__ == "__main__":
    main()
