"""The command line. Heavy parts are imported inside the commands, so that help comes at once."""

import signal
import sys
from typing import Annotated

import typer

from api.commands.actuals import actuals
from api.commands.adjust import adjust
from api.commands.audit import audit
from api.commands.backtest import backtest
from api.commands.batch import batch
from api.commands.bot_review import bot_review
from api.commands.check import check
from api.commands.compare import compare
from api.commands.deliver import deliver
from api.commands.diff import diff
from api.commands.drill import drill
from api.commands.export import export
from api.commands.fairness import fairness
from api.commands.forecast import forecast
from api.commands.forecasts import forecasts
from api.commands.intraday import intraday
from api.commands.janitor import janitor
from api.commands.keys import keys
from api.commands.migrate import migrate
from api.commands.offers import offers
from api.commands.plan import plan
from api.commands.policies import policies
from api.commands.repairs import repairs
from api.commands.replace import replace
from api.commands.replan import replan
from api.commands.replay import replay
from api.commands.rules import rules
from api.commands.scenario import scenario
from api.commands.scorecard import scorecard
from api.commands.serve import serve
from api.commands.simulate import simulate
from api.commands.solve import solve
from api.commands.validate import validate
from api.commands.why import why
from api.commands.worker import worker

app = typer.Typer(
    name="peakcrew",
    help="Plan the humans behind an AI help desk: forecast, bot share, proven micro-shifts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"peakcrew {version('peakcrew')}")
        raise typer.Exit


@app.callback()
def peakcrew(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Plan the humans behind an AI help desk: forecast, bot share, proven micro-shifts."""


COMMANDS = (
    plan,
    solve,
    replay,
    check,
    forecast,
    adjust,
    forecasts,
    actuals,
    backtest,
    bot_review,
    validate,
    simulate,
    export,
    policies,
    repairs,
    fairness,
    scenario,
    drill,
    rules,
    compare,
    scorecard,
    intraday,
    why,
    replan,
    diff,
    replace,
    offers,
    batch,
    serve,
    worker,
    deliver,
    janitor,
    migrate,
    keys,
    audit,
)
for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Entry point of the ``peakcrew`` command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows a question mark instead of a traceback.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    # A stop from outside (a timeout, a container) keeps the best schedule like Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
