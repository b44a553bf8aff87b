"""``peakcrew scenario``: a site with something changed, as a site of its own."""

from typing import Annotated

import typer

from api.options import AsJson, OutFolder, SitePath
from api.outcome import errors, print_json

Volume = Annotated[
    list[str] | None,
    typer.Option(help="Contacts over the horizon: +20%, or QUEUE=+20% for one queue. Repeatable."),
]
BotDown = Annotated[
    list[str] | None,
    typer.Option(help="A day without the bot, 2026-12-28, or FROM/TO in instants. Repeatable."),
]
DropSkill = Annotated[
    list[str] | None,
    typer.Option(help="Nobody has SKILL, or SKILL=10: ten workers lose it. Repeatable."),
]


def scenario(
    site: SitePath,
    out: OutFolder,
    volume: Volume = None,
    bot_down: BotDown = None,
    fewer_workers: Annotated[int | None, typer.Option(min=1, help="Take so many away.")] = None,
    more_workers: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Add so many copies of workers.")
    ] = None,
    wage: Annotated[str | None, typer.Option(help="Every hourly cost: +5%.")] = None,
    profile: Annotated[str | None, typer.Option(help="Another rule profile, such as se.")] = None,
    drop_skill: DropSkill = None,
    name: Annotated[str | None, typer.Option(help="Its name; otherwise the changes.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides which workers are chosen.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Write a site with something changed as a new site folder: what if ...?"""
    with errors(as_json):
        from api.scenarios.changes import read_changes
        from api.scenarios.folder import write_scenario
        from api.site.read import read_site

        base = read_site(site)
        changes = read_changes(
            base,
            volume=volume or (),
            bot_down_at=bot_down or (),
            fewer_workers=fewer_workers,
            more_workers=more_workers,
            wage=wage,
            profile=profile,
            drop_skill=drop_skill or (),
            name=name,
            seed=seed,
        )
        found = write_scenario(base, changes, out)
        if as_json:
            print_json(
                {
                    "folder": str(found.folder),
                    "name": found.name,
                    "base": found.base,
                    "base_sha256": found.base_sha256,
                    "changes": list(found.entries),
                }
            )
            return
        for entry in found.entries:
            typer.echo(entry["detail"])
        typer.echo(f"{found.name}: {out}")
