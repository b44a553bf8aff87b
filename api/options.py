"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

SitePath = Annotated[Path, typer.Argument(help="Folder of the site (site.toml and tables).")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for the result.")]
TimeLimit = Annotated[
    float, typer.Option(min=0.1, max=86400, help="Seconds the optimiser may search.")
]
Threads = Annotated[int, typer.Option(min=1, max=256, help="Solver threads.")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the search.")]
Gap = Annotated[
    float, typer.Option(min=0, max=0.99, help="Stop when at most this share could be saved.")
]
MemoryLimit = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="MIB",
        help="Stop the search above so many MiB, program and search together.",
    ),
]
Reproducible = Annotated[
    bool,
    typer.Option(
        "--reproducible",
        help="Give the same schedule on every run: one thread, limits counted in work.",
    ),
]
StopFile = Annotated[
    Path | None,
    typer.Option(help="Stop the search, as Ctrl-C does, when this file appears."),
]
KeepBrokenPins = Annotated[
    bool,
    typer.Option(
        "--keep-broken-pins",
        help="Keep pins that break a rule and list them, instead of refusing them.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON, for scripts.")]
