"""``peakcrew backtest``: how the forecast would have done in the weeks that are known."""

from typing import Annotated

import typer

from api.options import AsJson, OutFolder, SitePath
from api.outcome import errors, print_json


def backtest(
    site: SitePath,
    out: OutFolder,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="Weeks to forecast again.")] = 8,
    as_json: AsJson = False,
) -> None:
    """Forecast past weeks again and show how wrong it was, against two rules of thumb."""
    with errors(as_json):
        from api.backtest import figures
        from api.backtest.files import lines, write_backtest
        from api.backtest.run import run
        from api.site.read import read_site

        found = run(read_site(site), weeks)
        table = figures.by_queue(found)
        paths = write_backtest(found, table, out)
        if as_json:
            rows = figures.overall(table)
            measures = ["wape", "bias", "pinball", "coverage"]
            print_json(
                {
                    "weeks": found.weeks,
                    "models": {
                        str(model): {key: round(float(row[key]), 6) for key in measures}
                        for model, row in rows.iterrows()
                    },
                    "verdict": figures.verdict(found, table),
                    "files": [str(path) for path in paths],
                }
            )
            return
        for line in lines(found, table):
            typer.echo(line)
        for path in paths:
            typer.echo(path)
