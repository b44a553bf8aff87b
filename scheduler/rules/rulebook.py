"""The rule profiles as files: one per jurisdiction, read once and checked entry by entry.

They are defaults that the customer's counsel or works council confirms, not legal advice.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from scheduler.errors import ProblemInvalid
from scheduler.rules.params import PARAMS, Kind
from scheduler.rules.rule import By, Confidence, Level, Rule, Trait
from scheduler.soft_limit import RestKind

AS_OF = date(2026, 11, 22)  # the state of the sources of all files
_FILE_KEYS = {"title", "extends", "employers", "rules"}
_ENTRY_KEYS = {field.name for field in fields(Rule)} - {"overridden"}
_NEEDED = ("id", "level", "param", "value", "source", "confidence")
_WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_WEEKDAYS = re.compile(r"[1-7](,[1-7])*")
_CHOICES: dict[str, tuple[Any, ...]] = {
    "level": get_args(Level),
    "confidence": get_args(Confidence),
    "applies_if": get_args(Trait),
    "per": get_args(RestKind),
}


@dataclass(frozen=True, slots=True)
class Book:
    """One file: its entries, what it extends, and which employers it is about."""

    name: str
    title: str
    extends: str | None
    employers: str
    rules: tuple[Rule, ...]


def profile_names() -> tuple[str, ...]:
    """All profiles, in alphabetical order."""
    return tuple(sorted(_books()))


def chain(name: str, books: Mapping[str, Book] | None = None) -> tuple[Book, ...]:
    """A profile and what it extends, the widest first.

    Raises ProblemInvalid for a profile that does not exist or extends itself.
    """
    books = _books() if books is None else books
    found: list[Book] = []
    step: str | None = name
    while step is not None:
        if step not in books:
            known = ", ".join(sorted(books))
            raise ProblemInvalid(f"rule_profile: {step!r} is not one of {known}")
        if any(book.name == step for book in found):
            raise ProblemInvalid(f"{step}.toml: extends itself")
        found.append(books[step])
        step = books[step].extends
    return tuple(reversed(found))


def read_book(name: str, text: str) -> Book:
    """A profile from the text of its file.

    Raises ProblemInvalid naming the file and the entry.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProblemInvalid(f"{name}.toml: {error}") from None
    if unknown := sorted(document.keys() - _FILE_KEYS):
        raise ProblemInvalid(f"{name}.toml: {unknown[0]!r} is not a known key")
    rules = tuple(_entry(name, at, one) for at, one in enumerate(document.get("rules", [])))
    ids = [rule.id for rule in rules]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ProblemInvalid(f"{name}.toml: the id {twice[0]!r} is used twice")
    return Book(
        name,
        str(document.get("title", name)),
        document.get("extends"),
        str(document.get("employers", "")),
        rules,
    )


def _entry(name: str, at: int, entry: dict[str, Any]) -> Rule:
    for complaint in _complaints(entry):
        raise ProblemInvalid(f"{name}.toml: rules[{at}] {entry.get('id', '')}: {complaint}")
    return Rule(**{**entry, "override": tuple(entry.get("override", ()))})


def _complaints(entry: dict[str, Any]) -> Iterator[str]:
    yield from (f"{key!r} is not a known key" for key in sorted(entry.keys() - _ENTRY_KEYS))
    yield from (f"{key} is missing" for key in _NEEDED if key not in entry)
    for key, choices in _CHOICES.items():
        if key in entry and entry[key] not in choices:
            yield f"{key}: {entry[key]!r} is not one of {', '.join(choices)}"
    for one in entry.get("override", ()):
        if one not in get_args(By):
            yield f"override: {one!r} is not one of {', '.join(get_args(By))}"
    if entry.get("param") not in PARAMS:
        yield f"param: {entry.get('param')!r} is not known"
    else:
        yield from _wrong_values(entry["param"], PARAMS[entry["param"]].kind, entry["value"])
    if (entry.get("param") == "premium_rest_minutes") != ("per" in entry):
        yield "per: is needed with premium_rest_minutes, and with it only"
    if not str(entry.get("source", "")).strip():
        yield "source is empty"
    if entry.get("valid_from", date.min) > entry.get("valid_to", date.max):
        yield "valid_to is before valid_from"


def _wrong_values(param: str, kind: Kind, value: object) -> Iterator[str]:
    of_kind = {"number": int, "yes_no": bool, "text": str}[kind]
    if type(value) is not of_kind:
        yield f"value: {value!r} is no {kind.replace('_', '-')}"
    elif isinstance(value, int) and value < 0:
        yield f"value: {value} is negative"
    elif param.endswith("_window") and not _WINDOW.fullmatch(str(value)):
        yield f"value: {value!r} is not a span like 00:00-05:00"
    elif param == "barred_weekdays" and not _WEEKDAYS.fullmatch(str(value)):
        yield f"value: {value!r} is not a list of weekdays like 6,7"


@cache
def _books() -> dict[str, Book]:
    folder = files("scheduler.rules") / "profiles"
    return {
        name: read_book(name, one.read_text(encoding="utf-8"))
        for one in folder.iterdir()
        if one.name.endswith(".toml")
        for name in [one.name.removesuffix(".toml")]
    }
