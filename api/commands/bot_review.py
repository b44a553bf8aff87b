"""``peakcrew bot-review``: the weekly go / no-go on the bot."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson, OutFolder, SitePath
from api.outcome import errors, print_json


def bot_review(
    site: SitePath,
    out: OutFolder,
    at: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of the review; else the first after the history."),
    ] = None,
    previous: Annotated[
        Path | None, typer.Option(help="The last review.json: what it decided is kept longer.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Decide for each queue whether the bot may take more of it, and say how sure that is."""
    with errors(as_json):
        from api.bot_review.files import lines, review_document, write_review
        from api.bot_review.previous import read_previous
        from api.bot_review.run import review_day, run
        from api.site.read import read_site

        known = read_site(site)
        day = review_day(known, at)
        before = None if previous is None else read_previous(previous, known.config.name, day)
        review = run(known, day, before)
        paths = write_review(review, out)
        if as_json:
            print_json(review_document(review) | {"files": [str(path) for path in paths]})
            return
        for line in (*lines(review), *(f"note: {note}" for note in review.notes), *paths):
            typer.echo(line)
