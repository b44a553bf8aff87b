"""What the entries of a rule profile are about, and what this planner does with each.

A param that is only shown is never claimed to be kept: the planner says so.
"""

from dataclasses import dataclass
from typing import Literal

Value = int | bool | str
Kind = Literal["number", "yes_no", "text"]
# "enforced": no schedule breaks it. "offer": the shift needs the worker's acceptance. "priced":
# it costs. "warned": it is told, and enforced where it binds. "shown": it is shown and no more.
Enforcement = Literal["enforced", "offer", "priced", "warned", "shown"]
UNPRICED = "a premium that no price here covers"


@dataclass(frozen=True, slots=True)
class Param:
    """One thing that a rule may set: its unit, which value is stricter, what is done with it.

    ``may_be_soft``: a contract may have it at a price per hour; ``may_cost_each``: at a price for
    each time.
    """

    name: str
    unit: str
    enforcement: Enforcement
    how: str
    kind: Kind = "number"
    higher_is_stricter: bool = False
    may_be_soft: bool = False
    may_cost_each: bool = False
    may_bind: bool = False


def _of(*params: Param) -> dict[str, Param]:
    return {param.name: param for param in params}


def _shown(names: str, unit: str = "", kind: Kind = "number", how: str = "") -> dict[str, Param]:
    text = how or "not enforced here"
    return _of(*(Param(name, unit, "shown", text, kind) for name in names.split()))


