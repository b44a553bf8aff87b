"""Planning on value curves against planning on a requirement, on held-out weeks.

    python -m benchmarks.value --docs

Every plan of a week is judged by the same simulation of the contacts that really came.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.results import ROOT, circumstances, keep, machine, read, told
from benchmarks.tables import Figures, markdown
from benchmarks.value_cases import CASES, REPLICATIONS, Line, Week
from scheduler.problem import IntArray, Problem
from scheduler.schedule import Shift
from scheduler.simulation.arrivals import spread_arrivals
from scheduler.simulation.queue import Contacts, simulate_queue
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve
from scheduler.staffing.requirement import requirement
from scheduler.staffing.rounding import BoolArray, FloatArray
from scheduler.staffing.standby import Curve
from scheduler.staffing.value import coverage_value

PAGE = ROOT / "docs" / "value-curves.md"
SECTION = "value"
SEEDS = (1, 2, 3)
QUANTILE = 0.8
SAME_WAGES = 0.004
MOST_TRIALS = 7
FIRST_STEP = 0.7  # of the factor's logarithm
MEAN, HIGH, VALUE = "mean requirement", "80 % quantile", "value curves"
LIKE_MEAN, LIKE_HIGH = "curves at the wages of the mean", "curves at the wages of the quantile"
METHODS = (MEAN, HIGH, VALUE, LIKE_MEAN, LIKE_HIGH)


@dataclass(frozen=True, slots=True)
class Plan:
    """Shifts of one method; wages in cents. ``gap`` of the search."""

    shifts: tuple[Shift, ...]
    wages: int
    gap: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A plan in the week that came; cents, mean of all replications. Shares from 0 to 1."""

    wages: float
    waiting: float
    abandonment: float
    missed: float
    in_time: float
    gap: float

    @property
    def total(self) -> float:
        """What the week cost."""
        return self.wages + self.waiting + self.abandonment + self.missed


def measure(week: Week, seconds: float) -> dict[str, Judged]:
    """Plan a week by every method and judge the plans."""
    curves = {queue: _curves(week, line) for queue, line in week.lines.items()}

    def planned(problem: Problem) -> Plan:
        found = solve(problem, Parameters(time_limit=seconds, workers=2, seed=1, gap=0.001))
        return Plan(found.shifts, sum(one.cost for one in found.shifts), found.gap)

    def scaled(factor: float) -> Plan:
        times = {queue: tuple(map(_times(factor), own)) for queue, own in curves.items()}
        return planned(replace(week.problem, coverage_value=times))

    plans = {
        MEAN: planned(_requiring(week, lambda paths: paths.mean(axis=0))),
        HIGH: planned(_requiring(week, lambda paths: np.quantile(paths, QUANTILE, axis=0))),
        VALUE: scaled(1.0),
    }
    plans[LIKE_MEAN] = at_wages(scaled, plans[VALUE], plans[MEAN].wages)
    plans[LIKE_HIGH] = at_wages(scaled, plans[VALUE], plans[HIGH].wages)
    return {name: judge(week, plan) for name, plan in plans.items()}


def _curves(week: Week, line: Line) -> tuple[Curve, ...]:
    return coverage_value(
        line.work, line.prices, line.paths, line.handle_factor, line.is_open,
        week.problem.horizon.interval_minutes, line.allowance,
    )  # fmt: skip


def _times(factor: float) -> Callable[[Curve], Curve]:
    return lambda curve: tuple(round(factor * value) for value in curve)


def _requiring(week: Week, planned: Callable[[FloatArray], FloatArray]) -> Problem:
    need = {
        queue: requirement(
            line.work, planned(line.paths), line.handle_factor, line.is_open,
            week.problem.horizon.interval_minutes, line.allowance,
        )
        for queue, line in week.lines.items()
    }  # fmt: skip
    return replace(week.problem, requirement=need)


