"""``peakcrew forecast``: contacts and human demand, without scheduling."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.options import AsJson, OutFolder, SitePath
from api.outcome import errors, print_json

if TYPE_CHECKING:
    from api.forecast_store.keep import Kept
    from api.forecasting import DemandForecast


def forecast(
    site: SitePath,
    out: OutFolder,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it as a version in the site's own store.")
    ] = False,
    store: Annotated[
        Path | None, typer.Option(help="Keep it as a version in this folder instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Forecast a site's contacts and what of them needs people, without scheduling."""
    with errors(as_json):
        found, kept = _forecast(site, out, site / "forecasts" if keep and not store else store)
        share, low, high = found.bot_share()
        contacts = float(found.demand.contacts.mean(axis=1).sum())
        if as_json:
            version = {} if kept is None else {"version": kept.version.id, "is_new": kept.is_new}
            print_json(
                {"human_contacts": contacts, "bot_share": share, "bot_share_90": [low, high]}
                | ({"notes": list(found.notes)} if found.notes else {})
                | version
            )
            return
        for one in found.posteriors.values():
            typer.echo(f"{one.unique_id}: {one.status}, {one.reason}")
        for note in found.notes:
            typer.echo(f"note: {note}")
        typer.echo(f"the bot settles {share:.1%} of all contacts ({low:.1%} to {high:.1%})")
        typer.echo(f"{contacts:,.0f} contacts need a person: {out / 'demand.csv'}")
        if kept is not None:
            typer.echo(f"{'kept' if kept.is_new else 'was kept already'}: {kept.folder}")


def _forecast(path: Path, out: Path, store: Path | None) -> "tuple[DemandForecast, Kept | None]":
    """Write a forecast's files, and keep it as a version if there is a store."""
    from api.forecast_files import write_forecast
    from api.forecast_store.keep import keep
    from api.forecast_store.version import input_hashes
    from api.forecasting import forecast_demand
    from api.output import OutputRefused, result_folder
    from api.site.read import read_site

    if store is not None and store.resolve().is_relative_to(out.resolve()):
        # A result is replaced as a whole by the next one; what is kept must not go with it.
        raise OutputRefused(f"{store}: lies in the folder of the result; choose another one")
    with result_folder(out) as folder:
        inputs = input_hashes(path)
        site = read_site(path)
        found = forecast_demand(site)
        write_forecast(site, found, folder)
        kept = None if store is None else keep(site, found, inputs, store)
    return found, kept
