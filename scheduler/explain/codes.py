"""The stable codes of all reasons, and what each means."""

from collections.abc import Mapping

from scheduler.explain.reason import Severity

RULE_CODES: Mapping[str, Mapping[str, str]] = {
    "skill": {"missing": "he lacks the skill of the queue"},
    "template": {
        "outside_horizon": "the shift is not inside the planned days",
        "no_such_start": "no such length, or no such start on the template's grid",
        "closed": "the template is not worked on this weekday or outside its windows",
        "wrong_queue": "the template does not serve the queue",
    },
    "availability": {
        "not_offered": "he offers no time there",
        "too_short": "he offers a part of the time, but no window holds the whole shift",
    },
    "segments": {"wrong_queue": "blended: the queue is not one that he and the template serve"},
    "no_overlap": {
        "same_shift": "he works these very hours already: somebody else is missing, too",
        "own_shifts": "he works another shift at that time",
        "work_elsewhere": "he works for somebody else at that time",
    },
    "rest": {
        "own_shifts": "too little rest before or after another shift of his",
        "past_work": "too little rest after the last shift before the planned days",
        "work_elsewhere": "too little rest before or after a shift for somebody else",
    },
    "day_span": {
        "own_shifts": "from the first start to the last end his day would last too long",
        "work_elsewhere": "with what he works elsewhere his day would last too long",
        "contract": "the shift alone is longer than a day less his rest",
    },
    "max_shifts_per_day": {
        "own_shifts": "he has the shifts of that day already",
        "contract": "he may not work any shift on a day",
    },
    "max_shifts_by_template": {
        "own_shifts": "he has the shifts of this template already",
        "contract": "he may not work this template",
    },
    "forbidden_next": {"own_shifts": "one template may not follow the other on the next day"},
    "max_weekends": {
        "own_shifts": "he works on as many weekends as he may",
        "past_work": "the weekend before the planned days counts against him",
        "contract": "he may not work on weekends",
    },
    "max_consecutive_days": {
        "own_shifts": "too many working days in a row with his other shifts",
        "past_work": "too many working days in a row with those before the planned days",
        "work_elsewhere": "too many working days in a row with those elsewhere",
        "contract": "he may not work on any day",
    },
    "min_consecutive_days": {
        "needs_more_work": "too short a run of working days, unless he works more days beside it",
        "requires_it": "without the shift a run of working days were too short",
    },
    "min_consecutive_days_off": {
        "needs_more_work": "too short a run of days off, unless he works on them too",
        "requires_it": "without the shift a run of days off were too short",
    },
    "max_consecutive_days_off": {
        "requires_it": "without the shift a run of days off were too long"
    },
    "max_minutes_per_week": {
        "own_shifts": "his other shifts fill the week",
        "past_work": "what he worked before the planned days fills the week",
        "work_elsewhere": "what he works elsewhere fills the week",
        "contract": "the shift alone exceeds his weekly hours",
    },
    "min_minutes_per_week": {"requires_it": "without the shift his guaranteed hours are missed"},
    "max_rolling_minutes": {
        "own_shifts": "his other shifts fill so many days in a row",
        "past_work": "what he worked before the planned days fills so many days in a row",
        "work_elsewhere": "what he works elsewhere fills so many days in a row",
        "contract": "the shift alone exceeds the limit on so many days in a row",
    },
    "period_limits": {
        "own_shifts": "his other shifts use up what he may work between two dates",
        "contract": "the shift alone exceeds what he may work between two dates",
    },
    "barred": {"in_force": "a rule lets him do nothing at that time"},
    "max_stretch": {
        "own_shifts": "joined to another shift of his it would be too long without a break",
        "past_work": "joined to the last shift before the planned days it would be too long",
        "work_elsewhere": "joined to a shift for somebody else it would be too long",
    },
    "weekly_rest": {
        "own_shifts": "with his other shifts a week would hold no long rest",
        "past_work": "with the days before the planned ones a week would hold no long rest",
        "work_elsewhere": "with what he works elsewhere a week would hold no long rest",
    },
    "min_rolling_minutes": {
        "requires_it": "without the shift so many days in a row hold too little work"
    },
    "template_per_day": {"taken": "as many shifts of the template start that day as may"},
    "licences": {"taken": "others hold the licences, seats or lines at that time"},
    "pin": {
        "must_stay": "a pinned shift stands against it and has to stay",
        "kept": "the shift was pinned, so it stays",
    },
    "locked": {"not_pinned": "the time, the worker or the queue is locked, and it is no pin"},
    "max_changed_workers": {"budget_used": "as many workers' shifts change already as may"},
    "overruled": {"only_pins": "he works his pins against a rule, and nothing else"},
}
DECISION_CODES: Mapping[str, Mapping[str, str]] = {
    "offer": {"needs_acceptance": "possible at short notice, if he accepts it"},
    "cost": {
        "exceeds_value": "possible, but dearer than what it would cover",
        "would_save": "possible and cheaper: the schedule is not the best one",
        "cheapest": "his wage is the lowest of all who could take it over",
        "not_cheapest": "another could take it over for less: the schedule is not the best one",
    },
    "wish": {"suits_him": "his preferences or wishes make him the cheapest choice"},
    "fairness": {"evens_out": "giving it to him spreads hours or unpopular hours more evenly"},
    "guarantee": {"is_paid_anyway": "his guaranteed hours are paid whether he works or not"},
    "change": {"keeps_the_plan": "he had it in the schedule that people know"},
    "policy": {
        "priority": "a declared policy puts others after his group, and that decides",
        "new_starters": "a declared policy gives new starters their hours, and that decides",
        "spread": "a declared policy keeps a group from being too many at once, and that decides",
    },
    "tie": {"same_price": "another could take it over at the same price"},
    "only_one_possible": {"nobody_else": "nobody else may work it beside what he works already"},
    "needed_elsewhere": {
        "worth_more": "a cheaper worker is busy with another shift that he would have to drop"
    },
    "need_met": {"no_shortage": "nobody is missing at that time"},
}

SEVERITIES: Mapping[str, Severity] = {
    "offer.needs_acceptance": "offer",
    "cost.exceeds_value": "priced",
    "cost.would_save": "priced",
    "need_met.no_shortage": "priced",
}
FOR_A_SHIFT = frozenset({"requires_it", "kept"})


def meanings() -> dict[str, str]:
    """Every code with its meaning."""
    return {
        f"{rule}.{cause}": meaning
        for table in (RULE_CODES, DECISION_CODES)
        for rule, causes in table.items()
        for cause, meaning in causes.items()
    }


def severity(code: str) -> Severity:
    """How much a reason weighs: a rule forbids, unless it speaks for the shift."""
    rule, cause = code.split(".")
    if rule in RULE_CODES:
        return "info" if cause in FOR_A_SHIFT else "forbidden"
    return SEVERITIES.get(code, "info")


def page() -> str:
    """All codes as the table of docs/reasons.md."""
    rows = [f"| `{code}` | {severity(code)} | {meaning} |" for code, meaning in meanings().items()]
    return "\n".join(["| code | severity | meaning |", "|---|---|---|", *rows])
