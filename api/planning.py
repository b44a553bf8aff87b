"""Site and requirement -> the optimiser's problem, under the rule profile in force."""

from collections.abc import Mapping

from api.site.site import Site, WorkerRow
from scheduler.contract.parts import to_queue, to_template
from scheduler.contract.units import cents
from scheduler.problem import IntArray, Problem, Weights
from scheduler.rules.profile import RuleProfile, resolve
from scheduler.worker import Worker


def rule_profile(site: Site) -> RuleProfile:
    """The rules in force on the site's horizon."""
    days = site.horizon.dates
    return resolve(site.config.rule_profile, days[0], days[-1])


def build_problem(site: Site, requirement: Mapping[str, IntArray]) -> Problem:
    """What the optimiser gets: the site's queues, templates, people and need."""
    config, profile = site.config, rule_profile(site)
    return Problem(
        horizon=site.horizon,
        currency=config.currency,
        queues=tuple(map(to_queue, config.queues)),
        shift_templates=tuple(map(to_template, config.shift_templates)),
        workers=tuple(_worker(row, profile) for row in site.workers),
        requirement=dict(requirement),
        pins=site.pins,
        weights=Weights(
            cents(config.objective.preference_cost_per_hour),
            cents(config.objective.fairness_cost_per_hour),
        ),
    )


def rule_notes(site: Site) -> tuple[str, ...]:
    """What the rule profile changed or doubts, in a planner's words."""
    profile = rule_profile(site)
    lowest = profile.limit("min_hourly_wage")
    below = [row.id for row in site.workers if lowest is not None and row.hourly_cost < lowest]
    notes = []
    if below and lowest is not None:
        notes.append(
            f"workers.csv: {len(below)} hourly_cost below the minimum wage of {lowest / 100:.2f} "
            f"(profile {profile.name}), first {below[0]}"
        )
    return tuple(notes)


def _worker(row: WorkerRow, profile: RuleProfile) -> Worker:
    longest = profile.strictest("max_minutes_per_week", row.max_minutes_per_week, 7 * 24 * 60)
    return Worker(
        id=row.id,
        skills=frozenset(row.skills),
        hourly_cost=row.hourly_cost,
        min_minutes_per_week=min(row.min_minutes_per_week, longest),
        max_minutes_per_week=longest,
        max_shifts_per_day=1 if row.max_shifts_per_day is None else row.max_shifts_per_day,
        max_consecutive_days=profile.strictest("max_consecutive_days", row.max_consecutive_days, 7),
        min_rest_minutes=profile.strictest("min_rest_minutes", row.min_rest_minutes, 0),
        availability=row.availability,
        past_shifts=row.past_shifts,
    )
