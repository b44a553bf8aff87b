"""pyworkforce where its models fit: how many shifts to start when on one day, and its rest rule.

It is no dependency: the group ``bench`` brings it. Peakcrew plans named workers, so here it gets
a crowd of equal ones who can come at any time, as many as pyworkforce asks for at most.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.pool import KINDS, SHIFT, START, generate
from benchmarks.results import Run, Section, circumstances, keep, note
from benchmarks.tables import Figures
from scheduler import Parameters, Problem, solve
from scheduler.horizon import DAY_MINUTES, Horizon
from scheduler.problem import IntArray, Queue
from scheduler.schedule import Schedule
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Window, Worker

SECTION = "pyworkforce"
STEP = 30
WAGE, PRICE = 17, 60  # per hour worked and per hour missing
TIME_LIMIT = 30.0
STARTS = range((DAY_MINUTES - SHIFT) // STEP + 1)
COVER = {f"s{start:02d}": [int(start <= step < start + SHIFT // STEP)
         for step in range(DAY_MINUTES // STEP)] for start in STARTS}  # fmt: skip
TITLES = ("pyworkforce: shifts of one day", "pyworkforce: two forbidden successions")
SHIFTS = ("Morning", "Afternoon", "Night")


def measure(command: str) -> None:
    """Both planners on one day's need, then the rest rule; without the package only a word."""
    try:
        from pyworkforce.scheduling import MinAbsDifference, MinRequiredResources
    except ImportError:
        print("pyworkforce is not installed: uv sync --group bench")
        return
    need = generate(KINDS["w1000"], 1).requirement["q0"][: DAY_MINUTES // STEP]
    planners: dict[str, Callable[[], tuple[str, Counter[int]]]] = {
        "pyworkforce MinAbsDifference": lambda: _design(MinAbsDifference, need),
        "pyworkforce MinRequiredResources": lambda: _design(MinRequiredResources, need),
        "Peakcrew, missing and idle hours cost the same": lambda: _crowd(need, 0, PRICE, PRICE),
        f"Peakcrew, {WAGE} an hour, {PRICE} missing": lambda: _crowd(need, WAGE, PRICE, 0),
    }
    for name, plan in planners.items():
        before, begin = circumstances(), time.monotonic()
        status, starts = plan()
        run = {**before, "seconds": time.monotonic() - begin, "status": status}
        _keep(name, command, {**run, **judge(starts, need)})
    for number in range(3):
        forbidden = SHIFTS[:number]
        run = {**circumstances(), "forbidden": list(forbidden)}
        answers = {"pyworkforce": _roster(forbidden), "peakcrew": _night_shift(forbidden)}
        _keep(f"rest rule, {number} forbidden", command, {**run, **answers})


def _keep(name: str, command: str, run: Run) -> None:
    keep(SECTION, name, command, {**run, "version": version("pyworkforce")})
    print(f"{name}: {run}", flush=True)


def judge(starts: Mapping[int, int], need: IntArray) -> Run:
    """Hours missing and idle of a day's starts, and their cost at wage and price."""
    staffed = np.zeros(len(need), dtype=np.int64)
    for start, count in starts.items():
        staffed[start : start + SHIFT // STEP] += count
    short = int(np.maximum(need - staffed, 0).sum()) * STEP / 60
    idle = int(np.maximum(staffed - need, 0).sum()) * STEP / 60
    shifts = sum(starts.values())
    cost = shifts * SHIFT / 60 * WAGE + short * PRICE
    return {"shifts": shifts, "short_hours": short, "idle_hours": idle, "cost": cost}


def _design(planner: Callable[..., Any], need: IntArray) -> tuple[str, Counter[int]]:
    most = 4 * int(need.max())
    answer = planner(
        num_days=1, periods=len(need), shifts_coverage=COVER, required_resources=[need.tolist()],
        max_period_concurrency=most, max_shift_concurrency=most, max_search_time=TIME_LIMIT,
    ).solve()  # fmt: skip
    names = list(COVER)
    chosen = Counter(
        {names.index(one["shift"]): one["resources"] for one in answer["resources_shifts"]}
        if answer["cost"] >= 0
        else {}
    )
    return answer["status"], chosen


def _crowd(need: IntArray, wage: int, short: int, idle: int) -> tuple[str, Counter[int]]:
    """Peakcrew's starts for equal workers who may come at any time."""
    # Enough for all: a shift of 8 steps covers 8, and no start needs more than the peak.
    size = 2 * int(need.sum()) * STEP // SHIFT
    crowd = [Worker(f"w{number}", frozenset("q"), 100 * wage,
                    availability=(Window(0, DAY_MINUTES),)) for number in range(size)]  # fmt: skip
    templates = (ShiftTemplate("micro4", SHIFT, STEP, 0, DAY_MINUTES - SHIFT),)
    queue = Queue("q", "q", 100 * short, 100 * idle)
    schedule = _solve(1, queue, templates, crowd, need)
    return schedule.status, Counter(shift.start // STEP for shift in schedule.shifts)


def _roster(forbidden: tuple[str, ...]) -> str:
    """pyworkforce's status: one night shift of two people, with successions nobody is asked for."""
    from pyworkforce.rostering.binary_programming import MinHoursRoster

    answer = MinHoursRoster(
        num_days=2, resources=["first", "second"], shifts=list(SHIFTS), shifts_hours=[4, 4, 4],
        min_working_hours=0, banned_shifts=[], max_resting=2,
        required_resources={"Morning": [0, 0], "Afternoon": [0, 0], "Night": [1, 0]},
        non_sequential_shifts=[{"origin": "Night", "destination": one} for one in forbidden],
        max_search_time=TIME_LIMIT,
    ).solve()  # fmt: skip
    return str(answer["status"])


def _night_shift(forbidden: tuple[str, ...]) -> str:
    """Peakcrew's answer to the same: whether the night is staffed."""
    starts = dict(zip(SHIFTS, (8 * 60, 14 * 60, 20 * 60), strict=True))
    templates = tuple(
        ShiftTemplate(name, SHIFT, STEP, start, start,
                      forbidden_next=frozenset(forbidden if name == "Night" else ()))
        for name, start in starts.items()
    )  # fmt: skip
    need = np.zeros(2 * DAY_MINUTES // STEP, dtype=np.int64)
    need[starts["Night"] // STEP : DAY_MINUTES // STEP] = 1
    crowd = [Worker(name, frozenset("q"), 0, availability=(Window(0, 2 * DAY_MINUTES),))
             for name in ("first", "second")]  # fmt: skip
    schedule = _solve(2, Queue("q", "q", 6_000), templates, crowd, need)
    return f"{schedule.status}, {len(schedule.understaffing)} intervals short"


def _solve(
    days: int, queue: Queue, templates: tuple[ShiftTemplate, ...], crowd: list[Worker],
    need: IntArray,
) -> Schedule:  # fmt: skip
    problem = Problem(
        horizon=Horizon(START, days, STEP, "Europe/Berlin"),
        currency="EUR",
        queues=(queue,),
        shift_templates=templates,
        workers=tuple(crowd),
        requirement={queue.id: need},
    )
    return solve(problem, Parameters(time_limit=TIME_LIMIT))


def design_figures(section: Section) -> Figures:
    """The day's designs and what each costs."""
    runs = {name: run for name, run in section.runs.items() if "shifts" in run}
    package = next(iter(section.runs.values()))["version"]
    text = (
        f"{note(section)} pyworkforce {package}. One day of one queue of the "
        f"1,000-worker kind, 4-hour shifts that start every {STEP} minutes, any number of "
        f"workers. pyworkforce knows no price of a missing hour; the cost counts every design at "
        f"{WAGE} per hour worked and {PRICE} per hour missing."
    )
    columns = ("planner", "status", "shifts", "hours short", "hours idle", "cost", "seconds")
    return Figures(TITLES[0], text, columns, tuple(_design_row(*one) for one in runs.items()))


def rule_figures(section: Section) -> Figures:
    """What both say to a succession rule with no, one and two forbidden successors."""
    runs = [run for run in section.runs.values() if "forbidden" in run]
    text = (
        f"{note(section)} Two people, two days, one night shift needed on the first "
        "day and nothing after it, which is always possible. pyworkforce's row adds the first "
        "shift once per forbidden successor, so with two of them it excludes itself."
    )
    rows = tuple(
        (", ".join(run["forbidden"]) or "nothing", run["pyworkforce"], run["peakcrew"])
        for run in runs
    )
    columns = ("forbidden after the night", "pyworkforce", "Peakcrew")
    return Figures(TITLES[1], text, columns, rows)


def _design_row(name: str, run: Run) -> tuple[str, ...]:
    return (
        *(name, run["status"], f"{run['shifts']:,}", f"{run['short_hours']:,.1f}"),
        *(f"{run['idle_hours']:,.1f}", f"{run['cost']:,.2f}", f"{run['seconds']:.1f}"),
    )
