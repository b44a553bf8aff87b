"""``peakcrew check``: every problem of a site folder at once."""

import typer

from api.options import AsJson, SitePath
from api.outcome import BAD_INPUT, errors, print_json


def check(site: SitePath, as_json: AsJson = False) -> None:
    """Check a site folder and list every problem at once, each with file, line and column."""
    with errors(as_json):
        from api.checking import find_problems
        from api.site.problems import problem_lines
        from scheduler.export.words import count

        problems, notes = find_problems(site)
        if as_json:
            print_json(
                {
                    "problems": [
                        {"file": one.file, "line": one.line, "column": one.column,
                         "message": one.message}
                        for one in problems
                    ],
                    "notes": notes,
                }
            )  # fmt: skip
        else:
            for line in problem_lines(problems):
                typer.echo(line)
            for note in notes:
                typer.echo(f"note: {note}")
            total = count(len(problems), "problem")
            typer.echo(total if problems else f"{site}: can be planned")
        if problems:
            raise typer.Exit(BAD_INPUT)
