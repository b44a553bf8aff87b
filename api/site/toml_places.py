"""Where each key of a TOML text stands, which ``tomllib`` does not tell."""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_BARE_OR_QUOTED = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*')"""
_KEY = re.compile(rf"{_BARE_OR_QUOTED}(?:[ \t]*\.[ \t]*{_BARE_OR_QUOTED})*")
_KEY_PART = re.compile(_BARE_OR_QUOTED)
_HEADER = re.compile(r"\[\[?[ \t]*")
# Whatever may hide a bracket or a line end, then the brackets and line ends themselves.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|"
    r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|"
    r"#[^\n]*|[\[\]{}\n]|[^\"'#\[\]{}\n]+|.",
    re.DOTALL,
)


def key_offsets(text: str) -> dict[Path, int]:
    """Offset of each table header and key of a valid TOML text, by its path.

    A path is names and, inside ``[[array]]`` tables, indexes: ``("queues", 2, "id")``. Keys in
    inline tables are not walked into: their place is that of the key that holds them.
    """
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for offset in _statement_offsets(text):
        header = _HEADER.match(text, offset)
        names = _key_at(text, header.end() if header else offset)
        if not names:
            continue
        if header:
            table = _table_path(names, header[0].startswith("[["), counts)
            _remember(places, table, offset)
        else:
            for depth in range(len(names)):
                _remember(places, (*table, *names[: depth + 1]), offset)
    return places


def _remember(places: dict[Path, int], path: Path, offset: int) -> None:
    places.setdefault(path, offset)
    if path and isinstance(path[-1], int):  # a complaint about the list points at its first entry
        places.setdefault(path[:-1], offset)


def _table_path(names: tuple[str, ...], is_array: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if is_array and position == len(names) - 1:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:  # inside an array of tables, its latest entry is meant
            path = (*path, counts[path] - 1)
    return path


def _key_at(text: str, offset: int) -> tuple[str, ...]:
    match = _KEY.match(text, offset)
    parts = _KEY_PART.findall(match[0]) if match else []
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in parts)


def _statement_offsets(text: str) -> Iterator[int]:
    depth = 0
    start: int | None = None
    for token in _TOKEN.finditer(text):
        word = token[0]
        if start is None and word.strip() and word[0] != "#":
            start = token.start() + len(word) - len(word.lstrip())
        if word in "[{":
            depth += 1
        elif word in "]}":
            depth -= 1
        elif word == "\n" and depth <= 0:
            if start is not None:
                yield start
            start, depth = None, 0
    if start is not None:
        yield start
