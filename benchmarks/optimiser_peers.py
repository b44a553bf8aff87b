"""General solvers on Peakcrew's own model of one problem, beside Peakcrew itself.

Each solver is a process of its own, so that its memory is its own:

    python -m benchmarks.optimiser_peers highs problem.json --time-limit 150
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.optimiser_runs import GIVEN, Goal, problem_file, reached, solve
from benchmarks.optimiser_runs import title as runs_title
from benchmarks.results import ROOT, Run, Section, circumstances, keep, note
from benchmarks.tables import Figures
from benchmarks.textbook import textbook
from scheduler.contract.problem_file import read_problem
from scheduler.model.build import build
from scheduler.model.linear import UNBOUNDED, Linear

GAP = 0.005
TEXTBOOK = "highs_textbook"
CENTS = 100


def highs(linear: Linear, time_limit: float) -> Run:
    """HiGHS's branch and cut through MathOpt, until it has proven 0.5 %.

    MathOpt gives no news of HiGHS on its way, so its stop is the moment that is known.
    """
    from ortools.math_opt.python import mathopt

    model = mathopt.Model()
    columns = [
        model.add_integer_variable(lb=low, ub=high)
        for low, high in zip(linear.lower.tolist(), linear.upper.tolist(), strict=True)
    ]
    matrix = linear.matrix
    for row, (low, high) in enumerate(zip(*_sides(linear, float("inf")), strict=True)):
        at = slice(matrix.indptr[row], matrix.indptr[row + 1])
        entries = zip(matrix.indices[at].tolist(), matrix.data[at].tolist(), strict=True)
        constraint = model.add_linear_constraint(lb=low, ub=high)
        for column, weight in entries:
            constraint.set_coefficient(columns[column], weight)
    for column in np.flatnonzero(linear.cost).tolist():
        model.objective.set_linear_coefficient(columns[column], float(linear.cost[column]))
    model.objective.offset = float(linear.offset)
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=time_limit), relative_gap_tolerance=GAP
    )
    begin = time.monotonic()
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    seconds = time.monotonic() - begin
    ends = result.termination.objective_bounds
    cost = ends.primal_bound if result.has_primal_feasible_solution() else None
    return _answer(seconds, [(seconds, cost, ends.dual_bound)])


def cp_sat(linear: Linear, time_limit: float) -> Run:
    """CP-SAT as it comes."""
    return _cp_sat(linear, time_limit, {})


def cp_sat_tuned(linear: Linear, time_limit: float) -> Run:
    """CP-SAT with the settings that did best on this model: the whole linear relaxation."""
    return _cp_sat(linear, time_limit, {"num_workers": 8, "linearization_level": 2})


PEERS: dict[str, Callable[[Linear, float], Run]] = {
    "highs": highs,
    TEXTBOOK: highs,
    "cp_sat": cp_sat,
    "cp_sat_tuned": cp_sat_tuned,
}
NAMES = {
    "peakcrew": "Peakcrew",
    "highs": "HiGHS, told to stop at 0.5 %",
    TEXTBOOK: "HiGHS on worker x start x queue, told to stop at 0.5 %",
    "cp_sat": "CP-SAT, defaults",
    "cp_sat_tuned": "CP-SAT, 8 workers, `linearization_level=2`",
}


def _cp_sat(linear: Linear, time_limit: float, settings: dict[str, Any]) -> Run:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    columns = [
        model.new_int_var(low, high, "")
        for low, high in zip(linear.lower.tolist(), linear.upper.tolist(), strict=True)
    ]
    matrix = linear.matrix
    for row, (low, high) in enumerate(zip(*_sides(linear, None), strict=True)):
        at = slice(matrix.indptr[row], matrix.indptr[row + 1])
        own = [columns[column] for column in matrix.indices[at].tolist()]
        model.add_linear_constraint(
            cp_model.LinearExpr.weighted_sum(own, matrix.data[at].tolist()),
            cp_model.INT_MIN if low is None else low,
            cp_model.INT_MAX if high is None else high,
        )
    priced = np.flatnonzero(linear.cost).tolist()
    cost = cp_model.LinearExpr.weighted_sum(
        [columns[column] for column in priced], linear.cost[priced].tolist()
    )
    model.minimize(cost + linear.offset)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = time_limit
    solver.parameters.relative_gap_limit = GAP
    for key, value in settings.items():
        setattr(solver.parameters, key, value)

    class Listener(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            history.append(
                (time.monotonic() - begin, self.objective_value, self.best_objective_bound)
            )

    history: list[tuple[float, float | None, float]] = []
    begin = time.monotonic()
    status = solver.solve(model, Listener())
    seconds = time.monotonic() - begin
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    history.append((seconds, solver.objective_value if found else None,
                    solver.best_objective_bound))  # fmt: skip
    return _answer(seconds, history)


def _sides(linear: Linear, nothing: float | None) -> tuple[list[Any], list[Any]]:
    """Each row's lower and upper limit; ``nothing`` where there is none."""
    lower = [nothing and -nothing if low <= -UNBOUNDED else low
             for low in linear.row_lower.tolist()]  # fmt: skip
    upper = [nothing if high >= UNBOUNDED else high for high in linear.row_upper.tolist()]
    return lower, upper


