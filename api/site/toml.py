"""Read and check ``site.toml``; each problem is placed at the key that it is about."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from api.site.config import SiteConfig
from api.site.problems import Findings, listed, shown
from api.site.source import Source
from api.site.toml_places import Path, key_offsets

# Every pattern of the configuration in words; one that is missing here fails a test.
PATTERNS = {
    r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$": "a span like 07:00-23:00",
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time of day like 07:30",
    r"^[A-Z]{2}$": "a country of two capital letters like DE",
    r"^[A-Z]{3}$": "a currency of three capital letters like EUR",
}
_KINDS = {
    "int_": "a whole number",
    "float_": "a number",
    "finite_": "a finite number",
    "string_": "text in quotes",
    "bool_": "true or false",
    "date_": "a date like 2026-01-05",
    "model_": "a table",
    "tuple_": "a list",
}
_NAME_OF_KEY = "[key]"  # how a location ends when not a value but its key is wrong
# A key inside a table as messages write it: ``windows[0].start``.
_NAME = re.compile(r"\w+(?:\[\d+\]|\.\w+)*")
_NAME_PARTS = re.compile(r"\w+")
_SYNTAX_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_config(source: Source, findings: Findings) -> SiteConfig | None:
    """The configuration, or None with every problem found.

    All fields are checked at once; what concerns several fields together (a template or queue
    used twice, spans that run backwards) is checked once each of them is right by itself.
    """
    document = _parse(source, findings)
    if document is None:
        return None
    try:
        return SiteConfig.model_validate(document)
    except ValidationError as error:
        found = dict.fromkeys(complaints(document, error))
    offsets = key_offsets(source.text)
    for path, message in found:
        name = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
        text = f"{name}: {message}" if name else message
        findings.add(source.file, text, *place_of(source, offsets, path))
    return None


def place_of(
    source: Source, offsets: dict[Path, int], path: Path
) -> tuple[int, int] | tuple[None, None]:
    """Line and column of a path, or of the nearest table that holds it."""
    for length in range(len(path), 0, -1):
        if path[:length] in offsets:
            return source.place(offsets[path[:length]])
    return None, None


def _parse(source: Source, findings: Findings) -> dict[str, Any] | None:
    try:
        return tomllib.loads(source.text)
    except RecursionError:
        findings.add(source.file, "lists or tables are nested too deeply")
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        message = str(error)
        match = _SYNTAX_PLACE.search(message)
        text = _SYNTAX_PLACE.sub("", message) if match else "a number has too many digits"
        if match and match[1]:
            findings.add(source.file, f"not valid TOML: {text}", int(match[1]), int(match[2]))
        elif match:
            last = source.place(len(source.text))
            findings.add(source.file, f"not valid TOML: {text}, at the end of the file", *last)
        else:
            findings.add(source.file, f"not valid TOML: {text}")
    return None


def complaints(document: dict[str, Any], error: ValidationError) -> list[tuple[Path, str]]:
    """Where each thing is wrong, and what; never empty."""
    details = error.errors(include_url=False)
    meant = [one for one in details if _is_meant(document, one)]
    return [complaint for one in meant or details for complaint in _told(document, one)]


def _is_meant(document: dict[str, Any], detail: ErrorDetails) -> bool:
    return _path_in(document, detail["loc"])[1] and not _follows_from_items(detail)


def _told(document: dict[str, Any], detail: ErrorDetails) -> Iterator[tuple[Path, str]]:
    path, _ = _path_in(document, detail["loc"])
    value = _value_at(document, path)
    if detail["type"] == "missing":
        yield path, f"{detail['loc'][-1]} is missing"
    elif detail["type"] == "value_error":
        reason = detail["ctx"]["error"]
        for one in getattr(reason, "complaints", (str(reason),)):
            yield _refined(path, one, value)
    elif detail["loc"][-1] == _NAME_OF_KEY and len(path) < len(detail["loc"]):
        yield path, f"unknown key; expected {_expected(detail)}"
    else:
        yield path, _message(detail, path, value)


def _path_in(document: dict[str, Any], loc: tuple[int | str, ...]) -> tuple[Path, bool]:
    """The part of a location that the document has, and whether the complaint is meant.

    Where a field allows a value or a list of them, each way is tried and complains, and the
    location names it; only the way that the planner took is meant.
    """
    value: Any = document
    path: list[str | int] = []
    is_meant = True
    for part in loc:
        is_key = isinstance(value, dict) and part in value
        if is_key or (isinstance(value, list) and isinstance(part, int)):
            path.append(part)
            value = value[part]
        elif not isinstance(value, dict) and part != _NAME_OF_KEY:
            is_meant = isinstance(value, list) == str(part).startswith("tuple[")
    return tuple(path), is_meant


def _value_at(document: dict[str, Any], path: Path) -> Any:
    value: Any = document
    for part in path:
        value = value[part]
    return value


def _follows_from_items(detail: ErrorDetails) -> bool:
    """Whether a list counts as too short only because its entries have errors of their own."""
    if detail["type"] != "too_short":
        return False
    return bool(len(detail["input"]) >= detail["ctx"]["min_length"])


def _refined(path: Path, message: str, value: Any) -> tuple[Path, str]:
    """A check over a whole table names the key it is about first: point at that key."""
    name, _, text = message.partition(": ")
    inner = tuple(int(part) if part.isdigit() else part for part in _NAME_PARTS.findall(name))
    if isinstance(value, dict) and _NAME.fullmatch(name) and inner[0] in value:
        return (*path, *inner), text
    if not isinstance(value, dict):
        return path, f"{message}, found {shown(value)}"
    return path, message


def _message(detail: ErrorDetails, path: Path, value: Any) -> str:
    if detail["type"] == "extra_forbidden":
        known = _known_keys(path)
        return f"unknown key; known here: {listed(known, 40)}" if known else "unknown key"
    return f"expected {_expected(detail)}, found {shown(value)}"


def _expected(detail: ErrorDetails) -> str:
    kind = detail["type"]
    limits = detail.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return PATTERNS[limits["pattern"]]
    if kind == "literal_error":
        return str(limits["expected"])
    if kind == "string_too_long":
        return f"at most {limits['max_length']} characters"
    if kind == "string_too_short":
        return "text that is not empty"
    if kind == "too_short":
        return f"a list of at least {limits['min_length']}"
    if kind == "too_long":
        return f"a list of at most {limits['max_length']}"
    if kind == "int_from_float":
        return "a whole number"
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    for key, word in words.items():
        if key in limits:
            return f"{word} {_plain(limits[key])}"
    for start, word in _KINDS.items():
        if kind.startswith(start):
            return word
    return detail["msg"].removeprefix("Input should be ")


def _plain(limit: Any) -> str:
    return f"{limit:.10g}" if isinstance(limit, float) else str(limit)


def _known_keys(path: Path) -> list[str]:
    """The keys that may stand beside the last part of the path."""
    model: type[BaseModel] | None = SiteConfig
    for part in path[:-1]:
        if isinstance(part, int) or model is None:
            continue
        model = next(_models_in(model.model_fields[part].annotation), None)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
