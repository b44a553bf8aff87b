"""Standby beside the shifts of a site: a queue and shifts of its own per skill."""

from collections.abc import Mapping
from dataclasses import replace

from api.showing import STANDBY, offered_no_show_rate
from api.site.showing import StandbyConfig
from api.site.site import Site
from scheduler.contract.units import cents
from scheduler.problem import IntArray, Problem, Queue
from scheduler.shift_template import PAY_IN_FULL, ShiftTemplate
from scheduler.staffing.standby import Curve, Sent, standby_value

CALL = "standby "  # before the id of a template


def with_standby(site: Site, problem: Problem, sent: Mapping[str, IntArray]) -> Problem:
    """The problem with standby, if the site asks for it.

    ``sent``: workers to send per queue and interval, without any allowance for no-shows. Standby
    is offered on each skill of live work and chat, at the times of the site's shift templates.
    """
    standby = site.config.staffing.standby
    if standby is None:
        return problem
    curves = _curves(site, problem, standby, sent)
    queues = tuple(_queue(problem, name) for name in curves)
    return replace(
        problem,
        queues=problem.queues + queues,
        shift_templates=_with_calls(problem, standby, frozenset(curves)),
        coverage_value={**problem.coverage_value, **curves},
    )


def _with_calls(
    problem: Problem, standby: StandbyConfig, names: frozenset[str]
) -> tuple[ShiftTemplate, ...]:
    """The templates, which serve no standby, and those of standby, for the skills that each of
    them serves; what may not follow a shift may not follow on standby either."""
    served = frozenset(queue.id for queue in problem.queues)
    calls = {
        one.id: replace(one, id=CALL + one.id, queues=called, pay_percent=standby.pay_percent)
        for one in problem.shift_templates
        if standby.templates is None or one.id in standby.templates
        if one.pay_percent == PAY_IN_FULL and (called := names & _standby_queues(problem, one))
    }
    shifts = (replace(one, queues=one.queues or served) for one in problem.shift_templates)
    return tuple(
        replace(
            one,
            forbidden_next=one.forbidden_next
            | {CALL + after for after in one.forbidden_next & calls.keys()},
        )
        for one in (*shifts, *calls.values())
    )


def _standby_queues(problem: Problem, template: ShiftTemplate) -> frozenset[str]:
    return frozenset(STANDBY + one.skill for one in problem.queues if template.serves(one.id))


def _queue(problem: Problem, name: str) -> Queue:
    skill = name.removeprefix(STANDBY)
    prices = [queue.understaffing_cost for queue in problem.queues if queue.skill == skill]
    return Queue(name, skill, max(prices))


def _curves(
    site: Site, problem: Problem, standby: StandbyConfig, sent: Mapping[str, IntArray]
) -> dict[str, tuple[Curve, ...]]:
    """What standby is worth, by the name of its queue; less than its pay is left out."""
    live = [queue for queue in site.config.queues if queue.work != "deferrable"]
    found = {}
    for skill in dict.fromkeys(queue.skill for queue in live):
        wages = [one.hourly_cost for one in problem.workers if skill in one.skills]
        teams = [
            Sent(
                sent[queue.id],
                offered_no_show_rate(site, queue),
                cents(queue.understaffing_cost_per_hour),
            )
            for queue in live
            if queue.skill == skill
        ]
        least = min(wages, default=0) * standby.pay_percent // 100
        found[STANDBY + skill] = standby_value(teams, standby.answer_rate, least)
    return found
