"""Plan the bank's week from its first three weeks, then look at the calls that came."""

from pathlib import Path

import numpy as np
import pandas as pd

from api.pipeline import Planned, plan
from benchmarks.real_bank import (
    CALLS,
    NUM_DAYS,
    OPENING,
    TYPES,
    ZONE,
    CallType,
    read_calls,
    split,
    write_site,
)
from benchmarks.tables import Figures
from forecasts.accuracy import evaluate
from forecasts.calendar import Calendar
from forecasts.volume import Forecaster
from scheduler.problem import IntArray
from scheduler.schedule import staffed
from scheduler.solver.parameters import Parameters
from scheduler.staffing.requirement import (
    Allowance,
    QueueWork,
    expected_service_level,
    requirement,
    service_level_total,
)

FORECAST_NOTE = """\
Calls of a small Israeli bank (Technion SEELab, Mandelbaum), 1 to 21 February 1999 as history, 22
to 28 February forecast, 30-minute intervals. WAPE is the sum of absolute errors over the sum of
calls, nights included. Counts near zero make a 90 % interval cover more than 90 %."""

PLAN_NOTE = """\
The same week planned with {workers} invented workers in 4-hour shifts; cost {cost:,.2f} ILS, proven
gap {gap:.2%}, {seconds:.1f} s. "Needed" are worker-hours for 80 % of calls in 20 s: by the forecast
before the week, and by the calls that came. "Short" are worker-hours missing against each. The
service level is the share of the calls that came which the schedule answers in 20 s (Erlang A,
patience 180 s). Handle times are measured means of that month, those of TT and PE assumed."""


def run(data: Path, out: Path, parameters: Parameters) -> list[Figures]:
    """Both tables; an empty list without the data."""
    if not (data / CALLS).is_file():
        return []
    write_site(data, out / "site")
    planned = plan(out / "site", out / "plan", parameters)
    past, came = split(read_calls(data))
    return [_forecast_table(past, came), _plan_table(planned, came)]


def _forecast_table(past: pd.DataFrame, came: pd.DataFrame) -> Figures:
    predicted = Forecaster(30, Calendar(str(ZONE), "IL")).fit(past).predict(NUM_DAYS * 48)
    both = predicted.merge(came.assign(ds=came["ds"].dt.tz_convert("UTC")), on=["unique_id", "ds"])
    measures = evaluate(both).set_index("unique_id")
    rows = tuple(
        _forecast_row(name, both if name == "all" else both[both["unique_id"] == name], measures)
        for name in [*(one.name for one in TYPES), "all"]
    )
    columns = ("type", "calls", "forecast", "WAPE", "bias", "90 % covers", "pinball")
    return Figures("Bank: the forecast and the week", FORECAST_NOTE, columns, rows)


def _forecast_row(name: str, week: pd.DataFrame, measures: pd.DataFrame) -> tuple[str, ...]:
    measure = {key: float(measures[key][name]) for key in measures.columns}
    return (
        *(name, f"{week['y'].sum():,.0f}", f"{week['mean'].sum():,.0f}"),
        *(f"{measure[key]:.1%}" for key in ("wape", "bias", "coverage")),
        f"{measure['pinball']:.3f}",
    )


def _plan_table(planned: Planned, came: pd.DataFrame) -> Figures:
    problem, schedule = planned.problem, planned.schedule
    counts = staffed(problem, schedule.shifts)
    lines = []
    for one in TYPES:
        calls = came.loc[came["unique_id"] == one.name].sort_values("ds")["y"].to_numpy(float)
        lines.append(
            _plan_line(
                one, calls, np.array(problem.requirement[one.name]), np.array(counts[one.name])
            )
        )
    names = [*(one.name for one in TYPES), "all"]
    table = np.array(lines)
    total = table.sum(axis=0)
    # Levels are shares of calls: weighted in the lines, divided here.
    rows = tuple(
        (
            *(name, f"{line[0]:.0f}", f"{line[1]:.0f}", f"{line[2]:.0f}", f"{line[3]:.0f}"),
            *(f"{line[4]:.0f}", f"{line[5] / line[6]:.1%}"),
        )
        for name, line in zip(names, [*table, total], strict=True)
    )
    note = PLAN_NOTE.format(
        workers=len(problem.workers),
        cost=schedule.objective / 100,
        gap=schedule.gap,
        seconds=schedule.solve_seconds,
    )
    columns = (
        *("type", "needed by forecast", "needed by calls", "staffed", "short by forecast"),
        *("short by calls", "service level"),
    )
    return Figures("Bank: the schedule and the week", note, columns, rows)


def _plan_line(one: CallType, calls: np.ndarray, need: IntArray, staff: IntArray) -> list[float]:
    """Hours needed by forecast and by calls, staffed, short of each; calls in time, calls."""
    work = QueueWork(one.name, "live", (float(one.aht_seconds),), patience_seconds=180.0)
    is_open = _is_open()
    factor = np.ones(len(calls))
    by_calls = requirement(work, calls, factor, is_open, 30, Allowance())
    levels = expected_service_level(work, calls[None], factor, is_open, staff, 30, Allowance())
    served = calls[is_open & (calls > 0)].sum()
    return [
        *(need.sum() / 2, by_calls.sum() / 2, staff.sum() / 2),
        *(np.maximum(need - staff, 0).sum() / 2, np.maximum(by_calls - staff, 0).sum() / 2),
        *(service_level_total(calls, levels) * served, served),
    ]


def _is_open() -> np.ndarray:
    """Half-hours of the planned week, which begins on a Monday, in which the bank answers."""
    hours = np.arange(48) / 2
    return np.concatenate([(hours >= start) & (hours < end) for start, end in OPENING])
