"""``peakcrew compare``: results side by side."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson
from api.outcome import errors, print_json


def compare(
    results: Annotated[
        list[Path],
        typer.Argument(help="Result folders or schedule files; the first is compared against."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for compare.csv and compare.html.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put results side by side: cost, proof, cover and hours, and what differs."""
    with errors(as_json):
        from api.comparison.files import lines, write_comparison
        from api.comparison.measures import measures
        from api.comparison.proof import difference
        from api.comparison.reading import read_all

        figures = read_all(results)
        paths = () if out is None else write_comparison(figures, out)
        if as_json:
            print_json(
                {
                    "schedules": [one.name for one in figures],
                    "measures": {
                        one.label.strip(): [one.plain(value) for value in one.values]
                        for one in measures(figures)
                    },
                    "differences": [
                        {
                            "schedule": found.other,
                            "found": found.found / 100,
                            "least": found.least / 100,
                            "most": found.most / 100,
                            "proven": found.is_proven,
                        }
                        for found in (difference(figures[0], one) for one in figures[1:])
                    ],
                    "files": [str(path) for path in paths],
                }
            )
            return
        for line in lines(figures):
            typer.echo(line)
        for path in paths:
            typer.echo(path)
