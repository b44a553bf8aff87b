"""``peakcrew adjust``: named layers of manual changes on a site's forecast."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.options import AsJson, SitePath
from api.outcome import errors, print_json

if TYPE_CHECKING:
    from api.adjustments.asked import Asked
    from api.site.site import Site
    from forecasts.adjustments import Operation

Start = Annotated[str | None, typer.Option("--from", metavar="T", help="From this instant on.")]
End = Annotated[str | None, typer.Option("--to", metavar="T", help="Until this instant.")]
Factor = Annotated[str | None, typer.Option(metavar="X", help="Multiply the contacts by X.")]
Add = Annotated[str | None, typer.Option(metavar="N", help="N contacts more in total, or fewer.")]
Fix = Annotated[str | None, typer.Option("--set", metavar="N", help="N contacts in total.")]


def adjust(
    site: SitePath,
    layer: Annotated[str | None, typer.Option(help="Layer that the change belongs to.")] = None,
    start: Start = None,
    end: End = None,
    queue: Annotated[str | None, typer.Option(help="Only this queue; otherwise all.")] = None,
    factor: Factor = None,
    add: Add = None,
    fix: Fix = None,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    author: Annotated[str, typer.Option(help="Who says so.")] = "",
    remove: Annotated[
        str | None, typer.Option(metavar="LAYER", help="Take this layer away instead.")
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Only show the layers.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a manual change to a layer on the forecast, take a layer away, or list the layers."""
    with errors(as_json):
        from api.adjustments.asked import Asked
        from api.adjustments.told import layer_lines, layers_document

        parts = (start, end, queue, factor, add, fix)
        _refuse_mixtures(layer, remove, show, any(one is not None for one in parts))
        values: dict[Operation, str | None] = {"factor": factor, "add": add, "set": fix}
        asked = None if layer is None else Asked(layer, start, end, queue, values, note, author)
        found = _changed(site, asked, remove)
        if as_json:
            print_json(layers_document(found))
            return
        for line in layer_lines(found):
            typer.echo(line)
        if not found.adjustments:
            typer.echo("no layers")


def _refuse_mixtures(layer: str | None, remove: str | None, show: bool, has_parts: bool) -> None:
    """One thing at a time: a change of ``--layer``, ``--remove`` or ``--list``."""
    from api.site.problems import InputProblem, SiteInvalid

    if (layer is not None) + (remove is not None) + show != 1 or (layer is None and has_parts):
        message = "one of them is needed; --from, --to, --queue and a value go with --layer"
        raise SiteInvalid([InputProblem("--layer, --remove, --list", None, None, message)])


def _changed(path: Path, asked: "Asked | None", remove: str | None) -> "Site":
    """The site with the change made, or as it is when nothing is asked for."""
    from datetime import UTC, datetime

    from api.adjustments.asked import checked_row
    from api.adjustments.table import append_row, remove_layer
    from api.site.read import read_site

    site = read_site(path)
    if asked is not None:
        return append_row(site, checked_row(site, asked, datetime.now(UTC)))
    return site if remove is None else remove_layer(site, remove)