PARAMS: dict[str, Param] = {
    **_of(
        Param(
            "min_rest_minutes", "minutes", "enforced", "rest between working days",
            higher_is_stricter=True, may_be_soft=True, may_cost_each=True,
        ),
        Param(
            "max_day_span_minutes", "minutes", "enforced",
            "follows from the daily rest: a day spans at most 24 hours less it",
        ),
        Param(
            "min_weekly_rest_minutes", "minutes", "enforced", "a rest in any seven days in a row",
            higher_is_stricter=True, may_cost_each=True,
        ),
        Param(
            "max_consecutive_days", "days", "enforced", "working days in a row", may_cost_each=True
        ),
        Param(
            "max_minutes_per_week", "minutes", "enforced", "every ISO week", may_be_soft=True
        ),
        Param("max_minutes_per_day", "minutes", "enforced", "every day", may_be_soft=True),
        Param(
            "max_stretch_minutes", "minutes", "enforced",
            "shifts that join are one block; the break inside a single longer shift is the "
            "planner's",
        ),
        Param(
            "min_break_minutes", "minutes", "enforced", "the gap that makes two shifts two blocks",
            higher_is_stricter=True,
        ),
        Param(
            "min_break_minutes_beyond_nine_hours", "minutes", "enforced",
            "shifts that join to more than nine hours have a gap so long among them",
            higher_is_stricter=True,
        ),
        Param("rest_window", "wall clock", "enforced", "no shift touches these hours", "text"),
        Param("work_window", "wall clock", "enforced", "shifts lie in these hours", "text"),
        Param("barred_weekdays", "weekdays", "enforced", "no shift touches these days", "text"),
        Param(
            "sundays_and_holidays_barred", "", "enforced",
            "no shift touches a Sunday or a public holiday of the worker's region", "yes_no",
            higher_is_stricter=True,
        ),
        Param("min_age", "years", "enforced", "nobody younger is planned", higher_is_stricter=True),
        Param(
            "external_work_counts", "", "enforced", "external_shifts.csv counts", "yes_no",
            higher_is_stricter=True,
        ),
        Param(
            "min_call_minutes", "minutes", "enforced",
            "shorter templates are not worked where shifts cannot join", higher_is_stricter=True,
        ),
        Param(
            "max_percent_over_weekly_minimum", "%", "enforced",
            "the weekly maximum where a minimum is agreed",
        ),
        Param(
            "max_half_days_per_year", "half days", "enforced",
            "the half days left that workers.csv states",
        ),
        Param(
            "min_notice_days", "clear days", "offer",
            "shifts told too late are offers, from [rules] published on", higher_is_stricter=True,
        ),
        Param(
            "min_notice_hours", "hours", "offer",
            "shifts told too late are offers, from [rules] published on", higher_is_stricter=True,
        ),
        Param(
            "week_overtime_after_minutes", "minutes", "priced", "every ISO week at a premium"
        ),
        Param("day_overtime_after_minutes", "minutes", "priced", "every day at a premium"),
        Param("double_time_after_minutes", "minutes", "priced", "every day at a further premium"),
        Param(
            "min_hourly_wage", "cents", "warned", "wages are stated, not planned",
            higher_is_stricter=True, may_bind=True,
        ),
        Param(
            "minijob_cents_per_month", "cents", "warned", "a month's wages here", may_be_soft=True,
            may_bind=True,
        ),
        Param(
            "max_minutes_per_lecture_week", "minutes", "warned",
            "ISO weeks that calendars.csv calls lecture weeks", may_be_soft=True, may_bind=True,
        ),
        Param(
            "student_income_cents_per_half_year", "cents", "warned", "a half-year's wages here",
            may_be_soft=True, may_bind=True,
        ),
        Param(
            "max_percent_below_weekly_maximum", "%", "warned",
            "a maximum without a minimum may promise hours",
        ),
        Param(
            "premium_rest_minutes", "minutes", "priced",
            "shifts that start sooner after an earlier day's work cost a premium",
            higher_is_stricter=True,
        ),
        Param(
            "paid_minutes_per_added_shift", "minutes", "priced",
            "a shift that is added or moved when a known schedule is planned again",
            higher_is_stricter=True,
        ),
        Param(
            "percent_paid_of_lost_hours", "%", "priced",
            "hours that are lost for good when a known schedule is planned again",
            higher_is_stricter=True,
        ),
        Param("seventh_day_overtime", "", "warned", UNPRICED, "text"),
        Param("reporting_time_pay", "", "warned", UNPRICED, "text"),
        Param("pay_if_not_called", "", "warned", UNPRICED, "text"),
        Param(
            "min_paid_minutes_per_call", "minutes", "warned", UNPRICED,
            higher_is_stricter=True,
        ),
        Param("late_cancellation_paid", "", "warned", UNPRICED,
              "yes_no"),
    ),
    **_shown(
        "max_night_minutes_per_day_average max_average_week_minutes "
        "max_part_time_extra_minutes_per_year min_contract_minutes_per_week "
        "deemed_weekly_minutes",
        "minutes",
        how="not enforced here: it needs a longer history, or is the contract's",
    ),
    **_shown("paid_rest_minutes_per_four_hours", "minutes",
             how="not enforced here: breaks inside a shift are the planner's"),
    **_shown("max_gap_minutes_per_day", "minutes"),
    **_shown("max_overtime_minutes replacement_rest_day_weeks night_window shift_notice_weeks",
             kind="text"),
    **_shown("min_free_sundays_per_year max_days_per_year", "days",
             how="not enforced here: it needs a year's history"),
    **_shown("max_weeks_beyond_twenty_hours", "weeks",
             how="not enforced here: it needs a year's history"),
    **_shown("minijob_excess_months", "months", how="not enforced here: it needs a year's history"),
    **_shown("review_reply_days", "days", how="a duty of the people who use this planner"),
    **_shown("log_retention_months", "months", how="a duty of the people who use this planner"),
    **_shown("time_records_years", "years", how="a duty of the people who use this planner"),
    **_shown(
        "reference_windows_required inside_reference_windows human_decides_on_exclusion "
        "behaviour_scores inform_workers_before_use named_person_publishes "
        "lawful_refusals_not_scored works_council_consents union_negotiates",
        kind="yes_no",
        how="a duty of the people who use this planner",
    ),
}  # fmt: skip
