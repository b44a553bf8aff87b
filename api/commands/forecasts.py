"""``peakcrew forecasts``: the forecasts that were kept, and how they differ."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.options import AsJson
from api.outcome import errors, print_json

if TYPE_CHECKING:
    from api.forecast_store.reading import Store

ASKED = {"list": 0, "show": 1, "diff": 2}


def forecasts(
    what: Annotated[
        Literal["list", "show", "diff"], typer.Argument(help="What to do: list, show or diff.")
    ],
    store: Annotated[Path, typer.Argument(help="Folder of kept forecasts, or a site with one.")],
    versions: Annotated[
        list[str] | None,
        typer.Argument(help="One to show, two to compare: the start of an id, or latest."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the forecasts that were kept, show one, or say how two differ and why."""
    with errors(as_json):
        from api.forecast_store.reading import open_store

        _refuse_number(what, versions or [])
        found = open_store(store)
        asked = [found.find(text) for text in versions or []]
        if what == "diff":
            _tell_difference(found, asked[0].id, asked[1].id, as_json)
        elif as_json:
            print_json(
                {
                    "versions": [one.model_dump(mode="json") for one in asked or found.versions],
                    "notes": list(found.notes),
                }
            )
        else:
            _tell_versions(found, [one.id for one in asked])


def _refuse_number(what: str, versions: list[str]) -> None:
    from api.site.problems import InputProblem, SiteInvalid

    wanted = ASKED[what]
    if len(versions) != wanted:
        message = f"{what} needs {wanted} of them, found {len(versions)}"
        raise SiteInvalid([InputProblem("versions", None, None, message)])


def _tell_versions(store: "Store", asked: list[str]) -> None:
    from api.forecast_store.told import version_line, version_lines

    for one in store.versions:
        if one.id in asked:
            for line in version_lines(store, one):
                typer.echo(line)
        elif not asked:
            typer.echo(version_line(one))
    for note in store.notes:
        typer.echo(f"note: {note}")


def _tell_difference(store: "Store", before: str, after: str, as_json: bool) -> None:
    from api.forecast_store.difference import difference
    from api.forecast_store.told import difference_document, difference_lines

    found = difference(store, store.find(before), store.find(after))
    if as_json:
        print_json(difference_document(found))
        return
    for line in difference_lines(found):
        typer.echo(line)
