"""What is wrong with a site beyond its files: parts that are right alone but not together."""

from pathlib import Path

from api.agreed import unlawful_runs
from api.planning import build_problem
from api.site.problems import InputProblem, SiteInvalid
from api.site.read import check_site, read_site
from api.site.site import Site
from api.staffing import queue_work, stated_workers
from scheduler.errors import PinsInvalid, ProblemInvalid
from scheduler.solver.pins import check_pins


def checked_site(path: Path, may_pins_break: bool = False) -> Site:
    """A site that can be planned.

    Raises SiteInvalid with every problem found.
    """
    site = read_site(path)
    problems = _contradictions(site, may_pins_break)
    if problems:
        raise SiteInvalid(problems)
    return site


def find_problems(path: Path) -> tuple[list[InputProblem], list[str]]:
    """Everything wrong with a site folder, and what is worth a note."""
    problems, notes = check_site(path)
    return (problems, notes) if problems else (_contradictions(read_site(path)), notes)


def _contradictions(site: Site, may_pins_break: bool = False) -> list[InputProblem]:
    found = []
    for queue in site.config.queues:
        try:
            queue_work(queue)
        except ProblemInvalid as error:
            found.append(InputProblem("site.toml", None, None, str(error)))
    if site.requirement is not None and site.config.staffing.plan_on == "value":
        message = 'states the need, and staffing.plan_on = "value" needs a history.csv instead'
        found.append(InputProblem("requirement.csv", None, None, message))
    try:
        runs = list(unlawful_runs(site))
        if runs:
            return found + runs
        problem = build_problem(site, stated_workers(site))
        if not may_pins_break:
            check_pins(problem)
    except PinsInvalid as error:
        found += [InputProblem("pins.csv", None, None, line) for line in str(error).splitlines()]
    except ProblemInvalid as error:
        found.append(InputProblem("site.toml", None, None, str(error)))
    return found
