"""From the text of a cell to its value, or to a sentence that says what was expected."""

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from api.site.problems import listed, shown

T = TypeVar("T")
Parse = Callable[[str], T]

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(\.0{1,15})?")
_DECIMAL = re.compile(r"[0-9]{1,12}([.,][0-9]{1,12})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MAX_COUNT = 1_000_000_000
MAX_AMOUNT = 1_000_000
MAX_IDENTIFIER = 200


class CellInvalid(Exception):
    """A cell does not hold what its column needs; the message reads after the column's name."""

    @classmethod
    def expected(cls, what: str, text: str) -> "CellInvalid":
        """The usual form of the message."""
        return cls(f"expected {what}, found {shown(text)}")


def whole(low: int = 0, high: int = MAX_COUNT, what: str | None = None) -> Parse[int]:
    """A whole number within bounds; 12.0 counts as whole, 1e3 and 1,000 do not."""
    wanted = what or f"a whole number from {low} to {high}"

    def parse(text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise CellInvalid.expected(wanted, text)
        value = int(text.split(".")[0])
        if not low <= value <= high:
            raise CellInvalid.expected(wanted, text)
        return value

    return parse


def count() -> Parse[int]:
    """A number of contacts."""
    return whole(what="a whole number of at least 0")


def _decimal(text: str, comma: bool, wanted: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise CellInvalid.expected(wanted, text)
    if "," in text and not comma:
        raise CellInvalid(
            f"expected {wanted}, found {shown(text)}: "
            "a decimal comma is read only in files separated by semicolons"
        )
    return Decimal(text.replace(",", "."))


def amount(comma: bool) -> Parse[int]:
    """An amount of money in cents, written with at most two decimals.

    ``comma``: whether a decimal comma is allowed beside the point.
    """

    def parse(text: str) -> int:
        value = _decimal(text, comma, "an amount like 14.60")
        cents = value * 100
        if cents != int(cents):
            raise CellInvalid.expected("an amount with at most two decimals like 14.60", text)
        if value > MAX_AMOUNT:
            raise CellInvalid.expected(f"an amount of at most {MAX_AMOUNT}", text)
        return int(cents)

    return parse


def hours(comma: bool, most: int) -> Parse[int]:
    """Hours as minutes, rounded to the nearest whole minute (38.33 h is 2,300 min)."""
    wanted = f"hours from 0 to {most} like 19.5"

    def parse(text: str) -> int:
        value = _decimal(text, comma, wanted)
        if value > most:
            raise CellInvalid.expected(wanted, text)
        return int((value * 60).to_integral_value(ROUND_HALF_UP))

    return parse


def factor(comma: bool, most: int) -> Parse[float]:
    """A plain number from 0 to ``most``."""
    wanted = f"a number from 0 to {most}"

    def parse(text: str) -> float:
        value = _decimal(text, comma, wanted)
        if value > most:
            raise CellInvalid.expected(wanted, text)
        return float(value)

    return parse


def optional(parse: Parse[T], absent: T) -> Parse[T]:
    """An empty cell means ``absent``."""
    return lambda text: parse(text) if text else absent


def optional_or_none(parse: Parse[T]) -> Parse[T | None]:
    """An empty cell means that nothing is stated."""
    return lambda text: parse(text) if text else None


def calendar_date(text: str) -> date:
    """A day like 2026-01-05."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise CellInvalid.expected("a date like 2026-01-05", text) from None


def free_text(text: str) -> str:
    """Any text, the empty one too."""
    return text


def identifier(text: str) -> str:
    """A name that other files refer to; ``NA`` and ``NULL`` are names like any other."""
    if not text or len(text) > MAX_IDENTIFIER or not text.isprintable():
        raise CellInvalid.expected(f"a name of 1 to {MAX_IDENTIFIER} characters", text)
    return text


def queue_id(known: Collection[str]) -> Parse[str]:
    """The id of a queue of ``site.toml``."""

    def parse(text: str) -> str:
        if text not in known:
            raise CellInvalid(f"unknown queue {shown(text)}; known: {listed(sorted(known))}")
        return text

    return parse


def template_id(known: Collection[str]) -> Parse[str]:
    """The id of a shift template of ``site.toml``."""

    def parse(text: str) -> str:
        if text not in known:
            raise CellInvalid(
                f"unknown shift template {shown(text)}; known: {listed(sorted(known))}"
            )
        return text

    return parse


def worker_id(known: Collection[str] | None) -> Parse[str]:
    """The id of a row of ``workers.csv``; None when that file could not be read."""

    def parse(text: str) -> str:
        if known is not None and text not in known:
            raise CellInvalid(f"unknown worker {shown(text)}: not in workers.csv")
        return text

    return parse


def skills(known: Collection[str]) -> Parse[tuple[str, ...]]:
    """Skills joined by ``;``, each one that some queue of ``site.toml`` asks for."""

    def parse(text: str) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(name.strip() for name in text.split(";") if name.strip()))
        unknown = [shown(name) for name in names if name not in known]
        if unknown:
            word = "skill" if len(unknown) == 1 else "skills"
            raise CellInvalid(
                f"unknown {word} {', '.join(unknown)}; known: {listed(sorted(known))}"
            )
        return names

    return parse
