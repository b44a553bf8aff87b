"""What the rules changed, doubt or cannot keep, in a planner's words."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from api.rules.caps import caps
from api.rules.site_rules import SiteRules
from api.site.site import Site, WorkerRow
from scheduler.rules.params import UNPRICED
from scheduler.rules.profile import entries
from scheduler.rules.rule import Rule
from scheduler.rules.rulebook import chain
from scheduler.schedule import Shift


def rule_notes(site: Site) -> tuple[str, ...]:
    """What the rule profile changed or doubts, before anything is scheduled."""
    rules = SiteRules(site)
    return tuple(
        note
        for notes in (
            _wages,
            _long_templates,
            _short_calls,
            _promised_hours,
            _missing_data,
            _premiums,
            _doubts,
            _employers,
        )
        for note in notes(rules)
    )


def rule_warnings(site: Site, shifts: Sequence[Shift]) -> tuple[str, ...]:
    """Limits that do not bind and that a schedule passes all the same."""
    rules, passed = SiteRules(site), defaultdict[str, list[str]](list)
    by_worker: dict[str, list[Shift]] = defaultdict(list)
    for shift in shifts:
        by_worker[shift.worker].append(shift)
    for row in site.workers:
        own = [(site.horizon.day(one.start), one.minutes) for one in by_worker[row.id]]
        for cap in caps(rules, row) if own else ():
            limit = cap.limit
            used = sum(limit.used(m) for day, m in own if limit.first <= day <= limit.last)
            if cap.status == "warn" and used > limit.most:
                passed[limit.rule].append(row.id)
    return tuple(
        f"{rule}: {len(set(ids))} workers pass it, first {ids[0]}; it warns and does not bind"
        for rule, ids in sorted(passed.items())
    )


def _wages(rules: SiteRules) -> Iterator[str]:
    below: dict[Rule, list[WorkerRow]] = defaultdict(list)
    for row in rules.site.workers:
        rule = rules.of(row).rule("min_hourly_wage")
        if rule is not None and row.hourly_cost < int(rule.value):
            below[rule].append(row)
    for rule, rows in below.items():
        yield (
            f"workers.csv: {len(rows)} hourly_cost below the minimum wage of "
            f"{int(rule.value) / 100:.2f} (profile {rules.name}), first {rows[0].id}"
        )


def _long_templates(rules: SiteRules) -> Iterator[str]:
    """Shifts that need a break inside, which this planner does not place."""
    limits = [
        most
        for row in rules.site.workers
        if (most := rules.of(row).limit("max_stretch_minutes")) is not None
    ]
    least = min(limits, default=None)
    for one in rules.site.config.shift_templates:
        if least is not None and one.minutes > least:
            yield (
                f"site.toml: a shift of template {one.id} lasts longer than {least / 60:g} h: the "
                "break inside it is yours to place"
            )


def _short_calls(rules: SiteRules) -> Iterator[str]:
    """Templates that those on call do not get, or get only together."""
    short: dict[tuple[str, bool], int] = defaultdict(int)
    for row in rules.site.workers:
        least = rules.of(row).limit("min_call_minutes")
        for one in rules.site.config.shift_templates if least is not None else ():
            if one.minutes < (least or 0):
                short[one.id, (row.max_shifts_per_day or 1) > 1] += 1
    for (template, may_join), number in sorted(short.items()):
        what = "are not held to joined shifts" if may_join else "are not sent there"
        yield f"site.toml: template {template} is too short for a call; {number} on call {what}"


def _promised_hours(rules: SiteRules) -> Iterator[str]:
    """Those on call with a weekly maximum and no minimum: most of the maximum may be promised."""
    found: dict[Rule, list[str]] = defaultdict(list)
    for row in rules.site.workers:
        rule = rules.of(row).rule("max_percent_below_weekly_maximum")
        if rule is not None and row.max_minutes_per_week and not row.min_minutes_per_week:
            found[rule].append(row.id)
    for rule, ids in found.items():
        yield (
            f"workers.csv: {len(ids)} on call have max_hours_per_week and no min_hours_per_week, "
            f"first {ids[0]}; where that maximum is agreed, {rule.id} makes "
            f"{100 - int(rule.value)} % of it due"
        )


def _missing_data(rules: SiteRules) -> Iterator[str]:
    """Rules that are about somebody of whom a column is missing."""
    missing: dict[str, int] = defaultdict(int)
    for row in rules.site.workers:
        profile = rules.of(row)
        if profile.rule("max_half_days_per_year") and row.standing.half_days_left is None:
            missing["half_days_left"] += 1
        if profile.rule("max_minutes_per_lecture_week") and not row.standing.calendar:
            missing["calendar"] += 1
    for column, number in sorted(missing.items()):
        yield f"workers.csv: {number} workers have a rule that needs {column}; it is not kept"


def _premiums(rules: SiteRules) -> Iterator[str]:
    """Premiums that a plan may owe and that its costs do not count."""
    owed = {
        rule.id: f"{rule.id} ({_premium(rule)})"
        for row in rules.site.workers
        for rule in rules.of(row).rules
        if rule.known.how == UNPRICED and rule.known.kind != "yes_no"
    }
    if owed:
        yield f"rules: the costs do not count {'; '.join(owed[one] for one in sorted(owed))}"


def _premium(rule: Rule) -> str:
    """What a premium is owed for, and how much where a share of the wage is stated."""
    value = f" {rule.value} {rule.known.unit}".rstrip()
    share = f", {rule.percent} % of the wage" if rule.percent else ""
    return f"{rule.param.replace('_', ' ')}{value}{share}"


def _doubts(rules: SiteRules) -> Iterator[str]:
    """Rules that this plan rests on and whose source is uncertain."""
    shown = {"shown"}
    doubtful = [
        rule.id
        for rule in entries(rules.name, rules.first, rules.last)
        if rule.confidence == "U" and rule.known.enforcement not in shown
        and any(rule.applies_if in (None, *rules.traits(row)) for row in rules.site.workers)
    ]  # fmt: skip
    if doubtful:
        yield (
            f"rules: {', '.join(sorted(doubtful))} uncertain: verify before calling the plan lawful"
        )


def _employers(rules: SiteRules) -> Iterator[str]:
    for book in chain(rules.name):
        if book.employers:
            yield f"rules: {book.name} is about {book.employers}; check that you are one"
