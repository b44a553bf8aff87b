"""Plan the bank's week from its first three weeks, then look at the calls that came."""

from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from api.forecast_files import quantile_frame
from api.forecasting import DemandForecast
from api.pipeline import Planned, plan
from api.staffing import allowance, queue_work
from benchmarks.real_bank import CALLS, TYPES, read_calls, split, write_site
from benchmarks.tables import Figures
from forecasts.accuracy import evaluate
from scheduler.schedule import staffed
from scheduler.solver.parameters import Parameters
from scheduler.staffing.requirement import (
    expected_service_level,
    requirement,
    service_level_total,
)

NAMES = tuple(one.name for one in TYPES)
INTERVAL = 30

FORECAST_NOTE = """\
Calls of a small Israeli bank (Technion SEELab, Mandelbaum), 1 to 21 February 1999 as history, 22
to 28 February forecast, 30-minute intervals. WAPE is the sum of absolute errors over the sum of
calls, nights included. NW fell by a third against the weeks before, which nothing in them told.
Counts near zero make a 90 % interval cover more than 90 %."""

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
    assert planned.forecast is not None  # the site brings a history
    _, came = split(read_calls(data))
    return [_forecast_table(planned.forecast, came), _plan_table(planned, planned.forecast, came)]


def _forecast_table(forecast: DemandForecast, came: pd.DataFrame) -> Figures:
    predicted = quantile_frame(forecast.queues, forecast.ds, forecast.volume)
    both = predicted.merge(came.assign(ds=came["ds"].dt.tz_convert("UTC")), on=["unique_id", "ds"])
    measures = evaluate(both).set_index("unique_id")
    rows = tuple(
        _forecast_row(name, both if name == "all" else both[both["unique_id"] == name], measures)
        for name in (*NAMES, "all")
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


@dataclass(frozen=True, slots=True)
class Week:
    """One type's week: worker-hours, and the calls of opening hours, answered in time and all."""

    needed_by_forecast: float
    needed_by_calls: float
    staffed: float
    short_by_forecast: float
    short_by_calls: float
    in_time: float
    calls: float

    def row(self, name: str) -> tuple[str, ...]:
        """The week as a row of the table."""
        return (
            *(name, f"{self.needed_by_forecast:.0f}", f"{self.needed_by_calls:.0f}"),
            *(f"{self.staffed:.0f}", f"{self.short_by_forecast:.0f}"),
            *(f"{self.short_by_calls:.0f}", f"{self.in_time / self.calls:.1%}"),
        )


def _plan_table(planned: Planned, forecast: DemandForecast, came: pd.DataFrame) -> Figures:
    schedule = planned.schedule
    weeks = [_week(planned, forecast, row, came) for row in range(len(NAMES))]
    total = Week(*np.sum([astuple(week) for week in weeks], axis=0).tolist())
    note = PLAN_NOTE.format(
        workers=len(planned.problem.workers),
        cost=schedule.objective / 100,
        gap=schedule.gap,
        seconds=schedule.solve_seconds,
    )
    columns = (
        *("type", "needed by forecast", "needed by calls", "staffed", "short by forecast"),
        *("short by calls", "service level"),
    )
    rows = [week.row(name) for name, week in zip(NAMES, weeks, strict=True)]
    rows.append(total.row("all"))
    return Figures("Bank: the schedule and the week", note, columns, tuple(rows))


def _week(planned: Planned, forecast: DemandForecast, row: int, came: pd.DataFrame) -> Week:
    """The schedule of one type beside what the calls that came would have needed."""
    site, queue = planned.site, planned.site.config.queues[row]
    calls = came.loc[came["unique_id"] == queue.id].sort_values("ds")["y"].to_numpy(np.float64)
    is_open, factor = forecast.is_open[row], np.ones(len(calls))
    need = planned.problem.requirement[queue.id]
    staff = np.array(staffed(planned.problem, planned.schedule.shifts)[queue.id])
    work, absent = queue_work(queue), allowance(site, queue)
    by_calls = requirement(work, calls, factor, is_open, INTERVAL, absent)
    levels = expected_service_level(work, calls[None], factor, is_open, staff, INTERVAL, absent)
    in_hours = float(calls[is_open].sum())
    return Week(
        needed_by_forecast=need.sum() / 2,
        needed_by_calls=by_calls.sum() / 2,
        staffed=staff.sum() / 2,
        short_by_forecast=np.maximum(need - staff, 0).sum() / 2,
        short_by_calls=np.maximum(by_calls - staff, 0).sum() / 2,
        in_time=service_level_total(calls, levels) * in_hours,
        calls=in_hours,
    )
