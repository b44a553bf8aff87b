"""Make sure that ``forecasts``, ``scheduler`` and ``api`` are Peakcrew's own.

The three names are generic: another distribution, or a folder of that name in the current
directory, could take their place without a word.
"""

from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("forecasts", "scheduler", "api")


class PackagesMixed(Exception):
    """A package of that name from elsewhere stands in the way."""


def check_packages() -> None:
    """Raise PackagesMixed when one of the packages comes from somewhere else.

    Nothing of them is imported for it: what is not ours may do anything.
    """
    home = Path(__file__).resolve().parents[1]
    for name in PACKAGES:
        spec = find_spec(name)
        origin = Path(spec.origin).resolve() if spec is not None and spec.origin else None
        if origin is None or origin.parents[1] != home:
            raise PackagesMixed(
                f"the package {name!r} is taken from {origin}, not from {home}: "
                "install peakcrew into an environment of its own"
            )