def _answer(seconds: float, history: list[tuple[float, float | None, float]]) -> Run:
    _, cost, bound = history[-1]
    costs = [one for one in history if one[1] is not None]
    return {
        "seconds": seconds,
        "first_seconds": costs[0][0] if costs else None,
        "seconds_to": reached(history, GAP),
        "objective": None if cost is None else cost / CENTS,
        "bound": bound / CENTS,
    }


def measure(kinds: Sequence[str], time_limit: float, command: str) -> None:
    """All solvers on the given problem of each size, or on the first generated one."""
    for kind in kinds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            problem = problem_file(kind, GIVEN, folder) or problem_file(kind, "1", folder)
            assert problem is not None
            for solver in NAMES:
                run = _measure_one(solver, problem, time_limit, folder)
                keep(f"peers_{kind}", solver, command, {**run, "problem": problem.stem})
                print(f"{kind} {solver}: {run}", flush=True)


def _measure_one(solver: str, problem: Path, time_limit: float, folder: Path) -> Run:
    before = circumstances()
    if solver == "peakcrew":
        run = solve(problem, GIVEN, Goal(GAP, time_limit), folder)
        return {**run, "seconds": run["solve_seconds"], "seconds_to": run["seconds_to"][str(GAP)]}
    command = [sys.executable, "-m", __name__, solver, str(problem)]
    command += ["--time-limit", str(time_limit)]
    try:
        ended = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=2 * time_limit + 120
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        # Out of memory or far beyond its limit: that is its result.
        return {**before, "failure": type(error).__name__}
    return {**before, **json.loads(ended.stdout.splitlines()[-1])}


def title(kind: str) -> str:
    """The heading of a size."""
    return f"General solvers on the same model: {runs_title(kind)}"


def figures(kind: str, section: Section) -> Figures:
    """Each solver's cost and bound, and how far above the best bound of all its cost lies."""
    runs = section.runs
    best = max(run["bound"] for run in runs.values() if "bound" in run)
    problems = sorted({run["problem"] for run in runs.values()})
    text = (
        f"{note(section)} "
        f"Problem {', '.join(problems)}; every solver gets the same rows, unless its name says "
        "otherwise, and stops when it has "
        "proven a gap of 0.5 % or at the limit. Stating the rows is in Peakcrew's seconds and not "
        "in the others'; reading the file is in nobody's. Of HiGHS only the end is known."
    )
    rows = tuple(_row(NAMES[solver], run, best) for solver, run in runs.items())
    columns = ("solver", "first", "proven within 0.5 %", "end", "cost", "bound", "own gap",
               "above the best bound", "peak memory")  # fmt: skip
    return Figures(title(kind), text, columns, rows)


def _row(name: str, run: Run, best: float) -> tuple[str, ...]:
    if "failure" in run:
        return (name, run["failure"], *[""] * 7)
    cost, bound = run["objective"], run["bound"]
    found = cost is not None
    return (
        name,
        "not told" if name.startswith("HiGHS") else _seconds(run["first_seconds"]),
        _seconds(run["seconds_to"]),
        _seconds(run["seconds"]),
        f"{cost:,.2f}" if found else "none",
        f"{bound:,.2f}",
        f"{(cost - bound) / cost:.3%}" if found else "",
        f"{(cost - best) / best:.3%}" if found else "",
        f"{run['peak_mebibytes']:,.0f} MiB",
    )


def _seconds(value: float | None) -> str:
    return "not reached" if value is None else f"{value:.1f} s"


def main() -> None:
    """Run one solver on one problem file and print what came out as JSON."""
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("solver", choices=PEERS)
    parser.add_argument("problem", type=Path)
    parser.add_argument("--time-limit", type=float, default=150)
    options = parser.parse_args()
    model = build(read_problem(options.problem))
    linear = textbook(model) if options.solver == TEXTBOOK else model.linear
    run = PEERS[options.solver](linear, options.time_limit)
    run["peak_mebibytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(run))


if __name__ == "__main__":
    main()
