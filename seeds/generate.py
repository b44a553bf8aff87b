"""Write the sample sites: ``python -m seeds.generate [site ...]``.

Every site comes from a fixed seed, so that the files are the same bytes each time.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from seeds.recipes import requirement_only, tiny
from seeds.recipes.files import Files
from seeds.recipes.returns_peak import recipe as returns_peak

SITES: dict[str, Callable[[], Files]] = {
    "requirement_only": requirement_only.files,
    "returns_peak": returns_peak.files,
    "tiny": tiny.files,
}


def write_site(name: str, folder: Path) -> None:
    """Write the files of one site into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, text in SITES[name]().items():
        (folder / file_name).write_text(text, encoding="utf-8", newline="\n")


def main(names: Sequence[str]) -> int:
    """Write the named sites, or all of them, beside this file."""
    unknown = sorted(set(names) - set(SITES))
    if unknown:
        print(f"no such site: {', '.join(unknown)}; there are {', '.join(SITES)}", file=sys.stderr)
        return 2
    for name in names or SITES:
        folder = Path(__file__).parent / name
        write_site(name, folder)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{name}: {size / 1e6:.1f} MB in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
