"""``peakcrew forecast``: contacts and human demand, without scheduling."""

import typer

from api.options import AsJson, OutFolder, SitePath
from api.outcome import errors, print_json


def forecast(site: SitePath, out: OutFolder, as_json: AsJson = False) -> None:
    """Forecast a site's contacts and what of them needs people, without scheduling."""
    with errors(as_json):
        from api.forecast_files import write_forecast
        from api.forecasting import forecast_demand
        from api.output import result_folder
        from api.site.read import read_site

        with result_folder(out) as folder:
            data = read_site(site)
            found = forecast_demand(data)
            write_forecast(data, found, folder)
        share, low, high = found.bot_share()
        contacts = float(found.demand.contacts.mean(axis=1).sum())
        if as_json:
            print_json(
                {"human_contacts": contacts, "bot_share": share, "bot_share_90": [low, high]}
            )
            return
        for one in found.posteriors.values():
            typer.echo(f"{one.unique_id}: {one.status}, {one.reason}")
        typer.echo(f"the bot settles {share:.1%} of all contacts ({low:.1%} to {high:.1%})")
        typer.echo(f"{contacts:,.0f} contacts need a person: {out / 'demand.csv'}")
