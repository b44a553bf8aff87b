"""What ``workers.csv`` may say of a worker's contract and wishes beside the usual limits."""

from collections.abc import Collection
from dataclasses import dataclass

from api.site.cells import CellInvalid, Parse, hours, optional, optional_or_none, template_id, whole
from api.site.problems import Findings, shown
from api.site.tables import Table, Values, rows_read
from scheduler.horizon import WEEK_MINUTES

COLUMNS = (
    "desired_hours_per_week",
    "min_hours_hard",
    "min_consecutive_days",
    "min_days_off",
    "max_days_off",
    "max_weekends",
    "max_shifts_by_template",
)
_DAYS = whole(1, 366)
_SWITCH = {"yes": True, "true": True, "no": False, "false": False}
# The first may not exceed the second.
_CROSSED = (("min_consecutive_days", "max_consecutive_days"), ("min_days_off", "max_days_off"))


@dataclass(frozen=True, slots=True)
class Terms:
    """Runs in days, the rest as it is named; what is None or empty is not limited.

    ``is_min_hard``: the weekly minimum must be worked and not only paid.
    ``max_shifts_by_template``: pairs of a template's id and the most such shifts in the horizon.
    """

    desired_minutes_per_week: int | None = None
    is_min_hard: bool = False
    min_consecutive_days: int = 1
    min_days_off: int = 1
    max_days_off: int | None = None
    max_weekends: int | None = None
    max_shifts_by_template: tuple[tuple[str, int], ...] = ()


USUAL_TERMS = Terms()


def read_terms(
    table: Table, templates: Collection[str], findings: Findings
) -> tuple[Values[object], ...]:
    """The columns in the order of ``Terms``; those that are absent are as if empty."""
    comma = table.has_decimal_comma
    parsers: tuple[tuple[Parse[object], object], ...] = (
        (optional_or_none(hours(comma, WEEK_MINUTES // 60)), None),
        (optional(_switch, False), False),
        (optional(_DAYS, 1), 1),
        (optional(_DAYS, 1), 1),
        (optional_or_none(_DAYS), None),
        (optional_or_none(whole(0, 60)), None),
        (optional(_numbers_of(templates), ()), ()),
    )
    return tuple(
        table.read_optional(name, parse, absent, findings)
        for name, (parse, absent) in zip(COLUMNS, parsers, strict=True)
    )


def refuse_crossed_terms(table: Table, findings: Findings) -> None:
    """Each row of which a shortest run of days is longer than the longest one is a problem."""
    nothing = Findings()  # cells that cannot be read were refused before
    for short, long in _CROSSED:
        if short in table and long in table:
            least = table.read(short, optional(_DAYS, 1), nothing)
            most = table.read(long, optional_or_none(whole(0, 366)), nothing)
            for row in rows_read(least, most).tolist():
                longest = most[row]
                if longest is not None and least[row] > max(1, longest):
                    message = f"{least[row]} days exceed {long}, {longest}"
                    table.refuse(row, short, message, findings)


def _switch(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise CellInvalid.expected("yes or no", text)
    return _SWITCH[text.lower()]


def _numbers_of(known: Collection[str]) -> Parse[tuple[tuple[str, int], ...]]:
    """Pairs like ``night=2`` joined by ``;``, each of a template of ``site.toml``."""

    template = template_id(known)

    def parse(text: str) -> tuple[tuple[str, int], ...]:
        found: dict[str, int] = {}
        for part in filter(None, (part.strip() for part in text.split(";"))):
            name, equals, number = (piece.strip() for piece in part.rpartition("="))
            if not equals:
                raise CellInvalid.expected("a template and a number like night=2", part)
            if template(name) in found:
                raise CellInvalid(f"the shift template {shown(name)} is there twice")
            found[name] = whole(0, 1000)(number)
        return tuple(found.items())

    return parse
