"""Line and column of a field inside a JSON text, for error messages only."""

import json
import re
from collections.abc import Iterator, Sequence

Path = Sequence[int | str]
Position = tuple[int, int]
# Beyond this size finding the place would take longer than reading the message is worth.
MAX_CHARACTERS = 3_000_000
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\[\]{},:"\s]+')


def locate(text: str, paths: Sequence[Path]) -> list[Position | None]:
    """1-based line and column of each path, or of its nearest parent that exists."""
    if len(text) > MAX_CHARACTERS:
        return [None] * len(paths)
    wanted = {tuple(path[:length]) for path in paths for length in range(len(path) + 1)}
    deepest = max(map(len, wanted), default=0)
    found: dict[Path, int] = {}
    for offset, _, path, is_key in _tokens(text):
        if not is_key and len(path) <= deepest and (here := tuple(path)) in wanted:
            found.setdefault(here, offset)
    return [_nearest(text, found, path) for path in paths]


def locate_constant(text: str, name: str) -> Position | None:
    """Where a word such as NaN stands for the first time as a value."""
    for offset, token, _, is_key in _tokens(text):
        if token == name and not is_key:
            return _position(text, offset)
    return None


def locate_repeated_key(text: str, name: str) -> Position | None:
    """Where a key stands for the second time in one object."""
    seen_at: set[int] = set()
    for offset, token, path, is_key in _tokens(text):
        if token == "{":
            seen_at.discard(len(path) + 1)
        elif is_key and json.loads(token) == name:
            if len(path) in seen_at:
                return _position(text, offset)
            seen_at.add(len(path))
    return None


def _tokens(text: str) -> Iterator[tuple[int, str, list[int | str], bool]]:
    """Offset, token, path and whether it is a key, of every key, value and opening bracket.

    The path is one list that lives on; the json module keeps no positions, hence this walk.
    """
    path: list[int | str] = []
    wants_key = False
    for match in TOKEN.finditer(text):
        token = match.group()
        if token in "]}":
            path.pop()
        elif token == ",":
            last = path[-1]
            wants_key = isinstance(last, str)
            if isinstance(last, int):
                path[-1] = last + 1
        elif token != ":":
            yield match.start(), token, path, wants_key
            if wants_key:
                path[-1] = json.loads(token)
            elif token in "[{":
                path.append("" if token == "{" else 0)
            wants_key = token == "{" and not wants_key


def _nearest(text: str, found: dict[Path, int], path: Path) -> Position | None:
    lengths = range(len(path), -1, -1)
    offset = next((found[part] for n in lengths if (part := tuple(path[:n])) in found), None)
    return None if offset is None else _position(text, offset)


def _position(text: str, offset: int) -> Position:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
