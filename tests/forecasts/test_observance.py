"""Listed holidays that a site works through."""

from datetime import date

import numpy as np
import pandas as pd

from forecasts import Forecaster
from forecasts.calendar import Calendar
from forecasts.history import History, regularise
from forecasts.observance import kept_holidays

COLUMBUS, VETERANS, THANKSGIVING = date(2025, 10, 13), date(2025, 11, 11), date(2025, 11, 27)


def frame(start: str, end: str, factor: dict[date, float] | None = None) -> pd.DataFrame:
    """Hourly contacts of working days from eight to six, at listed days times the factor."""
    ds = pd.date_range(start, end, freq="h", inclusive="left")
    ds = ds[(ds.day_of_week < 5) & (ds.hour >= 8) & (ds.hour < 18)]
    factors = np.array([(factor or {}).get(one.date(), 1.0) for one in ds])
    y = np.random.default_rng(1).poisson(80 * factors)
    df = pd.DataFrame({"unique_id": "a|en|voice", "ds": ds, "y": y})
    return df[factors > 0]


def history(start: str, end: str, factor: dict[date, float] | None = None) -> History:
    return regularise(frame(start, end, factor), 60)


def ignored(calendar: Calendar, past: History) -> frozenset[date]:
    return kept_holidays(calendar, past).ignored_holidays


def test_a_holiday_worked_last_year_is_worked_this_year():
    past = history("2024-09-02", "2025-10-06", {date(2024, 11, 28): 0.2, date(2024, 12, 25): 0.0})
    found = ignored(Calendar("UTC", "US"), past)
    assert date(2024, 11, 11) in found  # as busy as any Monday
    assert VETERANS in found
    assert THANKSGIVING not in found
    assert date(2025, 12, 25) not in found


def test_a_quiet_year_outweighs_a_busy_one():
    quiet = {date(2024, 11, 11): 0.3}
    past = history("2023-09-04", "2025-10-06", quiet)
    assert VETERANS not in ignored(Calendar("UTC", "US"), past)


def test_without_a_past_the_regions_of_the_country_decide():
    past = history("2025-06-02", "2025-10-06")
    assert COLUMBUS in ignored(Calendar("UTC", "US"), past)
    assert THANKSGIVING not in ignored(Calendar("UTC", "US"), past)


def test_what_the_planner_stated_is_not_doubted():
    past = history("2025-07-07", "2025-10-06", {date(2025, 9, 1): 0.0})
    for stated in (Calendar("UTC", "US", "NY"), Calendar("UTC", "US", holiday_hours=())):
        assert COLUMBUS not in ignored(stated, past)
    none = Calendar("UTC")
    assert kept_holidays(none, past) is none


def test_a_closed_holiday_is_kept_though_few_regions_have_it():
    past = history("2024-09-02", "2025-10-06", {date(2024, 10, 14): 0.0})
    assert COLUMBUS not in ignored(Calendar("UTC", "US"), past)


def test_a_holiday_at_the_weekend_says_nothing():
    # 4 July is a Saturday, kept on the Friday before.
    past = history("2026-06-01", "2026-08-03", {date(2026, 7, 3): 0.0})
    assert date(2027, 7, 5) not in ignored(Calendar("UTC", "US"), past)


def test_a_worked_holiday_is_forecast_like_its_weekday():
    past = frame("2025-03-03", "2025-10-10", {date(2025, 9, 1): 0.0, date(2025, 7, 4): 0.0})
    model = Forecaster(60, Calendar("UTC", "US"), booster=False).fit(past)
    prediction = model.predict(14 * 24)
    by_day = prediction.groupby(prediction["ds"].dt.date)["mean"].sum()
    assert by_day[COLUMBUS] > 0.9 * by_day[date(2025, 10, 20)]