def at_wages(scaled: Callable[[float], Plan], first: Plan, wages: int) -> Plan:
    """The plan on curves times one factor whose wages come nearest to those that are asked for.

    By interpolation of the wages over the factor's logarithm.
    """
    best, plan, at = first, first, 0.0
    low: tuple[float, int] | None = None
    high: tuple[float, int] | None = None
    for _ in range(MOST_TRIALS):
        if abs(best.wages - wages) <= SAME_WAGES * wages:
            break
        low, high = ((at, plan.wages), high) if plan.wages < wages else (low, (at, plan.wages))
        at = _between(low, high, wages)
        plan = scaled(float(np.exp(at)))
        if abs(plan.wages - wages) < abs(best.wages - wages):
            best = plan
    return best


def _between(low: tuple[float, int] | None, high: tuple[float, int] | None, wages: int) -> float:
    if low is None or high is None:
        return low[0] + FIRST_STEP if low else (high[0] if high else 0.0) - FIRST_STEP
    share = (wages - low[1]) / max(high[1] - low[1], 1)
    return low[0] + (high[0] - low[0]) * min(max(share, 0.1), 0.9)


def judge(week: Week, plan: Plan) -> Judged:
    """Simulate the week as it came; the same draws for every plan."""
    sums = np.zeros(3)
    offered = in_time = 0
    for number in range(REPLICATIONS):
        comes = np.random.default_rng((week.seed, number, 0)).random(len(plan.shifts))
        for row, (queue, line) in enumerate(week.lines.items()):
            rng = np.random.default_rng((week.seed, number, 1 + row))
            present = _present(
                week.problem, plan.shifts, queue, comes >= line.allowance.no_show_rate
            )
            length = week.problem.horizon.interval_minutes
            at = spread_arrivals(line.actual[number], length, rng)
            factor = line.actual_factor[(at // (60 * length)).astype(np.int64)]
            found = simulate_queue(
                line.work, Contacts(at, factor), present, line.is_open, length, rng
            )
            late = found.offered.sum() - found.in_time.sum()
            sums += (
                line.prices.waiting * found.waiting_seconds.sum() / 3600,
                line.prices.abandonment * found.abandoned.sum(),
                line.prices.missed * late,
            )
            offered, in_time = offered + found.offered.sum(), in_time + found.in_time.sum()
    waiting, abandonment, missed = (sums / REPLICATIONS).tolist()
    return Judged(
        float(plan.wages), waiting, abandonment, missed, float(in_time / offered), plan.gap
    )


def _present(problem: Problem, shifts: tuple[Shift, ...], queue: str, comes: BoolArray) -> IntArray:
    length = problem.horizon.interval_minutes
    present = np.zeros(problem.horizon.num_intervals, dtype=np.int64)
    for shift, is_there in zip(shifts, comes.tolist(), strict=True):
        if is_there and shift.queue == queue:
            present[-(-shift.start // length) : shift.end // length] += 1
    return present


def tables(stored: dict[str, dict[str, Judged]]) -> list[Figures]:
    """A table per kind of week, and one of what the curves save against each requirement."""
    found = []
    for kind in CASES:
        weeks = [judged for name, judged in stored.items() if name.startswith(kind)]
        if weeks:
            rows = tuple(_row(method, [week[method] for week in weeks]) for method in METHODS)
            found.append(Figures(_title(kind, len(weeks)), _NOTE, _COLUMNS, rows))
            saved = tuple(_saved(weeks))
            found.append(Figures(_SAVED[kind], _SAVED_NOTE, _SAVED_COLUMNS, saved))
    return found


_COLUMNS = (
    "plan", "cost of the week", "range", "wages", "waiting", "hung up", "not in time",
    "answered in time",
)  # fmt: skip
_NOTE = "Medians of the weeks and seeds; each column on its own."
_SAVED = {
    "returns_peak": "What curves save on the sample site",
    "bank": "What curves save on the bank's calls",
}
_SAVED_COLUMNS = ("against", "curves", "saved, median", "least to most", "weeks cheaper")
_SAVED_NOTE = "Pair by pair: by how much the same week with the same seed costs less."


def _title(kind: str, number: int) -> str:
    names = {
        "returns_peak": "The sample site, weeks of its history",
        "bank": "Calls of a real bank, a tenth of them",
    }
    return f"{names[kind]} ({number} weeks and seeds)"


def _row(name: str, found: Sequence[Judged]) -> tuple[str, ...]:
    def middle(value: Callable[[Judged], float]) -> str:
        return f"{median(map(value, found)) / 100:,.0f}"

    totals = sorted(one.total / 100 for one in found)
    return (
        name,
        middle(lambda one: one.total),
        f"{totals[0]:,.0f} to {totals[-1]:,.0f}",
        middle(lambda one: one.wages),
        middle(lambda one: one.waiting),
        middle(lambda one: one.abandonment),
        middle(lambda one: one.missed),
        f"{100 * median(one.in_time for one in found):.1f} %",
    )


def _saved(weeks: Sequence[dict[str, Judged]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    pairs = ((MEAN, VALUE), (MEAN, LIKE_MEAN), (HIGH, VALUE), (HIGH, LIKE_HIGH))
    for other, own in pairs:
        shares = sorted(100 * (1 - week[own].total / week[other].total) for week in weeks)
        is_same = own in (LIKE_MEAN, LIKE_HIGH)
        rows.append(
            (
                other,
                "at the same wages" if is_same else "as planned",
                f"{median(shares):.1f} %",
                f"{shares[0]:.1f} to {shares[-1]:.1f} %",
                f"{sum(share > 0 for share in shares)} of {len(shares)}",
            )
        )
    return rows


def write_page(text: str, page: Path = PAGE) -> None:
    """The tables into their page, between the marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition("<!-- measured -->\n")
    _, _, after = rest.partition("<!-- end -->\n")
    body = f"<!-- measured -->\n{text}\n<!-- end -->\n"
    page.write_text(before + body + after, encoding="utf-8")


def _stored() -> dict[str, dict[str, Judged]]:
    section = read(SECTION)
    runs = {} if section is None else section.runs
    return {
        name: {method: Judged(**run[method]) for method in METHODS} for name, run in runs.items()
    }


def _proof(stored: dict[str, dict[str, Judged]]) -> str:
    gap = max(one.gap for judged in stored.values() for one in judged.values())
    apart = max(
        abs(judged[own].wages / judged[other].wages - 1)
        for judged in stored.values()
        for own, other in ((LIKE_MEAN, MEAN), (LIKE_HIGH, HIGH))
    )
    return (
        f"Every schedule is proven to within {100 * gap:.2f} %; equal wages differ by at most "
        f"{100 * apart:.1f} %; {REPLICATIONS} replications a week. Measured on {machine()}."
    )


def main(arguments: Sequence[str]) -> int:
    """Measure the weeks that are asked for, keep each, print the tables, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.value", description=__doc__)
    parser.add_argument("--only", choices=CASES, help="one kind of weeks")
    parser.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    parser.add_argument("--seconds", type=float, default=120, help="of each search")
    parser.add_argument("--docs", action="store_true", help="write docs/value-curves.md")
    options = parser.parse_args(arguments)
    for kind, (make, mondays) in CASES.items():
        for monday in mondays if options.only in (None, kind) else ():
            for seed in options.seeds:
                week = make(monday, seed)
                judged = measure(week, options.seconds)
                run = {name: asdict(one) for name, one in judged.items()}
                keep(
                    SECTION, f"{week.name} {seed}", told("value", arguments), run | circumstances()
                )
                print(
                    week.name, seed, {name: round(one.total / 100) for name, one in judged.items()}
                )
    stored = _stored()
    text = "\n\n".join([*map(markdown, tables(stored)), _proof(stored)])
    print(text)
    if options.docs:
        write_page(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
