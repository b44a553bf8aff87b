"""``peakcrew actuals``: kept forecasts against what came afterwards."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson, OutFolder, SitePath
from api.outcome import errors, print_json


def actuals(
    site: SitePath,
    out: OutFolder,
    store: Annotated[
        Path | None, typer.Option(help="Folder of kept forecasts; otherwise the site's own.")
    ] = None,
    came: Annotated[
        Path | None,
        typer.Option("--actuals", help="Contacts that came; otherwise the site's history.csv."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge the forecasts that were kept by what came, and what manual changes were worth."""
    with errors(as_json):
        from api.actuals.figures import measures, worths
        from api.actuals.files import document, lines, write_actuals
        from api.actuals.run import judge
        from api.forecast_store.reading import open_store
        from api.site.read import read_site

        known = open_store(store or site)
        judged = judge(read_site(site), known, came or site / "history.csv")
        table, found = measures(judged), worths(judged)
        paths = write_actuals(judged, table, found, out)
        if as_json:
            files = {"files": [str(path) for path in paths]}
            print_json(document(judged, table, found) | files)
            return
        for line in (*lines(judged, table, found), *paths):
            typer.echo(line)
