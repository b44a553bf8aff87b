"""Site and requirement -> the optimiser's problem, under the rule profile in force."""

from collections.abc import Mapping

from api.policies import declared_policies
from api.rules.limits import limited_worker
from api.rules.site_rules import SiteRules
from api.site.site import Site
from api.standby import with_standby
from scheduler.contract.parts import to_queue, to_template
from scheduler.contract.units import cents
from scheduler.problem import IntArray, Problem, Weights


def build_problem(site: Site, requirement: Mapping[str, IntArray]) -> Problem:
    """What the optimiser gets: the site's queues, templates, people and need."""
    config, rules = site.config, SiteRules(site)
    problem = Problem(
        horizon=site.horizon,
        currency=config.currency,
        queues=tuple(map(to_queue, config.queues)),
        shift_templates=tuple(map(to_template, config.shift_templates)),
        workers=tuple(limited_worker(rules, row) for row in site.workers),
        requirement=dict(requirement),
        pins=site.pins,
        weights=Weights(
            cents(config.objective.preference_cost_per_hour),
            cents(config.objective.fairness_cost_per_hour),
        ),
        policies=declared_policies(site),
    )
    return with_standby(site, problem, requirement)
