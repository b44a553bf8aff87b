"""Make sure that ``forecasts``, ``scheduler`` and ``api`` are Peakcrew's own.

The three names are generic: another distribution, or a folder of that name in the current
directory, could take their place without a word.
"""

from importlib.util import find_spec
from pathlib import Path

from scheduler.errors import ProblemInvalid

PACKAGES = ("forecasts", "scheduler", "api")


def check_packages() -> None:
    """Raise ProblemInvalid when one of the packages comes from somewhere else."""
    home = Path(__file__).resolve().parents[1]
    for name in PACKAGES:
        spec = find_spec(name)
        origin = Path(spec.origin).resolve() if spec is not None and spec.origin else None
        if origin is None or origin.parents[1] != home:
            raise ProblemInvalid(
                f"the package {name!r} is taken from {origin}, not from {home}: "
                "install peakcrew into an environment of its own"
            )
