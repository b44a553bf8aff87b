"""``peakcrew rules show``: which rules are in force, and why."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.options import AsJson
from api.outcome import errors, print_json

if TYPE_CHECKING:
    from api.rules.site_rules import SiteRules
    from api.rules.table import Table
    from api.site.site import WorkerRow


def rules(
    what: Annotated[Literal["show"], typer.Argument(help="What to do: show.")],
    profile: Annotated[str, typer.Argument(help="Rule profile, such as de.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day, like 2026-12-24.")],
    site: Annotated[
        Path | None, typer.Option(help="Folder of a site, whose exceptions then count.")
    ] = None,
    worker: Annotated[
        str | None, typer.Option(help="Only what is about this worker of the site.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show which rules of a profile are in force on a day, where they come from, and why."""
    with errors(as_json):
        from api.rules.table import rules_table

        known, row = _asked(profile, site, worker)
        table = rules_table(profile, on.date(), known, row)
        if as_json:
            print_json(table.document())
        else:
            _show(table)


def _asked(
    profile: str, site: Path | None, worker: str | None
) -> "tuple[SiteRules | None, WorkerRow | None]":
    """The site under this profile and the worker, where they are asked about.

    Raises ProblemInvalid for a worker without a site, or one that is not there.
    """
    from dataclasses import replace

    from api.rules.site_rules import SiteRules
    from api.site.read import read_site
    from scheduler.errors import ProblemInvalid

    if site is None:
        if worker is not None:
            raise ProblemInvalid("--worker: needs the --site that he is of")
        return None, None
    found = read_site(site)
    if found.config.rule_profile != profile:
        found = replace(found, config=found.config.model_copy(update={"rule_profile": profile}))
    rows = {row.id: row for row in found.workers}
    if worker is not None and worker not in rows:
        raise ProblemInvalid(f"--worker: {worker!r} is not in {site / 'workers.csv'}")
    return SiteRules(found), rows[worker] if worker is not None else None


def _show(table: "Table") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as Grid

    from api.rules.table import CONFIDENCE

    whom = f" for {table.worker}" if table.worker else ""
    traits = f" ({', '.join(table.traits)})" if table.traits else ""
    typer.echo(f"{table.profile} on {table.day}{whom}{traits}")
    grid = Grid(show_lines=False, pad_edge=False)
    for name in ("rule", "says", "level", "outcome", "here", "source"):
        grid.add_column(name, overflow="fold")
    for line in table.lines:
        rule = line.rule
        dates = _dates(rule.valid_from.year, rule.valid_to.year, rule.valid_from, rule.valid_to)
        who = f" if {rule.applies_if}" if rule.applies_if else ""
        cells = (
            rule.id,
            f"{rule.param} = {_value(rule.value)} {rule.known.unit}{who}".replace(" if", "\nif"),
            rule.level,
            line.outcome,
            line.kept,
            f"{rule.source}; {CONFIDENCE[rule.confidence]}{dates}",
        )
        grid.add_row(*map(escape, cells))
    Console(width=None if Console().is_terminal else 180, highlight=False).print(grid)
    for banner in table.banners:
        typer.echo(banner)


def _value(value: int | bool | str) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _dates(first_year: int, last_year: int, first: object, last: object) -> str:
    """From when to when an entry holds, where that is limited."""
    since = f" from {first}" if first_year > 1 else ""
    until = f" to {last}" if last_year < 9999 else ""
    return f";{since}{until}" if since or until else ""
