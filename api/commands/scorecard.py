"""``peakcrew scorecard``: what a contact costs, by week and quarter."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import AsJson
from api.outcome import errors, print_json


def scorecard(
    results: Annotated[
        list[Path], typer.Argument(help="Result folders of plan, or their scorecard.csv.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the scorecard of all of them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add plans up into weeks and quarters: cost per contact, bot against people, what is saved."""
    with errors(as_json):
        from api.output import result_file
        from api.scorecard.adding import added
        from api.scorecard.files import read_scorecard, write_scorecard
        from api.scorecard.measures import parts_of, unit_of
        from api.scorecard.showing import lines

        rows = added([read_scorecard(path) for path in results])
        if out is not None:
            with result_file(out) as file:
                write_scorecard(rows, file)
        if as_json:
            figures = [
                {
                    "span": row.span, "period": row.period, "scope": row.scope, "name": row.name,
                    "measure": row.measure, "unit": unit_of(row.measure),
                    **{
                        key: None if one is None else round(one / parts_of(row.measure), 6)
                        for key, one in (("value", row.value), ("q05", row.low), ("q95", row.high))
                    },
                }
                for row in rows
            ]  # fmt: skip
            files = [] if out is None else [str(out)]
            print_json({"currency": rows[0].currency, "figures": figures, "files": files})
            return
        for line in (*lines(rows), *(() if out is None else (str(out),))):
            typer.echo(line)
