"""Plan real contact data: ``python -m benchmarks.real --out DIR [--data DIR] [--docs]``.

The data is public research data that is not part of the project; without it there is nothing to
do. See ``real_bank`` and ``real_couriers`` for what is real and what is assumed.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import real_bank_result, real_couriers_result
from benchmarks.tables import Figures, markdown
from scheduler.solver.parameters import Parameters

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "real-input.md"
GAP = 0.0005  # the default of `peakcrew plan`


def main(arguments: Sequence[str]) -> int:
    """Build the sites, plan them, print the tables and keep the reports."""
    options = _options(arguments)
    if not options.data.is_dir():
        print(f"There is no public research data in {options.data}, so nothing was planned.")
        return 0
    parameters = Parameters(time_limit=options.time_limit, seed=options.seed, gap=GAP)
    tables = [
        *real_bank_result.run(options.data, options.out / "bank", parameters),
        *real_couriers_result.run(options.data, options.out / "couriers", parameters),
    ]
    console = Console()
    for table in tables:
        console.print(_pretty(table))
        console.print(table.note, "\n")
    console.print(f"Sites, schedules and reports are in {options.out}")
    if options.docs:
        DOCS.write_text(_page(tables, options), encoding="utf-8")
        console.print(f"The tables are in {DOCS}")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for sites and reports")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--time-limit", type=float, default=60, help="seconds per plan")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--docs", action="store_true", help="write docs/real-input.md too")
    return parser.parse_args(arguments)


def _pretty(figures: Figures) -> Table:
    table = Table(title=figures.title, title_justify="left")
    for number, name in enumerate(figures.columns):
        table.add_column(name, justify="right" if number else "left")
    for row in figures.rows:
        table.add_row(*row)
    return table


def _page(tables: Sequence[Figures], options: argparse.Namespace) -> str:
    command = (
        f"python -m benchmarks.real --out {options.out} --time-limit {options.time_limit:g} "
        f"--seed {options.seed} --docs"
    )
    parts = [INTRODUCTION.format(command=command), *map(markdown, tables)]
    return "\n\n".join(parts) + "\n"


INTRODUCTION = """\
# Real input

Peakcrew on contact data that nobody made for it. The data is public research data and not part
of this repository; `benchmarks/real_bank.py` and `benchmarks/real_couriers.py` turn it into site
folders and say what in them is real. Written by

    {command}"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
