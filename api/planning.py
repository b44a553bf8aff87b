"""Site and requirement -> the optimiser's problem, under the rule profile in force."""

from collections.abc import Mapping
from dataclasses import replace

from api.agreed import agreed_worker
from api.policies import declared_policies
from api.rules.site_rules import SiteRules
from api.site.config import ObjectiveConfig
from api.site.site import Site
from api.site.templates import TemplateConfig
from api.site.times import iso_weekdays
from api.site.unpopular import UnpopularHoursConfig
from api.standby import with_standby
from scheduler.backlog import Backlog
from scheduler.contract.parts import to_queue, to_template
from scheduler.contract.units import cents, wall_minutes
from scheduler.horizon import Horizon
from scheduler.problem import IntArray, Licence, Problem, UnpopularHours, Weights
from scheduler.shift_template import ShiftTemplate
from scheduler.staffing.standby import Curve


def build_problem(
    site: Site,
    requirement: Mapping[str, IntArray],
    values: Mapping[str, tuple[Curve, ...]] | None = None,
    backlogs: Mapping[str, Backlog] | None = None,
) -> Problem:
    """What the optimiser gets: the site's queues, templates, people, wishes and need.

    ``values``: the curves of queues that are planned on them, beside the requirement that they
    replace. ``backlogs``: likewise the work of queues where it may wait.
    """
    config, rules = site.config, SiteRules(site)
    problem = Problem(
        horizon=site.horizon,
        currency=config.currency,
        queues=tuple(map(to_queue, config.queues)),
        shift_templates=tuple(_template(site.horizon, one) for one in config.shift_templates),
        workers=tuple(agreed_worker(rules, row) for row in site.workers),
        requirement=dict(requirement),
        coverage_value=dict(values or {}),
        backlogs=dict(backlogs or {}),
        pins=site.pins,
        weights=_weights(config.objective),
        licences=tuple(
            Licence(one.id, frozenset(one.queues), one.max_workers) for one in config.licences
        ),
        unpopular_hours=tuple(map(_unpopular, config.unpopular_hours)),
        is_blended=config.blended,
        policies=declared_policies(site),
    )
    return with_standby(site, problem, requirement)


def _template(horizon: Horizon, one: TemplateConfig) -> ShiftTemplate:
    windows = tuple(window.span(horizon) for window in one.windows or ())
    return replace(
        to_template(one),
        queues=None if one.queues is None else frozenset(one.queues),
        weekdays=None if one.weekdays is None else iso_weekdays(one.weekdays),
        windows=windows or None,
        max_shifts_per_day=one.max_shifts_per_day,
        forbidden_next=frozenset(one.forbidden_next),
        pay_percent=one.pay_percent,
    )


def _weights(one: ObjectiveConfig) -> Weights:
    return Weights(
        preference=cents(one.preference_cost_per_hour),
        fairness=cents(one.fairness_cost_per_hour),
        request=cents(one.request_cost_per_point),
        desired_hours=cents(one.desired_hours_cost_per_hour),
        unpopular=cents(one.unpopular_cost_per_hour),
        is_normalised=one.normalise,
    )


def _unpopular(one: UnpopularHoursConfig) -> UnpopularHours:
    return UnpopularHours(
        iso_weekdays(one.weekdays), wall_minutes(one.first), wall_minutes(one.last)
    )
